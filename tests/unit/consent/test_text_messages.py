"""Yes by text message: the table of what is one, and the machine of its steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.powers import GIVING
from espace_sante.consent.mandates import DAYS, WAITING, Mandate
from espace_sante.consent.text_messages import (
    ANSWERED_WITHIN,
    DAYS_MOST,
    KNOWN_SINCE,
    QUESTION,
    RECAP,
    SEEN_SINCE,
    Consent,
    Fault,
    Part,
    Step,
    fault_of,
    is_yes,
)
from espace_sante.kernel.ids import MandateId

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ASKED = Consent("123456").put(NOW)
GIVES = frozenset(act.value for act in GIVING)


def mandate(*acts: str, days: int = 31, reads: bool = False, hidden: bool = False) -> Mandate:
    return Mandate(
        MandateId(UUID(int=1)), "Léa Roy", frozenset(acts or ("mask",)), reads, hidden, days, NOW, NOW + WAITING
    )


@pytest.mark.parametrize(
    ("words", "yes"),
    [
        ("oui", True),
        ("Oui.", True),
        (" OUI ", True),
        ("oui .", True),
        ("ok", False),
        ("non", False),
        ("", False),
        ("oui oui", False),
        ("oui !", False),
        ("oui..", False),
        ("ouï", False),
        ("yes", False),
        ("o", False),
    ],
)
def test_one_word_is_a_yes_and_everything_else_is_a_no(words: str, yes: bool) -> None:
    assert is_yes(words) is yes
    assert ASKED.answered(words, NOW).step is (Step.YES if yes else Step.NO)


@given(st.text(max_size=6), st.text(max_size=6))
def test_a_second_answer_changes_nothing(first: str, second: str) -> None:
    once = ASKED.answered(first, NOW)
    assert once.answered(second, NOW) == once
    assert once.answered("oui", NOW) == once


def test_no_answer_counts_before_the_question_and_none_after_its_time() -> None:
    assert Consent("123456").answered("oui", NOW).step is Step.TOLD, "what it is about is told first"
    assert ASKED.put(NOW + timedelta(hours=1)) == ASKED, "it is asked once"
    assert ASKED.answered("oui", NOW + ANSWERED_WITHIN).step is Step.YES
    assert ASKED.answered("oui", NOW + ANSWERED_WITHIN + timedelta(seconds=1)).step is Step.NO
    assert Consent("1", Step.NO).put(NOW).step is Step.NO


@pytest.mark.parametrize("days", DAYS)
def test_a_text_message_never_gives_more_than_a_month_nor_reading_nor_access(days: int) -> None:
    known = NOW - KNOWN_SINCE
    expected = None if days <= 31 else Fault.TOO_LONG
    assert fault_of(mandate(days=days), GIVES, known, False, NOW) is expected
    assert fault_of(mandate(reads=True), GIVES, known, False, NOW) is Fault.READS
    assert fault_of(mandate(reads=True, hidden=True), GIVES, known, True, NOW) is Fault.READS
    for act in GIVING:
        assert fault_of(mandate("mask", act.value), GIVES, known, False, NOW) is Fault.GIVES


def test_a_number_is_hers_for_seven_days_or_confirmed_at_a_counter() -> None:
    just_short = NOW - KNOWN_SINCE + timedelta(seconds=1)
    assert fault_of(mandate(), GIVES, just_short, False, NOW) is Fault.NUMBER_TOO_NEW
    assert fault_of(mandate(), GIVES, None, False, NOW) is Fault.NUMBER_TOO_NEW
    assert fault_of(mandate(), GIVES, just_short, True, NOW) is None
    assert fault_of(mandate(), GIVES, None, True, NOW) is Fault.NUMBER_TOO_NEW


def test_a_number_that_a_counter_confirmed_is_asked_nothing_in_the_same_visit() -> None:
    """Whoever changes her number and has a yes asked at it would answer himself."""
    for since, fault in ((timedelta(), Fault.NUMBER_TOO_NEW), (SEEN_SINCE, None)):
        assert fault_of(mandate(), GIVES, NOW - since, True, NOW) is fault
    assert fault_of(mandate(), GIVES, NOW - SEEN_SINCE + timedelta(seconds=1), True, NOW) is Fault.NUMBER_TOO_NEW


def test_no_message_says_a_word_of_health_or_a_name() -> None:
    for words in (RECAP, QUESTION):
        said = words.lower() % {"number": "123456", "days": "31"}
        assert not [
            one for one in ("santé", "médec", "document", "ordonnance", "maladie", "hôpital", "soin") if one in said
        ]
        assert len(said) <= 160, "one message"


def test_the_times_that_are_promised_and_the_words_that_are_kept() -> None:
    """inclusion.md HLP-06, HLP-07; what is written in a will or in a queue is read again by the next version."""
    assert (DAYS_MOST, KNOWN_SINCE.days, SEEN_SINCE, ANSWERED_WITHIN) == (31, 7, timedelta(days=1), timedelta(days=1))
    assert [one.value for one in Part] == ["recap", "question"]
    assert [one.value for one in Step] == ["told", "asked", "yes", "no"]
    assert [one.value for one in Fault] == ["number-too-new", "too-long", "reads", "gives"]
    assert Consent("123456") == Consent("123456", Step.TOLD, None)
    undated = Consent("123456", Step.ASKED, None)
    assert undated.answered("oui", NOW) is undated, "asked nobody knows when"
    assert RECAP.endswith(" Rien n’est encore permis.") and QUESTION.endswith(" Toute autre réponse est un non.")


def test_what_stays_hidden_from_others_is_not_read_through_a_text_message_either() -> None:
    assert fault_of(mandate(hidden=True), GIVES, NOW - KNOWN_SINCE, False, NOW) is Fault.READS
