"""What becomes of a table's foreign keys, unique constraints and indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from entity_spec.code import quoted
from entity_spec.evolve.migrations.columns import value_of_new
from entity_spec.evolve.migrations.draft import Draft, Phase, TablePair, execute
from entity_spec.evolve.migrations.steps import Action
from entity_spec.view.facts.tables import ForeignKey, Index, Table, Unique


class ConstraintPlanner:
    """Plans what becomes of a table's constraints and indexes, with names that follow those of tables and columns."""

    def __init__(self, draft: Draft, tables: TablePair, table_names: Mapping[str, str]) -> None:
        self.draft = draft
        self.tables = tables
        self.table_names = table_names
        self.old, self.new = tables.old, tables.new
        self.names = tables.columns
        self.table = tables.new.name

    def plan(self) -> None:
        self._foreign_keys()
        self._uniques_and_indexes()
        self._key_names()

    # Foreign keys

    def _foreign_keys(self) -> None:
        draft = self.draft
        waiting = {(key.column, key.target, key.rule): key for key in self.new.foreign_keys}
        for key in self.old.foreign_keys:
            column = self.names.get(key.column)
            target = self.table_names.get(key.target)
            same = waiting.pop((column or "", target or "", key.rule), None)
            if same is None:
                self._drop_key(key)
            elif same.name != key.name:
                self._rename_key(key, same)
            elif draft.is_mysql and self._loses_index(key.column):
                self._drop_key(key)
                self._add_key(same)
        for key in waiting.values():
            self._add_key(key)

    def _loses_index(self, column: str) -> bool:
        """Tell whether an index that begins with the column goes: MySQL needs it as long as the key is there."""
        return any(index.columns[0] == column for index, same in self._matches() if same is None)

    def _drop_key(self, key: ForeignKey) -> None:
        draft = self.draft
        draft.step(Phase.KEYS_OFF, [draft.drop_key(self.old.name, key)], [draft.add_key(self.old.name, key)])

    def _add_key(self, key: ForeignKey) -> None:
        draft = self.draft
        options = ", postgresql_not_valid=True" * draft.is_postgresql
        draft.step(Phase.KEYS_ON, [draft.add_key(self.table, key, options)], [draft.drop_key(self.table, key)])
        if draft.is_postgresql:
            draft.later.add([f'@app.db.online.validate("{self.table}", "{key.name}")'])

    def _rename_key(self, old: ForeignKey, new: ForeignKey) -> None:
        draft = self.draft
        if draft.is_postgresql:
            self._rename_constraint(old.name, new.name)
        else:
            self._drop_key(old)
            draft.step(Phase.KEYS_ON, [draft.add_key(self.table, new)], [draft.drop_key(self.table, new)])

    def _rename_constraint(self, old: str, new: str) -> None:
        self.draft.step(Phase.NAMES, [self._constraint_renamed(old, new)], [self._constraint_renamed(new, old)])

    def _constraint_renamed(self, old: str, new: str) -> Action:
        return execute(f'ALTER TABLE "{self.table}" RENAME CONSTRAINT {old} TO {new}')

    # Uniqueness and indexes

    def _mapped(self, columns: Iterable[str]) -> tuple[str, ...] | None:
        found = [self.names.get(column) for column in columns]
        return None if None in found else tuple(name for name in found if name)

    def _matches(self) -> Iterator[tuple[Unique | Index, Unique | Index | None]]:
        """Yield each old unique constraint and index with the new one that is the same, None if there is none."""
        waiting: dict[object, Unique | Index] = {_kind(item, item.columns): item for item in self.new.indexed}
        for item in self.old.indexed:
            columns = self._mapped(item.columns)
            yield item, None if columns is None else waiting.pop(_kind(item, columns), None)

    def _uniques_and_indexes(self) -> None:
        kept = [*self._matches()]
        stay = [same for _, same in kept if same]
        came = {item.name: item for item in self.new.indexed if item not in stay}
        for item, same in kept:
            if same is None:
                self._check_duplicates_back(item)
                successor = came.get(item.name) if self.draft.is_postgresql else None
                if successor and self._mapped(item.columns):
                    del came[item.name]
                    self._check_duplicates(successor)
                    self._replace(item, successor)
                else:
                    self._drop(item)
            elif same.name != item.name:
                self._rename_index(item, same)
        for item in came.values():
            self._check_duplicates(item)
            self._add(item)

    def _drop(self, item: Unique | Index) -> None:
        draft, goes_with_column = self.draft, self._mapped(item.columns) is None
        if isinstance(item, Unique):
            draft.step(
                Phase.UNIQUES_OFF, [draft.drop_unique(self.old.name, item)], [draft.add_unique(self.old.name, item)]
            )
        elif draft.is_postgresql and not goes_with_column:
            draft.later.add(
                [f'@app.db.online.remove_index("{item.name}", "{self.table}")'],
                [f'@app.db.online.build_index("{item.name}", "{self.table}", {self._renamed_arguments(item)})'],
            )
        else:
            # PostgreSQL removes it together with its column.
            drop = [f'op.drop_index("{item.name}", "{self.old.name}")'] * (not draft.is_postgresql)
            draft.step(Phase.INDEXES_OFF, drop, [draft.create_index(self.old.name, item)])

    def _renamed_arguments(self, index: Index) -> str:
        return replace(index, columns=self._mapped(index.columns) or index.columns).arguments

    def _add(self, item: Unique | Index) -> None:
        draft = self.draft
        if draft.is_postgresql:
            build, arguments = _builder(item)
            undo = f'op.drop_constraint("{item.name}", "{self.table}", type_="unique")'
            if isinstance(item, Index):
                undo = f'@app.db.online.remove_index("{item.name}", "{self.table}")'
            draft.later.add([f'@app.db.online.{build}("{item.name}", "{self.table}", {arguments})'], [undo])
        elif isinstance(item, Unique):
            draft.step(Phase.UNIQUES_ON, [draft.add_unique(self.table, item)], [draft.drop_unique(self.table, item)])
        else:
            draft.step(
                Phase.INDEXES_ON,
                [draft.create_index(self.table, item)],
                [f'op.drop_index("{item.name}", "{self.table}")'],
            )

    def _replace(self, old: Unique | Index, new: Unique | Index) -> None:
        """Let one take the place of another of the same name, without a moment in which there is neither."""
        self.draft.later.add([self._replaced(old, new)], [self._replaced(new, old)])

    def _replaced(self, old: Unique | Index, new: Unique | Index) -> Action:
        kind = "constraint" if isinstance(new, Unique) else "index"
        return f'@app.db.online.replace_by_{kind}("{new.name}", "{self.table}", {_builder(new)[1]})'

    def _check_duplicates(self, item: Unique | Index) -> None:
        """Ask for duplicates among the rows that there are, unless a new column keeps them apart or empty."""
        if isinstance(item, Index) and "unique=True" not in item.options:
            return
        back = {new: old for old, new in self.names.items()}
        columns = [column for column in item.columns if column not in self.draft.database.live_columns]
        known = [back[column] for column in columns if column in back]
        fresh = [column for column in self.new.columns if column.name in columns and column.name not in back]
        values = [value_of_new(self.draft, self.tables.pair, column) for column in fresh if self.tables.pair]
        if any(value is None or value.differs for value in values):
            return
        if known:
            self.draft.guard_unique(self.old.name, known, live=_is_deletable(self.old))
        else:
            self.draft.guard_one(self.old.name, f"would have the same {' and '.join(columns)}: only one can")

    def _check_duplicates_back(self, item: Unique | Index) -> None:
        """Ask before the downgrade, which makes it again, for duplicates that have come since."""
        if isinstance(item, Index) and "unique=True" not in item.options:
            return
        columns = [column for column in self.old.columns if column.name in item.columns and not column.made_by]
        known = [self.names[column.name] for column in columns if column.name in self.names]
        # What is brought back is empty, or the same in all rows.
        if known and not any(column.nullable for column in columns if column.name not in self.names):
            self.draft.guard_unique_back(self.table, known, live=_is_deletable(self.old) and _is_deletable(self.new))

    def _rename_index(self, old: Unique | Index, new: Unique | Index) -> None:
        draft = self.draft
        if isinstance(old, Unique) and draft.is_postgresql:
            self._rename_constraint(old.name, new.name)
        elif draft.batches:
            self._drop(old)
            self._add(new)
        else:
            statement = "ALTER INDEX {} RENAME TO {}"
            if draft.is_mysql:
                statement = f"ALTER TABLE `{self.table}` RENAME INDEX {{}} TO {{}}"
            self._rename_by(statement, old.name, new.name)

    def _key_names(self) -> None:
        """PostgreSQL names primary keys and their sequences, too."""
        if not self.draft.is_postgresql or self.old.name == self.new.name:
            return
        self._rename_constraint(self.old.primary_key.name, self.new.primary_key.name)
        if any("Identity" in column.made_by for column in self.new.columns):
            self._rename_by("ALTER SEQUENCE {} RENAME TO {}", f"{self.old.name}_id_seq", f"{self.table}_id_seq")

    def _rename_by(self, statement: str, old: str, new: str) -> None:
        self.draft.step(Phase.NAMES, [execute(statement.format(old, new))], [execute(statement.format(new, old))])


def _kind(item: Unique | Index, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    return (item.options if isinstance(item, Index) else "constraint", tuple(columns))


def _builder(item: Unique | Index) -> tuple[str, str]:
    """Return the function that builds it while the table is in use, and its last arguments."""
    return (
        ("build_unique", f"[{quoted(item.columns)}]") if isinstance(item, Unique) else ("build_index", item.arguments)
    )


def _is_deletable(table: Table) -> bool:
    return any(column.name == "deleted_at" for column in table.columns)
