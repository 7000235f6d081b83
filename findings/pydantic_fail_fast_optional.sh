#!/usr/bin/env bash
# Pydantic 2.14.4: two spellings of "stop at the first bad item" are not the same inside of a union. `Annotated[list[int],
# FailFast()] | None` cannot even be written: since FailFast() has no hash, `|` raises a TypeError while the class is
# being made. `Annotated[list[int], Field(fail_fast=True)] | None` works, and so does FailFast() outside of a union.
#
# Seen on 2026-11-29, Python 3.11. This script fails where the behaviour is another one.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
python3 -m venv "$directory/venv"
"$directory/venv/bin/pip" install --quiet --disable-pip-version-check pydantic==2.14.4
cat > "$directory/fail_fast.py" <<'PYTHON'
from typing import Annotated

from pydantic import FailFast, Field, TypeAdapter, ValidationError


def mistakes(annotation: object) -> int:
    try:
        TypeAdapter(annotation).validate_python(["a", "b"])
    except ValidationError as error:
        return error.error_count()
    return 0


print("alone:", mistakes(Annotated[list[int], FailFast()]))
print("Field, or None:", mistakes(Annotated[list[int], Field(fail_fast=True)] | None))
try:
    print("FailFast, or None:", mistakes(Annotated[list[int], FailFast()] | None))
except TypeError as error:
    print("FailFast, or None:", error)
PYTHON
seen=$("$directory/venv/bin/python" "$directory/fail_fast.py")
expected="alone: 1
Field, or None: 1
FailFast, or None: unhashable type: 'FailFast'"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
