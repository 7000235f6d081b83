"""A part of a text is found in any case, and to the letter otherwise."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, MetaData, NullPool, String, Table, create_engine, insert, make_url, select
from sqlalchemy.orm import Session

from app.db import dialect
from tests.database import knows_every_case, scratch_database

texts = Table("texts", MetaData(), Column("text", String(50)))


@pytest.fixture(scope="module")
def text_db() -> Iterator[Session]:
    """A session in a database with a table of texts."""
    with scratch_database() as url:
        engine = create_engine(url, poolclass=NullPool, connect_args=dialect.connect_args(make_url(url)))
        dialect.prepare(engine)
        texts.create(engine)
        with Session(engine) as session:
            yield session


def found(db: Session, text: str | None, part: str) -> bool:
    """Tell whether a filter finds the text in its table."""
    db.execute(insert(texts).values(text=text))
    rows = db.scalars(select(texts.c.text).where(dialect.contains(texts.c.text, part))).all()
    db.rollback()
    return list(rows) == [text]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Ann", "AN"),
        ("ÄRGER", "är"),
        ("ärger", "ÄRG"),
        ("Żółw", "ÓŁ"),
        ("Жук", "ЖУК"),
        ("ΣΊΣΥΦΟΣ", "σίσ"),
        ("100 % ökologisch", "% ÖKO"),
        ("a_b\\c", "A_B\\"),
        ("'\"", "'"),
        ("", ""),
    ],
)
def test_part_is_found_in_any_case(text_db: Session, text: str, part: str) -> None:
    assert found(text_db, text, part) is (text.isascii() or knows_every_case(text_db))


@pytest.mark.parametrize(
    ("text", "part"),
    [("Ann", "ana"), ("ÄRGER", "ar"), ("ab", "a_"), ("ab", "%"), ("ab", "a\\b"), (None, ""), (None, "a")],
)
def test_nothing_else_is_found(text_db: Session, text: str | None, part: str) -> None:
    assert not found(text_db, text, part)
