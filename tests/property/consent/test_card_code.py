"""The code of a card: any that is drawn is read however it is typed, and no single slip passes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.card_code import ALPHABET, DRAWN, new_card_code, normal_card_code

drawn = st.binary(min_size=10, max_size=10).map(new_card_code)


@given(drawn, st.lists(st.sampled_from(["", " ", "-", "  "]), min_size=21, max_size=21), st.booleans())
def test_a_code_is_read_however_it_is_typed(code: str, between: list[str], small: bool) -> None:
    typed = "".join(c + gap for c, gap in zip(code, between, strict=False)) + code[len(between) :]
    typed = typed.replace("0", "O").replace("1", "l")
    assert normal_card_code(typed.lower() if small else typed) == code


@given(drawn, st.integers(0, DRAWN), st.sampled_from(ALPHABET))
def test_one_wrong_character_never_passes(code: str, place: int, other: str) -> None:
    plain = code.replace("-", "")
    wrong = plain[:place] + other + plain[place + 1 :]
    assert normal_card_code(wrong) == (code if wrong == plain else None)


@given(drawn, st.integers(0, DRAWN - 1))
def test_two_characters_changed_over_never_pass(code: str, place: int) -> None:
    plain = code.replace("-", "")
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert normal_card_code(swapped) == (code if swapped == plain else None)


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_every_one_of_the_eighty_bits_counts(one: bytes, other: bytes) -> None:
    assert (new_card_code(one) == new_card_code(other)) == (one == other)


@given(st.text(max_size=40))
def test_anything_may_be_typed_and_nothing_breaks(text: str) -> None:
    found = normal_card_code(text)
    assert found is None or normal_card_code(found) == found
