"""The words of the language, and what people write instead of them."""

from __future__ import annotations

import re


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENTITY = re.compile(r"[A-Z][A-Za-z0-9]*")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
VALUE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

TYPES = tuple(
    sorted(word_set("bigint bool date datetime decimal email enum float int json slug str text time url uuid"))
)

FOREIGN_TYPES = {
    "bigintegerfield": "bigint",
    "biginteger": "bigint",
    "boolean": "bool",
    "booleanfield": "bool",
    "char": "str",
    "character": "str",
    "charfield": "str",
    "choice": "enum",
    "choices": "enum",
    "clob": "text",
    "currency": "decimal",
    "dateonly": "date",
    "datetimefield": "datetime",
    "datetimetz": "datetime",
    "dec": "decimal",
    "dict": "json",
    "double": "float",
    "emailfield": "email",
    "emailstr": "email",
    "guid": "uuid",
    "httpurl": "url",
    "instant": "datetime",
    "int32": "int",
    "int64": "bigint",
    "integer": "int",
    "jsonb": "json",
    "jsonfield": "json",
    "link": "url",
    "long": "bigint",
    "longtext": "text",
    "mail": "email",
    "mediumtext": "text",
    "money": "decimal",
    "number": "int",
    "numeric": "decimal",
    "object": "json",
    "real": "float",
    "smallint": "int",
    "smallinteger": "int",
    "string": "str",
    "textarea": "text",
    "textfield": "text",
    "timestamp": "datetime",
    "timestamptz": "datetime",
    "tinyint": "int",
    "uri": "url",
    "urlfield": "url",
    "uuid4": "uuid",
    "uuidfield": "uuid",
    "varchar": "str",
    "zoneddatetime": "datetime",
}
"""In lower case; capital letters make no difference."""

_FILES = "files do not belong in a table row: store them elsewhere and keep their address, url"
_LISTS = "use json for a list of values, or an entity of its own"
_DURATIONS = "there is no type for durations that works on every database: use int and say the unit in the name"
_PASSWORDS = "store a hash: str(255) writeonly"
_REFERENCES = "a reference is written with the entity's name as its type, for example author:User"
_MANY = "a many-to-many is written with [] after the entity's name, for example tags:Tag[]"

NO_TYPES = {
    **dict.fromkeys(
        word_set("attachment binary blob bytea bytes file filefield image imagefield picture upload"), _FILES
    ),
    **dict.fromkeys(word_set("duration interval period timedelta"), _DURATIONS),
    **dict.fromkeys(word_set("array list set tuple"), _LISTS),
    **dict.fromkeys(word_set("passwd password secret"), _PASSWORDS),
    **dict.fromkeys(
        word_set(
            "belongs_to belongsto fk foreign_key foreignkey many_to_one manytoone one_to_one onetoone ref reference "
            "references relation relationship"
        ),
        _REFERENCES,
    ),
    **dict.fromkeys(
        word_set("has_many hasmany many many_to_many manytomany manytomanyfield one_to_many onetomany"), _MANY
    ),
    **dict.fromkeys(
        word_set("geography geometry geopoint point"), "keep two fields, lat:float(-90..90), lon:float(-180..180)"
    ),
    **dict.fromkeys(word_set("phone phonenumber tel telephone"), "use str(20), perhaps with a pattern=/.../"),
    **dict.fromkeys(word_set("inet ip ipaddress ipv4 ipv6"), "use str(45), which holds every address"),
    **dict.fromkeys(word_set("autoincrement bigserial id pk serial"), "every entity has its own id; leave it out"),
}
"""Types that are left out on purpose, and what to use instead. In lower case."""

ALSO_ENTITIES = word_set(
    "attachment character choice currency document duration file image instant interval link mail number object password "
    "period phone picture point reference relation relationship secret upload"
)
"""Those of the types above that, with a capital letter, are more likely the name of an entity."""

ON_DELETE = ("cascade", "restrict", "setnull")
SWITCHES = ("unique", "index", "readonly", "writeonly", *ON_DELETE)
MODIFIERS = (*SWITCHES, "pattern", "backref", "was")
MODIFIERS_HINT = f"modifiers: {' '.join(SWITCHES)} pattern=/.../ backref=name"
"""Without `was`, which a new project cannot have."""

FOREIGN_MODIFIERS = {
    "back_populates": "backref",
    "formerly": "was",
    "inverse": "backref",
    "old_name": "was",
    "read_only": "readonly",
    "regex": "pattern",
    "related_name": "backref",
    "renamed_from": "was",
    "set_null": "setnull",
    "write_only": "writeonly",
}
REQUIRED_WORDS = word_set("mandatory nonnull not_null notnull required")
OPTIONAL_WORDS = word_set("blank none null nullable optional")
ON_DELETE_WORDS = word_set("delete on_delete ondelete")
DEFAULT_WORDS = word_set("default default_value server_default")
LIMIT_WORDS = word_set(
    "ge gt gte le len length lt lte max max_len max_length max_value maximum maxlength min min_len min_length min_value "
    "minimum minlength size"
)
KEY_WORDS = word_set("auto_increment autoincrement id pk primary primary_key primarykey")

OPTIONS = ("table", "plural", "softdelete", "timestamps", "api", "was")
OPTIONS_LIST = " ".join(f"{option}=" for option in OPTIONS if option != "was")
"""Without `was`, which a new project cannot have."""
FOREIGN_OPTIONS = {
    "formerly": "was",
    "old_name": "was",
    "renamed_from": "was",
    "soft_delete": "softdelete",
    "table_name": "table",
    "tablename": "table",
}
API = ("full", "read", "none")

YES = word_set("1 enabled on true y yes")
NO = word_set("0 disabled false n no off")


def a(noun: str) -> str:
    """Return the noun with its article."""
    return f"{'an' if noun in ('int', 'enum', 'email') or noun[:1] in 'AEIO' else 'a'} {noun}"
