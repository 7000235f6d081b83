"""An entity's router, and the list of all routers."""

from __future__ import annotations

from collections.abc import Sequence

from entity_spec.code import Imports
from entity_spec.view.facts.entity import Collection, EntityFacts
from entity_spec.view.facts.names import not_builtin


class RouterView:
    def __init__(self, entity: EntityFacts) -> None:
        self.entity = entity

    @property
    def detail(self) -> str:
        """The schema of a single row."""
        return f"{self.entity.name}Detail" if self.entity.embeds else f"{self.entity.name}Out"

    @property
    def answer(self) -> str:
        """The schema of the answer to a change: it includes the lists of links."""
        return self.detail if self.entity.shown_links else f"{self.entity.name}Out"

    def crud_of(self, collection: Collection) -> str:
        """Return the name in this router of the crud module of a collection's items."""
        item = collection.item
        return "crud" if item is self.entity else f"{item.snake}_crud"

    @property
    def imports(self) -> str:
        entity, imports = self.entity, Imports()
        items = {entity, *(collection.item for collection in entity.collections)}
        names = {
            "typing": ["Annotated"],
            "fastapi": [
                "APIRouter",
                "Depends",
                *["Request"] * entity.writes,
                *["Response"] * (entity.timestamps or entity.writes),
            ],
            "app.values": ["Id"],
            "app.web.parameters": ["QueryParameters"],
            "app.web.problems": ["problem_docs"],
            "app.web.routing": ["OneThreadRoute"],
            "app.schemas.base": ["Page", *["Bulk"] * entity.writes],
            "app.dependencies": [
                "DbSession",
                *["IfMatch"] * (entity.timestamps and entity.writes),
                *["require_may_see_deleted"] * entity.restores,
            ],
            "app.web.headers": [
                *["created_docs", "location"] * entity.writes,
                *["etag", "etag_docs"] * entity.timestamps,
            ],
        }
        for module, members in names.items():
            for member in members:
                imports.name(module, member)
        imports.name("app.crud", entity.snake, "crud")
        for suffix in ("Create", "Update") if entity.writes else ():
            imports.name(f"app.schemas.{entity.snake}", f"{entity.name}{suffix}")
        if entity.embeds:
            imports.name(f"app.schemas.{entity.snake}_detail", f"{entity.name}Detail")
        for item in items:
            for suffix in ("ListParameters", "Out"):
                imports.name(f"app.schemas.{item.snake}", f"{item.name}{suffix}")
        for collection in entity.collections:
            imports.name("app.crud", collection.item.snake, self.crud_of(collection))
        return str(imports)


class RouterListView:
    def __init__(self, entities: Sequence[EntityFacts]) -> None:
        self.modules = {entity.plural: not_builtin(entity.plural) for entity in entities}
        """Each with its name in the list."""

    @property
    def imports(self) -> str:
        imports = Imports()
        imports.name("fastapi", "APIRouter")
        for module, local in self.modules.items():
            imports.name("app.routers", module, local)
        return str(imports)

    @property
    def names(self) -> list[str]:
        return [f"{local}.router" for local in self.modules.values()]
