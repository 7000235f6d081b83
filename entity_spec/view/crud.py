"""An entity's crud module and its router."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entity_spec.code import Imports, exploded, quoted, tuple_of

if TYPE_CHECKING:
    from entity_spec.view.entity import Collection, EntityView, Link


class CrudView:
    def __init__(self, entity: EntityView) -> None:
        self.entity = entity

    @property
    def list_columns(self) -> list[str]:
        return [f"{self.entity.local}.{name}" for name in self.entity.schemas.out_names]

    @property
    def loads(self) -> list[str]:
        """The loader options of a detail: a join for what is one, a statement for what are many."""
        entity, local = self.entity, self.entity.local
        joined = [reference.name for reference in entity.shown_references]
        joined += [reference.inverse or "" for _, reference in entity.owned if reference.unique]
        listed = [link.name for link in entity.shown_links]
        listed += [reference.inverse or "" for _, reference in entity.owned if not reference.unique]
        return [f"joinedload({local}.{name})" for name in joined] + [f"selectinload({local}.{name})" for name in listed]

    @property
    def constants(self) -> list[tuple[str, str]]:
        entity, found = self.entity, []
        if entity.references:
            keys = [f'"{reference.column}": {entity.target(reference).local}.id' for reference in entity.references]
            found.append(("REFERENCES", exploded("{", keys, "}")))
        if self.loads:
            found.append(("DETAIL", tuple_of(self.loads)))
        for link in entity.links:
            arguments = [
                f'field="{link.name}"',
                f"table={link.table}",
                f"owner={link.table}.c.{link.source_column}",
                f"item={link.table}.c.{link.target_column}",
                f"item_key={link.target.local}.id",
            ]
            found.append((link.table.upper(), exploded("Link(", arguments, ")")))
        return found

    @property
    def page_query(self) -> str:
        return "DeletablePageQuery" if self.entity.soft_delete else "PageQuery"

    @property
    def list_statement(self) -> str:
        options = ".execution_options(include_deleted=page.include_deleted)" if self.entity.soft_delete else ""
        return f"select(*LIST_COLUMNS){options}"

    @property
    def creation(self) -> list[str]:
        entity = self.entity
        checks = ["check_references(db, REFERENCES, values)"] if entity.references else []
        exclude = f"exclude={{{quoted(link.name for link in entity.links)}}}" if entity.links else ""
        return [
            f"values = data.model_dump({exclude})",
            *checks,
            f"{entity.var} = {entity.local}(**values)",
            f"db.add({entity.var})",
            "db.flush()",
            *(f"add_links(db, {link.table.upper()}, {entity.var}.id, data.{link.name})" for link in entity.links),
        ]

    @property
    def change(self) -> list[str]:
        entity = self.entity
        lines = [f"{entity.var} = get_{entity.snake}(db, {entity.snake}_id)", "values = data.model_dump()"]
        if entity.references:
            lines.append("check_references(db, REFERENCES, values)")
        for link in entity.links:
            arguments = f'{link.table.upper()}, {entity.var}, {entity.snake}_id, values.pop("{link.name}")'
            lines += [f'if "{link.name}" in values:', f"    replace_links(db, {arguments})"]
        return [*lines, "for name, value in values.items():", f"    setattr({entity.var}, name, value)", "db.flush()"]

    def condition(self, collection: Collection) -> str:
        """What makes a row belong to the owner."""
        owner_key = f"{collection.owner.snake}_id"
        if collection.reference:
            return f"{self.entity.local}.{collection.reference.column} == {owner_key}"
        link = collection.link
        assert link
        chosen = (
            f"select({link.table}.c.{link.target_column}).where({link.table}.c.{link.source_column} == {owner_key})"
        )
        return f"{self.entity.local}.id.in_({chosen})"

    @property
    def imports(self) -> str:
        entity, imports = self.entity, Imports()
        imports.expand(entity.project.key.python)
        imports.name("sqlalchemy", "select")
        imports.name("sqlalchemy.orm", "Session")
        models = {entity, *(entity.target(reference) for reference in entity.references)}
        models |= {link.target for link in entity.links} | {collection.owner for collection in entity.listed_in}
        for model in models:
            imports.name(f"app.db.models.{model.snake}", model.name, model.local)
        links = [*entity.links, *(collection.link for collection in entity.listed_in if collection.link)]
        for link in links:
            owner = link.source if link in link.source.links else link.target
            imports.name(f"app.db.models.{owner.snake}", link.table)
        names = {
            "app.queries.lookup": ["get_one", *["check_references"] * bool(entity.references)],
            "app.queries.paging": ["Slice", "fetch_slice"],
            "app.schemas.base": [self.page_query, *["PageQuery"] * bool(entity.listed_in)],
            "app.queries.links": ["Link", "add_link", "add_links", "remove_link", "replace_links"]
            if entity.links
            else [],
            "app.queries.deleting": [] if entity.soft_delete else ["delete_row"],
            "app.queries.soft_deleting": ["restore_row", "soft_delete_row"] if entity.soft_delete else [],
            "sqlalchemy.orm": [load.partition("(")[0] for load in self.loads],
            f"app.schemas.{entity.snake}": [f"{entity.name}Create", f"{entity.name}Update"],
        }
        for module, members in names.items():
            for member in members:
                imports.name(module, member)
        return str(imports)


class RouterView:
    def __init__(self, entity: EntityView) -> None:
        self.entity = entity

    @property
    def written_links(self) -> list[Link]:
        return self.entity.links if self.entity.writes else []

    def crud_of(self, collection: Collection) -> str:
        """The crud module of a collection's items, by its name in this router."""
        item = collection.item
        return "crud" if item is self.entity else f"{item.snake}_crud"

    @property
    def page_params(self) -> str:
        return "DeletablePageParams" if self.entity.soft_delete else "PageParams"

    @property
    def imports(self) -> str:
        entity, imports = self.entity, Imports()
        imports.name("fastapi", "APIRouter")
        imports.name("app.crud", entity.snake, "crud")
        imports.name("app.keys", "Id")
        imports.name("app.problems", "problem_docs")
        imports.name("app.schemas.base", "Page")
        names = ["DbSession", self.page_params, *["PageParams"] * bool(entity.collections)]
        for name in [*names, *["MaySeeDeleted"] * entity.restores]:
            imports.name("app.dependencies", name)
        for suffix in ("Create", "Update", "Out") if entity.writes else ("Out",):
            imports.name(f"app.schemas.{entity.snake}", f"{entity.name}{suffix}")
        if entity.embeds:
            imports.name(f"app.schemas.{entity.snake}_detail", f"{entity.name}Detail")
        for collection in entity.collections:
            imports.name("app.crud", collection.item.snake, self.crud_of(collection))
            imports.name(f"app.schemas.{collection.item.snake}", f"{collection.item.name}Out")
        return str(imports)
