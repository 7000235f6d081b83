"""An entity's crud module and its router."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entity_spec.code import Imports, exploded, quoted

if TYPE_CHECKING:
    from entity_spec.view.entity import Collection, EntityView, Link


class CrudView:
    def __init__(self, entity: EntityView) -> None:
        self.entity = entity

    @property
    def listed(self) -> str:
        """The statement of a list: columns, not entities, of what it shows."""
        columns = [f"{self.entity.local}.{name}" for name in self.entity.schemas.out_names]
        return exploded("select(", columns, ")")

    @property
    def loads(self) -> list[str]:
        """The loader options of a detail: a join for what is one and for one list, a statement for each other list."""
        entity, local = self.entity, self.entity.local
        beside = [(reference.name, entity.target(reference)) for reference in entity.shown_references]
        beside += [(reference.inverse or "", source) for source, reference in entity.owned if reference.unique]
        joined = [name for name, _ in beside]
        listed = [link.name for link in entity.shown_links]
        listed += [reference.inverse or "" for _, reference in entity.owned if not reference.unique]
        # What stands beside a joined list is sent again with each of its rows.
        if not any(
            field.type in {"text", "json"} for one in [entity, *(one for _, one in beside)] for field in one.spec.fields
        ):
            joined += listed[:1]
            listed = listed[1:]
        return [f"joinedload({local}.{name})" for name in joined] + [f"selectinload({local}.{name})" for name in listed]

    @property
    def constants(self) -> list[tuple[str, str]]:
        entity, found = self.entity, []
        keys = [f'"{reference.column}": {entity.target(reference).local}.id' for reference in entity.references]
        keys += [f'"{link.name}": {link.target.local}.id' for link in entity.links]
        if keys:
            found.append(("REFERENCES", exploded("{", keys, "}")))
        if self.loads:
            found.append(("DETAIL", exploded("ONE.options(", self.loads, ")")))
        for link in entity.links:
            arguments = [
                f"table={link.table}",
                f"owner={link.table}.c.{link.source_column}",
                f"item={link.table}.c.{link.target_column}",
                f"item_key={link.target.local}.id",
            ]
            found.append((link.table.upper(), exploded("Link(", arguments, ")")))
        return found

    @property
    def refers(self) -> bool:
        return bool(self.entity.references or self.entity.links)

    @property
    def _dump(self) -> str:
        """The arguments of `model_dump` for what is in the row itself."""
        links = self.entity.links
        return f"exclude={{{quoted(link.name for link in links)}}}" if links else ""

    @property
    def creation(self) -> list[str]:
        entity = self.entity
        return [
            *["check_references(db, REFERENCES, data)"] * self.refers,
            f"{entity.var} = {entity.local}(**data.model_dump({self._dump}))",
            f"db.add({entity.var})",
            "db.flush()",
            *(f"add_links(db, {link.table.upper()}, {{{entity.var}.id: data.{link.name}}})" for link in entity.links),
        ]

    @property
    def bulk_creation(self) -> list[str]:
        entity = self.entity
        checks = ["check_references_of_all(db, REFERENCES, data)"] * self.refers
        creation = f"create_rows(db, {entity.local}, [item.model_dump({self._dump}) for item in data])"
        if not entity.links:
            return [*checks, f"return {creation}"]
        links = [
            f"add_links(db, {link.table.upper()}, {{row.id: item.{link.name} for row, item in zip(rows, data, strict=True)}})"
            for link in entity.links
        ]
        return [*checks, f"rows = {creation}", *links, "return rows"]

    @property
    def versions(self) -> str:
        """The last parameter of what changes a row."""
        return ", versions: Versions = None" if self.entity.timestamps else ""

    @property
    def _claim(self) -> list[str]:
        """What comes first where a row is changed."""
        entity = self.entity
        key = f"{entity.local}.id == {entity.snake}_id"
        return [f"claim_version(db, {key}, {entity.local}.updated_at, versions)"] * entity.timestamps

    @property
    def change(self) -> list[str]:
        entity = self.entity
        lines = [*self._claim, f"{entity.var} = get_{entity.snake}(db, {entity.snake}_id)"]
        lines += ["check_references(db, REFERENCES, data)"] * self.refers
        lines.append("values = data.model_dump()")
        for link in entity.links:
            arguments = f'{link.table.upper()}, {entity.var}, {entity.snake}_id, values.pop("{link.name}")'
            lines += [f'if "{link.name}" in values:', f"    replace_links(db, {arguments})"]
        return [*lines, "for name, value in values.items():", f"    setattr({entity.var}, name, value)", "db.flush()"]

    @property
    def deletion(self) -> list[str]:
        entity = self.entity
        return [
            *self._claim,
            f'{entity.var} = get_one(db, ONE.with_for_update(), {entity.snake}_id, "{entity.label}")',
            f"{'soft_' * entity.soft_delete}delete_row(db, {entity.var}, {entity.snake}_id)",
        ]

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
            "collections.abc": ["Sequence"],
            "app.queries.creating": ["create_rows"],
            "app.queries.lookup": [
                "KEY",
                "get_one",
                *["get_detail"] * bool(self.loads),
                *["check_references", "check_references_of_all"] * self.refers,
            ],
            "app.queries.paging": ["Slice", "fetch_slice"],
            "app.queries.versions": ["Versions", "claim_version"] if entity.timestamps else [],
            "app.queries.links": ["Link", "add_link", "add_links", "remove_link", "replace_links"]
            if entity.links
            else [],
            "app.queries.deleting": [] if entity.soft_delete else ["delete_row"],
            "app.queries.soft_deleting": ["restore_row", "soft_delete_row"] if entity.soft_delete else [],
            "sqlalchemy.orm": [load.partition("(")[0] for load in self.loads],
            f"app.schemas.{entity.snake}": [f"{entity.name}{suffix}" for suffix in ("Create", "Query", "Update")],
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

    def list_parameters(self, item: EntityView) -> str:
        allowed = ", allowed: MaySeeDeleted" if item.soft_delete else ""
        return f"db: DbSession, query: Annotated[{item.name}Query, Depends(QueryReader({item.name}Query))]{allowed}"

    # The version of a row, where it has one

    def etag_docs(self, status: int) -> str:
        return f" | etag_docs({status})" if self.entity.timestamps else ""

    @property
    def response(self) -> str:
        return ", response: Response" if self.entity.timestamps else ""

    @property
    def if_match(self) -> str:
        return ", versions: IfMatch" if self.entity.timestamps else ""

    @property
    def versions(self) -> str:
        return ", versions" if self.entity.timestamps else ""

    @property
    def stale(self) -> str:
        return ", 412" if self.entity.timestamps else ""

    def answer(self, schema: str) -> str:
        """The last lines of a handler whose answer carries one row."""
        row = self.entity.var
        tag = f'response.headers["ETag"] = etag({row}.updated_at)\n    ' if self.entity.timestamps else ""
        return f"{tag}return {schema}.model_validate({row})"

    @property
    def imports(self) -> str:
        entity, imports = self.entity, Imports()
        items = {entity, *(collection.item for collection in entity.collections)}
        names = {
            "typing": ["Annotated"],
            "fastapi": ["Depends", *["Response"] * entity.timestamps],
            "app.keys": ["Id"],
            "app.parameters": ["QueryReader"],
            "app.problems": ["problem_docs"],
            "app.routing": ["Router"],
            "app.schemas.base": ["Page", *["Bulk"] * entity.writes],
            "app.dependencies": ["DbSession"],
        }
        if entity.restores or any(item.soft_delete for item in items):
            names["app.dependencies"] += ["MaySeeDeleted", "require_may_see_deleted"]
        if entity.timestamps:
            names["app.versions"] = ["etag", "etag_docs", *["IfMatch"] * entity.writes]
        for module, members in names.items():
            for member in members:
                imports.name(module, member)
        imports.name("app.crud", entity.snake, "crud")
        for suffix in ("Create", "Update") if entity.writes else ():
            imports.name(f"app.schemas.{entity.snake}", f"{entity.name}{suffix}")
        if entity.embeds:
            imports.name(f"app.schemas.{entity.snake}_detail", f"{entity.name}Detail")
        for item in items:
            for suffix in ("Out", "Query"):
                imports.name(f"app.schemas.{item.snake}", f"{item.name}{suffix}")
        for collection in entity.collections:
            imports.name("app.crud", collection.item.snake, self.crud_of(collection))
        return str(imports)
