"""An entity's crud module."""

from __future__ import annotations

from entity_spec.code import Imports, quoted
from entity_spec.view.facts.entity import EntityFacts

SUFFIXES = ("Create", "ListParameters", "Out", "Update")


class CrudView:
    def __init__(self, entity: EntityFacts) -> None:
        self.entity = entity

    @property
    def loads(self) -> list[tuple[str, str]]:
        """What a detail loads, and how: single rows and one list by joins, each other list by a statement."""
        entity = self.entity
        beside = [(reference.name, entity.target(reference)) for reference in entity.shown_references]
        beside += [(reference.inverse or "", source) for source, reference in entity.owned if reference.unique]
        joined = [name for name, _ in beside]
        listed = [link.name for link in entity.shown_links]
        listed += [reference.inverse or "" for _, reference in entity.owned if not reference.unique]
        # The other columns are sent again with each row of a joined list.
        if not any(
            field.type in {"text", "json"} for one in [entity, *(one for _, one in beside)] for field in one.spec.fields
        ):
            joined += listed[:1]
            listed = listed[1:]
        return [("joinedload", name) for name in joined] + [("selectinload", name) for name in listed]

    @property
    def own_columns(self) -> str:
        """The arguments of `model_dump` for the columns of the row itself."""
        links = self.entity.links
        return f"exclude={{{quoted(link.name for link in links)}}}" if links else ""

    @property
    def imports(self) -> str:
        entity, imports = self.entity, Imports()
        imports.expand(entity.settings.key.python)
        imports.name("sqlalchemy", "select")
        imports.name("sqlalchemy.orm", "Session")
        models = {entity, *(entity.target(reference) for reference in entity.references)}
        models |= {link.target for link in entity.links} | {collection.owner for collection in entity.listed_in}
        for model in models:
            imports.name(f"app.db.models.{model.snake}", model.name, model.local)
        links = [*entity.links, *(collection.link for collection in entity.listed_in if collection.link)]
        for link in links:
            imports.name(f"app.db.models.{link.declared_by.snake}", link.table)
        names = {
            "collections.abc": ["Sequence"],
            "app.queries.creating": ["create_rows"],
            "app.queries.lookup": [
                "KEY",
                "get_one",
                "lock_one",
                *["get_detail"] * entity.embeds,
                *["check_references", "check_references_of_all"] * entity.refers,
            ],
            "app.queries.paging": [
                "Slice",
                "fetch_slice",
                "select_columns",
                *["fetch_slice_of"] * bool(entity.listed_in),
            ],
            "app.queries.versions": ["Versions", "check_version"] if entity.timestamps else [],
            "app.queries.links": ["Link", "add_link", "add_links", "hold_item", "remove_link", "replace_links"]
            if entity.links
            else [],
            "app.queries.deleting": [] if entity.soft_delete else ["delete_row"],
            "app.queries.soft_deleting": ["restore_row", "soft_delete_row"] if entity.soft_delete else [],
            "sqlalchemy.orm": [function for function, _ in self.loads],
            f"app.schemas.{entity.snake}": [f"{entity.name}{suffix}" for suffix in SUFFIXES],
        }
        for module, members in names.items():
            for member in members:
                imports.name(module, member)
        return str(imports)
