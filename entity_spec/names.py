"""Derived names and refused names. Each list of refused names comes with its reason."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from entity_spec.words import word_set

MAX_NAME = 63
"""PostgreSQL cuts longer names silently, so the limit holds for every database."""

MAX_WRITTEN, MAX_MODULE = 30, 40
"""The limit for names in the text, and for an entity's in lower_case: generated code has several in one line."""

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNDERSCORES = re.compile(r"_+")


def snake(name: str) -> str:
    """`OrderLine` is `order_line`, `HTTPServer` is `http_server`."""
    return _UNDERSCORES.sub("_", _WORD_START.sub("_", name)).strip("_").lower()


def camel(name: str) -> str:
    """`order_line` is `OrderLine`; CamelCase stays as it is."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


# Plurals. They name tables, so a change of these rules or words needs a new major version.

UNCOUNTABLE = word_set("""
    advice aircraft baggage bison cash chassis clothing corps deer electricity equipment evidence feedback firmware fish
    furniture hardware homework housing information jewelry knowledge livestock luggage machinery merchandise metadata
    money moose music news offspring police progress rice salmon series sheep shrimp software spacecraft species staff swine
    traffic trout weather
    """)

IRREGULAR = {
    "alumnus": "alumni",
    "appendix": "appendices",
    "axis": "axes",
    "bacterium": "bacteria",
    "cactus": "cacti",
    "calf": "calves",
    "child": "children",
    "criterion": "criteria",
    "curriculum": "curricula",
    "datum": "data",
    "die": "dice",
    "echo": "echoes",
    "elf": "elves",
    "embargo": "embargoes",
    "epoch": "epochs",
    "foot": "feet",
    "fungus": "fungi",
    "goose": "geese",
    "half": "halves",
    "hero": "heroes",
    "knife": "knives",
    "leaf": "leaves",
    "life": "lives",
    "loaf": "loaves",
    "matrix": "matrices",
    "medium": "media",
    "monarch": "monarchs",
    "mouse": "mice",
    "nucleus": "nuclei",
    "ox": "oxen",
    "person": "people",
    "phenomenon": "phenomena",
    "potato": "potatoes",
    "quiz": "quizzes",
    "scarf": "scarves",
    "shelf": "shelves",
    "stimulus": "stimuli",
    "stomach": "stomachs",
    "thief": "thieves",
    "tomato": "tomatoes",
    "tooth": "teeth",
    "torpedo": "torpedoes",
    "vertex": "vertices",
    "veto": "vetoes",
    "wife": "wives",
    "wolf": "wolves",
}

_IRREGULAR_PLURALS = frozenset(IRREGULAR.values())
_MAN_IS_NO_MAN = word_set("caiman german human norman ottoman roman shaman talisman")
_SINGULAR_IN_S = word_set("""
    alias atlas aws bias bus canvas chaos christmas cms cosmos css dns ethos gas gps ios kudos lens os pos rhinoceros
    sms thermos tls
    """)


def created_index(table: str) -> str:
    """Return the name of the index that sorts rows by creation; a long table name is cut."""
    name = f"ix_{table}_created_at"
    return name if len(name) <= MAX_NAME else f"ix_{table[:40]}_{zlib.crc32(table.encode()):08x}_created_at"


def plural(name: str) -> str:
    """Return the plural of a snake_case name, that of its last word."""
    head, underscore, word = name.rpartition("_")
    return head + underscore + _plural_word(word)


def looks_plural(name: str) -> bool:
    word = name.rpartition("_")[2]
    if word in UNCOUNTABLE or word in _SINGULAR_IN_S:
        return False
    if word in _IRREGULAR_PLURALS or word.endswith(("people", "children")) or (word.endswith("men") and len(word) > 5):
        return True
    return len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _plural_word(word: str) -> str:
    if word in UNCOUNTABLE:
        return word
    irregular = IRREGULAR.get(word) or _irregular_compound(word)
    if irregular:
        return irregular
    if word.endswith("man") and word not in _MAN_IS_NO_MAN:
        return word[:-3] + "men"
    if looks_plural(word):
        return word
    if word.endswith("sis"):
        return word[:-2] + "es"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if re.search(r"([^aeiou]|qu)y$", word):
        return word[:-1] + "ies"
    return word + "s"


def _irregular_compound(word: str) -> str | None:
    """Find irregular endings, as in `bookshelf` or `grandchild`; not in short words, or a box would be an ox."""
    for singular, several in IRREGULAR.items():
        if len(singular) > 3 and word.endswith(singular):
            return word.removesuffix(singular) + several
    return None


# Refused names.

KEYWORDS = word_set("""
    False None True and as assert async await break class continue def del elif else except finally for from global if
    import in is lambda nonlocal not or pass raise return try while with yield
    """)
"""Python's hard keywords. A fixed list, so that the answer does not depend on the interpreter at hand."""

KEY_COLUMN = "id"
TIMESTAMPS = frozenset({"created_at", "updated_at"})
SOFT_DELETE = frozenset({"deleted_at", "is_deleted"})
"""Kept for these even where an entity does without, so that nothing must be renamed when that changes."""

