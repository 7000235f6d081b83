"""How the tables of one version become those of another, with the rows that are in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, auto

from entity_spec import code
from entity_spec.code import literal, quoted
from entity_spec.evolve import conversions, filling
from entity_spec.evolve.changes import Changes, Decisions, Pair, fill_of
from entity_spec.evolve.steps import Action, Call, Plan, Step
from entity_spec.model import Field
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.facts.tables import Column, ForeignKey, Index, Table, Unique, comment, table_of, table_of_link

DELETED = '@sa.column("deleted_at").is_not(None)'


class Phase(IntEnum):
    """What comes before what: nothing is removed that something else still needs, and names are free when taken."""

    INDEXES_OFF = auto()
    KEYS_OFF = auto()
    UNIQUES_OFF = auto()
    TABLES_OFF = auto()
    ROWS_OFF = auto()
    COLUMNS_OFF = auto()
    NAMES = auto()
    TABLES_ON = auto()
    COLUMNS_ON = auto()
    COLUMNS = auto()
    UNIQUES_ON = auto()
    INDEXES_ON = auto()
    KEYS_ON = auto()


@dataclass(frozen=True)
class TablePair:
    """A table in both versions."""

    old: Table
    new: Table
    columns: Mapping[str, str]
    """The new names of columns that live on, by their old ones."""
    pair: Pair | None = None
    """The entity whose rows it has, None for the table of a link."""


class Planner:
    """Plans the revisions: `first`; for PostgreSQL, `later` without a transaction, and `last`, what goes then."""

    def __init__(self, changes: Changes, decisions: Decisions) -> None:
        self.changes = changes
        self.decisions = decisions
        self.database = changes.new.project.database
        self.is_postgresql = self.database.name == "postgresql"
        self.is_mysql = self.database.name == "mysql"
        self.batches = self.database.name == "sqlite"
        title = _title(changes)
        self.first = Plan(title)
        self.later = Plan(f"{title}: what takes long, while the tables are in use")
        self.last = Plan(f"{title}: what is not used any more")
        self._phases: dict[Phase, list[Step]] = {phase: [] for phase in Phase}
        self.table_pairs = [*self._table_pairs()]
        self.table_names = {pair.old.name: pair.new.name for pair in self.table_pairs}
        self._plan()

    def _table_pairs(self) -> Iterator[TablePair]:
        for pair in self.changes.pairs:
            yield TablePair(table_of(pair.old), table_of(pair.new), pair.columns, pair)
        for old, new in self.changes.links:
            columns = {old.source_column: new.source_column, old.target_column: new.target_column}
            yield TablePair(table_of_link(old), table_of_link(new), columns)

    def _plan(self) -> None:
        self._remove_tables()
        self._end_soft_delete()
        self._rename_tables()
        for tables in self.table_pairs:
            TablePlanner(self, tables).plan()
        self._create_tables()
        # MySQL needs an index as long as there is a key; a copy of an SQLite table takes all but indexes at once.
        for phase in sorted(Phase, key=lambda phase: (not (self.is_mysql and phase is Phase.KEYS_OFF), phase)):
            self.first.steps += self._phases[phase]
        if self.batches:
            self.first.steps = _batched(self.first.steps)
        if not self.later:
            self.first.steps += self.last.steps
            self.last.steps = []

    def step(self, phase: Phase, up: Iterable[Action] = (), down: Iterable[Action] = ()) -> None:
        self._phases[phase].append(Step(tuple(up), tuple(down)))

    def guard(self, table: str, found: conversions.Guard) -> None:
        line = f'@app.db.guards.refuse_rows("{table}", {found.condition}, {literal(found.problem)})'
        if line not in self.first.guards:
            self.first.guards.append(line)

    # Whole tables

    def _remove_tables(self) -> None:
        kept = set(self.table_names)
        old = self.changes.old.project
        in_order = [table_of(entity) for entity in sorted(old.entities, key=lambda entity: entity.position)]
        in_order += [table_of_link(link) for entity in old.entities for link in entity.links]
        gone = [table for table in in_order if table.name not in kept]
        for position, table in reversed([*enumerate(gone)]):
            late = self._late(table, {other.name for other in gone[position + 1 :]})
            for key in late:
                self.step(Phase.KEYS_OFF, [self.drop_key(table.name, key)], [self.add_key(table.name, key)])
            self.step(Phase.TABLES_OFF, [f'op.drop_table("{table.name}")'], self._created(table, late))

    def _create_tables(self) -> None:
        kept = {pair.new.name for pair in self.table_pairs}
        new = self.changes.new.project
        in_order = [table_of(entity) for entity in sorted(new.entities, key=lambda entity: entity.position)]
        in_order += [table_of_link(link) for entity in new.entities for link in entity.links]
        made = [table for table in in_order if table.name not in kept]
        for position, table in enumerate(made):
            late = self._late(table, {other.name for other in made[position + 1 :]})
            self.step(Phase.TABLES_ON, self._created(table, late), [f'op.drop_table("{table.name}")'])
            for key in late:
                self.step(Phase.KEYS_ON, [self.add_key(table.name, key)], [self.drop_key(table.name, key)])

    def _late(self, table: Table, after: set[str]) -> list[ForeignKey]:
        """Return the foreign keys to tables that are created later."""
        return [key for key in table.foreign_keys if key.target in after and self.database.alters_constraints]

    def _created(self, table: Table, late: Sequence[ForeignKey]) -> list[Action]:
        create = code.exploded("op.create_table(", [f'"{table.name}"', *table.items(late)], ")")
        return [create, *(self.create_index(table.name, index) for index in table.indexes)]

    # Rows that are deleted

    def _end_soft_delete(self) -> None:
        """Where soft delete ends, remove the deleted rows, or ask that there are none: they would be alive again."""
        ending = [pair.old for pair in self.changes.pairs if pair.old.soft_delete and not pair.new.soft_delete]
        if not ending:
            return
        up = self._purge(ending) if self.decisions.purge_deleted else [self._none_deleted(entity) for entity in ending]
        self.step(Phase.ROWS_OFF, up)
        if self.is_postgresql:
            # Until its column goes, rows are deleted softly.
            self.last.add([*(_execute(f'LOCK TABLE "{entity.table}"') for entity in ending), *up])

    def _none_deleted(self, entity: EntityFacts) -> Action:
        problem = "are deleted, and would be alive again: restore them, or evolve with --purge-deleted"
        return f'@app.db.guards.refuse_rows("{entity.table}", {DELETED}, {literal(problem)})'

    def _purge(self, ending: Sequence[EntityFacts]) -> list[Action]:
        children_first = sorted(self.changes.old.project.entities, key=lambda entity: -entity.position)
        actions: list[Action] = []
        for entity in children_first:
            condition = self._doomed(entity, {other.name for other in ending})
            if condition:
                rows = [(entity.table, condition)]
                rows[:0] = [
                    (link.table, self._refers(link.source_column, entity, condition))
                    for link in (*entity.links, *entity.inverse_links)
                ]
                actions += [_execute(f"DELETE FROM {self._quoted(table)} WHERE {which}") for table, which in rows]
        return actions

    def _doomed(self, entity: EntityFacts, ending: set[str], through: frozenset[str] = frozenset()) -> str:
        """Return the condition for rows that go for good: those that are deleted, and deleted ones that need them."""
        if entity.name in ending:
            return "deleted_at IS NOT NULL"
        if not entity.soft_delete or entity.name in through:
            return ""
        refers = []
        for reference in entity.references:
            target = entity.target(reference)
            condition = self._doomed(target, ending, through | {entity.name}) if reference.rule != "setnull" else ""
            if condition:
                refers.append(self._refers(reference.column, target, condition))
        return f"deleted_at IS NOT NULL AND ({' OR '.join(refers)})" if refers else ""

    def _refers(self, column: str, target: EntityFacts, condition: str) -> str:
        return f"{self._quoted(column)} IN (SELECT id FROM {self._quoted(target.table)} WHERE {condition})"

    def _quoted(self, name: str) -> str:
        return f"`{name}`" if self.is_mysql else f'"{name}"'

    # Names

    def _rename_tables(self) -> None:
        for old, new in _in_turn(self.table_names):
            self.step(Phase.NAMES, [f'op.rename_table("{old}", "{new}")'], [f'op.rename_table("{new}", "{old}")'])

    # Single operations

    def create_index(self, table: str, index: Index) -> Action:
        return f'op.create_index("{index.name}", "{table}", {index.arguments})'

    def add_key(self, table: str, key: ForeignKey, options: str = "") -> Action:
        columns = f'"{key.target}", ["{key.column}"], ["id"], ondelete="{key.rule}"{options}'
        return Call("create_foreign_key", table, columns, before=f'"{key.name}"', batched=self.batches)

    def drop_key(self, table: str, key: ForeignKey) -> Action:
        return Call("drop_constraint", table, 'type_="foreignkey"', before=f'"{key.name}"', batched=self.batches)

    def add_unique(self, table: str, unique: Unique) -> Action:
        columns = f"[{quoted(unique.columns)}]"
        return Call("create_unique_constraint", table, columns, before=f'"{unique.name}"', batched=self.batches)

    def drop_unique(self, table: str, unique: Unique) -> Action:
        return Call("drop_constraint", table, 'type_="unique"', before=f'"{unique.name}"', batched=self.batches)


def _title(changes: Changes) -> str:
    if len(changes.lines) == 1 and len(changes.lines[0]) < 100:
        return changes.lines[0].rstrip(".")
    names = [pair.new.name for pair in changes.pairs if any(line.startswith(pair.new.name) for line in changes.lines)]
    names += [entity.name for entity in (*changes.added, *changes.removed)]
    return f"Change {', '.join(names)}" if 0 < len(names) <= 5 else "Change the entities"


def _in_turn(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the renames in an order in which each name is free when it is taken."""
    waiting = {old: new for old, new in names.items() if old != new}
    done: list[tuple[str, str]] = []
    while waiting:
        free = next((old for old, new in waiting.items() if new not in waiting), None)
        if free is not None:
            done.append((free, waiting.pop(free)))
            continue
        old, new = next(iter(waiting.items()))
        done.append((old, f"{old}_"))
        waiting = {f"{old}_": new, **{other: to for other, to in waiting.items() if other != old}}
    return done


