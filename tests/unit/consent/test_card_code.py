"""The code of a card beside what docs/decisions/0025 says of it: 80 bits, base 32, one check character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.card_code import (
    ALPHABET,
    DRAWN,
    PREFIX,
    RANDOM_BYTES,
    check,
    new_card_code,
    normal_card_code,
)

digits = st.lists(st.integers(0, 31), max_size=20)


def product(one: int, other: int) -> int:
    """Multiply in GF(32), the field made by x^5 + x^2 + 1: long multiplication, then long division."""
    whole = 0
    for power in range(5):
        whole ^= (one << power) * (other >> power & 1)
    for power in range(8, 4, -1):
        whole ^= (0b100101 << power - 5) * (whole >> power & 1)
    return whole


@given(digits)
def test_the_check_character_is_the_value_of_a_polynomial(values: list[int]) -> None:
    expected, power = 0, 1
    for value in reversed(values):
        power = product(power, 2)
        expected ^= product(value, power)
    assert check(values) == expected


@pytest.mark.parametrize(
    ("random", "code"),
    [
        (bytes(10), "0000-0000-0000-0000-0"),
        (bytes(9) + b"\1", "1000-0000-0000-0000-V"),
        (b"\x80" + bytes(9), "0000-0000-0000-000G-5"),
        (bytes(range(10)), "902E-03M0-4R04-G000-Z"),
    ],
)
def test_a_code_handed_over_once_is_still_read(random: bytes, code: str) -> None:
    assert new_card_code(random) == code
    assert normal_card_code(code) == code


def test_a_code_with_another_check_character_is_refused() -> None:
    code = new_card_code(bytes(range(10)))
    assert [last for last in ALPHABET if normal_card_code(code[:-1] + last)] == [code[-1]]


def test_what_is_drawn_is_eighty_bits_in_letters_that_are_not_taken_for_others() -> None:
    assert (DRAWN * 5, RANDOM_BYTES * 8, PREFIX) == (80, 80, "card:")
    assert sorted(ALPHABET) == sorted(set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") - set("ILOU"))
    assert new_card_code(bytes(range(10)) + b"more") == new_card_code(bytes(range(10)))


@pytest.mark.parametrize(
    "typed", ["", "0", "0" * 16, "0" * 18, "0" * 16 + "U", "é" + "0" * 16, "0000_0000_0000_0000_0"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert normal_card_code(typed) is None


@pytest.mark.parametrize("zero", ["0", "o", "O"])
def test_letters_taken_for_digits_are_read_as_digits(zero: str) -> None:
    assert normal_card_code(zero * 17) == "0000-0000-0000-0000-0"
    ones = new_card_code(sum(1 << 5 * i for i in range(16)).to_bytes(10, "big"))
    for one in "iIlL":
        assert normal_card_code(ones.replace("1", one).replace("-", " ")) == ones
