"""The version of a row in HTTP: the ETag of an answer that carries it, and the If-Match of a request that changes it."""

import datetime as dt
from typing import Annotated

from fastapi import Depends, Header
from pydantic import TypeAdapter, ValidationError

from app.schemas.base import UtcDatetime

_version: TypeAdapter[dt.datetime] = TypeAdapter(UtcDatetime)


def etag(updated_at: dt.datetime) -> str:
    return f'"{updated_at.isoformat()}"'


def etag_docs(status: int) -> dict[int | str, dict[str, object]]:
    """For `responses=`: this answer says which version of the row it carries."""
    header = {"description": "The version of the row, for `If-Match`", "required": True, "schema": {"type": "string"}}
    return {status: {"headers": {"ETag": header}}}


async def read_if_match(
    if_match: Annotated[
        str | None,
        Header(max_length=1000, description="The `ETag` of the row as you know it: 412 if it has changed since then"),
    ] = None,
) -> list[dt.datetime] | None:
    """The versions that a client accepts, None for any. An ETag that is none of ours is the version of no row."""
    if if_match is None or if_match.strip() == "*":
        return None
    versions = []
    for tag in if_match.split(","):
        try:
            versions.append(_version.validate_python(tag.strip().strip('"')))
        except ValidationError:
            continue
    return versions


IfMatch = Annotated[list[dt.datetime] | None, Depends(read_if_match)]
