"""Headers of an answer with one row, and of a request that changes one: `Location`, `ETag` and `If-Match`.

The ETag is the version of the row: the time of its last change.
"""

import datetime as dt
from typing import Annotated

from fastapi import Header, Request
from pydantic import TypeAdapter, ValidationError

from app.schemas.base import UtcDatetime
from app.values import Key

_version: TypeAdapter[dt.datetime] = TypeAdapter(UtcDatetime)

ETAG = {"description": "The version of the row, for `If-Match`", "required": True, "schema": {"type": "string"}}
LOCATION = {
    "description": "Where the new row is",
    "required": True,
    "schema": {"type": "string", "format": "uri-reference"},
}


def etag(updated_at: dt.datetime) -> str:
    return f'"{updated_at.isoformat()}"'


def etag_docs(status: int) -> dict[int | str, dict[str, object]]:
    """For `responses=`: document the ETag of an answer with this status."""
    return {status: {"headers": {"ETag": ETAG}}}


def created_docs(*, versioned: bool = False) -> dict[int | str, dict[str, object]]:
    """For `responses=`: document the Location of a 201 and, if the row has versions, its ETag."""
    return {201: {"headers": {"Location": LOCATION} | ({"ETag": ETAG} if versioned else {})}}


def location(request: Request, key: Key) -> str:
    """Return the path of a new row, given the request to its list that has created it; includes a proxy's prefix."""
    return f"{request.scope['path']}/{key}"


async def read_if_match(
    if_match: Annotated[
        str | None,
        Header(max_length=1000, description="The `ETag` of the row as you know it: 412 if it has changed since then"),
    ] = None,
) -> list[dt.datetime] | None:
    """Return the versions that the client accepts, None for any. An ETag that we never sent matches no version."""
    if if_match is None or if_match.strip() == "*":
        return None
    versions = []
    for tag in if_match.split(","):
        try:
            versions.append(_version.validate_python(tag.strip().strip('"')))
        except ValidationError:
            continue
    return versions
