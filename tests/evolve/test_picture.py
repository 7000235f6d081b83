"""The picture in the documentation shows what the commands say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from tests.baking import ROOT


def test_the_picture_is_true(template: Path) -> None:
    specification = importlib.util.spec_from_file_location("picture", ROOT / "scripts" / "picture.py")
    assert specification
    assert specification.loader
    picture = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(picture)

    shown = picture.PICTURE.read_text(encoding="utf-8")

    assert shown == picture.draw(picture.session(template)), "run: python scripts/picture.py"
