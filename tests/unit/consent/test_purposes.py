"""The public table of uses, read whole or not at all, and the use that only her yes allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from espace_sante.consent.purposes import COLUMNS, Purpose, PurposesUnreadable, allows, purposes, read_purposes
from espace_sante.consent.rights import Rights

HEAD = "code,sorte,depuis,loi,traité,question,mots\n"
LINE = "research,secondaire,2026-11-26,loi,non,Oui ?,chercher\n"
RESEARCH = Purpose("research", True, date(2026, 11, 26), "loi", False, "Oui ?", "chercher")


def test_each_line_is_a_use_by_its_code_in_the_order_of_the_table() -> None:
    care = "care,soin,2027-01-02,autre loi,oui,Et ?,soigner\n"
    found = read_purposes(HEAD + LINE + care)
    assert list(found.items()) == [
        ("research", RESEARCH),
        ("care", Purpose("care", False, date(2027, 1, 2), "autre loi", True, "Et ?", "soigner")),
    ]
    assert ",".join(COLUMNS) + "\n" == HEAD
    assert read_purposes(HEAD) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ligne 1 : les colonnes ne sont pas celles attendues"),
        (HEAD.replace("code,", "") + LINE, "ligne 1 : les colonnes ne sont pas celles attendues"),
        (HEAD + LINE.replace("loi", ""), "ligne 2 : incomplète ou inconnue"),
        (HEAD + LINE.replace("Oui ?", ""), "ligne 2 : incomplète ou inconnue"),
        (HEAD + LINE.replace("chercher", ""), "ligne 2 : incomplète ou inconnue"),
        (HEAD + LINE.replace("chercher", "chercher,encore"), "ligne 2 : incomplète ou inconnue"),
        (HEAD + LINE.replace(",chercher", ""), "ligne 2 : incomplète ou inconnue"),
        (HEAD + LINE.replace("secondaire", "autre"), "ligne 2 : incomplète ou inconnue"),
        (HEAD + LINE.replace("non", "peut-être"), "ligne 2 : incomplète ou inconnue"),
        (HEAD + LINE.replace("2026-11-26", "demain"), "ligne 2 : incomplète ou inconnue"),
        (HEAD + LINE + LINE.replace("research", "Policy"), "ligne 3 : incomplète ou inconnue"),
        (HEAD + LINE + LINE, "ligne 3 : research est déjà là"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_the_line_at_fault(text: str, said: str) -> None:
    with pytest.raises(PurposesUnreadable) as refused:
        read_purposes(text)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("code", "good"),
    [("ab", True), ("a_", True), ("a" * 31, True), ("a", False), ("a" * 32, False), ("_a", False), ("a1", False)],
)
def test_a_code_is_two_to_thirty_one_small_letters(code: str, good: bool) -> None:
    text = HEAD + LINE.replace("research", code)
    if good:
        assert list(read_purposes(text)) == [code]
    else:
        with pytest.raises(PurposesUnreadable):
            read_purposes(text)


def test_a_use_is_allowed_only_when_it_is_known_and_she_said_yes_to_it() -> None:
    yes = Rights(False, purposes=frozenset({"research"}))
    assert allows(yes, "research", {"research": RESEARCH})
    assert not allows(None, "research", {"research": RESEARCH})
    assert not allows(yes, "research", {})
    assert not allows(Rights(False), "research", {"research": RESEARCH})
    assert not allows(yes, "policy", {"research": RESEARCH, "policy": RESEARCH})
    for shut in (replace(yes, chest=True), replace(yes, presumed=True)):
        assert not allows(shut, "research", {"research": RESEARCH})


def test_the_public_table_is_read_as_it_was_published() -> None:
    found = purposes()
    assert list(found) == ["measures", "public_health", "policy", "statistics", "teaching", "research", "care_delivery"]
    assert (
        found["research"].words
        == "faire de la recherche sur la santé et y mettre au point des produits ou des programmes"
    )
    assert {use.since for use in found.values()} == {date(2026, 11, 26)}
