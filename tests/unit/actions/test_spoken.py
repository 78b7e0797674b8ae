"""The short code of an act: unique, said in digits, and leading to the same act for whoever hears it. Source: VOX-01."""

from __future__ import annotations

import pytest

from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.actions.spoken import found_acts, said_aloud, spoken_code


def test_each_act_of_a_person_has_a_code_of_digits_that_no_other_has() -> None:
    codes = [spoken_code(act) for act in PERSON_ACTS]
    assert len(set(codes)) == len(codes)
    assert all(code.isdecimal() and 2 <= len(code) <= 3 for code in codes)


def test_whoever_hears_a_code_or_reads_the_form_opens_the_same_act() -> None:
    for act in PERSON_ACTS:
        code = spoken_code(act)
        for asked in (code, said_aloud(code), act.form, act.form.lower(), " ".join(code), f"es {said_aloud(code)}"):
            assert found_acts(PERSON_ACTS, asked) == [act], asked


def test_a_code_that_no_act_has_opens_none() -> None:
    assert found_acts(PERSON_ACTS, "999") == []
    assert found_acts(PERSON_ACTS, "ES-998") == []


def test_a_code_is_said_digit_by_digit() -> None:
    assert said_aloud("06") == "zéro six"
    assert said_aloud("71") == "sept un"


@pytest.mark.parametrize("asked", ["médecin", "MEDECIN", "medecin", "médec"])
def test_plain_words_find_an_act_whatever_their_accents_and_capitals(asked: str) -> None:
    assert found_acts(PERSON_ACTS, asked) == found_acts(PERSON_ACTS, "médecin")


def test_every_word_asked_is_in_what_is_found_and_words_of_no_act_find_nothing() -> None:
    found = found_acts(PERSON_ACTS, "ouvrir espace")
    assert "open_space" in {act.id for act in found} and len(found) < len(PERSON_ACTS)
    assert found_acts(PERSON_ACTS, "zzz") == []
    assert found_acts(PERSON_ACTS, "  ") == list(PERSON_ACTS)


def test_an_act_is_found_by_each_word_of_its_own_name() -> None:
    for act in PERSON_ACTS:
        assert act in found_acts(PERSON_ACTS, act.name)
