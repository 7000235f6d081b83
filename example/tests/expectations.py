"""What the tests expect of an entity with routes: stated in its case, or derived from its code."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from inspect import get_annotations
from types import NoneType
from typing import Any, get_args, get_origin

from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel
from sqlalchemy import Column, Index, Table, UniqueConstraint
from sqlalchemy.orm import Session

from app.db.models import Base
from app.main import app
from app.queries.deleting import references_to
from app.schemas.base import Input, ListParameters, Output
from tests.keys import Key

ROUTES = list(iter_route_contexts(app.routes))


@dataclass(frozen=True)
class Case:
    path: str
    model: type[Base]
    create: type[Input]
    update: type[Input]
    out: type[Output]
    parameters: type[ListParameters]
    values: Callable[[Session], dict[str, object]]
    """What a client sends to create a row."""
    make: Callable[[Session], Key]
    """Makes a row and returns its key."""
    kinds: dict[str, str]
    """The types of the fields that a client sends, as in the specification."""
    rows: int = 50
    """How many rows a test may make: fewer where unique columns have few values."""
    changes: bool = True
    """Whether `values` returns something else with each call."""
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns that are left out of schemas on purpose: of "create", "update", "out" or "parameters"."""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def table(self) -> Table:
        return Base.metadata.tables[self.model.__tablename__]

    @property
    def columns(self) -> list[Column[Any]]:
        """The columns that the application fills: neither the key nor what the database computes."""
        return [column for column in self.table.columns if column.name != "id" and column.computed is None]

    @property
    def own_columns(self) -> list[Column[Any]]:
        """The columns that the model itself declares, which clients fill."""
        return [column for column in self.columns if column.name in get_annotations(self.model)]

    @property
    def soft_delete(self) -> bool:
        return "include_deleted" in self.parameters.model_fields

    @property
    def versioned(self) -> bool:
        """Whether answers with one row have its version."""
        return "updated_at" in self.table.columns

    @cached_property
    def item(self) -> RouteContext:
        """The route that answers with one row."""
        return next(route for route in ROUTES if (route.path or "").rpartition("/{")[0] == self.path)

    @cached_property
    def writable(self) -> bool:
        return any(route.path == self.path and "POST" in (route.methods or ()) for route in ROUTES)

    @property
    def required(self) -> list[str]:
        """The fields that a body cannot set to null."""
        return [name for name in self.create.model_fields if name not in optional_fields(self.create)]

    @property
    def linked(self) -> str:
        """A field that holds keys of other rows, if there is one."""
        return next((name for name, kind in self.kinds.items() if kind == "keys"), "")

    @property
    def clashes(self) -> bool:
        """Whether the same body cannot be sent twice."""
        sent = {name for name, kind in self.kinds.items() if kind != "key" or name in self.required}
        constraints = [each for each in self.table.constraints if isinstance(each, UniqueConstraint)]
        unique: list[UniqueConstraint | Index] = [*constraints, *(each for each in self.table.indexes if each.unique)]
        return any({column.name for column in each.columns if column.computed is None} <= sent for each in unique)

    # The maximum number of statements

    @property
    def lists(self) -> list[str]:
        """The lists in a detail."""
        embedded = self.item.response_model.model_fields
        return [name for name, member in embedded.items() if get_origin(member.annotation) is list]

    @property
    def get_statements(self) -> int:
        """One for the row, and one for each list in it."""
        return 1 + len(self.lists)

    @property
    def reference_statements(self) -> int:
        return sum(kind == "key" and name in self.required for name, kind in self.kinds.items())

    @property
    def answer_statements(self) -> int:
        """An answer with lists of linked rows is read like a detail."""
        return self.get_statements if "keys" in self.kinds.values() else 0

    @property
    def create_statements(self) -> int:
        return 1 + self.reference_statements + self.answer_statements

    @property
    def update_statements(self) -> int:
        return 1 + self.changes + self.reference_statements + self.answer_statements

    @property
    def delete_statements(self) -> int:
        """One for the row, one for each reference to it whose rule the application follows, and the deletion."""
        return 2 + sum(key.ondelete != "SET NULL" or self.soft_delete for key in references_to(self.table))


def optional_fields(schema: type[BaseModel]) -> set[str]:
    """The fields that may be null."""
    return {name for name, member in schema.model_fields.items() if NoneType in get_args(member.annotation)}
