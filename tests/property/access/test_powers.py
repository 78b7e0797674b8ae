"""Whoever acts for her: no more than his mandate says, no more than she might, nothing she hides, nothing once it is over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import Phase, find, given
from hypothesis import settings as Settings
from hypothesis import strategies as st

from espace_sante.access.powers import GIVING, NAMEABLE, OF_ITSELF, READING
from espace_sante.access.request import (
    ActId,
    ActorKind,
    Channel,
    Context,
    Permit,
    Power,
    PowerRole,
    Proof,
    Refuse,
    Subject,
    Thing,
)
from espace_sante.access.rules import decide, visible
from espace_sante.consent.recipient import REPRESENTATIVES
from espace_sante.consent.rights import Rights, SpaceState
from tests.property.access import facts

T = TypeVar("T")
# What no helper ever does, whatever a mandate says. Source: inclusion.md HLP-04.
NEVER = (
    *(ActId.NAME_HELPER, ActId.CHECK_MANDATE, ActId.CLOSE_SPACE, ActId.REOPEN_SPACE, ActId.ERASE_CONTENT),
    *(ActId.GIVE_ADDRESS, ActId.REMOVE_ADDRESS, ActId.ASK_REMINDERS, ActId.STOP_REMINDERS, ActId.NAME_ADMINISTRATOR),
    *(ActId.READ_JOURNAL, ActId.EXPORT_JOURNAL, ActId.PROVE_JOURNAL, ActId.UNMASK, ActId.SHOW_NEW_DOCUMENTS),
    *(ActId.UNSEAL_SPACE, ActId.SET_EMERGENCY_WILL, ActId.ALLOW_SECONDARY_USE, ActId.ALLOW_SUPPORT),
    *(ActId.AUTHORISE_APP, ActId.KEEP_EPISODE, ActId.END_EPISODE, ActId.OPEN_SPACE, ActId.REFUSE_SPACE),
)
# What he does is permitted often enough to be looked at: most powers stand, and name some of what may be named.
_FEW = (*NAMEABLE, *GIVING)
_some_acts = st.frozensets(st.sampled_from(_FEW), min_size=4)


def _mostly(usual: st.SearchStrategy[T], other: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    return st.integers(0, 4).flatmap(lambda n: usual if n else other)


powers = st.builds(
    Power,
    st.just(UUID(int=44)),
    st.sampled_from(PowerRole),
    _mostly(_some_acts, st.frozensets(st.sampled_from(ActId))),
    st.booleans(),
    st.booleans(),
    _mostly(st.just(facts.EPOCH - timedelta(days=1)), facts.instants),
    _mostly(st.just(facts.EPOCH + timedelta(days=1)), facts.instants),
)
RULES = {PowerRole.HELPER: "mandate", PowerRole.REPRESENTATIVE: "representative"}
holders = st.builds(
    Subject,
    st.sampled_from((ActorKind.PERSON, ActorKind.HELPER)),
    st.just("dev|moi"),
    power=_mostly(powers, st.none()),
)
# Signed in, in an open space, most often: elsewhere he is refused like anybody.
_usual = facts.rights.map(lambda will: Context(SpaceState.OPEN, will, Channel.WEB, Proof.LOGIN, facts.MATRICES))
contexts = _mostly(_usual, facts.contexts)
acts = _mostly(st.sampled_from((*READING, *_FEW)), st.sampled_from(ActId))


@pytest.mark.parametrize("role", PowerRole)
@pytest.mark.parametrize("among", [READING, _FEW], ids=["reading", "doing"])
def test_what_is_drawn_here_is_often_permitted(role: PowerRole, among: Collection[ActId]) -> None:
    drawn = st.tuples(holders, st.sampled_from(sorted(among)), facts.things, contexts, facts.instants)
    settings = Settings(max_examples=300, phases=(Phase.generate,), database=None, derandomize=True)
    who, *_ = find(
        drawn,
        lambda one: one[0].power is not None and one[0].power.role is role and isinstance(decide(*one), Permit),
        settings=settings,
    )
    assert who.power is not None


@given(holders, acts, facts.things, contexts, facts.instants)
def test_a_helper_does_no_more_than_his_mandate_says(
    who: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    decision = decide(who, act, thing, context, now)
    if isinstance(decision, Refuse) or act is ActId.ACCEPT_MANDATE:
        return
    power = who.power
    assert power is not None
    assert act not in NEVER
    assert act in power.acts or act in OF_ITSELF or (act in READING and power.may_read)
    assert decision == Permit(RULES[power.role], grant=power.power_id, notify=True)
    assert (context.channel in (Channel.WEB, Channel.API), context.proof) == (True, Proof.LOGIN)


@given(holders, acts, facts.things, contexts, facts.instants)
def test_a_helper_does_nothing_that_she_could_not_do_herself(
    who: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    if act in OF_ITSELF or act is ActId.ACCEPT_MANDATE:
        return
    herself = replace(who, kind=ActorKind.PERSON, holder=True, power=None)
    if isinstance(decide(who, act, thing, context, now), Permit):
        assert isinstance(decide(herself, act, thing, context, now), Permit)


@given(holders, facts.readings, contexts, facts.instants)
def test_a_helper_is_shown_nothing_that_she_hides_from_all_unless_she_ticked_it(
    who: Subject, thing: Thing, context: Context, now: datetime
) -> None:
    line = visible(who, context, now)
    shown = line(thing.category, thing.document, thing.type_code, thing.born_hidden, thing.withheld)
    assert shown is isinstance(decide(who, ActId.READ_DOCUMENT, thing, context, now), Permit)
    if not shown:
        return
    assert who.power is not None
    assert not thing.withheld
    will = context.rights
    assert will is not None
    hidden = any(mask.is_from_all and mask.covers(thing.category, thing.document) for mask in will.masks)
    hidden = hidden or (thing.born_hidden and thing.document not in will.shown)
    assert who.power.sees_hidden or not hidden
    apart = any(m.hidden_from == REPRESENTATIVES and m.covers(thing.category, thing.document) for m in will.masks)
    assert not (apart and who.power.role is PowerRole.REPRESENTATIVE)
    assert not will.chest


@given(holders, acts, facts.things, contexts, facts.instants)
def test_ended_means_ended_whatever_the_mandate_says(
    who: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    if act is ActId.ACCEPT_MANDATE or who.power is None:
        return
    for ended in (replace(who.power, ends=now), replace(who.power, starts=now, ends=now)):
        assert isinstance(decide(replace(who, power=ended), act, thing, context, now), Refuse)
    assert isinstance(decide(replace(who, power=None), act, thing, context, now), Refuse)


@given(facts.subjects, powers, acts, facts.things, contexts, facts.instants)
def test_a_power_changes_nothing_for_whoever_may_hold_none(
    who: Subject, power: Power, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    if who.kind in (ActorKind.PERSON, ActorKind.HELPER):
        return
    with_power = replace(who, power=power)
    assert decide(with_power, act, thing, context, now) == decide(who, act, thing, context, now)
    one, other = visible(with_power, context, now), visible(who, context, now)
    line = (thing.category, thing.document, thing.type_code, thing.born_hidden, thing.withheld)
    assert one(*line) is other(*line)


@pytest.mark.parametrize("role", PowerRole)
@pytest.mark.parametrize("act", NEVER)
@given(facts.rights)
def test_what_no_helper_does_is_refused_even_when_a_mandate_names_it(role: PowerRole, act: ActId, will: Rights) -> None:
    day = timedelta(days=1)
    power = Power(UUID(int=44), role, frozenset({act}), True, True, facts.EPOCH - day, facts.EPOCH + day)
    who = Subject(ActorKind.PERSON, "dev|moi", power=power)
    context = Context(SpaceState.OPEN, will, Channel.WEB, Proof.LOGIN, facts.MATRICES)
    assert isinstance(decide(who, act, Thing(), context, facts.EPOCH), Refuse)
