"""The number of values in a JSON body: what reading and checking it costs, beside its length."""

from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException

from app.settings import settings


class BoundedRequest(Request):
    """A request that refuses to read a body with too many values, before it is parsed."""

    async def json(self) -> Any:
        if has_more_values(await self.body(), settings.max_body_values):
            raise HTTPException(413, f"The body has more than {settings.max_body_values} values.")
        return await super().json()


def has_more_values(body: bytes, most: int) -> bool:
    """Tell whether lists and objects have more than `most` members in all, where an empty one counts as one."""
    if count_marks(body) <= most:
        return False
    # Marks in texts are not counted, so these are left out, first the quotes that do not end one.
    plain = body.replace(rb"\\", b"").replace(rb"\"", b"")
    # A member has two texts at most, and splitting would make an object of each.
    if plain.count(b'"') > 4 * most:
        return True
    return count_marks(b"".join(plain.split(b'"')[::2])) > most


def count_marks(body: bytes) -> int:
    """Count what stands before each value other than the outermost."""
    return body.count(b",") + body.count(b"[") + body.count(b"{")
