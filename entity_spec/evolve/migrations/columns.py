"""What becomes of a table's columns, and of what is in them."""

from __future__ import annotations

from dataclasses import replace

from entity_spec.code import literal
from entity_spec.evolve.changes import Pair, fill_of
from entity_spec.evolve.migrations import conversions, filling
from entity_spec.evolve.migrations.conversions import Guard
from entity_spec.evolve.migrations.draft import DELETED, Draft, Phase, TablePair, execute, in_turn
from entity_spec.evolve.migrations.steps import Action, Call
from entity_spec.model import Field
from entity_spec.view.facts.tables import Column, comment


class ColumnPlanner:
    """Plans what becomes of the columns of a table. They go under its old name; all else happens under the new one."""

    def __init__(self, draft: Draft, tables: TablePair) -> None:
        self.draft = draft
        self.old, self.new = tables.old, tables.new
        self.names = tables.columns
        self.pair = tables.pair
        self.table = tables.new.name
        self.old_columns = {column.name: column for column in tables.old.columns}
        self.new_columns = {column.name: column for column in tables.new.columns}

    def plan(self) -> None:
        # What is computed goes before what it is computed from.
        for name, column in reversed(self.old_columns.items()):
            if name not in self.names:
                self._drop_column(column)
        for old, new in in_turn(self.names):
            self._rename_column(old, new)
        for old, new in self.names.items():
            self._change_column(self.old_columns[old], self.new_columns[new])
        for name, column in self.new_columns.items():
            if name not in self.names.values():
                self._add_column(column)

    def _call(self, method: str, after: str, table: str = "") -> Call:
        return Call(method, table or self.table, after, batched=self.draft.batches)

    def _drop_column(self, column: Column) -> None:
        if self.draft.is_postgresql and column.name == "deleted_at":
            self.draft.last.add(
                [self._call("drop_column", '"deleted_at"')], [self._call("add_column", column.definition)]
            )
            return
        self.draft.step(
            Phase.COLUMNS_OFF,
            [self._call("drop_column", f'"{column.name}"', self.old.name)],
            self._brought_back(column),
        )

    def _brought_back(self, column: Column) -> list[Action]:
        """What the downgrade adds again, without what it held."""
        if column.nullable or column.made_by:
            return [self._call("add_column", column.definition, self.old.name)]
        field = column.member
        if isinstance(field, Field) and not field.unique:
            value = filling.neutral(field)
            add, required = self._filled(column, self.old.name, value)
            return ["# What it held is gone.", *add, *required]
        if field is None:
            add, required = self._filled(column, self.old.name, filling.NOW)
            return [*add, *required]
        self.draft.guard_back(self.table, Guard("@sa.true()", f"would have no {column.name}: what it held is gone"))
        return [self._call("add_column", column.definition, self.old.name)]

    def _rename_column(self, old: str, new: str) -> None:
        self.draft.step(Phase.NAMES, [self._renamed(old, new)], [self._renamed(new, old)])

    def _renamed(self, old: str, new: str) -> Action:
        if self.draft.is_mysql:
            return execute(f"ALTER TABLE `{self.table}` RENAME COLUMN `{old}` TO `{new}`")
        return f'op.alter_column("{self.table}", "{old}", new_column_name="{new}")'

    def _change_column(self, old: Column, new: Column) -> None:
        self._check_values(old, new)
        filled = self._fill_nulls(old, new)
        if filled:
            self.draft.step(Phase.COLUMNS_ON, [filled])
        if old.type != new.type or new.nullable > old.nullable:
            self._check_values_back(old, new)
        if self.draft.is_postgresql and old.nullable and not new.nullable:
            self._require_later(new)
            old = replace(old, nullable=False)
        if old.type != new.type or old.nullable != new.nullable or self._comment_changes(old, new):
            self.draft.step(Phase.COLUMNS, [self._altered(old, new)], [self._altered(new, old, at=new.name)])

    def _comment_changes(self, old: Column, new: Column) -> bool:
        return comment(old.doc) != comment(new.doc) and not self.draft.batches

    def _altered(self, old: Column, new: Column, at: str = "") -> Action:
        arguments = [f'"{at or new.name}"', f"existing_type={old.type}"]
        if old.type != new.type:
            arguments.append(f"type_={new.type}")
            using = self._cast(old, new, at or new.name)
            arguments += [f"postgresql_using={literal(using)}"] if using else []
        if old.nullable != new.nullable:
            arguments.append(f"nullable={new.nullable}")
        elif self.draft.is_mysql:
            arguments.append(f"existing_nullable={old.nullable}")
        if self._comment_changes(old, new):
            arguments.append((comment(new.doc) or ["comment=None"])[0])
        if self.draft.is_mysql or self._comment_changes(old, new):
            arguments += [f"existing_{known}" for known in comment(old.doc)]
        return self._call("alter_column", ", ".join(arguments))

    def _cast(self, old: Column, new: Column, name: str) -> str:
        if not self.draft.is_postgresql:
            return ""
        assert isinstance(old.member, Field)
        assert isinstance(new.member, Field)
        return conversions.cast(replace(old.member, name=name), replace(new.member, name=name))

    def _check_values(self, old: Column, new: Column) -> None:
        """Ask before the upgrade for values that the new column cannot have."""
        if new.member and old.nullable and not new.nullable and self._fill(new) is None:
            fill = f"--fill {self._name(new)}=VALUE"
            problem = f"have no {old.name}: give them one, or let evolve.py write a migration that does: {fill}"
            self.draft.guard(self.old.name, Guard(f'@sa.column("{old.name}").is_(None)', problem))
        if isinstance(old.member, Field) and isinstance(new.member, Field):
            for guard in conversions.guards(old.member, new.member, self.draft.database):
                self.draft.guard(self.old.name, guard)

    def _check_values_back(self, old: Column, new: Column) -> None:
        """Ask before the downgrade for values that the old column could not have."""
        if new.nullable and not old.nullable:
            problem = f"have no {new.name}, which was required before"
            self.draft.guard_back(self.table, Guard(f'@sa.column("{new.name}").is_(None)', problem))
        if old.type != new.type and isinstance(old.member, Field) and isinstance(new.member, Field):
            for guard in conversions.guards(new.member, old.member, self.draft.database):
                self.draft.guard_back(self.table, guard)

    def _name(self, column: Column) -> str:
        """Return the name of a member as the user gives it."""
        assert self.pair
        assert column.member
        return f"{self.pair.new.name}.{column.member.name}"

    def _fill(self, column: Column) -> str | None:
        return self.draft.decisions.fills.get(self._name(column))

    def _fill_nulls(self, old: Column, new: Column) -> Action | None:
        """Return what fills the empty values of a column that becomes required, if there is a value for them."""
        if not self.pair or not old.nullable or new.nullable or new.member is None:
            return None
        text = self._fill(new)
        if text is None:
            return None
        value = filling.value(self.pair.new, new, text, self.draft.changes.new.spec)
        return self._update(self.table, new, value, where_empty=True)

    def _require_later(self, column: Column) -> None:
        """Have PostgreSQL look for NULLs while the table is in use, so that NOT NULL needs no look."""
        self.draft.later.add(
            [f'@app.db.online.require("{self.table}", "{column.name}")'],
            [f'op.alter_column("{self.table}", "{column.name}", nullable=True)'],
        )

    def _add_column(self, column: Column) -> None:
        assert self.pair
        drop = [self._call("drop_column", f'"{column.name}"')]
        value = value_of_new(self.draft, self.pair, column)
        required: list[Action] = []
        if value is not None:
            add, required = self._filled(column, self.table, value)
        elif column.nullable or column.made_by:
            add = [f'op.add_column("{self.table}", {column.definition})']
        else:
            problem = f"need a {column.name} each: make it optional, give it to them, and make it required then"
            self.draft.guard(self.old.name, Guard("@sa.true()", problem))
            add = [self._call("add_column", column.definition)]
        self.draft.step(Phase.COLUMNS_ON, add, drop)
        if column.name == "deleted_at":
            problem = "are deleted, and would be alive again: restore them, or remove them for good"
            self.draft.guard_back(self.table, Guard(DELETED, problem))
        if required:
            self.draft.step(Phase.COLUMNS, required)

    def _filled(self, column: Column, table: str, value: filling.Value) -> tuple[list[Action], list[Action]]:
        """Return what adds a column with a value for the rows that exist, and what makes it required then."""
        draft, known = self.draft, [f"existing_type={column.type}"]
        if draft.is_mysql:
            known += [f"existing_{text}" for text in comment(column.doc)]
        default = value.server_default(draft.database)
        if default and not column.nullable:
            add = f'op.add_column("{table}", {column.defined(f"server_default={default}")})'
            known += ["existing_nullable=False"] * draft.is_mysql
            return [
                add,
                self._call("alter_column", f'"{column.name}", {", ".join(known)}, server_default=None', table),
            ], []
        add = f'op.add_column("{table}", {column.defined(nullable=True)})'
        steps: list[Action] = [add, self._update(table, column, value, where_empty=False)]
        if column.nullable:
            return steps, []
        return steps, [self._call("alter_column", f'"{column.name}", {", ".join(known)}, nullable=False', table)]

    def _update(self, table: str, column: Column, value: filling.Value, *, where_empty: bool) -> Action:
        target = f'@sa.table("{table}", @sa.column("{column.name}", {column.type}))'
        where = f'.where(@sa.column("{column.name}").is_(None))' * where_empty
        return f'op.execute(@sa.update({target}){where}.values({{"{column.name}": {value.expression(self.draft.database)}}}))'


def value_of_new(draft: Draft, pair: Pair, column: Column) -> filling.Value | None:
    """Return what rows that exist get in a new column, None if that is nothing, or cannot be the same in all."""
    if column.member is None:
        return None if column.nullable else filling.NOW
    text = fill_of(pair.new, column.member, draft.decisions)
    if text is None:
        return None
    found = filling.value(pair.new, column, text, draft.changes.new.spec)
    return None if column.member.unique and not found.differs else found
