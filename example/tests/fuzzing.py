"""What schemathesis cannot know of this API: a cursor is one that a list has given, a version one that a row has had."""

import json
import sys
from pathlib import Path

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
    """In a valid query, put a cursor of this very list in the place of an invented one, or leave it out."""
    if case.meta is not None and case.meta.generation.mode.is_positive and "cursor" in case.query:
        cursor = _cursors.get(_list_of(case))
        case.query = {name: value for name, value in case.query.items() if name != "cursor"}
        if cursor:
            case.query["cursor"] = cursor


def leave_out_invented_version(case: ApiCase) -> None:
    """A version that a valid request has made up is the version of no row: every answer would be 412."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        case.headers.pop("if-match", None)


def keep_cursor(case: ApiCase, status: int, text: str) -> None:
    # An answer of your own may be anything.
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
    # It follows references from row to row, also those that are null.
    for name, key in case.path_parameters.items():
        if key in (None, "None", "null"):
            case.path_parameters[name] = MISSING_KEY


@schemathesis.hook
def after_call(context: HookContext, case: ApiCase, response: Response) -> None:
    keep_cursor(case, response.status_code, response.text)


_restored: set[str] = set()


@schemathesis.hook("after_call")
def keep_restored(context: HookContext, case: ApiCase, response: Response) -> None:
    """The paths of rows that were restored, and have not been deleted again."""
    path = case.formatted_path
    if path.endswith("/restore") and response.status_code == 200:
        _restored.add(path.removesuffix("/restore"))
    elif case.method == "DELETE" and response.status_code == 204:
        _restored.discard(path)


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: ApiCase, response: Response) -> bool:
    """That a deleted row is there is a failure, unless it was restored."""
    return not isinstance(failure, UseAfterFree) or failure.free.removeprefix("DELETE ") not in _restored
