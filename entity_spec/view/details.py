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
        lines += [f"{link.name}: list[{link.target.name}Out]" for link in entity.shown_links]
        for source, reference in entity.owned:
            one = f"{source.name}Out | None"
            lines.append(f"{reference.inverse}: {one if reference.unique else f'list[{source.name}Out]'}")
        return lines

    @property
    def imports(self) -> str:
        entity, imports = self.entity, Imports()
        shown = {entity, *(entity.target(reference) for reference in entity.shown_references)}
        shown |= {link.target for link in entity.shown_links} | {source for source, _ in entity.owned}
        for other in shown:
            imports.name(f"app.schemas.{other.snake}", f"{other.name}Out")
        return str(imports)
