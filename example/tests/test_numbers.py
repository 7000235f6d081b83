"""Numbers are answered as they are stored."""

from pydantic import TypeAdapter

from app.schemas.base import Float


def test_zero_has_no_sign() -> None:
    read = [str(TypeAdapter(Float).validate_json(text)) for text in ("-0.0", "0.0", "-0.5")]

    assert read == ["0.0", "0.0", "-0.5"]
