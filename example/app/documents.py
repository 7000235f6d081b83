"""What a column of JSON holds."""

from pydantic import JsonValue

JsonDocument = dict[str, JsonValue] | list[JsonValue]
