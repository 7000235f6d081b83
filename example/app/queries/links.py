"""The rows of join tables. They change while their owner is locked, so that each change sees the whole list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Table, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db.base import Base, Timestamps
from app.errors import NotFoundError
from app.queries.locking import hold_rows
from app.values import Key, utc_now


@dataclass(frozen=True)
class Link:
    """A many-to-many relation, seen from its owner."""

    table: Table
    owner: Column[Key]
    item: Column[Key]
    item_key: InstrumentedAttribute[Key]


def add_links(db: Session, link: Link, items: Mapping[Key, Iterable[Key]]) -> None:
    """Link each owner in `items` to its items, which must exist."""
    pairs = [(owner, key) for owner, keys in items.items() for key in dict.fromkeys(keys)]
    if pairs:
        db.execute(insert(link.table), [{link.owner.name: owner, link.item.name: key} for owner, key in pairs])


def replace_links(db: Session, link: Link, owner: Base, owner_key: Key, item_keys: Iterable[Key]) -> None:
    db.execute(delete(link.table).where(link.owner == owner_key))
    add_links(db, link, {owner_key: item_keys})
    touch(db, owner)


def hold_item(db: Session, link: Link, item_key: Key) -> None:
    """Keep an item from being deleted meanwhile, before its owner is locked. Errors: NotFoundError."""
    if not hold_rows(db, link.item_key, [item_key]):
        raise NotFoundError("There is no such row.")


def add_link(db: Session, link: Link, owner: Base, owner_key: Key, item_key: Key) -> None:
    """Add a link, unless it is there already."""
    values = {link.owner.name: owner_key, link.item.name: item_key}
    db.execute(insert(link.table).on_conflict_do_nothing(), values)
    touch(db, owner)


def remove_link(db: Session, link: Link, owner: Base, owner_key: Key, item_key: Key) -> None:
    """Remove a link, if there is one."""
    db.execute(delete(link.table).where(link.owner == owner_key, link.item == item_key))
    touch(db, owner)


def touch(db: Session, owner: Base) -> None:
    """Mark the owner as changed, since its lists have changed."""
    if isinstance(owner, Timestamps):
        owner.updated_at = utc_now()
    db.flush()
