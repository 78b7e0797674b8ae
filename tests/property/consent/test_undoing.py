"""Undoing one thing takes back what it gave and nothing else, and never gives anybody more. Source: inclusion.md CPN-09."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.undoing import UNDO_DAYS, last_day_to_undo, may_be_undone, without_given
from tests.property.access import facts


@given(facts.rights, facts.rights, facts.rights, st.booleans())
def test_undoing_never_gives_more(before: facts.Rights, after: facts.Rights, now: facts.Rights, at_once: bool) -> None:
    now = after if at_once else now
    left = without_given(now, before, after)
    assert set(left.grants) <= set(now.grants)
    assert set(left.masks) >= {replace(one, episode=None) for one in now.masks if one.episode is None}
    assert all(any(one.who.is_same(block.who) for one in left.blocks) for block in now.blocks)
    assert left.shown <= now.shown
    assert left.hides_new >= now.hides_new
    for one in ("accepts_deposits", "authors_read"):
        assert getattr(left, one) <= getattr(now, one)
    for one in ("regulator", "bedside", "hidden"):
        assert getattr(left.emergency, one) <= getattr(now.emergency, one)
    for category, document in product(facts.CATEGORIES, (*facts.DOCUMENTS, None)):
        assert left.emergency.scope.covers(category, document) <= now.emergency.scope.covers(category, document)


@given(facts.rights, facts.rights)
def test_what_gave_nothing_takes_nothing_back(before: facts.Rights, now: facts.Rights) -> None:
    assert without_given(now, before, before) == now


@given(facts.rights, st.data())
def test_undone_at_once_a_permission_leaves_what_was_before(before: facts.Rights, data: st.DataObject) -> None:
    given_then = data.draw(facts.grants.filter(lambda one: one.grant_id not in {g.grant_id for g in before.grants}))
    after = replace(before.with_grant(given_then), accepts_deposits=True, authors_read=True)
    assert without_given(after, before, after) == before


@given(facts.rights, facts.rights)
def test_undone_at_once_nothing_that_was_given_is_left(before: facts.Rights, after: facts.Rights) -> None:
    left = without_given(after, before, after)
    assert {one.grant_id for one in left.grants} <= {one.grant_id for one in before.grants}
    assert {one.card_id for one in left.cards} <= {one.card_id for one in before.cards}
    assert {one.grant_id for one in left.apps} <= {one.grant_id for one in before.apps}
    assert {one.mandate_id for one in left.mandates if not one.by_law} <= {one.mandate_id for one in before.mandates}
    assert {one.episode_id for one in left.episodes} <= {one.episode_id for one in before.episodes}
    assert left.shown <= before.shown and left.purposes <= before.purposes
    standing = {one.mask_id for one in left.masks}
    assert standing >= {one.mask_id for one in before.masks}
    assert all(any(one.who.is_same(block.who) for one in left.blocks) for block in before.blocks)
    for one in ("chest", "hides_new", "heirs_refused"):
        assert getattr(left, one) >= getattr(before, one)
    for one in ("accepts_deposits", "authors_read"):
        assert getattr(left, one) <= getattr(before, one)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)), st.integers(-5, 60))
def test_so_many_days_the_time_of_the_post_and_no_more(done: date, days: int) -> None:
    assert may_be_undone(done, done + timedelta(days=days)) is (0 <= days <= UNDO_DAYS + 20)
    for address in ((), ("1 rue", "63000 CLERMONT"), ("1 rue", "97400 SAINT DENIS")):
        assert may_be_undone(done, last_day_to_undo(done, address)), "what a letter told her is never refused"


def test_the_last_of_thirty_days_and_twenty_for_the_post_counts_and_the_next_does_not() -> None:
    done = date(2026, 11, 1)
    assert may_be_undone(done, date(2026, 12, 21)) and not may_be_undone(done, date(2026, 12, 22))
    assert may_be_undone(done, done) and not may_be_undone(done, date(2026, 10, 31))
