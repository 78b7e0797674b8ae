"""One thing is not said as two."""

from __future__ import annotations

import pytest

from espace_sante.kernel.plural import how_many


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 ligne"), (1, "1 ligne"), (2, "2 lignes"), (-1, "-1 ligne"), (12_345, "12\u202f345 lignes")],
)
def test_none_and_one_are_singular_and_thousands_are_apart(number: int, said: str) -> None:
    assert how_many(number, "ligne") == said
    assert how_many(number, "ligne", "lignes") == said
