"""What a professional may read, asked of `reading` itself: each question refuses alone, whichever was asked before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.reading import (
    announced,
    decide_covered,
    decide_listing,
    glass_in_force,
    nothing,
    visible_lines,
)
from espace_sante.access.request import Channel, Context, Permit, Proof, Refuse, Thing
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Reader, named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.kernel.ids import DocumentId, GlassId, GrantId, MaskId, Rpps

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HIM, JOB = Rpps("10000000017"), "G15_10"
READER = Reader(HIM, "990000001", JOB)
THIS, OTHER = DocumentId(UUID(int=1)), DocumentId(UUID(int=2))
READING = Thing(4, THIS, "A")
EVERYTHING = Scope(ScopeKind.EVERYTHING)
EVERY_GLASS = frozenset(GlassKind)
ROW = Row(frozenset({4}), frozenset({"A"}), emergency=EVERY_GLASS)
GRANT = Grant(GrantId(UUID(int=77)), named(HIM), EVERYTHING, "soins", NOW - DAY, NOW + DAY)
WILL = EmergencyWill(bedside=True, scope=EVERYTHING)


def glass(number: int = 66, *, ends: datetime = NOW + DAY, kind: GlassKind = GlassKind.BEDSIDE) -> BrokenGlass:
    return BrokenGlass(GlassId(UUID(int=number)), HIM, kind, NOW - DAY, ends)


BOTH = Rights(True, (GRANT,), emergency=WILL, glasses=(glass(),))
EMERGENCY = replace(BOTH, grants=())


def asked(rights: Rights | None, row: Row = ROW, **past: Row) -> Context:
    """The circumstances of a reading; `past`: what each version before showed to his profession."""
    matrices = Matrices(
        Matrix("now", {JOB: row}), {version: Matrix(version, {JOB: it}) for version, it in past.items()}
    )
    return Context(SpaceState.OPEN, rights, Channel.API, Proof.PROFESSIONAL, matrices)


@pytest.mark.parametrize(
    ("rights", "rule"),
    [(None, "no-grant"), (replace(BOTH, presumed=True), "not-activated"), (replace(BOTH, chest=True), "chest")],
)
def test_every_question_refuses_by_itself_where_nobody_reads(rights: Rights | None, rule: str) -> None:
    assert visible_lines(READER, asked(BOTH), NOW)(4, THIS, "A") and glass_in_force(READER, asked(BOTH), NOW)
    assert decide_covered(READER, READING, asked(rights), NOW) == Refuse(rule)
    assert decide_listing(READER, asked(rights), NOW) == Refuse(rule)
    assert glass_in_force(READER, asked(rights), NOW) is None
    assert not visible_lines(READER, asked(rights), NOW)(4, THIS, "A")


def test_what_has_no_category_is_covered_by_nothing() -> None:
    for rights in (BOTH, EMERGENCY):
        assert decide_covered(READER, Thing(None, THIS, "A"), asked(rights), NOW) == Refuse("no-grant")


def test_a_line_without_category_or_document_is_not_shown_even_in_an_emergency_or_by_its_type() -> None:
    for rights in (BOTH, EMERGENCY, replace(BOTH, glasses=())):
        line = visible_lines(READER, asked(rights), NOW)
        assert line(4, THIS, "A")
        assert not line(None, THIS, "A") and not line(4, None, "A")


def test_a_line_of_which_less_is_said_is_of_unknown_type_and_was_not_born_hidden() -> None:
    assert visible_lines(READER, asked(BOTH), NOW)(4, THIS)
    unknown = visible_lines(
        READER, asked(replace(BOTH, glasses=()), Row(frozenset({4}), but_types=frozenset({"B"}))), NOW
    )
    assert unknown(4, THIS, "A") and not unknown(4, THIS)


def test_her_own_lines_are_all_shown_to_her_but_what_is_withheld_and_of_nothing_no_line_is() -> None:
    assert announced(None, None) and announced(4, THIS, "A", True) and not announced(4, THIS, "A", False, True)
    assert not nothing(4, THIS) and not nothing(4, THIS, "A", False, False)


@pytest.mark.parametrize("hidden", ["mask", "born"])
def test_what_is_hidden_from_all_is_shown_only_by_what_sees_it(hidden: str) -> None:
    masks = (Mask(MaskId(UUID(int=88)), THIS, None, None),) if hidden == "mask" else ()
    blind = replace(GRANT, grant_id=GrantId(UUID(int=78)))
    sees = replace(GRANT, scope=Scope(ScopeKind.DOCUMENTS, documents=frozenset({THIS})), sees_hidden=True)
    for grants, expected in (((blind,), False), ((blind, sees), True), ((sees, blind), True)):
        line = visible_lines(READER, asked(Rights(True, grants, masks)), NOW)
        assert line(4, THIS, "A", hidden == "born") is expected
        assert line(4, OTHER, "A")
    # One sees what is hidden but not this; the other, this but not what is hidden.
    elsewhere = replace(sees, scope=Scope(ScopeKind.DOCUMENTS, documents=frozenset({OTHER})))
    assert not visible_lines(READER, asked(Rights(True, (blind, elsewhere), masks)), NOW)(
        4, THIS, "A", hidden == "born"
    )


def test_a_line_is_shown_within_today_s_matrix_and_that_of_its_permission() -> None:
    wide, narrow = Row(frozenset({4, 5})), Row(frozenset({5}))
    rights = Rights(True, (replace(GRANT, matrix="then"),))
    for today, then, expected in ((wide, wide, True), (wide, narrow, False), (narrow, wide, False)):
        context = asked(rights, today, then=then)
        assert visible_lines(READER, context, NOW)(4, THIS) is expected
        assert isinstance(decide_covered(READER, Thing(4, THIS), context, NOW), Permit) is expected
        assert isinstance(decide_listing(READER, context, NOW), Permit)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row(frozenset({4})), Permit("grant", grant=GRANT.grant_id)),
        (Row(types=frozenset({"A"})), Permit("grant", grant=GRANT.grant_id)),
        (Row(but_types=frozenset({"A"}), emergency=EVERY_GLASS), Refuse("matrix")),
    ],
)
def test_a_list_is_for_whom_the_matrix_shows_something(row: Row, expected: Permit | Refuse) -> None:
    assert decide_listing(READER, asked(Rights(True, (GRANT,)), row), NOW) == expected


def test_a_permission_that_gives_nothing_takes_nothing_from_the_one_told_after_it() -> None:
    nothing_else = Scope(ScopeKind.DOCUMENTS)
    gives = replace(GRANT, grant_id=GrantId(UUID(int=1)), sees_hidden=True)
    hidden = Mask(MaskId(UUID(int=88)), THIS, None, None)
    for idle in (replace(GRANT, ends=NOW), replace(GRANT, scope=nothing_else), replace(GRANT, matrix="lost"), GRANT):
        for grants in ((idle, gives), (gives, idle)):
            context = asked(Rights(True, grants, (hidden,)))
            assert decide_covered(READER, READING, context, NOW) == Permit("grant", grant=gives.grant_id)
            assert visible_lines(READER, context, NOW)(4, THIS, "A")
            named_in_list = GRANT.grant_id if idle is GRANT else gives.grant_id
            assert decide_listing(READER, context, NOW) == Permit("grant", grant=named_in_list)


@pytest.mark.parametrize("numbers", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_the_emergency_named_is_the_one_that_ends_last_then_the_greatest(numbers: tuple[int, int, int]) -> None:
    same_end = replace(EMERGENCY, glasses=tuple(glass(number) for number in numbers))
    ends = {1: NOW + 3 * DAY, 2: NOW + DAY, 3: NOW + 2 * DAY}
    other_ends = replace(EMERGENCY, glasses=tuple(glass(number, ends=ends[number]) for number in numbers))
    for rights, number in ((same_end, 3), (other_ends, 1)):
        assert glass_in_force(READER, asked(rights), NOW) == glass(number, ends=NOW + DAY if number == 3 else ends[1])
        assert decide_covered(READER, READING, asked(rights), NOW) == Permit("emergency", grant=UUID(int=number))
        assert decide_listing(READER, asked(rights), NOW) == Permit("emergency", grant=UUID(int=number))


def test_no_emergency_is_in_force_that_is_over_blocked_no_longer_wanted_or_not_for_his_profession() -> None:
    over = replace(EMERGENCY, glasses=(glass(ends=NOW),))
    blocked = EMERGENCY.with_block(Block(named(HIM), BlockKind.READING))
    for_calls = replace(EMERGENCY, glasses=(glass(kind=GlassKind.REGULATOR),))
    for rights, row in ((over, ROW), (blocked, ROW), (for_calls, ROW), (EMERGENCY, Row(frozenset({4})))):
        context = asked(rights, row)
        assert glass_in_force(READER, context, NOW) is None
        assert isinstance(decide_listing(READER, context, NOW), Refuse)
        assert not visible_lines(READER, context, NOW)(4, THIS, "A")


def test_an_emergency_shows_a_line_within_its_scope_whatever_the_matrix_shows_ordinarily() -> None:
    others = replace(EMERGENCY, emergency=replace(WILL, scope=Scope(ScopeKind.CATEGORIES, frozenset({5}))))
    line = visible_lines(READER, asked(others), NOW)
    assert line(5, THIS, "B") and not line(4, THIS, "A")
    but_reading = others.with_block(Block(named(HIM), BlockKind.READING_BUT_EMERGENCY))
    assert visible_lines(READER, asked(replace(but_reading, grants=(GRANT,))), NOW)(5, THIS, "B")
    assert not visible_lines(READER, asked(replace(but_reading, grants=(GRANT,))), NOW)(4, THIS, "A")
