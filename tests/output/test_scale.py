"""A project of many entities works as one of a few does. The benchmarks measure what it takes."""

from __future__ import annotations

import json

from tests.baking import Bake, python, succeed

# FastAPI itself remembers the fields of 128 models.
MANY = 130

DOCUMENT = """
import json
from fastapi.dependencies import utils
from app.main import app

paths = len(app.openapi()["paths"])
made = utils.get_cached_model_fields.cache_info()
print(json.dumps([paths, made.misses]))
"""


def test_fields_of_each_query_are_made_once(bake: Bake) -> None:
    entities = "; ".join(f"E{number}(name:str) api=read softdelete=off timestamps=off" for number in range(MANY))
    project = bake(entities=entities, database="sqlite")

    paths, made = json.loads(succeed(python("-c", DOCUMENT, cwd=project)))

    assert paths == 2 * MANY + 2  # those of health
    assert made == MANY
