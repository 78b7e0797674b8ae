from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from espace_sante.access.explain import explain
from espace_sante.access.outcomes import RULES
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
from espace_sante.access.rules import decide, visible
from espace_sante.consent.emergency import NO_EMERGENCY
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Recipient, RecipientKind, named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, Rpps
from tests.property.access import facts
from tests.property.access.facts import opened, professional

READS = (ActId.READ_DOCUMENT, ActId.LIST_DOCUMENTS, ActId.ANNOUNCE_DOCUMENT)
READING_ACTS = (ActId.READ_DOCUMENT, ActId.LIST_DOCUMENTS, ActId.READ_JOURNAL)
ABOUT_ABSENCE = (ActId.OPEN_SPACE, ActId.REFUSE_SPACE)


def gives(decision: Decision) -> bool:
    """Whether a decision releases or changes something now."""
    return isinstance(decision, Permit) and decision.effect is not Effect.STARTS


def line_of(subject: Subject, context: Context, now: datetime, thing: Thing) -> bool:
    """Whether the line of a document is shown in a list."""
    shown = visible(subject, context, now)
    return shown(thing.category, thing.document, thing.type_code, thing.born_hidden, thing.withheld)


def gained(
    before: Context, after: Context, subject: Subject, act: ActId, thing: Thing, now: datetime, later: datetime
) -> bool:
    return gives(decide(subject, act, thing, after, later)) and not gives(decide(subject, act, thing, before, now))


asked = (facts.subjects, facts.acts, facts.things, facts.contexts, facts.instants)


# --- total, deterministic, explained -------------------------------------------------------------------------------

odd_instants = st.datetimes(timezones=st.none() | st.timezones() | st.just(UTC))
odd_scopes = st.builds(
    Scope, st.sampled_from(ScopeKind), st.frozensets(st.integers(), max_size=3), st.frozensets(st.uuids(), max_size=3)
)
odd_recipients = st.builds(
    Recipient,
    st.sampled_from(RecipientKind),
    st.text(max_size=3),
    st.frozensets(st.text(max_size=3).map(Rpps), max_size=2),
)
odd_grants = st.builds(
    Grant,
    st.uuids().map(GrantId),
    odd_recipients,
    odd_scopes | facts.scopes,
    st.text(max_size=3),
    odd_instants,
    odd_instants,
)
odd_masks = st.builds(
    Mask,
    st.uuids().map(MaskId),
    st.none() | st.uuids().map(DocumentId),
    st.none() | st.integers(),
    st.none() | odd_recipients,
)
odd_blocks = st.builds(Block, odd_recipients, st.sampled_from(BlockKind))
odd_rights = st.builds(
    Rights,
    st.booleans(),
    st.lists(odd_grants | facts.grants, max_size=4).map(tuple),
    st.lists(odd_masks | facts.masks, max_size=3).map(tuple),
    st.lists(odd_blocks | facts.blocks, max_size=2).map(tuple),
)
odd_contexts = st.builds(
    Context,
    st.none() | st.sampled_from(SpaceState),
    st.none() | odd_rights,
    st.sampled_from(Channel),
    st.sampled_from(Proof),
)


