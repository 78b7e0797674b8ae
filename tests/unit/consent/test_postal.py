"""The days the post takes, by region: ten in mainland France, twenty elsewhere, and twenty when it is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from espace_sante.access.request import ActId
from espace_sante.consent.postal import POST_MOST, lengthened, postal_time
from espace_sante.consent.space import SILENCE, SILENCE_DAYS
from espace_sante.consent.undoing import UNDO_DAYS, last_day_to_undo, may_be_undone
from espace_sante.consent.visits import KEPT, KEPT_DAYS
from espace_sante.keeper import coupon_body
from espace_sante.keeper.coupon_body import issue
from espace_sante.keeper.demand import Letter
from espace_sante.kernel.i18n import Language, say_date
from espace_sante.web.operator.letter_pressed import PressedWords
from espace_sante.web.operator.letter_sheets import sheet_words
from tests.unit.keeper.situations import NOW, situation, will


@pytest.mark.parametrize(
    ("address", "days"),
    [
        (("12 rue des Essais", "63000 CLERMONT FERRAND"), 10),
        (("12 rue des Essais", "20000 AJACCIO"), 10),
        (("12 rue des Essais", "63000 CLERMONT FERRAND", "FRANCE"), 10),
        (("Chez Paul", "1 rue", " 01000 BOURG"), 10),
        (("1 rue Schœlcher", "97110 POINTE A PITRE"), 20),
        (("1 rue", "97400 SAINT DENIS", "France"), 20),
        (("1 rue", "98800 NOUMEA"), 20),
        (("1 rue de la Loi", "1000 BRUXELLES", "BELGIQUE"), 20),
        (("1 Hauptstrasse", "10115 BERLIN", "ALLEMAGNE"), 20),
        (("1 rue", "6300 TOWN"), 20),
        (("1 rue", "63000"), 20),
        ((), 20),
        (("", " "), 20),
        (("France",), 20),
    ],
)
def test_a_deadline_is_longer_by_the_time_of_the_post(address: tuple[str, ...], days: int) -> None:
    assert postal_time(address) == timedelta(days=days)


REGIONS = [((), 20), (("12 rue des Essais", "63000 CLERMONT FERRAND"), 10), (("1 rue", "97400 SAINT DENIS"), 20)]
DAY = date(2026, 3, 1)


@pytest.mark.parametrize(("address", "post"), REGIONS)
def test_each_deadline_that_runs_against_her_is_longer_by_where_she_lives(address: tuple[str, ...], post: int) -> None:
    assert lengthened(30, address) == timedelta(days=30 + post)
    assert last_day_to_undo(DAY, address) == DAY + timedelta(days=UNDO_DAYS + post)
    known = will()
    known = replace(known, rights=replace(known.rights, address=address))
    ends = issue(situation(ActId.GRANT_ACCESS, None, "phone", will=known), "ES-06", (("", b""),))[1][1]
    assert ends == NOW.date() + timedelta(days=coupon_body.DAYS + post)
    letter = Letter("person", "ANA", "1944-03-12", address, (), pressed=DAY.isoformat())
    said = PressedWords(str, str, {}).first(letter)
    assert say_date(DAY + timedelta(days=KEPT_DAYS + post), Language.FR) in said


@pytest.mark.parametrize(("address", "post"), REGIONS)
def test_a_letter_about_a_page_of_the_post_tells_the_last_day_with_the_time_of_its_own_post(
    address: tuple[str, ...], post: int
) -> None:
    line = {"act": "grant_access", "at": "2026-03-01T10:00:00Z", "objects": ["arrived:2026-03-01", "will:3"]}
    last = say_date(DAY + timedelta(days=UNDO_DAYS + post), Language.FR)
    assert last in " ".join(sheet_words(line, str, address))


def test_what_is_accepted_is_never_shorter_than_what_any_letter_told() -> None:
    assert max(post for _, post in REGIONS) == 20
    assert (UNDO_DAYS, KEPT_DAYS, SILENCE_DAYS, coupon_body.DAYS) == (30, 180, 42, 90), (
        "docs/specs/deadlines.md tells them"
    )
    assert may_be_undone(DAY, DAY + timedelta(days=UNDO_DAYS + 20))
    assert timedelta(days=KEPT_DAYS + 20) == KEPT
    assert timedelta(days=SILENCE_DAYS + 20) == SILENCE, "nobody knows where she lives"
    longest_coupon = timedelta(days=coupon_body.DAYS + 20)
    assert longest_coupon <= POST_MOST, "a postmark of the last day is believed"


def test_a_form_posted_four_months_ago_counts_from_no_such_day() -> None:
    """Ninety days that a coupon serves, twenty for the post, and a margin."""
    assert timedelta(days=120) == POST_MOST
