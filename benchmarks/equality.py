"""Do all contenders answer the same? They are compared as JSON, whatever the order of fields or the format of times."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from benchmarks.server import Server, fetch

Json = object

# Beside a list in a detail, where it goes on.
MARKER = "next_cursor_of_"


def differences(servers: Sequence[Server]) -> list[str]:
    """Return a sentence for each difference from the first one's answers; an unexpected difference is an error."""
    found: list[str] = []
    for path in ("/users/7", "/users?limit=50", "/orders/7"):
        answers = {server.contender.label: fetch(server, "GET", path) for server in servers}
        first, *others = answers
        expected = parsed(answers[first])
        for label in others:
            if parsed(answers[label]) != expected:
                raise RuntimeError(f"GET {path}: {first} answers {answers[first]!r}, {label} {answers[label]!r}")
        for label, answer in answers.items():
            data = json.loads(answer)
            if path == "/users?limit=50" and isinstance(data, dict):
                found.append(
                    f"Lists of {label} are in an envelope beside {', '.join(sorted(data.keys() - {'items'}))}."
                )
            if MARKER in answer.decode():
                found.append(f"Details of {label} also say where a list goes on, if it is not whole.")
        sizes = ", ".join(f"{label} {len(answer):,}" for label, answer in answers.items())
        found.append(f"GET {path}: the same JSON; bytes: {sizes}.")
    return found


def parsed(answer: bytes) -> Json:
    data = json.loads(answer)
    return normal(data["items"] if isinstance(data, dict) and "items" in data else data)


def normal(value: Json) -> Json:
    match value:
        case dict():
            return {name: normal(item) for name, item in value.items() if not name.startswith(MARKER)}
        case list():
            return [normal(item) for item in value]
        case str() if len(value) > 18:
            try:
                return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
            except ValueError:
                return value
        case _:
            return value
