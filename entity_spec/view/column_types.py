"""The module of column types that SQLAlchemy does not have."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from entity_spec.code import Imports
from entity_spec.databases import Database


class ColumnTypeView:
    def __init__(self, database: Database, flags: Collection[str]) -> None:
        self.database = database
        self.flags = flags
        self._module = Imports()

    @cached_property
    def json_base(self) -> str:
        return self._module.expand(self.database.json_type)

    @property
    def imports(self) -> str:
        self._module.module("datetime", "dt")
        self._module.name("enum", "StrEnum")
        for name in ("DateTime", "Dialect", "String", "TypeDecorator"):
            self._module.name("sqlalchemy", name)
        if self.database.name == "postgresql":
            self._module.name("collections.abc", "Callable")
            self._module.name("app.settings", "settings")
        if "rounded" in self.flags:
            for name in ("Context", "Decimal"):
                self._module.name("decimal", name)
            self._module.name("sqlalchemy", "Numeric")
            self._module.name("app.values", "as_double")
        if "documents" in self.flags:
            self._module.module("json", "json")
            _ = self.json_base
        return str(self._module)
