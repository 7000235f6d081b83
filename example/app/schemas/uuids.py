"""Which UUIDs are accepted: all, of any version."""

PATTERN = "^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$"
