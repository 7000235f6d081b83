"""What schemathesis cannot know about this API: only lists give valid cursors, and only rows have valid versions."""

import json
import sys
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import APIOperation, Case, HookContext, Response
from schemathesis.core.adapter import OperationParameter, ResponsesContainer
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import UseAfterFree
from schemathesis.schemas import BaseSchema

sys.path.append(str(Path(__file__).parents[1]))  # the command line reads this file from anywhere

from tests.keys import MISSING_KEY

ApiOperation = APIOperation[OperationParameter, ResponsesContainer[object], object, BaseSchema]
ApiCase = Case[ApiOperation]

_cursors: dict[tuple[str, object], str] = {}


def use_real_cursor(case: ApiCase) -> None:
    """In a valid query, replace an invented cursor by one of the same list, or leave it out."""
    if case.meta is not None and case.meta.generation.mode.is_positive and "cursor" in case.query:
        cursor = _cursors.get(_list_of(case))
        case.query = {name: value for name, value in case.query.items() if name != "cursor"}
        if cursor:
            case.query["cursor"] = cursor


def leave_out_invented_version(case: ApiCase) -> None:
    """Leave invented versions out of valid requests: no row has them, so every answer would be 412."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        case.headers.pop("if-match", None)


def write_whole_numbers_plainly(case: ApiCase) -> None:
    """Write 2.0 as 2 in valid queries and paths: to JSON Schema they are the same, but a row has one address."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        for parameters in (case.query, case.path_parameters):
            parameters.update({name: _plainly(value) for name, value in parameters.items()})


def _plainly(value: Any) -> Any:
    if isinstance(value, list):
        return [_plainly(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def keep_cursor(case: ApiCase, status: int, text: str) -> None:
    # Endpoints of your own may answer with anything.
    if case.method == "GET" and status == 200 and text.startswith("{"):
        cursor = json.loads(text).get("next_cursor")
        if cursor:
            _cursors[_list_of(case)] = cursor


def _list_of(case: ApiCase) -> tuple[str, object]:
    return case.operation.path, case.query.get("sort")


@schemathesis.hook
def before_call(context: HookContext, case: ApiCase, kwargs: dict[str, object]) -> None:
    use_real_cursor(case)
    leave_out_invented_version(case)
    write_whole_numbers_plainly(case)
    # Schemathesis follows references from row to row, even if they are null.
    for name, key in case.path_parameters.items():
        if key in (None, "None", "null"):
            case.path_parameters[name] = MISSING_KEY


@schemathesis.hook
def after_call(context: HookContext, case: ApiCase, response: Response) -> None:
    keep_cursor(case, response.status_code, response.text)


_restored: set[str] = set()


@schemathesis.hook("after_call")
def keep_restored(context: HookContext, case: ApiCase, response: Response) -> None:
    """Keep the paths of rows that were restored and not deleted again."""
    path = case.formatted_path
    if path.endswith("/restore") and response.status_code == 200:
        _restored.add(path.removesuffix("/restore"))
    elif case.method == "DELETE" and response.status_code == 204:
        _restored.discard(path)


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: ApiCase, response: Response) -> bool:
    """Report a deleted row that is still found, unless it was restored."""
    return not isinstance(failure, UseAfterFree) or failure.free.removeprefix("DELETE ") not in _restored
