"""What shows through the window of an envelope: a name and an address, within the limits of NF Z 10-011."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.mail import LINE_CHARACTERS, LINES_MOST, envelope_lines

_words = st.text(st.characters(codec="latin-1", categories=["L", "N", "P"]), min_size=1, max_size=LINE_CHARACTERS)


@given(
    st.text(st.characters(codec="latin-1", categories=["L", "Zs"]), max_size=90),
    st.lists(_words, min_size=1, max_size=5),
)
def test_an_address_has_six_lines_of_38_characters_and_ends_in_capitals(name: str, lines: list[str]) -> None:
    found = envelope_lines(name, lines)
    assert len(found) == 1 + len(lines) <= LINES_MOST
    assert all(len(line) <= LINE_CHARACTERS + line.count("SS") for line in found)
    for line in found[max(1, len(found) - 3) :]:
        assert line == line.upper()
        assert not re.search(r"[,;:.!?]", line)


@pytest.mark.parametrize("lines", [["x" * 39], ["x"] * 6])
def test_what_no_envelope_holds_is_refused_not_cut(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="no envelope"):
        envelope_lines("Zoé", lines)


def test_a_long_name_is_shortened_by_its_first_words() -> None:
    assert (
        envelope_lines("MARIE-CLEMENTINE JOSEPHINE AUGUSTINE DE GRANDPERRIN", ["1 rue"])[0]
        == "JOSEPHINE AUGUSTINE DE GRANDPERRIN"
    )
