"""The short code of an act: unique, said in digits, and leading to the same act for whoever hears it. Source: VOX-01."""

from __future__ import annotations

import pytest

from espace_sante.actions.plain_words import STANDS_FOR
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


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("médecin", "grant_access"),
        ("docteurs", "block"),
        ("retirer médecin", "withdraw_access"),
        ("hôpital", "grant_access"),
        ("ma fille", "name_helper"),
        ("annuler mandat", "end_mandate"),
        ("ordonnance", "read_document"),
        ("radios", "list_documents"),
        ("qui a lu", "read_journal"),
        ("tuteur", "contest_representation"),
        ("samu", "set_emergency_will"),
        ("déménagement", "give_address"),
        ("masquer", "mask"),
        ("recherche", "end_secondary_use"),
        ("mail", "change_contact"),
    ],
)
def test_the_words_people_say_find_what_acts_call_otherwise(asked: str, wanted: str) -> None:
    found = {act.id for act in found_acts(PERSON_ACTS, asked)}
    assert wanted in found and len(found) < len(PERSON_ACTS) / 2


def test_no_plain_word_stands_for_what_no_act_says() -> None:
    for word, others in STANDS_FOR.items():
        assert all(found_acts(PERSON_ACTS, one) for one in others), word
        assert found_acts(PERSON_ACTS, word), word


def test_every_word_asked_is_in_what_is_found_and_words_of_no_act_find_nothing() -> None:
    found = found_acts(PERSON_ACTS, "ouvrir espace")
    assert "open_space" in {act.id for act in found} and len(found) < len(PERSON_ACTS)
    assert found_acts(PERSON_ACTS, "zzz") == []
    assert found_acts(PERSON_ACTS, "  ") == list(PERSON_ACTS)


def test_an_act_is_found_by_each_word_of_its_own_name() -> None:
    for act in PERSON_ACTS:
        assert act in found_acts(PERSON_ACTS, act.name)
