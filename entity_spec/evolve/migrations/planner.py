"""How the tables of one version become those of another, with the rows that are in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from entity_spec import code
from entity_spec.evolve.changes import Changes, Decisions, Version
from entity_spec.evolve.migrations.columns import ColumnPlanner
from entity_spec.evolve.migrations.constraints import ConstraintPlanner
from entity_spec.evolve.migrations.conversions import Guard
from entity_spec.evolve.migrations.draft import DELETED, Draft, Phase, TablePair, execute, in_turn, refuse
from entity_spec.evolve.migrations.steps import Action, Plan
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.facts.tables import ForeignKey, Table, table_of, table_of_link

ALIVE_AGAIN = "are deleted, and would be alive again: restore them, or evolve with --purge-deleted"


def plan(changes: Changes, decisions: Decisions) -> list[Plan]:
    """Plan the revisions. Errors: RefusedError."""
    planner = Planner(changes, decisions)
    planner.plan()
    return planner.draft.plans


class Planner:
    def __init__(self, changes: Changes, decisions: Decisions) -> None:
        self.changes = changes
        self.draft = Draft(changes, decisions, _title(changes))
        self.database = self.draft.database
        self.table_pairs = [*self._table_pairs()]

    def _table_pairs(self) -> Iterator[TablePair]:
        for pair in self.changes.pairs:
            yield TablePair(table_of(pair.old), table_of(pair.new), pair.columns, pair)
        for old, new in self.changes.links:
            columns = {old.source_column: new.source_column, old.target_column: new.target_column}
            yield TablePair(table_of_link(old), table_of_link(new), columns)

    def plan(self) -> None:
        self._remove_tables()
        self._end_soft_delete()
        names = {pair.old.name: pair.new.name for pair in self.table_pairs}
        for old, new in in_turn(names):
            self.draft.step(Phase.NAMES, [f'op.rename_table("{old}", "{new}")'], [f'op.rename_table("{new}", "{old}")'])
        for tables in self.table_pairs:
            ColumnPlanner(self.draft, tables).plan()
            ConstraintPlanner(self.draft, tables, names).plan()
        self._create_tables()

    # Whole tables

    def _remove_tables(self) -> None:
        kept = {pair.old.name for pair in self.table_pairs}
        gone = [table for table in _tables(self.changes.old) if table.name not in kept]
        for position, table in reversed([*enumerate(gone)]):
            late = self._late(table, {other.name for other in gone[position + 1 :]})
            for key in late:
                self.draft.step(
                    Phase.KEYS_OFF, [self.draft.drop_key(table.name, key)], [self.draft.add_key(table.name, key)]
                )
            self.draft.step(Phase.TABLES_OFF, [f'op.drop_table("{table.name}")'], self._created(table, late))

    def _create_tables(self) -> None:
        kept = {pair.new.name for pair in self.table_pairs}
        made = [table for table in _tables(self.changes.new) if table.name not in kept]
        for position, table in enumerate(made):
            late = self._late(table, {other.name for other in made[position + 1 :]})
            self.draft.step(Phase.TABLES_ON, self._created(table, late), [f'op.drop_table("{table.name}")'])
            for key in late:
                self.draft.step(
                    Phase.KEYS_ON, [self.draft.add_key(table.name, key)], [self.draft.drop_key(table.name, key)]
                )

    def _late(self, table: Table, after: set[str]) -> list[ForeignKey]:
        """Return the foreign keys to tables that are created later."""
        return [key for key in table.foreign_keys if key.target in after and self.database.alters_constraints]

    def _created(self, table: Table, late: Sequence[ForeignKey]) -> list[Action]:
        create = code.exploded("op.create_table(", [f'"{table.name}"', *table.items(late)], ")")
        return [create, *(self.draft.create_index(table.name, index) for index in table.indexes)]

    # Rows that are deleted

    def _end_soft_delete(self) -> None:
        """Where soft delete ends, remove the deleted rows, or ask that there are none: they would be alive again."""
        ending = [pair.old for pair in self.changes.pairs if pair.old.soft_delete and not pair.new.soft_delete]
        if not ending:
            return
        guards = [(entity.table, Guard(DELETED, ALIVE_AGAIN)) for entity in ending]
        purge = self._purge(ending) if self.draft.decisions.purge_deleted else []
        if purge:
            self.draft.step(Phase.ROWS_OFF, purge)
        else:
            for table, guard in guards:
                self.draft.guard(table, guard)
        if self.draft.is_postgresql:
            # Until the column goes, rows are deleted softly: once more, when nobody can, which then takes no time.
            locks = [execute(f'LOCK TABLE "{table}"') for table, _ in guards]
            self.draft.last.add([*locks, *(purge or (refuse(table, guard) for table, guard in guards))])

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
                actions += [execute(f"DELETE FROM {self._quoted(table)} WHERE {which}") for table, which in rows]
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
        return f"`{name}`" if self.draft.is_mysql else f'"{name}"'


def _title(changes: Changes) -> str:
    if len(changes.lines) == 1 and len(changes.lines[0]) < 100:
        return changes.lines[0].rstrip(".")
    names = [pair.new.name for pair in changes.pairs if any(line.startswith(pair.new.name) for line in changes.lines)]
    names += [entity.name for entity in (*changes.added, *changes.removed)]
    return f"Change {', '.join(names)}" if 0 < len(names) <= 5 else "Change the entities"


def _tables(version: Version) -> list[Table]:
    """Return all tables in the order in which they are created."""
    entities = version.project.entities
    links = [link for entity in entities for link in entity.links]
    in_order = sorted(entities, key=lambda entity: entity.position)
    return [*map(table_of, in_order), *map(table_of_link, links)]
