"""G3. Nobody reads without your permission: named, for a purpose, for a time. What follows needs no database.

The breaks tried by hand are the mutants of `espace_sante/access/rules.py` and `espace_sante/consent/rights.py`
(`make mutate`): every condition removed, reversed or moved by one, every permission put in the place of a refusal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.request import ActId, ActorKind, Channel, Context, Decision, Permit, Proof, Subject, Thing
from espace_sante.access.rules import decide, visible
from espace_sante.consent.evidence import Answers, Deposits, Opening
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, Rpps

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MATRICES = Matrices(Matrix("2026-01-01", {"G15_10": Row(frozenset({4}))}))
DIALLO, MARTIN = Rpps("10000000017"), Rpps("10000000025")
DOCUMENT = DocumentId(UUID(int=1))
LETTER = Thing(category=4, document=DOCUMENT)
ALL = (Thing(), Thing(category=4), LETTER)
READING = (ActId.READ_DOCUMENT, ActId.LIST_DOCUMENTS, ActId.READ_JOURNAL)
HER_FIRST_DAY = Answers(Opening.YES, Deposits.YES).first_rights()
TO_DIALLO = Grant(GrantId(UUID(int=7)), named(DIALLO), Scope(ScopeKind.EVERYTHING), "soins", NOW, NOW + DAY)


def asks(who: Rpps, act: ActId, will: Rights | None, now: datetime = NOW, thing: Thing = LETTER) -> Decision:
    context = Context(SpaceState.OPEN, will, Channel.API, Proof.PROFESSIONAL, MATRICES)
    return decide(Subject(ActorKind.PRACTITIONER, who, profession="G15_10"), act, thing, context, now)


def reads(who: Rpps, will: Rights | None, now: datetime = NOW) -> bool:
    context = Context(SpaceState.OPEN, will, Channel.API, Proof.PROFESSIONAL, MATRICES)
    shown = visible(Subject(ActorKind.PRACTITIONER, who, profession="G15_10"), context, now)(
        LETTER.category, LETTER.document
    )
    opened = isinstance(asks(who, ActId.READ_DOCUMENT, will, now), Permit)
    assert shown is opened, "a list must show what may be read and nothing else"
    return opened


@pytest.mark.parametrize("act", READING)
def test_a_space_that_just_opened_is_read_by_no_professional(act: ActId) -> None:
    for will, thing in product((None, HER_FIRST_DAY), (Thing(), Thing(category=4), LETTER)):
        assert not isinstance(asks(DIALLO, act, will, thing=thing), Permit)


def test_ten_years_of_silence_let_nobody_read() -> None:
    assert not any(reads(DIALLO, HER_FIRST_DAY, NOW + day * DAY) for day in range(0, 3653))


def test_whoever_deposits_does_not_read_what_he_deposited() -> None:
    assert isinstance(asks(DIALLO, ActId.DEPOSIT_DOCUMENT, HER_FIRST_DAY), Permit)
    assert not reads(DIALLO, HER_FIRST_DAY)


def test_a_permission_is_for_the_one_it_names_and_for_its_time() -> None:
    will = HER_FIRST_DAY.with_grant(TO_DIALLO)
    assert reads(DIALLO, will)
    assert not reads(MARTIN, will)
    assert not reads(DIALLO, will, NOW - timedelta(microseconds=1))
    assert not reads(DIALLO, will, NOW + DAY)


def test_a_permission_withdrawn_is_withdrawn_at_once() -> None:
    assert not reads(DIALLO, HER_FIRST_DAY.with_grant(TO_DIALLO).without_recipient(named(DIALLO)))


def test_what_she_hides_is_read_by_nobody_but_her() -> None:
    will = HER_FIRST_DAY.with_grant(TO_DIALLO).with_mask(Mask(MaskId(UUID(int=8)), DOCUMENT, None, None))
    assert not reads(DIALLO, will)
    herself = Context(SpaceState.OPEN, will, Channel.WEB, Proof.LOGIN)
    assert isinstance(decide(Subject(ActorKind.PERSON, "", True), ActId.READ_DOCUMENT, LETTER, herself, NOW), Permit)


def test_whom_she_blocks_neither_reads_nor_deposits_whatever_she_grants_him() -> None:
    will = HER_FIRST_DAY.with_grant(TO_DIALLO).with_block(Block(named(DIALLO), BlockKind.EVERYTHING))
    for after in (will, will.with_grant(replace(TO_DIALLO, grant_id=GrantId(UUID(int=9))))):
        assert not reads(DIALLO, after)
        assert not any(isinstance(asks(DIALLO, act, after, thing=thing), Permit) for act in ActId for thing in ALL)
    assert reads(DIALLO, will.without_block(named(DIALLO)))
    assert isinstance(asks(MARTIN, ActId.DEPOSIT_DOCUMENT, will), Permit)


def test_whom_she_blocks_from_depositing_still_reads_what_she_grants() -> None:
    will = HER_FIRST_DAY.with_grant(TO_DIALLO).with_block(Block(named(DIALLO), BlockKind.DEPOSITS))
    assert reads(DIALLO, will)
    assert not isinstance(asks(DIALLO, ActId.DEPOSIT_DOCUMENT, will), Permit)


def test_an_empty_permission_is_no_permission() -> None:
    for kind in (ScopeKind.CATEGORIES, ScopeKind.DOCUMENTS):
        empty = HER_FIRST_DAY.with_grant(replace(TO_DIALLO, scope=Scope(kind)))
        for act, thing in product(READING, (Thing(), LETTER)):
            assert not isinstance(asks(DIALLO, act, empty, thing=thing), Permit)


def test_the_operator_and_an_agent_nobody_asked_read_nothing_by_any_way() -> None:
    will = HER_FIRST_DAY.with_grant(TO_DIALLO)
    subjects = (
        Subject(ActorKind.OPERATOR, DIALLO, holder=True, on_behalf=True),
        Subject(ActorKind.AGENT, DIALLO, holder=True),
    )
    for subject, act, channel, proof in product(subjects, READING, Channel, Proof):
        assert not isinstance(decide(subject, act, LETTER, Context(SpaceState.OPEN, will, channel, proof), NOW), Permit)


def test_another_person_reads_nothing_by_any_way() -> None:
    will = HER_FIRST_DAY.with_grant(TO_DIALLO)
    stranger = Subject(ActorKind.PERSON, DIALLO)
    # A mandate is accepted by somebody else than her, with the code she gave him: it reads nothing (tests/integration/test_mandates.py).
    for act, channel, proof in product(set(ActId) - {ActId.ACCEPT_MANDATE}, Channel, Proof):
        context = Context(SpaceState.OPEN, will, channel, proof)
        assert not isinstance(decide(stranger, act, LETTER, context, NOW), Permit)


def test_a_closing_or_closed_space_is_read_by_nobody_at_all() -> None:
    will = HER_FIRST_DAY.with_grant(TO_DIALLO)
    for kind, act, state, channel, proof in product(
        ActorKind, READING, (None, SpaceState.CLOSING, SpaceState.CLOSED, SpaceState.INSTITUTION), Channel, Proof
    ):
        subject = Subject(kind, DIALLO, holder=True, on_behalf=kind is ActorKind.AGENT)
        assert not isinstance(decide(subject, act, LETTER, Context(state, will, channel, proof), NOW), Permit)