PYDANTIC_MEMBERS = word_set("""
    construct copy dict from_orm json model_computed_fields model_config model_construct model_copy model_dump
    model_dump_json model_extra model_fields model_fields_set model_json_schema model_parametrized_name model_post_init
    model_rebuild model_validate model_validate_json model_validate_strings mro parse_file parse_obj parse_raw register
    schema schema_json update_forward_refs validate
    """)
"""A field of this name breaks the class or warns that it shadows an attribute."""

PYDANTIC_PREFIXES = ("model_dump", "model_validate")
"""Pydantic's protected namespaces."""

SQLALCHEMY_MEMBERS = frozenset({"metadata", "registry", "type_annotation_map"})

PYTHON_NAMES = word_set("bool dict dt float int list object orm sa self set str")
"""What the generated code itself uses by these names: types, the parameter `self` and import aliases."""

UNQUOTED_WORDS = {
    "collation": "PostgreSQL",
    "concurrently": "PostgreSQL",
    "do_domain_ids": "MariaDB",
    "external": "MySQL",
    "ignore_domain_ids": "MariaDB",
    "ignore_server_ids": "MariaDB",
    "lateral": "PostgreSQL",
    "library": "MySQL",
    "manual": "MySQL",
    "portion": "MariaDB",
    "returning": "SQLite",
    "tablesample": "PostgreSQL",
}
"""Reserved words that SQLAlchemy does not know, and so does not quote. All others are harmless."""

BUILTIN_CLASSES = word_set("""
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
    BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
    ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception ExceptionGroup
    FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning
    IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
    ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError OverflowError
    PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError
    ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError
    SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError
    UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning WindowsError ZeroDivisionError
    """)

BASE_CLASS = "Base"

SCHEMAS = {
    "Create": "create",
    "Update": "update",
    "Out": "output",
    "Detail": "detail",
    "ListParameters": "list parameters",
}
"""The suffixes of the generated schemas, and what such a schema is called."""

SERVED_PATHS: frozenset[str] = frozenset()
"""Collections that the generated application itself serves under the same prefix as the entities."""

WINDOWS_DEVICES = frozenset(
    ["aux", "con", "nul", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
)
"""On Windows, files with these names are devices, whatever their suffix."""

SECRETS = word_set("api_key passwd password pin secret ssn token")


@dataclass(frozen=True)
class Refusal:
    rule: str
    reason: str
    """What follows "... cannot be used: "."""


def refused_field(name: str) -> Refusal | None:
    """Return why no field, reference or other side can have this name."""
    if name in KEYWORDS:
        return Refusal("E501", "it is a Python keyword")
    if name in PYDANTIC_MEMBERS or name.startswith(PYDANTIC_PREFIXES):
        return Refusal("E503", "it hides a member of Pydantic's BaseModel")
    if name in SQLALCHEMY_MEMBERS:
        return Refusal("E504", "SQLAlchemy's declarative classes need it")
    if name in PYTHON_NAMES:
        return Refusal("E505", "generated code needs this Python name")
    if name.startswith("next_cursor_of_"):
        return Refusal("E505", "the lists in a detail have such names beside them")
    if name in UNQUOTED_WORDS:
        return Refusal("E508", f"it is reserved in {UNQUOTED_WORDS[name]} and SQLAlchemy does not quote it")
    for kept, what in ({KEY_COLUMN}, "the primary key"), (TIMESTAMPS, "timestamps"), (SOFT_DELETE, "soft delete"):
        if name in kept:
            return Refusal("E502", f"it is kept for {what}")
    return None


def refused_class(name: str) -> Refusal | None:
    """Return why no entity or shared enum can have this name."""
    module = snake(name)
    for word in (name, module):
        if word in KEYWORDS:
            return Refusal("E501", f"{word} is a Python keyword")
    if name in BUILTIN_CLASSES:
        return Refusal("E506", f"it would hide Python's built-in {name}")
    if name == BASE_CLASS:
        return Refusal("E506", "it is the generated models' base class")
    if module in WINDOWS_DEVICES:
        return Refusal("E512", f"Windows has no file named {module}.py")
    return None


def refused_plural(name: str) -> Refusal | None:
    """Return why a plural cannot be the name of a module."""
    if name in KEYWORDS:
        return Refusal("E501", f"its plural {name} is a Python keyword")
    if name in WINDOWS_DEVICES:
        return Refusal("E512", f"Windows has no file named {name}.py")
    return None


def refused_table(name: str) -> Refusal | None:
    if name in UNQUOTED_WORDS:
        return Refusal("E508", f"it is reserved in {UNQUOTED_WORDS[name]} and SQLAlchemy does not quote it")
    if name == "value":
        return Refusal("E508", "as a table it is reserved in MariaDB and SQLAlchemy does not quote it")
    if name.startswith("sqlite_"):
        return Refusal("E508", "SQLite keeps all names that start with sqlite_")
    return None
