"""The number printed on a coupon is read as it was printed; one wrong letter, or two swapped, is seen. Source: CPN-02."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.coupon.number import _LETTERS, Mistyped, said_number, typed_number
from espace_sante.formats.coupon.token import ONCE_BYTES

numbers = st.binary(min_size=ONCE_BYTES, max_size=ONCE_BYTES)


@given(numbers)
def test_what_is_printed_is_read_whatever_the_case_and_the_cuts(once: bytes) -> None:
    said = said_number(once)
    for typed in (
        said,
        said.lower(),
        said.replace(" ", ""),
        said.replace(" ", "-"),
        said.replace("0", "O").replace("1", "l"),
    ):
        assert typed_number(typed) == once


@given(numbers, st.integers(0, 12), st.sampled_from(_LETTERS))
def test_a_wrong_letter_is_seen(once: bytes, place: int, letter: str) -> None:
    said = said_number(once).replace(" ", "")
    wrong = said[:place] + letter + said[place + 1 :]
    # Two letters of the thirty-two weigh the same: 0 and Z.
    if {said[place], letter} in ({"0", "Z"}, {letter}):
        return
    with pytest.raises(Mistyped):
        typed_number(wrong)


@given(numbers, st.integers(0, 11))
def test_two_swapped_letters_are_seen(once: bytes, place: int) -> None:
    said = said_number(once).replace(" ", "")
    one, two = said[place], said[place + 1]
    if one == two or {one, two} == {"0", "Z"}:
        return
    with pytest.raises(Mistyped):
        typed_number(said[:place] + two + one + said[place + 2 :])


@given(st.text(max_size=12))
def test_any_other_number_is_none_of_ours(text: str) -> None:
    assert typed_number(text) is None or len(text) >= 14
