"""What the README and the OpenAPI document say about an entity."""

from __future__ import annotations

from entity_spec.view.facts.entity import EntityFacts


class DocsView:
    def __init__(self, entity: EntityFacts) -> None:
        self.entity = entity

    @property
    def summary(self) -> str:
        """One line for the list of tags."""
        parts = [reference.name for reference in self.entity.shown_references]
        parts += [collection.name for collection in self.entity.collections]
        listed = " and ".join(", ".join(parts).replace("_", " ").rsplit(", ", 1))
        found = f", each with its {listed}" if 0 < len(parts) < 5 else ""
        return self.entity.doc or f"{self.entity.label_plural.capitalize()}{found}."

    @property
    def references(self) -> str:
        found = [f"{reference.name}: {reference.target} ({reference.rule})" for reference in self.entity.references]
        found += [f"{link.name}: {link.target.name}[]" for link in self.entity.links]
        return ", ".join(found) or "-"

    @property
    def routes(self) -> list[tuple[str, str]]:
        """Every path with its methods."""
        entity = self.entity
        rows = f"/api/v1/{entity.plural}"
        row = f"{rows}/{{{entity.snake}_id}}"
        found = [(rows, "GET, POST"), (row, "GET, PATCH, DELETE")] if entity.writes else [(rows, "GET"), (row, "GET")]
        found += [(f"{rows}/bulk", "POST")] * entity.writes
        found += [(f"{row}/restore", "POST")] * entity.restores
        found += [(f"{row}/{collection.name}", "GET") for collection in entity.collections]
        links = entity.written_links
        return found + [(f"{row}/{link.name}/{{{link.target_column}}}", "PUT, DELETE") for link in links]
