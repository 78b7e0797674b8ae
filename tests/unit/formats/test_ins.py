"""The national number: one form, one right key, Corsica's departments counted as they should be."""

from __future__ import annotations

import pytest

from espace_sante.formats.ins import KINDS, is_key_right
from espace_sante.identity.ins import parse_ins


def keyed(thirteen: str) -> str:
    counted = thirteen.replace("2A", "19").replace("2B", "18")
    return f"{thirteen}{97 - int(counted) % 97:02d}"


NUMBERS = [keyed(one) for one in ("2990199999001", "1010175001001", "101012A001001", "101012B001001", "8010175001001")]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_right_number_is_accepted_with_its_blanks_and_in_small_letters(number: str) -> None:
    assert is_key_right(number)
    assert parse_ins(number) == number
    assert parse_ins(f" {number[:1]} {number[1:7].lower()} {number[7:]} ") == number


@pytest.mark.parametrize("number", NUMBERS)
def test_every_other_key_is_wrong(number: str) -> None:
    for key in range(100):
        other = f"{number[:13]}{key:02d}"
        assert is_key_right(other) == (other == number)
        assert (parse_ins(other) is not None) == (other == number)


def test_the_key_of_an_island_is_not_that_of_the_other() -> None:
    assert keyed("101012A001001")[13:] != keyed("101012B001001")[13:]
    assert not is_key_right("101012A001001" + keyed("101012B001001")[13:])


@pytest.mark.parametrize("first", "0123456789")
def test_only_the_first_digits_in_use_are_accepted(first: str) -> None:
    number = keyed(f"{first}010175001001")
    assert is_key_right(number), "the key alone does not look at it"
    assert (parse_ins(number) is not None) == (first in "123478")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1010175001001",
        NUMBERS[1][:-1],
        NUMBERS[1] + "0",
        NUMBERS[1] + "\n",
        "\n" + NUMBERS[1],
        NUMBERS[2].replace("2A", "2C"),
        NUMBERS[2].replace("2A", "2a") + "x",
        "1" + NUMBERS[2][1:5] + "A2" + NUMBERS[2][7:],
        NUMBERS[1].replace("0", "\u0660"),
        NUMBERS[1].replace("1", "\uff11"),
    ],
)
def test_what_has_not_the_form_of_a_number_is_none(text: str) -> None:
    assert not is_key_right(text)
    assert parse_ins(text) is None


def test_a_small_letter_is_not_a_number_s_own_form() -> None:
    assert not is_key_right(NUMBERS[2].lower())


def test_numbers_of_trials_have_roots_of_their_own() -> None:
    assert dict(KINDS) == {
        "1.2.250.1.213.1.4.8": "INS-NIR",
        "1.2.250.1.213.1.4.9": "INS-NIA",
        "1.2.250.1.213.1.4.10": "INS-NIR (test)",
        "1.2.250.1.213.1.4.11": "INS-NIR (démonstration)",
    }
