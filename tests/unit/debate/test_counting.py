"""When a voice counts, and how ballots are counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from espace_sante.debate.coming import Came, one_form, refuse_out_of_time, row_number
from espace_sante.debate.rules import told_hours
from espace_sante.debate.voting import counted, is_whole
from espace_sante.debate.words import Choice
from espace_sante.kernel.errors import Kind, Problem

OPENED, CLOSES = date(2026, 3, 2), date(2026, 4, 30)
LATEST = date(2026, 5, 20)
DAY = timedelta(days=1)


def refused(came: Came, *code: str) -> tuple[Kind, str] | None:
    try:
        refuse_out_of_time(came, OPENED, CLOSES, *code)
    except Problem as problem:
        return problem.kind, problem.code
    return None


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (Came(OPENED, OPENED), None),
        (Came(OPENED - DAY, OPENED), (Kind.CONFLICT, "debate-not-open")),
        (Came(CLOSES, CLOSES), None),
        (Came(CLOSES, LATEST), None),
        (Came(CLOSES, LATEST + DAY), (Kind.CONFLICT, "debate-not-open")),
        (Came(CLOSES + DAY, CLOSES + DAY), (Kind.CONFLICT, "debate-not-open")),
        (Came(CLOSES, CLOSES - DAY), (Kind.UNPROCESSABLE, "debate-day")),
    ],
)
def test_what_is_posted_from_the_first_day_to_the_last_and_arrives_within_twenty_days_counts(
    came: Came, told: tuple[Kind, str] | None
) -> None:
    assert refused(came) == told


def test_a_vote_says_in_its_own_words_that_it_is_not_open() -> None:
    assert refused(Came(OPENED - DAY, OPENED), "debate-no-vote") == (Kind.CONFLICT, "debate-no-vote")


def test_an_hour_is_told_from_eleven_voices_in_order_and_a_smaller_one_is_not() -> None:
    assert told_hours([9] * 11 + [23] * 10 + [0] * 30) == ((0, 30), (9, 11))
    assert told_hours([]) == ()


def test_each_answer_of_each_ballot_is_counted_once_for_each_proposal() -> None:
    ballots = [
        {"p1": Choice.FOR, "p2": Choice.AGAINST},
        {"p1": Choice.FOR, "p2": Choice.BLANK},
        {"p1": Choice.AGAINST, "p2": Choice.FOR},
        {"p1": Choice.BLANK, "p2": Choice.BLANK},
    ]
    result = counted("couts", ["p2", "p1"], ballots, CLOSES)
    assert (result.dossier, result.ballots, result.on) == ("couts", 4, CLOSES)
    assert [(c.proposal, c.in_favour, c.against, c.blank) for c in result.counts] == [("p2", 1, 1, 2), ("p1", 2, 1, 1)]
    assert counted("couts", ["p1"], [], CLOSES).counts[0].in_favour == 0


def test_a_ballot_answers_each_proposal_and_nothing_else() -> None:
    whole = {"p1": Choice.FOR, "p2": Choice.BLANK}
    assert is_whole(whole, ["p2", "p1"])
    assert not is_whole(whole, ["p1"]) and not is_whole(whole, ["p1", "p2", "p3"]) and not is_whole({}, ["p1"])


def test_a_mistyped_code_is_refused_before_anything_is_looked_for() -> None:
    assert one_form("902e 03m0 4r04 g000 z") == "902E-03M0-4R04-G000-Z"
    with pytest.raises(Problem) as refusal:
        one_form("902E-03M0-4R04-G000-Y")
    assert (refusal.value.kind, refusal.value.code) == (Kind.UNPROCESSABLE, "debate-code-mistyped")


def test_a_row_is_numbered_by_chance_alone() -> None:
    assert row_number(bytes(16)) == "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("came", "day"),
    [
        (Came(OPENED, OPENED), OPENED),
        (Came(OPENED, OPENED + DAY), OPENED + DAY),
        (Came(OPENED, OPENED + DAY, taken_on=OPENED + 3 * DAY), OPENED + 3 * DAY),
        (Came(OPENED, OPENED + DAY, taken_on=OPENED), OPENED + DAY),
    ],
)
def test_what_comes_is_published_with_all_that_was_taken_the_same_day(came: Came, day: date) -> None:
    assert came.day == day