def _batched(steps: Sequence[Step]) -> list[Step]:
    """Bring steps in batches of one table together, where only such are between them: each batch copies the table."""
    arranged: list[Step] = []
    together: list[Step] = []
    for step in [*steps, None]:
        if step and _only_batch(step):
            together.append(step)
            continue
        arranged += sorted(together, key=_batch_table)
        together = []
        if step:
            arranged.append(step)
    return arranged


def _only_batch(step: Step) -> bool:
    tables = {action.table for action in (*step.up, *step.down) if isinstance(action, Call) and action.batched}
    return len(tables) == 1 and all(isinstance(action, Call) and action.batched for action in (*step.up, *step.down))


def _batch_table(step: Step) -> str:
    return next(action.table for action in (*step.up, *step.down) if isinstance(action, Call))


class TablePlanner:
    """Plans what becomes of one table. What is removed goes by its old name, the rest happens under the new one."""

    def __init__(self, planner: Planner, tables: TablePair) -> None:
        self.planner = planner
        self.old, self.new = tables.old, tables.new
        self.names = tables.columns
        self.pair = tables.pair
        self.table = tables.new.name
        self.old_columns = {column.name: column for column in tables.old.columns}
        self.new_columns = {column.name: column for column in tables.new.columns}
        self.back = {new: old for old, new in tables.columns.items()}

    def plan(self) -> None:
        self._columns()
        self._foreign_keys()
        self._uniques_and_indexes()
        self._key_names()

    # Columns

    def _columns(self) -> None:
        # What is computed goes before what it is computed from.
        for name, column in reversed(self.old_columns.items()):
            if name not in self.names:
                self._drop_column(column)
        for old, new in _in_turn(self.names):
            self._rename_column(old, new)
        for old, new in self.names.items():
            self._change_column(self.old_columns[old], self.new_columns[new])
        for name, column in self.new_columns.items():
            if name not in self.back:
                self._add_column(column)

    def _call(self, method: str, after: str, table: str = "") -> Call:
        return Call(method, table or self.table, after, batched=self.planner.batches)

    def _drop_column(self, column: Column) -> None:
        if self.planner.is_postgresql and column.name == "deleted_at":
            self.planner.last.add(
                [self._call("drop_column", '"deleted_at"')], [self._call("add_column", column.definition)]
            )
            return
        self.planner.step(
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
        problem = f"would have no {column.name}: what it held is gone"
        self.planner.first.down_guards.append(
            f'@app.db.guards.refuse_rows("{self.table}", @sa.true(), {literal(problem)})'
        )
        return [self._call("add_column", column.definition, self.old.name)]

    def _rename_column(self, old: str, new: str) -> None:
        self.planner.step(Phase.NAMES, [self._renamed(old, new)], [self._renamed(new, old)])

    def _renamed(self, old: str, new: str) -> Action:
        if self.planner.is_mysql:
            return _execute(f"ALTER TABLE `{self.table}` RENAME COLUMN `{old}` TO `{new}`")
        return f'op.alter_column("{self.table}", "{old}", new_column_name="{new}")'

    def _change_column(self, old: Column, new: Column) -> None:
        if self.pair and isinstance(old.member, Field) and isinstance(new.member, Field):
            self._check_values(old, old.member, new.member)
        filled = self._fill_nulls(old, new)
        if filled:
            self.planner.step(Phase.COLUMNS_ON, [filled])
        if old.type == new.type and old.nullable == new.nullable and not self._comment_changes(old, new):
            return
        if self.planner.is_postgresql and old.nullable and not new.nullable:
            self._require_later(new)
            old = replace(old, nullable=False)
            if old.type == new.type and not self._comment_changes(old, new):
                return
        self.planner.step(Phase.COLUMNS, [self._altered(old, new)], [self._altered(new, old, at=new.name)])

    def _comment_changes(self, old: Column, new: Column) -> bool:
        return comment(old.doc) != comment(new.doc) and not self.planner.batches

    def _altered(self, old: Column, new: Column, at: str = "") -> Action:
        arguments = [f'"{at or new.name}"', f"existing_type={old.type}"]
        if old.type != new.type:
            arguments.append(f"type_={new.type}")
            using = self._cast(old, new, at or new.name)
            arguments += [f"postgresql_using={literal(using)}"] if using else []
        if old.nullable != new.nullable:
            arguments.append(f"nullable={new.nullable}")
        elif self.planner.is_mysql:
            arguments.append(f"existing_nullable={old.nullable}")
        if self._comment_changes(old, new):
            arguments.append((comment(new.doc) or ["comment=None"])[0])
        if self.planner.is_mysql or self._comment_changes(old, new):
            arguments += [f"existing_{known}" for known in comment(old.doc)]
        return self._call("alter_column", ", ".join(arguments))

    def _cast(self, old: Column, new: Column, name: str) -> str:
        if not self.planner.is_postgresql:
            return ""
        assert isinstance(old.member, Field)
        assert isinstance(new.member, Field)
        return conversions.cast(replace(old.member, name=name), replace(new.member, name=name))

    def _check_values(self, column: Column, old: Field, new: Field) -> None:
        assert self.pair
        fill = self.planner.decisions.fills.get(f"{self.pair.new.name}.{new.name}")
        for guard in conversions.guards(old, new, self.planner.database):
            if fill is None or ".is_(None)" not in guard.condition:
                problem = guard.problem.replace("Entity.", f"{self.pair.new.name}.")
                self.planner.guard(self.old.name, replace(guard, problem=problem))

    def _fill_nulls(self, old: Column, new: Column) -> Action | None:
        """Return what fills the empty values of a column that becomes required, if there is a value for them."""
        if not self.pair or not old.nullable or new.nullable or new.member is None:
            return None
        value = self.planner.decisions.fills.get(f"{self.pair.new.name}.{new.member.name}")
        if value is None:
            return None
        expression = filling.value(self.pair.new, new, value, self.planner.changes.new.spec)
        return self._update(self.table, new, expression, where_empty=True)

    def _require_later(self, column: Column) -> None:
        """Have PostgreSQL look for NULLs while the table is in use, so that NOT NULL needs no look."""
        self.planner.later.add(
            [f'@app.db.online.require("{self.table}", "{column.name}")'],
            [f'op.alter_column("{self.table}", "{column.name}", nullable=True)'],
        )

    def _add_column(self, column: Column) -> None:
        assert self.pair
        drop = [self._call("drop_column", f'"{column.name}"')]
        value = self._value_of_new(column)
        required: list[Action] = []
        if value is not None:
            add, required = self._filled(column, self.table, value)
        elif column.nullable or column.made_by:
            add = [f'op.add_column("{self.table}", {column.definition})']
        else:
            problem = f"need a {column.name} each: make it optional, give it to them, and make it required then"
            self.planner.guard(self.old.name, conversions.Guard("@sa.true()", problem))
            add = [self._call("add_column", column.definition)]
        self.planner.step(Phase.COLUMNS_ON, add, drop)
        if required:
            self.planner.step(Phase.COLUMNS, required)

    def _value_of_new(self, column: Column) -> filling.Value | None:
        assert self.pair
        if column.member is None:
            return None if column.nullable else filling.NOW
        text = fill_of(self.pair.new, column.member, self.planner.decisions)
        if text is None:
            return None
        found = filling.value(self.pair.new, column, text, self.planner.changes.new.spec)
        return None if column.member.unique and not found.differs else found

    def _filled(self, column: Column, table: str, value: filling.Value) -> tuple[list[Action], list[Action]]:
        """Return what adds a column with a value for the rows that exist, and what makes it required then."""
        planner, known = self.planner, [f"existing_type={column.type}"]
        if planner.is_mysql:
            known += [f"existing_{text}" for text in comment(column.doc)]
        default = value.server_default(planner.database)
        if default and not column.nullable:
            add = f'op.add_column("{table}", {column.defined(f"server_default={default}")})'
            known += ["existing_nullable=False"] * planner.is_mysql
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
        return f'op.execute(@sa.update({target}){where}.values({{"{column.name}": {value.expression(self.planner.database)}}}))'

    # Foreign keys

    def _foreign_keys(self) -> None:
        planner = self.planner
        waiting = {(key.column, key.target, key.rule): key for key in self.new.foreign_keys}
        for key in self.old.foreign_keys:
            column = self.names.get(key.column)
            target = planner.table_names.get(key.target)
            same = waiting.pop((column or "", target or "", key.rule), None)
            if same is None:
                self._drop_key(key)
            elif same.name != key.name:
                self._rename_key(key, same)
            elif planner.is_mysql and self._loses_index(key.column):
                self._drop_key(key)
                self._add_key(same)
        for key in waiting.values():
            self._add_key(key)

    def _loses_index(self, column: str) -> bool:
        """Tell whether an index that begins with the column goes: MySQL needs it as long as the key is there."""
        kept = {*self._kept_indexes()}
        return any(index.columns[0] == column and index not in kept for index in self.old.indexed)

    def _drop_key(self, key: ForeignKey) -> None:
        planner = self.planner
        self.planner.step(Phase.KEYS_OFF, [planner.drop_key(self.old.name, key)], [planner.add_key(self.old.name, key)])

    def _add_key(self, key: ForeignKey) -> None:
        planner = self.planner
        options = ", postgresql_not_valid=True" * planner.is_postgresql
        planner.step(Phase.KEYS_ON, [planner.add_key(self.table, key, options)], [planner.drop_key(self.table, key)])
        if planner.is_postgresql:
            planner.later.add([f'@app.db.online.validate("{self.table}", "{key.name}")'])

    def _rename_key(self, old: ForeignKey, new: ForeignKey) -> None:
        planner = self.planner
        if planner.is_postgresql:
            self._rename_constraint(old.name, new.name)
        else:
            self._drop_key(old)
            planner.step(Phase.KEYS_ON, [planner.add_key(self.table, new)], [planner.drop_key(self.table, new)])

    def _rename_constraint(self, old: str, new: str) -> None:
        self.planner.step(Phase.NAMES, [self._constraint_renamed(old, new)], [self._constraint_renamed(new, old)])

    def _constraint_renamed(self, old: str, new: str) -> Action:
        return _execute(f'ALTER TABLE "{self.table}" RENAME CONSTRAINT {old} TO {new}')

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

    def _kept_indexes(self) -> list[Unique | Index]:
        return [item for item, same in self._matches() if same]

    def _uniques_and_indexes(self) -> None:
        kept = [*self._matches()]
        stay = [same for _, same in kept if same]
        came = {item.name: item for item in self.new.indexed if item not in stay}
        for item, same in kept:
            if same is None:
                successor = came.get(item.name) if self.planner.is_postgresql else None
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
        planner, goes_with_column = self.planner, self._mapped(item.columns) is None
        if isinstance(item, Unique):
            planner.step(
                Phase.UNIQUES_OFF, [planner.drop_unique(self.old.name, item)], [planner.add_unique(self.old.name, item)]
            )
        elif planner.is_postgresql and not goes_with_column:
            planner.later.add(
                [f'@app.db.online.remove_index("{item.name}", "{self.table}")'],
                [f'@app.db.online.build_index("{item.name}", "{self.table}", {self._renamed_arguments(item)})'],
            )
        else:
            # PostgreSQL removes it together with its column.
            drop = [f'op.drop_index("{item.name}", "{self.old.name}")'] * (not planner.is_postgresql)
            planner.step(Phase.INDEXES_OFF, drop, [planner.create_index(self.old.name, item)])

    def _renamed_arguments(self, index: Index) -> str:
        return replace(index, columns=self._mapped(index.columns) or index.columns).arguments

    def _add(self, item: Unique | Index) -> None:
        planner = self.planner
        if planner.is_postgresql:
            build, arguments = _builder(item)
            undo = f'op.drop_constraint("{item.name}", "{self.table}", type_="unique")'
            if isinstance(item, Index):
                undo = f'@app.db.online.remove_index("{item.name}", "{self.table}")'
            planner.later.add([f'@app.db.online.{build}("{item.name}", "{self.table}", {arguments})'], [undo])
        elif isinstance(item, Unique):
            planner.step(
                Phase.UNIQUES_ON, [planner.add_unique(self.table, item)], [planner.drop_unique(self.table, item)]
            )
        else:
            planner.step(
                Phase.INDEXES_ON,
                [planner.create_index(self.table, item)],
                [f'op.drop_index("{item.name}", "{self.table}")'],
            )

    def _replace(self, old: Unique | Index, new: Unique | Index) -> None:
        """Let one take the place of another of the same name, without a moment in which there is neither."""
        self.planner.later.add([self._replaced(old, new)], [self._replaced(new, old)])

    def _replaced(self, old: Unique | Index, new: Unique | Index) -> Action:
        kind = "constraint" if isinstance(new, Unique) else "index"
        return f'@app.db.online.replace_by_{kind}("{new.name}", "{self.table}", {_builder(new)[1]})'

    def _check_duplicates(self, item: Unique | Index) -> None:
        """Ask for duplicates among the rows that there are, unless a new column keeps them apart or empty."""
        if isinstance(item, Index) and "unique=True" not in item.options:
            return
        columns = [column for column in item.columns if column not in self.planner.database.live_columns]
        known = [self.back[column] for column in columns if column in self.back]
        fresh = [self.new_columns[column] for column in columns if column not in self.back]
        values = [self._value_of_new(column) for column in fresh]
        if any(value is None or value.differs for value in values):
            return
        if not known:
            problem = f"would have the same {' and '.join(columns)}: only one can"
            line = f'@app.db.guards.refuse_more_than_one("{self.old.name}", {literal(problem)})'
        else:
            live = ", live=True" * ("deleted_at" in self.old_columns)
            line = f'@app.db.guards.refuse_duplicates("{self.old.name}", [{quoted(known)}]{live})'
        if line not in self.planner.first.guards:
            self.planner.first.guards.append(line)

    def _rename_index(self, old: Unique | Index, new: Unique | Index) -> None:
        planner = self.planner
        if isinstance(old, Unique) and planner.is_postgresql:
            self._rename_constraint(old.name, new.name)
        elif self.planner.batches:
            self._drop(old)
            self._add(new)
        else:
            statement = "ALTER INDEX {} RENAME TO {}"
            if planner.is_mysql:
                statement = f"ALTER TABLE `{self.table}` RENAME INDEX {{}} TO {{}}"
            self._rename_by(statement, old.name, new.name)

    def _key_names(self) -> None:
        """PostgreSQL names primary keys and their sequences, too."""
        if not self.planner.is_postgresql or self.old.name == self.new.name:
            return
        self._rename_constraint(self.old.primary_key.name, self.new.primary_key.name)
        if any("Identity" in column.made_by for column in self.new.columns):
            self._rename_by("ALTER SEQUENCE {} RENAME TO {}", f"{self.old.name}_id_seq", f"{self.table}_id_seq")

    def _rename_by(self, statement: str, old: str, new: str) -> None:
        self.planner.step(Phase.NAMES, [_execute(statement.format(old, new))], [_execute(statement.format(new, old))])


def _execute(statement: str) -> str:
    return f"op.execute({literal(statement)})"


def _kind(item: Unique | Index, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    return (item.options if isinstance(item, Index) else "constraint", tuple(columns))


def _builder(item: Unique | Index) -> tuple[str, str]:
    """Return the function that builds it while the table is in use, and its last arguments."""
    return (
        ("build_unique", f"[{quoted(item.columns)}]") if isinstance(item, Unique) else ("build_index", item.arguments)
    )
