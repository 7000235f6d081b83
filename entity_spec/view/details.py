"""An entity's detail: its schema with what it refers to and what belongs to it."""

from __future__ import annotations

from entity_spec.code import Imports, optional
from entity_spec.view.facts.entity import EntityFacts


class DetailView:
    def __init__(self, entity: EntityFacts) -> None:
        self.entity = entity

    @property
    def lines(self) -> list[str]:
        entity, lines = self.entity, []
        for reference in entity.shown_references:
            target = entity.target(reference)
            none = reference.optional or target.soft_delete
            lines.append(f"{reference.name}: {optional(f'{target.name}Out', none)}")
        for source, reference in entity.owned:
            if reference.unique:
                lines.append(f"{reference.inverse}: {source.name}Out | None")
        for collection in entity.embedded_lists:
            lines.append(f"{collection.name}: First[{collection.item.name}Out]")
            lines.append(f"next_cursor_of_{collection.name}: NextCursor")
        return lines

    @property
    def imports(self) -> str:
        entity, imports = self.entity, Imports()
        shown = {entity, *(entity.target(reference) for reference in entity.shown_references)}
        shown |= {link.target for link in entity.shown_links} | {source for source, _ in entity.owned}
        for name in ("First", "NextCursor") if entity.embedded_lists else ():
            imports.name("app.schemas.base", name)
        for other in shown:
            imports.name(f"app.schemas.{other.snake}", f"{other.name}Out")
        return str(imports)
