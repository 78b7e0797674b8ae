from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.request import ActId, ActorKind, Channel, Context, Permit, Proof, Subject, Thing
from espace_sante.access.rules import decide
from espace_sante.consent.rights import SpaceState
from espace_sante.consent.space import (
    ARCHIVE_YEARS_MOST,
    SILENCE_DAYS,
    Illegal,
    Move,
    Moved,
    archive_ends,
    move,
    silence_is_over,
)
from espace_sante.kernel.settings import OpeningPolicy

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STATES = (None, *SpaceState)
OPEN, ARCHIVED, CLOSING, CLOSED = SpaceState.OPEN, SpaceState.ARCHIVED, SpaceState.CLOSING, SpaceState.CLOSED
ALLOWED = {
    (None, Move.OPEN): OPEN,
    (None, Move.REFUSE): None,
    (OPEN, Move.CLOSE): CLOSING,
    (OPEN, Move.ARCHIVE): ARCHIVED,
    (ARCHIVED, Move.REOPEN): OPEN,
    (ARCHIVED, Move.ERASE): CLOSING,
    (ARCHIVED, Move.ARCHIVE_ENDED): CLOSING,
    (CLOSING, Move.KEYS_DESTROYED): CLOSED,
}
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(("state", "asked"), list(itertools.product(STATES, Move)))
def test_every_move_is_either_allowed_or_refused_as_a_value(state: SpaceState | None, asked: Move) -> None:
    expected = Moved(ALLOWED[state, asked]) if (state, asked) in ALLOWED else Illegal(state, asked)
    assert move(state, asked) == expected


def test_a_refusal_leaves_nothing() -> None:
    assert move(None, Move.REFUSE) == Moved(None)


def test_a_closed_space_never_moves_again() -> None:
    for asked, policy in itertools.product(Move, OpeningPolicy):
        assert isinstance(move(CLOSED, asked, policy=policy), Illegal)


def test_the_chain_of_the_institution_is_no_space_and_never_moves() -> None:
    for asked, policy in itertools.product(Move, OpeningPolicy):
        assert isinstance(move(SpaceState.INSTITUTION, asked, policy=policy), Illegal)


def test_silence_opens_only_what_is_not_there_and_only_where_the_operator_published_it() -> None:
    for state, policy in itertools.product(STATES, OpeningPolicy):
        found = move(state, Move.PRESUME, policy=policy)
        published = policy is OpeningPolicy.SIX_WEEK_PRESUMPTION and state is None
        assert found == (Moved(OPEN) if published else Illegal(state, Move.PRESUME))


def test_the_policy_changes_nothing_else() -> None:
    for state, asked in itertools.product(STATES, Move):
        if asked is not Move.PRESUME:
            assert move(state, asked, policy=OpeningPolicy.SIX_WEEK_PRESUMPTION) == move(state, asked)


@given(st.lists(st.sampled_from(list(Move)), max_size=12))
def test_whatever_is_asked_keys_are_destroyed_only_after_she_closed_or_her_archive_ended(asked: list[Move]) -> None:
    state: SpaceState | None = None
    passed: list[Move] = []
    for one in asked:
        found = move(state, one)
        if isinstance(found, Moved):
            passed.append(one)
        state = found.state
        if state is CLOSED:
            assert passed[-1] is Move.KEYS_DESTROYED
            assert passed[-2] in (Move.CLOSE, Move.ERASE, Move.ARCHIVE_ENDED)
    assert passed.count(Move.KEYS_DESTROYED) <= 1
    assert state is None or Move.OPEN in passed, "nothing exists without a yes"


@given(DAYS, st.integers(-5, 30))
def test_an_archive_lasts_from_one_to_ten_years(today: date, years: int) -> None:
    ends = archive_ends(today, years)
    if not 1 <= years <= ARCHIVE_YEARS_MOST:
        assert ends is None
    else:
        assert ends is not None
        assert (ends.year, ends.month) == (today.year + years, today.month)
        assert ends > today


@given(DAYS, st.integers(-100, 4000))
def test_silence_counts_from_a_proven_delivery_and_lasts_six_whole_weeks_and_the_post(
    delivered: date, days: int
) -> None:
    assert silence_is_over(delivered, delivered + timedelta(days=days)) is (days > SILENCE_DAYS + 20)
    assert not silence_is_over(None, delivered)


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        (date(2026, 1, 31), date(2029, 1, 28)),
        (date(2028, 2, 29), date(2031, 2, 28)),
        (date(2026, 11, 28), date(2029, 11, 28)),
        (date(2026, 11, 3), date(2029, 11, 3)),
    ],
)
def test_an_archive_ends_on_a_day_that_every_month_has(today: date, ends: date) -> None:
    assert archive_ends(today, 3) == ends


def test_six_whole_weeks_are_forty_two_days_twenty_are_for_the_post_and_the_next_one_is_past_them() -> None:
    assert SILENCE_DAYS == 42
    assert not silence_is_over(date(2026, 1, 1), date(2026, 3, 4))
    assert silence_is_over(date(2026, 1, 1), date(2026, 3, 5))


def test_ten_years_at_most() -> None:
    assert ARCHIVE_YEARS_MOST == 10
    assert (archive_ends(date(2026, 1, 1), 11), archive_ends(date(2026, 1, 1), 0)) == (None, None)
    assert archive_ends(date(2026, 1, 1), 1) == date(2027, 1, 1)


def test_the_decision_lets_her_ask_only_for_moves_that_exist() -> None:
    holder = Subject(ActorKind.PERSON, "", holder=True)
    moves = {
        ActId.OPEN_SPACE: Move.OPEN,
        ActId.REFUSE_SPACE: Move.REFUSE,
        ActId.CLOSE_SPACE: Move.CLOSE,
        ActId.REOPEN_SPACE: Move.REOPEN,
        ActId.ERASE_CONTENT: Move.ERASE,
    }
    # A closed space and the institution's chain are the absence of a space of hers: another one may open.
    absent = (None, SpaceState.CLOSED, SpaceState.INSTITUTION)
    for act, asked in moves.items():
        for state in STATES:
            decision = decide(holder, act, Thing(), Context(state, None, Channel.WEB, Proof.LOGIN), NOW)
            seen = None if state in absent else state
            assert isinstance(decision, Permit) is isinstance(move(seen, asked), Moved)


def test_the_moves_keep_their_names() -> None:
    assert [asked.value for asked in Move] == [
        "open",
        "refuse",
        "close",
        "keys_destroyed",
        "archive",
        "reopen",
        "erase",
        "archive_ended",
        "presume",
    ]
