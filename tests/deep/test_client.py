"""A client that openapi-python-client makes from the document calls every operation of a served project."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import os
import sys
from pathlib import Path
from types import ModuleType

import httpx2
import pytest

from entity_spec import files
from entity_spec.names import camel
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.project import Project
from tests.baking import run, spec, succeed
from tests.deep.conftest import Serve, Served

GENERATOR = Path(sys.executable).with_name("openapi-python-client")


class Driver:
    """Calls operations by their ids, and remembers which it has called."""

    def __init__(self, served: Served, package: str) -> None:
        self.package = package
        self.document = httpx2.get(f"{served.address}/openapi.json").json()
        self.models = self.load("models")
        self.client = self.load("client").Client(base_url=served.address, raise_on_unexpected_status=True)
        operations = [operation for path in self.document["paths"].values() for operation in path.values()]
        self.tags = {operation["operationId"]: operation["tags"][0].replace("-", "_") for operation in operations}
        self.called: set[str] = set()

    def load(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package}.{name}")

    def call(self, operation: str, **arguments: object) -> tuple[int, object]:
        """Return the status, and the answer as the client understands it."""
        called = self.load(f"api.{self.tags[operation]}.{operation}").sync_detailed
        # A key in the path is distinct from a filter of the same name.
        known = inspect.signature(called).parameters
        words = {name if name in known else f"{name}_path": value for name, value in arguments.items()}
        response = called(client=self.client, **words)
        self.called.add(operation)
        return response.status_code, response.parsed

    def body(self, name: str, **changes: object) -> object:
        """Return a request body: the document's example, with changes."""
        example = self.document["components"]["schemas"][name]["examples"][0]
        return getattr(self.models, name).from_dict(example | changes)


def references(entity: EntityFacts, keys: dict[str, object]) -> dict[str, object]:
    """Return the references of a body: only those that are required."""
    wanted = {ref.column: None if ref.optional else keys[ref.target] for ref in entity.references}
    return wanted | {link.name: [] for link in entity.links}


YESTERDAY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)


@pytest.mark.parametrize("name", ["blog", "shop"])
def test_a_client_drives_every_operation(
    name: str, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = files.examine(spec(name)).spec
    assert text
    project = Project(text, {"database": "sqlite", "primary_key": "bigint", "soft_delete": "yes", "pgbouncer": "no"})
    package = f"{name}_client"
    monkeypatch.syspath_prepend(tmp_path)
    with serve(name, "sqlite") as served:
        # It formats the client with the ruff on the path.
        path = os.pathsep.join([str(GENERATOR.parent), os.environ["PATH"]])
        words = ("generate", "--url", f"{served.address}/openapi.json", "--meta=none", "--fail-on-warning")
        done = run(GENERATOR, *words, "--output-path", tmp_path / package, cwd=tmp_path, environment={"PATH": path})
        assert "arning" not in succeed(done)

        driver = Driver(served, package)
        drive(driver, project)

    assert driver.called == set(driver.tags)


def value_of(parsed: object, field: str) -> object:
    return getattr(parsed, field)


def drive(driver: Driver, project: Project) -> None:
    keys: dict[str, object] = {}

    def expect(operation: str, status: int, model: str, **arguments: object) -> object:
        found, parsed = driver.call(operation, **arguments)
        assert (found, type(parsed).__name__) == (status, model), (operation, parsed)
        return parsed

    for operation in ("live", "ready"):
        expect(operation, 200, "Health")
    in_order = sorted(project.entities, key=lambda entity: entity.position)
    for entity in in_order:
        body = driver.body(f"{entity.name}Create", **references(entity, keys))
        row = expect(f"create_{entity.snake}", 201, project.parts[entity.name].router.answer, body=body)
        keys[entity.name] = value_of(row, "id")
    for entity in project.entities:
        key = {f"{entity.snake}_id": keys[entity.name]}
        page = expect(f"list_{entity.plural}", 200, f"Page{entity.name}Out", limit=1, with_total=True)
        assert value_of(page, "total") == 1
        sort = getattr(driver.models, f"List{camel(entity.plural)}Sort")("-id")
        newest = expect(f"list_{entity.plural}", 200, f"Page{entity.name}Out", sort=sort, created_at_gte=YESTERDAY)
        assert value_of(newest, "items") == value_of(page, "items")
        expect(f"get_{entity.snake}", 200, project.parts[entity.name].router.detail, **key)
        body = driver.body(f"{entity.name}Update", **references(entity, keys))
        expect(f"update_{entity.snake}", 412, "Problem", body=body, if_match='"another"', **key)
        expect(f"update_{entity.snake}", 200, project.parts[entity.name].router.answer, body=body, **key)
        for link in entity.links:
            pair = {link.source_column: keys[entity.name], link.target_column: keys[link.target.name]}
            expect(f"add_to_{link.table}", 204, "NoneType", **pair)
            expect(f"remove_from_{link.table}", 204, "NoneType", **pair)
        for collection in entity.collections:
            expect(collection.function, 200, f"Page{collection.item.name}Out", **key)
        # The same body clashes if something in it is unique; otherwise it creates a row, which is deleted again.
        body = [driver.body(f"{entity.name}Create", **references(entity, keys))]
        status, made = driver.call(f"bulk_create_{entity.plural}", body=body)
        assert status == (409 if project.rows[entity.name].clashes else 201)
        for row in made if isinstance(made, list) else []:
            expect(f"delete_{entity.snake}", 204, "NoneType", **{f"{entity.snake}_id": value_of(row, "id")})
    for entity in reversed(in_order):
        key = {f"{entity.snake}_id": keys[entity.name]}
        expect(f"delete_{entity.snake}", 204, "NoneType", **key)
        expect(f"get_{entity.snake}", 404, "Problem", **key)
    for entity in in_order:
        expect(f"restore_{entity.snake}", 200, f"{entity.name}Out", **{f"{entity.snake}_id": keys[entity.name]})
