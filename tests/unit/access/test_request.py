"""The words a decision is asked in: what is not said gives nothing, and an identifier is its name wherever it is written."""

from __future__ import annotations

from typing import get_args

from espace_sante.access.request import (
    ActId,
    ActorKind,
    Channel,
    Context,
    Decision,
    Effect,
    Permit,
    Proof,
    Refuse,
    Subject,
    Thing,
)
from espace_sante.consent.recipient import Reader


def test_every_word_is_written_as_it_is_named() -> None:
    for words in (ActId, ActorKind, Channel, Proof, Effect):
        assert [word.value for word in words] == [word.name.lower() for word in words]


def test_a_subject_of_whom_no_more_is_said_is_neither_the_holder_nor_acting_for_her_nor_of_any_profession() -> None:
    plain = Subject(ActorKind.PRACTITIONER, "10000000017")
    assert plain == Subject(ActorKind.PRACTITIONER, "10000000017", False, False, "", "")
    assert plain.reader == Reader("10000000017", "", "")
    told = Subject(ActorKind.PRACTITIONER, "10000000017", structure="990000001", profession="G15_10")
    assert told.reader == Reader("10000000017", "990000001", "G15_10")


def test_a_thing_of_which_nothing_is_said_is_the_whole_space_and_of_no_author() -> None:
    assert Thing() == Thing(None, None, "", False, False, False, None, None)


def test_without_a_matrix_nothing_is_shown_and_a_permission_is_immediate_and_tells_nobody() -> None:
    assert not Context(None, None, Channel.WEB, Proof.NONE).matrices.shows("G15_10", 1, "", "")
    assert Permit("rule") == Permit("rule", Effect.IMMEDIATE, None, False)


def test_a_decision_permits_or_refuses_and_is_nothing_else() -> None:
    assert set(get_args(Decision)) == {Permit, Refuse}
