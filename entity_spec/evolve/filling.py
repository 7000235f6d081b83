"""The values that rows get in a new column: as expressions in a migration, and as a default for a while."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace

from entity_spec import types
from entity_spec.code import literal
from entity_spec.databases import Database
from entity_spec.errors import SpecError
from entity_spec.evolve.changes import RefusedError
from entity_spec.language.parser import parse
from entity_spec.model import TEXT_TYPES, Field, Relation, Spec
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.facts.tables import Column

_RANDOM = {
    "sqlite": "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || 'a' || substr(hex(randomblob(8)), 2))",
    "postgresql": "gen_random_uuid()",
    "mysql": "replace(uuid(), '-', '')",
}
_MADE = {
    ("datetime", "now"): "@dt.datetime.now(@dt.UTC)",
    ("date", "today"): "@dt.datetime.now(@dt.UTC).date()",
}
_MADE_BY_POSTGRESQL = {
    ("datetime", "now"): "@sa.func.now()",
    ("date", "today"): "@sa.text(\"(now() AT TIME ZONE 'UTC')::date\")",
}
_NEUTRAL = {"int": "0", "bigint": "0", "decimal": "0", "float": "0", "bool": "false", "json": "{}", "time": "00:00"}
_NEUTRAL |= {"date": "today", "datetime": "now", "uuid": str(uuid.UUID(int=0))}


@dataclass(frozen=True)
class Value:
    """A value as the entity language writes a default."""

    type: str
    text: str

    @property
    def differs(self) -> bool:
        """Whether each row gets another one."""
        return (self.type, self.text) == ("uuid", "uuid4")

    def expression(self, database: Database) -> str:
        """Return it for the values of an UPDATE."""
        if self.differs:
            return f"@sa.text({literal(_RANDOM[database.name])})"
        if (self.type, self.text) in _MADE:
            return _MADE[self.type, self.text]
        if self.type in (*TEXT_TYPES, "enum"):
            return literal(self.text)
        if self.type == "decimal":
            # In the statement itself, since not every driver takes a Decimal.
            return f"@sa.literal_column({literal(self.text)})"
        return self.text if self.type in ("int", "bigint", "json") else types.TYPES[self.type].default(self.text)

    def server_default(self, database: Database) -> str:
        """Return it as a default that fills the rows at once, "" if the database cannot do that."""
        if database.name == "sqlite":
            return ""
        if database.name == "mysql":
            cannot = self.type in ("text", "json", "uuid") or (self.type, self.text) in _MADE or self.type == "datetime"
            return "" if cannot else self._literal
        if self.differs:
            return f"@sa.text({literal(_RANDOM[database.name])})"
        return _MADE_BY_POSTGRESQL.get((self.type, self.text), self._literal)

    @property
    def _literal(self) -> str:
        return f"@sa.{self.text}()" if self.type == "bool" else literal(self.text)


NOW = Value("datetime", "now")


def neutral(field: Field) -> Value:
    """Return what stands for a value that is gone."""
    text = field.values[0] if field.values else _NEUTRAL.get(field.type, "")
    return Value(field.type, text if field.default is None else field.default)


def value(entity: EntityFacts, column: Column, text: str, spec: Spec) -> Value:
    """Read a value for a column of an entity. Errors: RefusedError, if it cannot be that of the field."""
    member = column.member
    if isinstance(member, Relation):
        return _key(entity, member, text)
    assert isinstance(member, Field)
    filled = replace(member, default=text, was=None)
    members = tuple(filled if other.name == member.name else other for other in entity.spec.members)
    others = tuple(replace(each, members=members) if each.name == entity.name else each for each in spec.entities)
    try:
        read = parse(str(replace(spec, entities=others).settled))
    except SpecError as error:
        [problem, *_] = error.problems
        raise RefusedError(f"--fill {entity.name}.{member.name}: {problem.message}") from None
    [found] = [field for field in read.by_name[entity.name].fields if field.name == member.name]
    default = found.default
    if default is None:
        raise RefusedError(f"--fill {entity.name}.{member.name}: {text!r} is no value")
    made = (found.type, default) in {*_MADE, ("uuid", "uuid4")} or found.type in ("json", "enum", "bool")
    return Value(found.type, default if made else entity.scalar(found).stored(found))


def _key(entity: EntityFacts, member: Relation, text: str) -> Value:
    name = f"--fill {entity.name}.{member.name}"
    if entity.settings.key.name == "bigint":
        if not re.fullmatch(r"[0-9]{1,19}", text):
            raise RefusedError(f"{name}: expected the id of a row of {member.target}, found {text!r}")
        return Value("bigint", text)
    try:
        return Value("uuid", str(uuid.UUID(text)))
    except ValueError:
        raise RefusedError(f"{name}: expected the id of a row of {member.target}, a UUID, found {text!r}") from None
