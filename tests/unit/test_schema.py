"""entities.schema.json, which editors use, accepts everything that is valid and refuses many mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings

from entity_spec import files, words
from entity_spec.model import Spec
from tests.strategies import specs

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "entities.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CORPUS = yaml.safe_load((ROOT / "tests" / "corpus.yaml").read_text(encoding="utf-8"))
ACCEPTED = [case["text"] for kind in ("valid", "warning") for case in CORPUS[kind]]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", ACCEPTED)
def test_every_valid_text_of_the_corpus_is_accepted(text: str) -> None:
    VALIDATOR.validate(files.to_mapping(files.load(text)))


@settings(max_examples=200, deadline=None)
@given(specs())
def test_every_valid_spec_is_accepted(spec: Spec) -> None:
    VALIDATOR.validate(files.to_mapping(spec))


@pytest.mark.parametrize(
    "spec",
    [
        "str ( 120 )",
        "str(2 .. 120)",
        "decimal( 10 , 2 , 0.. )",
        "enum( a, b, )",
        "str ?",
        "str?=x index",
        "str index = x",
        "str readonly =x",
        "User [] backref = none",
        'str "text" unique',
        "str pattern = /a b\\/c/ unique",
        "str was = old_name index",
        "User[] was=users backref=none",
        " int(-5..) ",
    ],
)
def test_blanks_and_order_are_free(spec: str) -> None:
    # The language must accept what the schema accepts here, or an editor would mislead.
    mapping = {"Thing": {"field": spec}, "User": {"a": "int"}}

    VALIDATOR.validate(mapping)
    assert files.examine(mapping).spec is not None


@pytest.mark.parametrize(
    "mapping",
    [
        {"user": {"a": "int"}},
        {"User": {}},
        {"User": []},
        {"User": "str"},
        {"User": {"a": None}},
        {"User": {"a": False}},
        {"User": {"firstName": "str"}},
        {"User": {"_hidden": "str"}},
        {"User": {"a": "sting"}},
        {"User": {"a": "string(20)"}},
        {"User": {"a": "str(1,2)"}},
        {"User": {"a": "int(5)"}},
        {"User": {"a": "decimal(10)"}},
        {"User": {"a": "enum"}},
        {"User": {"a": "enum(1,2)"}},
        {"User": {"a": "str uniq"}},
        {"User": {"a": "str nullable"}},
        {"User": {"a": "str, b:str"}},
        {"User": {"a": "str) Post(b:int"}},
        {"User": {"a": "int", "_unique": ["a"]}},
        {"User": {"a": "int", "_unique": [["a"]]}},
        {"User": {"a": "int", "_softdelete": "maybe"}},
        {"User": {"a": "int", "_api": "rest"}},
        {"User": {"a": "int", "_table": "Users"}},
        {"User": {"a": "int", "_tabel": "users"}},
        {"User": {"a": "int was=A"}},
        {"User": {"a": "int was=b_"}},
        {"User": {"a": 'int was="b"'}},
        {"User": {"a": "int", "_was": "customer"}},
        {"User": {"a": "int"}, "U" * 31: {"a": "int"}},
        {"User": {"a" * 31: "int"}},
        {"User": {"a": "int"}, "Post": {"user": f"User backref={'b' * 31}"}},
        {"User": {"a": "int", "_plural": "p" * 31}},
        {"User": {"a": "int", "_table": "t" * 61}},
        {"Size": "enum()"},
        {"Size": "enum(s m)"},
    ],
)
def test_what_is_refused_by_both(mapping: object) -> None:
    assert not VALIDATOR.is_valid(mapping)
    assert files.examine(mapping).spec is None


def test_every_type_is_known() -> None:
    arguments = {"enum": "enum(a)"}
    for name in words.TYPES:
        VALIDATOR.validate({"User": {"a": arguments.get(name, name)}})
