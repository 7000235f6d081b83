"""Which UUIDs are accepted: those of the versions 0 to 7. MariaDB refuses many of the others."""

PATTERN = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-7][0-9A-Fa-f]{3}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"