@given(
    st.builds(Subject, st.sampled_from(ActorKind), st.text(max_size=3), st.booleans(), st.booleans()),
    facts.acts,
    st.builds(Thing, st.none() | st.integers(), st.none() | st.uuids()),
    odd_contexts | facts.contexts | odd_rights.map(opened),
    odd_instants,
)
def test_every_question_gets_the_same_answer_twice_by_a_rule_that_is_explained(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    decision = decide(subject, act, thing, context, now)
    assert decision.rule in RULES
    assert decision == decide(subject, act, thing, context, now)
    assert explain(decision)
    assert line_of(subject, context, now, thing) is gives(
        decide(subject, ActId.READ_DOCUMENT, replace(thing, author=False), context, now)
    )


@given(st.text(), st.text(), st.text(), st.integers(), facts.contexts, facts.instants)
def test_words_outside_the_closed_lists_are_refused(
    kind: str, act: str, channel: str, state: int, context: Context, now: datetime
) -> None:
    assume(kind not in set(ActorKind) and state not in set(SpaceState))
    stranger = Subject(kind, "10000000017", holder=True, on_behalf=True)  # type: ignore[arg-type]  # on purpose
    assert isinstance(decide(stranger, act, Thing(1), context, now), Refuse)  # type: ignore[arg-type]  # on purpose
    nowhere = replace(context, state=state, channel=channel)  # type: ignore[arg-type]  # on purpose
    for known in ActorKind:
        subject = Subject(known, "10000000017", holder=True, on_behalf=True)
        for reading in READING_ACTS:
            assert isinstance(decide(subject, reading, Thing(1), nowhere, now), Refuse)


# --- nobody reads without permission -------------------------------------------------------------------------------


@given(facts.rights, facts.practitioners, facts.acts, facts.things, facts.contexts, facts.instants)
def test_without_a_permission_to_him_no_professional_reads(
    will: Rights, who: Rpps, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    kept = tuple(grant for grant in will.grants if not grant.to.includes(facts.reader(who)))
    without = replace(context, rights=replace(will, grants=kept, emergency=NO_EMERGENCY))
    decision = decide(professional(who), act, thing, without, now)
    assert isinstance(decision, Refuse) or act not in READS or decision.rule == "author"
    assert not line_of(professional(who), without, now, thing)


@given(facts.contexts, facts.practitioners, facts.acts, facts.things, facts.instants)
def test_a_professional_reads_only_under_a_permission_that_names_him_now_in_an_open_space(
    context: Context, who: Rpps, act: ActId, thing: Thing, now: datetime
) -> None:
    decision = decide(professional(who), act, thing, context, now)
    if isinstance(decision, Refuse) or act not in READS:
        return
    assert context.state is SpaceState.OPEN
    assert context.rights is not None
    if decision.rule == "author":
        assert thing.author and context.rights.authors_read
        return
    if decision.rule == "emergency":
        used_glasses = [g for g in context.rights.glasses if g.glass_id == decision.grant and g.who == who]
        assert any(glass.starts <= now < glass.ends for glass in used_glasses)
        assert context.rights.emergency.bedside or context.rights.emergency.regulator
        return
    used = [g for g in context.rights.grants if g.grant_id == decision.grant and g.to.includes(facts.reader(who))]
    assert any(grant.starts <= now < grant.ends for grant in used)


@given(facts.rights, facts.practitioners, facts.readings, facts.instants)
def test_being_able_to_deposit_never_lets_read(will: Rights, who: Rpps, thing: Thing, now: datetime) -> None:
    accepting, refusing = (opened(replace(will, accepts_deposits=accepts)) for accepts in (True, False))
    for act in READING_ACTS:
        assert decide(professional(who), act, thing, accepting, now) == decide(
            professional(who), act, thing, refusing, now
        )


@given(facts.rights, facts.practitioners, facts.practitioners, facts.grants, facts.masks, facts.things, facts.instants)
def test_what_she_decides_about_one_professional_changes_nothing_for_another(
    will: Rights, one: Rpps, other: Rpps, grant: Grant, mask: Mask, thing: Thing, now: datetime
) -> None:
    assume(one != other)
    about_one = (
        will.with_grant(replace(grant, to=named(one))),
        will.without_recipient(named(one)),
        will.with_mask(replace(mask, hidden_from=named(one))),
        will.with_block(Block(named(one), BlockKind.EVERYTHING)),
        will.without_block(named(one)),
    )
    his = facts.reader(other)
    kept = tuple(g for g in will.grants if g.to.includes(his))
    for after in about_one:
        # An identifier names one permission: the one added here must not replace the other professional's.
        assume(tuple(g for g in after.grants if g.to.includes(his)) == kept)
        for act in ActId:
            assert decide(professional(other), act, thing, opened(after), now) == decide(
                professional(other), act, thing, opened(will), now
            )


# --- taking back never gives ---------------------------------------------------------------------------------------


@given(*asked, facts.practitioners)
def test_withdrawing_never_gives_more(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime, who: Rpps
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    for after in (context.rights.without_recipient(named(who)), context.rights.without_grants()):
        assert not gained(context, replace(context, rights=after), subject, act, thing, now, now)


@given(*asked, facts.masks)
def test_hiding_never_gives_more(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime, mask: Mask
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    after = replace(context, rights=context.rights.with_mask(mask))
    assert not gained(context, after, subject, act, thing, now, now)


@given(facts.rights, facts.practitioners, facts.readings, facts.instants, facts.masks)
def test_what_is_hidden_from_all_is_read_by_no_professional(
    will: Rights, who: Rpps, thing: Thing, now: datetime, mask: Mask
) -> None:
    hiding = replace(mask, document=thing.document, hidden_from=None)  # type: ignore[arg-type]  # readings name one
    plain = replace(
        will,
        grants=tuple(replace(g, sees_hidden=False) for g in will.grants),
        emergency=replace(will.emergency, hidden=False),
    )
    decision = decide(professional(who), ActId.READ_DOCUMENT, thing, opened(plain.with_mask(hiding)), now)
    assert not gives(decision) or decision.rule == "author"


@given(*asked, facts.blocks)
def test_blocking_never_gives_more(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime, block: Block
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    after = replace(context, rights=context.rights.with_block(block))
    assert not gained(context, after, subject, act, thing, now, now)


@given(facts.rights, facts.practitioners, facts.lists_of_moves, facts.things, facts.instants)
def test_whom_she_blocks_gets_nothing_whatever_she_grants_hides_or_withdraws_after(
    will: Rights, who: Rpps, moves: list[Grant | Mask | Block], thing: Thing, now: datetime
) -> None:
    blocked = will.with_block(Block(named(who), BlockKind.EVERYTHING))
    for move in moves:
        blocked = facts.moved(blocked, move)
    for act in ActId:
        assert isinstance(decide(professional(who), act, thing, opened(blocked), now), Refuse)
    assert not line_of(professional(who), opened(blocked), now, thing)


@given(facts.rights, facts.practitioners, facts.readings, facts.instants)
def test_blocking_deposits_alone_changes_nothing_of_what_he_reads(
    will: Rights, who: Rpps, thing: Thing, now: datetime
) -> None:
    free = will.without_block(named(who))
    after = opened(free.with_block(Block(named(who), BlockKind.DEPOSITS)))
    assert isinstance(decide(professional(who), ActId.DEPOSIT_DOCUMENT, thing, after, now), Refuse)
    for act in READING_ACTS:
        assert decide(professional(who), act, thing, after, now) == decide(
            professional(who), act, thing, opened(free), now
        )


@given(facts.rights, facts.practitioners, facts.blocks, facts.things, facts.instants)
def test_unblocking_gives_back_what_her_permissions_say_and_nothing_else(
    will: Rights, who: Rpps, block: Block, thing: Thing, now: datetime
) -> None:
    never_blocked = opened(will.without_block(named(who)))
    unblocked = opened(will.with_block(replace(block, who=named(who))).without_block(named(who)))
    for act in ActId:
        assert decide(professional(who), act, thing, unblocked, now) == decide(
            professional(who), act, thing, never_blocked, now
        )


@given(facts.rights, facts.practitioners, facts.masks, facts.readings, facts.instants)
def test_showing_again_gives_back_what_was_shown_before_hiding_and_nothing_else(
    will: Rights, who: Rpps, mask: Mask, thing: Thing, now: datetime
) -> None:
    assume(mask not in will.masks and mask.document not in will.shown)
    shown = opened(will.with_mask(mask).without_masks([mask]))
    assert decide(professional(who), ActId.READ_DOCUMENT, thing, shown, now) == decide(
        professional(who), ActId.READ_DOCUMENT, thing, opened(will), now
    )


@given(*asked, st.integers(0, 3), facts.instants)
def test_ending_or_shortening_a_permission_never_gives_more(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime, index: int, ends: datetime
) -> None:
    assume(context.rights is not None and index < len(context.rights.grants))
    assert context.rights is not None
    grants = list(context.rights.grants)
    ended = replace(grants[index], ends=min(ends, grants[index].ends))
    for shortened in (ended, replace(ended, starts=max(ended.starts, ends))):
        after = replace(
            context, rights=replace(context.rights, grants=(*grants[:index], shortened, *grants[index + 1 :]))
        )
        assert not gained(context, after, subject, act, thing, now, now)


@given(facts.rights, facts.practitioners, facts.things, facts.instants, st.integers(0, 3))
def test_narrowing_a_permission_never_gives_more(
    will: Rights, who: Rpps, thing: Thing, now: datetime, index: int
) -> None:
    assume(index < len(will.grants))
    grants = list(will.grants)
    scope = grants[index].scope
    narrower = Scope(scope.kind, frozenset(list(scope.categories)[1:]), frozenset(list(scope.documents)[1:]))
    assume(scope.kind is not ScopeKind.EVERYTHING)
    grants[index] = replace(grants[index], scope=narrower)
    for act in ActId:
        after = opened(replace(will, grants=tuple(grants)))
        assert not gained(opened(will), after, professional(who), act, thing, now, now)


@given(*asked)
def test_closing_gives_nothing_to_anybody(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    for state in (SpaceState.CLOSING, SpaceState.CLOSED, SpaceState.INSTITUTION, None):
        decision = decide(subject, act, thing, replace(context, state=state), now)
        # Once closed, she may open another space or refuse one; anybody may still be invited.
        about_another = (*ABOUT_ABSENCE, ActId.INVITE) if state is not SpaceState.CLOSING else (ActId.INVITE,)
        assert isinstance(decision, Refuse) or act in about_another


# --- silence -------------------------------------------------------------------------------------------------------


@given(*asked, st.timedeltas(timedelta(0), timedelta(days=3650)))
def test_time_alone_gives_nothing_but_a_permission_that_reaches_its_start(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime, silence: timedelta
) -> None:
    later = now + silence
    if gained(context, context, subject, act, thing, now, later):
        decision = decide(subject, act, thing, context, later)
        assert isinstance(decision, Permit)
        assert context.rights is not None
        started = {g.grant_id for g in context.rights.grants if now < g.starts <= later < g.ends}
        begun = {g.glass_id for g in context.rights.glasses if now < g.starts <= later < g.ends}
        assert decision.grant in started | begun
        assert subject.kind is ActorKind.PRACTITIONER


@given(facts.subjects, facts.acts, facts.things, facts.contexts, facts.instants)
def test_a_person_is_never_refused_because_of_the_time(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    assume(subject.kind is not ActorKind.PRACTITIONER)
    assert decide(subject, act, thing, context, now) == decide(subject, act, thing, context, now + timedelta(days=3650))


# --- lists ---------------------------------------------------------------------------------------------------------


@given(facts.subjects, facts.contexts | facts.rights.map(opened), facts.instants)
def test_the_lines_shown_are_those_that_may_be_read_and_nothing_is_shown_without_a_list(
    subject: Subject, context: Context, now: datetime
) -> None:
    line = visible(subject, context, now)
    listing = gives(decide(subject, ActId.LIST_DOCUMENTS, Thing(), context, now))
    for category in (None, *facts.CATEGORIES):
        for document in (None, *facts.DOCUMENTS):
            readable = gives(decide(subject, ActId.READ_DOCUMENT, Thing(category, document), context, now))
            assert line(category, document) is readable
            assert listing or not readable
