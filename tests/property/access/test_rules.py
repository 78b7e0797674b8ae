from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from espace_sante.access.explain import explain
from espace_sante.access.matrix import Matrices, Matrix, Row
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
from espace_sante.consent.emergency import NO_EMERGENCY, BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import NOTHING, Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Recipient, RecipientKind, at, named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.kernel.ids import CardId, DocumentId, GrantId, MaskId, Rpps
from tests.property.access import facts
from tests.property.access.facts import opened, professional, reader

READING_ACTS = (ActId.READ_DOCUMENT, ActId.LIST_DOCUMENTS, ActId.READ_JOURNAL, ActId.ANNOUNCE_DOCUMENT)
# What a professional does that shows him nothing: no permission to read is asked of it.
NOT_READING = (
    ActId.DEPOSIT_DOCUMENT,
    ActId.REQUEST_ACCESS,
    ActId.USE_ACCESS_CARD,
    ActId.BREAK_GLASS,
    ActId.CONFIRM_EMERGENCY,
)
ABOUT_ABSENCE = (ActId.OPEN_SPACE, ActId.REFUSE_SPACE)


def gives(decision: Decision) -> bool:
    """Whether a decision releases or changes something now."""
    return isinstance(decision, Permit) and decision.effect is not Effect.STARTS


def gained(
    before: Context, after: Context, subject: Subject, act: ActId, thing: Thing, now: datetime, later: datetime
) -> bool:
    return gives(decide(subject, act, thing, after, later)) and not gives(decide(subject, act, thing, before, now))


def sees(subject: Subject, thing: Thing, context: Context, now: datetime) -> bool:
    """Whether a line of a list is shown."""
    line = visible(subject, context, now)
    return line(thing.category, thing.document, thing.type_code, thing.born_hidden, thing.withheld)


def is_hidden_from_all(will: Rights, thing: Thing) -> bool:
    """Whether she hides a thing from all, from what she said alone."""
    by_masks = any(
        (mask.hidden_from is None or not (mask.hidden_from.identifier or mask.hidden_from.members))
        and is_about(mask, thing)
        for mask in will.masks
    )
    return by_masks or (thing.born_hidden and thing.document not in will.shown)


def is_hidden_by_name(will: Rights, who: Rpps, thing: Thing) -> bool:
    """Whether she hides a thing from somebody she named, alone or with others, from what she said alone."""
    his = {(RecipientKind.PRACTITIONER, who), (RecipientKind.STRUCTURE, facts.WORKS[who])}
    return any(
        mask.hidden_from is not None
        and ((mask.hidden_from.kind, mask.hidden_from.identifier) in his or who in mask.hidden_from.members)
        and is_about(mask, thing)
        for mask in will.masks
    )


def is_about(mask: Mask, thing: Thing) -> bool:
    if mask.document is None and mask.category is None:
        return True
    return thing.document == mask.document is not None or thing.category == mask.category is not None


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
    st.text(max_size=3),
)
odd_masks = st.builds(
    Mask,
    st.uuids().map(MaskId),
    st.none() | st.uuids().map(DocumentId),
    st.none() | st.integers(),
    st.none() | odd_recipients,
)
odd_blocks = st.builds(Block, odd_recipients, st.sampled_from(BlockKind))
odd_glasses = st.builds(
    BrokenGlass, st.uuids(), st.text(max_size=3).map(Rpps), st.sampled_from(GlassKind), odd_instants, odd_instants
)
odd_rights = st.builds(
    Rights,
    st.booleans(),
    st.lists(odd_grants | facts.grants, max_size=4).map(tuple),
    st.lists(odd_masks | facts.masks, max_size=3).map(tuple),
    st.lists(odd_blocks | facts.blocks, max_size=2).map(tuple),
    emergency=st.builds(EmergencyWill, st.booleans(), st.booleans(), st.booleans(), odd_scopes | facts.scopes),
    glasses=st.lists(odd_glasses | facts.glasses, max_size=2).map(tuple),
)
odd_contexts = st.builds(
    Context,
    st.none() | st.sampled_from(SpaceState),
    st.none() | odd_rights,
    st.sampled_from(Channel),
    st.sampled_from(Proof),
)


