"""Each answer apart: what its giving side changes in her will, the day it was said, and how all of them are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from espace_sante.consent.choices import Choice, Present, answered, gives, present, said_as
from espace_sante.consent.rights import Rights, Said

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
# Nothing given: no deposit, no author, new documents hidden, all of it sealed.
REFUSED = Rights(False, hides_new=True, chest=True, heirs_refused=True)
GIVEN = {
    Choice.DEPOSITS: replace(REFUSED, accepts_deposits=True),
    Choice.AUTHORS: replace(REFUSED, authors_read=True),
    Choice.NEW_DOCUMENTS: replace(REFUSED, hides_new=False),
    Choice.CHEST: replace(REFUSED, chest=False),
    Choice.AFTER_DEATH: replace(REFUSED, heirs_refused=False),
    Choice.PURPOSE: replace(REFUSED, purposes=frozenset({"research"})),
}
NAMES = {
    Choice.DEPOSITS: "deposits",
    Choice.AUTHORS: "authors",
    Choice.NEW_DOCUMENTS: "new_documents",
    Choice.CHEST: "chest",
    Choice.AFTER_DEATH: "after_death",
    Choice.PURPOSE: "purpose:research",
}


@pytest.mark.parametrize("choice", list(Choice))
def test_an_answer_changes_one_thing_keeps_its_day_and_is_taken_back_whole(choice: Choice) -> None:
    about = "research" if choice is Choice.PURPOSE else ""
    said = (Said(NAMES[choice], NOW),)
    assert not gives(REFUSED, choice, about)
    given = answered(REFUSED, choice, True, NOW, about)
    assert given == replace(GIVEN[choice], said=said)
    assert gives(given, choice, about)
    assert answered(given, choice, False, NOW, about) == replace(REFUSED, said=said)
    assert said_as(choice, about) == NAMES[choice]


def test_an_answer_about_no_use_has_the_name_of_its_question() -> None:
    names = ["deposits", "authors", "new_documents", "chest", "after_death", "purpose"]
    assert [said_as(choice) for choice in Choice] == names


def test_a_yes_to_one_use_is_no_answer_to_another() -> None:
    given = replace(REFUSED, purposes=frozenset({"research", "statistics"}))
    assert not gives(given, Choice.PURPOSE, "policy")
    assert answered(given, Choice.PURPOSE, False, NOW, "research").purposes == {"statistics"}
    assert answered(given, Choice.PURPOSE, True, NOW, "policy").purposes == {"policy", "research", "statistics"}


def test_every_answer_is_shown_once_the_uses_last_also_one_no_longer_asked_about() -> None:
    rights = answered(replace(REFUSED, purposes=frozenset({"research", "old", "ancient"})), Choice.CHEST, True, NOW, "")
    assert present(rights, ("research", "policy")) == (
        Present(Choice.DEPOSITS, "", False, None),
        Present(Choice.AUTHORS, "", False, None),
        Present(Choice.NEW_DOCUMENTS, "", False, None),
        Present(Choice.CHEST, "", True, NOW),
        Present(Choice.AFTER_DEATH, "", False, None),
        Present(Choice.PURPOSE, "research", True, None),
        Present(Choice.PURPOSE, "policy", False, None),
        Present(Choice.PURPOSE, "ancient", True, None),
        Present(Choice.PURPOSE, "old", True, None),
    )
