"""Whoever acts for her: no more than his mandate says, no more than she might, nothing she hides, nothing once it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from hypothesis import given
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
from espace_sante.consent.rights import SpaceState
from tests.property.access import facts

# What no helper ever does, whatever a mandate says. Source: inclusion.md HLP-04.
NEVER = (
    *(ActId.NAME_HELPER, ActId.CHECK_MANDATE, ActId.CLOSE_SPACE, ActId.REOPEN_SPACE, ActId.ERASE_CONTENT),
    *(ActId.GIVE_ADDRESS, ActId.REMOVE_ADDRESS, ActId.ASK_REMINDERS, ActId.STOP_REMINDERS, ActId.NAME_ADMINISTRATOR),
    *(ActId.READ_JOURNAL, ActId.EXPORT_JOURNAL, ActId.PROVE_JOURNAL, ActId.UNMASK, ActId.SHOW_NEW_DOCUMENTS),
    *(ActId.UNSEAL_SPACE, ActId.SET_EMERGENCY_WILL, ActId.ALLOW_SECONDARY_USE, ActId.ALLOW_SUPPORT),
    *(ActId.AUTHORISE_APP, ActId.KEEP_EPISODE, ActId.END_EPISODE, ActId.OPEN_SPACE, ActId.REFUSE_SPACE),
)
powers = st.builds(
    Power,
    st.just(UUID(int=44)),
    st.sampled_from(PowerRole),
    st.frozensets(st.sampled_from(ActId)),
    st.booleans(),
    st.booleans(),
    facts.instants,
    facts.instants,
)
holders = st.builds(
    Subject, st.sampled_from((ActorKind.PERSON, ActorKind.HELPER)), st.just("dev|moi"), power=st.none() | powers
)
# Signed in, in an open space, most often: elsewhere he is refused like anybody.
contexts = (
    facts.rights.map(lambda will: Context(SpaceState.OPEN, will, Channel.WEB, Proof.LOGIN, facts.MATRICES))
    | facts.contexts
)
acts = st.sampled_from(ActId) | st.sampled_from((*READING, *NAMEABLE, *GIVING))


@given(holders, acts, facts.things, contexts, facts.instants)
def test_a_helper_does_no_more_than_his_mandate_says(
    who: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    decision = decide(who, act, thing, context, now)
    if isinstance(decision, Refuse) or act is ActId.ACCEPT_MANDATE:
        return
    power = who.power
    assert power is not None
    assert power.role is PowerRole.HELPER
    assert act not in NEVER
    assert act in power.acts or act in OF_ITSELF or (act in READING and power.may_read)
    assert decision == Permit("mandate", grant=power.power_id, notify=True)
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
