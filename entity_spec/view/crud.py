"""An entity's crud module."""

from __future__ import annotations

from entity_spec.code import Imports, quoted
from entity_spec.view.facts.entity import Collection, EntityFacts

SUFFIXES = ("Create", "ListParameters", "Out", "Update")


class CrudView:
    def __init__(self, entity: EntityFacts) -> None:
        self.entity = entity

    @property
    def _beside(self) -> list[tuple[str, EntityFacts]]:
        entity = self.entity
        found = [(reference.name, entity.target(reference)) for reference in entity.shown_references]
        return found + [(reference.inverse or "", source) for source, reference in entity.owned if reference.unique]

    @property
    def beside(self) -> list[str]:
        """The single rows in a detail, which are loaded by joins."""
        return [name for name, _ in self._beside]

    @property
    def joins_list(self) -> bool:
        """Whether the first list is loaded by a join too: the other columns are sent again with each row of it."""
        repeated = [self.entity, *(other for _, other in self._beside)]
        return not any(field.type in {"text", "json"} for one in repeated for field in one.spec.fields)

    @property
    def detail(self) -> str:
        """How a detail is read."""
        loads = ", ".join(f"joinedload({self.entity.local}.{name})" for name in self.beside)
        row = f"BY_ID.options({loads})" if loads else "BY_ID"
        lists = [f'"{collection.name}": {self._items(collection)}' for collection in self.entity.embedded_lists]
        joined = ", joined=True" * self.joins_list
        return f"Detail({row}, {{{', '.join(lists)}}}{joined})" if lists else row

    def _items(self, collection: Collection) -> str:
        """The statement for the items of a list in a detail."""
        item, reference, link = collection.item.local, collection.reference, collection.link
        if reference:
            return f"select({item}).where({item}.{reference.column} == KEY)"
        assert link
        linked = f"select({link.table}.c.{link.target_column}).where({link.table}.c.{link.source_column} == KEY)"
        return f"select({item}).where({item}.id.in_({linked}))"

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
        models |= {collection.item for collection in entity.embedded_lists}
        for model in models:
            imports.name(f"app.db.models.{model.snake}", model.name, model.local)
        links = [*entity.links, *(collection.link for collection in entity.listed_in if collection.link)]
        for link in links:
            imports.name(f"app.db.models.{link.declared_by.snake}", link.table)
        names = {
            "collections.abc": ["Sequence"],
            "app.queries.creating": ["create_rows"],
            "app.queries.details": ["Detail", "get_detail"] if entity.embedded_lists else [],
            "app.queries.lookup": [
                "KEY",
                "get_one",
                "lock_one",
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
            "sqlalchemy.orm": ["joinedload"] if self.beside else [],
            f"app.schemas.{entity.snake}": [f"{entity.name}{suffix}" for suffix in SUFFIXES],
        }
        for module, members in names.items():
            for member in members:
                imports.name(module, member)
        return str(imports)
