"""A structure's number has one form, and anything else is none."""

from __future__ import annotations

import pytest

from espace_sante.identity.structure import parse_structure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("990000001", "990000001"),
        ("1990000001", "990000001"),
        ("99 0000 001", "990000001"),
        ("2a0000001", "2A0000001"),
        ("12345678901234", "12345678901234"),
        ("312345678901234", "12345678901234"),
        ("2990000001", None),
        ("3990000001", None),
        ("112345678901234", None),
        ("99000000", None),
        ("9C0000001", None),
        ("99000000A", None),
        ("1234567890123", None),
        ("1234567890123A", None),
        ("٩٩٠٠٠٠٠٠١", None),
        ("", None),
    ],
)
def test_a_number_is_read_in_its_one_form_or_not_at_all(text: str, expected: str | None) -> None:
    assert parse_structure(text) == expected