@given(
    st.builds(
        Subject,
        st.sampled_from(ActorKind),
        st.text(max_size=3),
        st.booleans(),
        st.booleans(),
        st.text(max_size=3),
        st.text(max_size=3),
    )
    | facts.subjects,
    facts.acts,
    st.builds(Thing, st.none() | st.integers(), st.none() | st.uuids(), st.text(max_size=3)) | facts.things,
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
    anothers = replace(thing, author=False)
    assert sees(subject, thing, context, now) is gives(decide(subject, ActId.READ_DOCUMENT, anothers, context, now))


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
    without = replace(
        will,
        grants=tuple(g for g in will.grants if not g.to.includes(reader(who))),
        glasses=tuple(g for g in will.glasses if g.who != who),
        authors_read=False,
    )
    decision = decide(professional(who), act, thing, replace(context, rights=without), now)
    assert isinstance(decision, Refuse) or act in NOT_READING
    assert not sees(professional(who), thing, replace(context, rights=without), now)


@given(facts.contexts, facts.practitioners, facts.acts, facts.things, facts.instants)
def test_a_professional_reads_only_under_a_permission_an_emergency_of_his_or_his_own_deposit_in_an_open_space(
    context: Context, who: Rpps, act: ActId, thing: Thing, now: datetime
) -> None:
    decision = decide(professional(who), act, thing, context, now)
    if isinstance(decision, Refuse) or act in NOT_READING:
        return
    assert context.state is SpaceState.OPEN
    will = context.rights
    assert will is not None
    if decision.rule == "author":
        assert thing.author and will.authors_read
        return
    if decision.rule == "emergency":
        broken = [g for g in will.glasses if g.glass_id == decision.grant and g.who == who]
        assert any(glass.starts <= now < glass.ends for glass in broken)
        return
    assert decision.rule == "grant"
    used = [g for g in will.grants if g.grant_id == decision.grant and g.to.includes(reader(who))]
    assert any(grant.starts <= now < grant.ends for grant in used)


@given(facts.rights, facts.practitioners, facts.grants, facts.things, facts.instants)
def test_a_permission_to_his_structure_or_to_a_team_he_is_in_is_worth_one_to_him(
    will: Rights, who: Rpps, grant: Grant, thing: Thing, now: datetime
) -> None:
    ways = (named(who), at(facts.WORKS[who]), Recipient(RecipientKind.TEAM, "", frozenset({who}), "Équipe"))
    alone = [opened(replace(will, grants=(replace(grant, to=to),))) for to in ways]
    for act in ActId:
        assert len({decide(professional(who), act, thing, one, now) for one in alone}) == 1


@given(facts.rights, facts.practitioners, facts.grants, facts.readings, facts.instants)
def test_who_was_not_told_to_her_as_of_a_team_reads_nothing_by_it_and_nobody_reads_by_another_structure(
    will: Rights, who: Rpps, grant: Grant, thing: Thing, now: datetime
) -> None:
    others = frozenset(set(facts.PRACTITIONERS) - {who})
    elsewhere = next(structure for structure in facts.STRUCTURES if structure != facts.WORKS[who])
    for to in (Recipient(RecipientKind.TEAM, who, others, "Équipe"), at(elsewhere)):
        without = opened(replace(will, grants=(replace(grant, to=to),), glasses=(), authors_read=False))
        assert not gives(decide(professional(who), ActId.READ_DOCUMENT, thing, without, now))


@given(facts.rights, facts.practitioners, facts.acts, facts.things, facts.instants)
def test_in_a_space_she_has_not_activated_nobody_reads(
    will: Rights, who: Rpps, act: ActId, thing: Thing, now: datetime
) -> None:
    presumed = opened(replace(will, presumed=True))
    decision = decide(professional(who), act, thing, presumed, now)
    assert isinstance(decision, Refuse) or act in (ActId.DEPOSIT_DOCUMENT, ActId.WRITE_RESOURCE)
    assert not sees(professional(who), thing, presumed, now)


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
    kept = tuple(g for g in will.grants if g.to.includes(reader(other)))
    for after in about_one:
        # An identifier names one permission: the one added here must not replace the other professional's.
        assume(tuple(g for g in after.grants if g.to.includes(reader(other))) == kept)
        for act in ActId:
            assert decide(professional(other), act, thing, opened(after), now) == decide(
                professional(other), act, thing, opened(will), now
            )


# --- taking back never gives ---------------------------------------------------------------------------------------


@given(*asked, facts.recipients)
def test_withdrawing_never_gives_more(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime, who: Recipient
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    for after in (context.rights.without_recipient(who), context.rights.without_grants()):
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
    decision = decide(professional(who), ActId.READ_DOCUMENT, thing, opened(will.with_mask(hiding)), now)
    if not isinstance(decision, Permit) or decision.rule == "author":
        return
    # By her explicit words alone: an administrator she named, or an emergency in which she wants it shown.
    through = {grant.grant_id for grant in will.grants if grant.sees_hidden}
    assert decision.grant in through if decision.rule == "grant" else will.emergency.hidden


@given(facts.rights, facts.practitioners, facts.readings, facts.instants, facts.masks)
def test_what_is_hidden_from_somebody_named_is_never_read_by_him(
    will: Rights, who: Rpps, thing: Thing, now: datetime, mask: Mask
) -> None:
    for whom in (named(who), at(facts.WORKS[who]), Recipient(RecipientKind.TEAM, "", frozenset({who}))):
        hiding = replace(mask, document=thing.document, hidden_from=whom)  # type: ignore[arg-type]  # as above
        after = opened(will.with_mask(hiding))
        for act in READING_ACTS[:1] + READING_ACTS[2:]:
            assert not gives(decide(professional(who), act, thing, after, now))
        assert not sees(professional(who), thing, after, now)


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
    will: Rights, who: Rpps, moves: list[Grant | Mask | Block | BrokenGlass], thing: Thing, now: datetime
) -> None:
    blocked = will.with_block(Block(named(who), BlockKind.EVERYTHING))
    for move in moves:
        blocked = facts.moved(blocked, move)
    for act in ActId:
        assert isinstance(decide(professional(who), act, thing, opened(blocked), now), Refuse)
    assert not sees(professional(who), thing, opened(blocked), now)


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
    assume(mask not in will.masks)
    # What was born hidden and shown since is shown again with the mask taken back: it is one act of hers.
    shown_before = will.shown & {mask.document}
    shown = opened(will.with_mask(mask).without_masks([mask]).with_shown(shown_before))
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


@given(*asked)
def test_sealing_the_chest_never_gives_more_and_leaves_only_her_and_each_author(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    after = replace(context, rights=replace(context.rights, chest=True))
    assert not gained(context, after, subject, act, thing, now, now)
    decision = decide(subject, act, thing, after, now)
    if subject.kind is ActorKind.PRACTITIONER and act not in (
        ActId.DEPOSIT_DOCUMENT,
        ActId.WRITE_RESOURCE,
        ActId.REQUEST_ACCESS,
    ):
        assert isinstance(decision, Refuse) or decision.rule in ("author", "invite")
        assert not sees(subject, thing, after, now)


@given(*asked)
def test_hiding_what_will_come_changes_nothing_of_what_is_there(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    one, other = [replace(context, rights=replace(context.rights, hides_new=hides)) for hides in (True, False)]
    assert decide(subject, act, thing, one, now) == decide(subject, act, thing, other, now)


@given(*asked)
def test_a_document_born_hidden_is_read_no_more_than_another_and_once_shown_as_another(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    assume(context.rights is not None and thing.document is not None)
    assert context.rights is not None and thing.document is not None
    hidden, seen = replace(thing, born_hidden=True), replace(thing, born_hidden=False)
    shown = replace(context, rights=context.rights.with_shown([DocumentId(thing.document)]))
    before = decide(subject, act, seen, context, now)
    assert gives(before) or not gives(decide(subject, act, hidden, context, now))
    assert decide(subject, act, hidden, shown, now) == before


@given(*asked, st.sampled_from(facts.CARDS))
def test_stopping_a_card_never_gives_more_and_takes_what_came_of_it(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime, card: CardId
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    stopped = context.rights.without_card(card)
    assert not gained(context, replace(context, rights=stopped), subject, act, thing, now, now)
    decision = decide(subject, act, thing, replace(context, rights=stopped), now)
    if isinstance(decision, Permit) and decision.rule == "grant":
        used = [grant for grant in context.rights.grants if grant.grant_id == decision.grant]
        assert any(grant.card != card for grant in used)


@given(*asked, st.sampled_from(("regulator", "bedside", "hidden", "scope", "all")))
def test_taking_back_an_answer_about_emergencies_never_gives_more(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime, taken: str
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    will = context.rights.emergency
    less = {
        "regulator": replace(will, regulator=False),
        "bedside": replace(will, bedside=False),
        "hidden": replace(will, hidden=False),
        "scope": replace(will, scope=NOTHING),
        "all": NO_EMERGENCY,
    }[taken]
    after = replace(context, rights=replace(context.rights, emergency=less))
    assert not gained(context, after, subject, act, thing, now, now)


@given(*asked)
def test_letting_authors_read_gives_them_their_own_deposits_and_nothing_else(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    yes, no = [replace(context, rights=replace(context.rights, authors_read=said)) for said in (True, False)]
    decision = decide(subject, act, thing, yes, now)
    if decision != decide(subject, act, thing, no, now):
        assert isinstance(decision, Permit) and decision.rule == "author"
        assert thing.author and subject.kind is ActorKind.PRACTITIONER
        assert not context.rights.blocks_reading_by(subject.reader)
        assert not is_hidden_by_name(context.rights, Rpps(subject.identifier), thing)


@given(*asked)
def test_forgetting_what_is_over_changes_no_answer(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    assume(context.rights is not None)
    assert context.rights is not None
    after = replace(context, rights=context.rights.in_force(now))
    assert decide(subject, act, thing, after, now) == decide(subject, act, thing, context, now)


# --- emergency -----------------------------------------------------------------------------------------------------


@given(facts.rights, facts.practitioners, facts.acts, facts.things, facts.instants)
def test_a_broken_glass_gives_nothing_that_her_will_for_emergencies_does_not(
    will: Rights, who: Rpps, act: ActId, thing: Thing, now: datetime
) -> None:
    never_said = opened(replace(will, emergency=NO_EMERGENCY))
    no_glass = opened(replace(will, emergency=NO_EMERGENCY, glasses=()))
    assert decide(professional(who), act, thing, never_said, now) == decide(
        professional(who), act, thing, no_glass, now
    )
    assert sees(professional(who), thing, never_said, now) is sees(professional(who), thing, no_glass, now)


@given(facts.rights, facts.practitioners, facts.readings, facts.instants)
def test_an_emergency_shows_nothing_hidden_unless_she_said_so_and_never_what_is_hidden_by_name(
    will: Rights, who: Rpps, thing: Thing, now: datetime
) -> None:
    decision = decide(professional(who), ActId.READ_DOCUMENT, thing, opened(will), now)
    if not isinstance(decision, Permit) or decision.rule != "emergency":
        return
    assert will.emergency.hidden or not is_hidden_from_all(will, thing)
    assert not is_hidden_by_name(will, who, thing)
    assert not will.blocks_emergency_of(reader(who))
    used = next(glass for glass in will.glasses if glass.glass_id == decision.grant and glass.who == who)
    assert used.kind in set(GlassKind)


@given(facts.rights, facts.practitioners, facts.readings, facts.instants, facts.glasses)
def test_what_he_may_read_without_it_an_emergency_neither_adds_to_nor_takes_from(
    will: Rights, who: Rpps, thing: Thing, now: datetime, glass: BrokenGlass
) -> None:
    calm = opened(replace(will, glasses=()))
    before = decide(professional(who), ActId.READ_DOCUMENT, thing, calm, now)
    after = decide(professional(who), ActId.READ_DOCUMENT, thing, opened(replace(will, glasses=(glass,))), now)
    assert after == before if gives(before) else isinstance(after, Refuse) or after.rule == "emergency"


# --- the matrix ----------------------------------------------------------------------------------------------------

rows = st.builds(
    Row,
    st.frozensets(facts.categories),
    st.frozensets(st.sampled_from(facts.TYPES[1:])),
    st.frozensets(st.sampled_from(facts.TYPES[1:]), max_size=1),
    st.frozensets(st.sampled_from(GlassKind)),
)
newer = st.dictionaries(st.sampled_from(["G15_10", "G15_10/SM26", "G15_70"]), rows).map(
    lambda kept: Matrix("2027-01-01", kept)
)


@given(facts.rights, facts.practitioners, facts.things, facts.instants, newer)
def test_a_newer_matrix_never_widens_a_permission_given_before(
    will: Rights, who: Rpps, thing: Thing, now: datetime, matrix: Matrix
) -> None:
    calm = replace(will, glasses=(), grants=tuple(grant for grant in will.grants if grant.matrix))
    known = facts.MATRICES
    after = replace(opened(calm), matrices=Matrices(matrix, {**known.past, known.current.version: known.current}))
    for act in READING_ACTS:
        assert not gained(opened(calm), after, professional(who), act, thing, now, now)
    assert sees(professional(who), thing, opened(calm), now) or not sees(professional(who), thing, after, now)


@given(facts.rights, facts.practitioners, facts.readings, facts.instants)
def test_the_matrix_alone_lets_nobody_read(will: Rights, who: Rpps, thing: Thing, now: datetime) -> None:
    all_of_it = Row(frozenset(facts.CATEGORIES), frozenset(facts.TYPES), frozenset(), frozenset(GlassKind))
    wide = Matrices(Matrix("2027-01-01", dict.fromkeys(facts.JOBS.values(), all_of_it)))
    without = replace(will, grants=(), glasses=(), authors_read=False)
    assert not gives(
        decide(professional(who), ActId.READ_DOCUMENT, thing, replace(opened(without), matrices=wide), now)
    )


# --- withheld from her ---------------------------------------------------------------------------------------------


@given(*asked)
def test_what_is_to_be_told_to_her_is_withheld_from_her_alone_and_its_reading_alone(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    withheld, told = [decide(subject, act, replace(thing, withheld=said), context, now) for said in (True, False)]
    if withheld != told:
        assert withheld == Refuse("not-announced")
        assert act is ActId.READ_DOCUMENT and subject.kind in (ActorKind.PERSON, ActorKind.AGENT)
        assert isinstance(told, Permit)


# --- silence -------------------------------------------------------------------------------------------------------


@given(*asked, st.timedeltas(timedelta(0), timedelta(days=3650)))
def test_time_alone_gives_nothing_but_a_permission_or_an_emergency_that_reaches_its_start(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime, silence: timedelta
) -> None:
    later = now + silence
    if gained(context, context, subject, act, thing, now, later):
        decision = decide(subject, act, thing, context, later)
        assert isinstance(decision, Permit)
        assert context.rights is not None
        grants = [g.grant_id for g in context.rights.grants if now < g.starts <= later < g.ends]
        glasses = [g.glass_id for g in context.rights.glasses if now < g.starts <= later < g.ends]
        assert decision.grant in [*grants, *glasses]
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
            for known in (
                (code, born, kept) for code in facts.TYPES for born in (False, True) for kept in (False, True)
            ):
                code, born, kept = known
                thing = Thing(category, document, code, born_hidden=born, withheld=kept)
                readable = gives(decide(subject, ActId.READ_DOCUMENT, thing, context, now))
                assert line(category, document, *known) is readable
                assert listing or not readable


# --- invented spaces ------------------------------------------------------------------------------------------------

# What looks at no will at all, by the operator's staff and agents: nobody's space is found by it (finding.py).
NAMING_NOBODY = {
    *(ActId.INVITE, ActId.RECORD_DELIVERY, ActId.RECORD_RETURN, ActId.LIST_CASES, ActId.LIST_LETTERS),
    *(ActId.RECORD_ORDER, ActId.CONFIRM_ORDER, ActId.PROLONG_ORDER, ActId.LIST_ORDERS),
    *(ActId.LIST_ORDERED, ActId.READ_ORDERED, ActId.KEEP_SHEETS),
    ActId.HANDLE_PAGE,  # a page leads to whom its coupon was printed for, and none is printed about an invented person
}
on_trial = st.builds(
    Subject, st.just(ActorKind.SANDBOX), facts.practitioners | st.just(""), st.booleans(), st.booleans()
)
marks = st.builds(lambda will, mark: replace(will, sandbox=mark), facts.rights, st.booleans())
# As software comes, half the time; else in any way.
asked = facts.contexts | st.builds(
    Context,
    st.none() | st.sampled_from(SpaceState),
    st.none() | marks,
    st.just(Channel.API),
    st.just(Proof.NONE),
    st.just(facts.MATRICES),
)


@given(on_trial, st.sampled_from(ActId), facts.things, asked, facts.instants)
def test_a_software_on_trial_gets_something_where_the_mark_is_and_nowhere_else(
    subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime
) -> None:
    decision = decide(subject, act, thing, context, now)
    marked = context.rights is not None and context.rights.sandbox and context.state is SpaceState.OPEN
    if isinstance(decision, Permit):
        assert decision == Permit("sandbox")
        assert marked or (act is ActId.OPEN_SANDBOX and context.state is not SpaceState.OPEN)
        assert (context.channel, context.proof) == (Channel.API, Proof.NONE)
    assert not sees(subject, thing, context, now) or marked


@given(facts.subjects, st.sampled_from(ActId), facts.things, facts.contexts, facts.rights, facts.instants)
def test_nobody_else_gets_anything_where_the_mark_is_nor_makes_one(
    subject: Subject, act: ActId, thing: Thing, context: Context, will: Rights, now: datetime
) -> None:
    assume(subject.kind is not ActorKind.SANDBOX)
    marked = replace(context, rights=replace(will, sandbox=True))
    assert act in NAMING_NOBODY or isinstance(decide(subject, act, thing, marked, now), Refuse)
    assert not sees(subject, thing, marked, now)
    assert isinstance(decide(subject, ActId.OPEN_SANDBOX, thing, context, now), Refuse)


@given(marks, facts.lists_of_moves, facts.instants)
def test_no_move_of_a_will_sets_the_mark_or_takes_it_away(
    will: Rights, moves: list[Grant | Mask | Block | BrokenGlass], now: datetime
) -> None:
    after = will
    for move in moves:
        after = facts.moved(after, move)
    for one in (
        after,
        after.in_force(now),
        after.without_grants(),
        after.with_address(("x",)),
        after.without_support(),
    ):
        assert one.sandbox is will.sandbox
