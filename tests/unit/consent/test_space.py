from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from espace_sante.access.request import ActId, ActorKind, Channel, Context, Permit, Proof, Subject, Thing
from espace_sante.access.rules import decide
from espace_sante.consent.rights import SpaceState
from espace_sante.consent.space import Illegal, Move, Moved, move

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STATES = (None, *SpaceState)
ALLOWED = {
    (None, Move.OPEN): SpaceState.OPEN,
    (None, Move.REFUSE): None,
    (SpaceState.OPEN, Move.CLOSE): SpaceState.CLOSING,
    (SpaceState.CLOSING, Move.KEYS_DESTROYED): SpaceState.CLOSED,
}


@pytest.mark.parametrize(("state", "asked"), list(itertools.product(STATES, Move)))
def test_every_move_is_either_allowed_or_refused_as_a_value(state: SpaceState | None, asked: Move) -> None:
    expected = Moved(ALLOWED[state, asked]) if (state, asked) in ALLOWED else Illegal(state, asked)
    assert move(state, asked) == expected


def test_a_refusal_leaves_nothing() -> None:
    assert move(None, Move.REFUSE) == Moved(None)


def test_a_closed_space_never_moves_again() -> None:
    assert all(isinstance(move(SpaceState.CLOSED, asked), Illegal) for asked in Move)


def test_the_chain_of_the_institution_is_no_space_and_never_moves() -> None:
    assert all(isinstance(move(SpaceState.INSTITUTION, asked), Illegal) for asked in Move)


def test_the_decision_lets_her_ask_only_for_moves_that_exist() -> None:
    holder = Subject(ActorKind.PERSON, "", holder=True)
    moves = {ActId.OPEN_SPACE: Move.OPEN, ActId.REFUSE_SPACE: Move.REFUSE, ActId.CLOSE_SPACE: Move.CLOSE}
    # A closed space and the institution's chain are the absence of a space of hers: another one may open.
    absent = (None, SpaceState.CLOSED, SpaceState.INSTITUTION)
    for act, asked in moves.items():
        for state in STATES:
            decision = decide(holder, act, Thing(), Context(state, None, Channel.WEB, Proof.LOGIN), NOW)
            seen = None if state in absent else state
            assert isinstance(decision, Permit) is isinstance(move(seen, asked), Moved)


def test_the_moves_keep_their_names() -> None:
    assert [asked.value for asked in Move] == ["open", "refuse", "close", "keys_destroyed"]
