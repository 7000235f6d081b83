"""Lines that are too long are broken in the same way as by the formatter of generated projects."""

from __future__ import annotations

import sys
import textwrap

import pytest

from entity_spec.code import WIDTH, wrap
from tests.baking import ROOT, run

A, B, C = ("a" * 30, "b" * 30, "c" * 30)
LIST = f"list_{A}_{B}"


def formatted(source: str) -> str:
    command = (sys.executable, "-m", "ruff", "format", "--no-cache", "--isolated", f"--line-length={WIDTH}", "-")
    done = run(*command, cwd=ROOT, stdin=source)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "line",
    [
        f"from tests.factories import {A}, {B}, {C}, d",
        f"def {A}({B}: int, {C}: str) -> dict[str, object]:\n    pass",
        f"{A} = {B}({C}, {A}={B}, {B}=[{C}])",
        f"{A} = {B}({C}, [item.model_dump() for item in {A}{B}])",
        f'{A} = {B}.json()["{A}{B}{C}"]',
        f'{A}: {B}[{C}[{A}], Field(max_length=40, description="a, b")]',
        f'{A}: {B} | None = Field(default="({C}, {A}")',
        f"{A} = ({B}({C}, {A}, {B}),)",
        f'{A}{B} = "{A}{B}"',
        f"{A} = [{B}({C}, key={A}, {B}={C})]",
        f'{A}_{B}: Mapped[list["{C}"]] = relationship(back_populates="{A}", lazy="raise_on_sql")',
        f"{A}: Mapped[enums.{A}{B} | None] = mapped_column(default=enums.{A}{B}.{C})",
        f'{A}_{B}: Mapped[list["{A}{C}"]] = relationship(back_populates="{A}", lazy="raise_on_sql")',
        f"{A}{B} = {A}.{LIST}(db, key)",
        f"{A}{B} = {A}.{B}.{LIST}_{C}(db, key)",
        f"{A} = {LIST}(db, {B}=key).id_of_{C}",
    ],
)
def test_a_long_line_is_broken_as_the_formatter_leaves_it(line: str) -> None:
    wrapped = wrap(f"{line}\n")

    assert wrapped != f"{line}\n"
    assert formatted(wrapped) == wrapped


@pytest.mark.parametrize(
    ("line", "wrapped"),
    [
        (f'{A}{B} = "{A}{B}"', f'{A}{B} = (\n    "{A}{B}"\n)'),
        (f"{A}{B} = {A}.{LIST}(db, key)", f"{A}{B} = (\n    {A}.{LIST}(db, key)\n)"),
        (f"{A}{B}: Mapped[{A}] = {B}({C})", f"{A}{B}: Mapped[{A}] = (\n    {B}({C})\n)"),
        (f"{A}: Mapped[{A}{B}{C}] = {A}()", f"{A}: Mapped[\n    {A}{B}{C}\n] = {A}()"),
        (f'{A} = {B}.json()["{A}{B}"]', f'{A} = {B}.json()[\n    "{A}{B}"\n]'),
        (f"{A}=lambda db: {A}(db, {B}={C}).id,", f"{A}=lambda db: (\n    {A}(db, {B}={C}).id\n),"),
        (f"{A} = {A}(db, {B}={C}).id", f"{A} = {A}(\n    db,\n    {B}={C},\n).id"),
    ],
)
def test_brackets_are_put_around_a_value_or_broken(line: str, wrapped: str) -> None:
    assert wrap(f"{line}\n") == f"{wrapped}\n"


def test_texts_are_left_alone() -> None:
    source = textwrap.dedent(f'''
        class {A}:
            """It says (a, b) and "c(d, e) = f" {A}{B}{C}."""

            # It says (a, b) and c(d, e) = f, {A}{B}{C}.
            {A} = "({B}, {C}, {A}, {B})"
    ''')

    assert wrap(source) == source
