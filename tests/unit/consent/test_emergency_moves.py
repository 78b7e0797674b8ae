"""What changes her will for an emergency: a yes opens nothing, a no ends what it no longer lets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.emergency import GROUNDS, BrokenGlass, EmergencyWill, GlassKind, Ground
from espace_sante.consent.grant import NOTHING, Scope, ScopeKind
from espace_sante.consent.rights import Rights
from espace_sante.kernel.ids import GlassId, Rpps

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
SCOPES = st.sampled_from(
    [
        NOTHING,
        Scope(ScopeKind.EVERYTHING),
        Scope(ScopeKind.CATEGORIES, categories=frozenset({5})),
        Scope(ScopeKind.CATEGORIES),
    ]
)
WILLS = st.builds(EmergencyWill, st.booleans(), st.booleans(), st.booleans(), SCOPES, st.just(NOW))


def glass(number: int, kind: GlassKind = GlassKind.BEDSIDE) -> BrokenGlass:
    return BrokenGlass(GlassId(UUID(int=number)), Rpps("99900000011"), kind, NOW, NOW + timedelta(hours=1))


def test_an_access_waits_until_the_instant_it_begins() -> None:
    assert glass(1).waits(NOW - timedelta(microseconds=1))
    assert not glass(1).waits(NOW)


def test_ending_one_access_leaves_the_others() -> None:
    one, two = glass(1), glass(2)
    rights = Rights(True, glasses=(one, two))
    assert rights.without_glass(replace(one, second=Rpps("99900000029"))).glasses == (two,)
    assert rights.without_glass(glass(3)) == rights


@given(st.lists(st.sampled_from(list(GlassKind)), max_size=4), WILLS, WILLS)
def test_an_answer_ends_every_access_it_does_not_let_and_opens_none(
    kinds: list[GlassKind], first: EmergencyWill, second: EmergencyWill
) -> None:
    rights = Rights(True, glasses=tuple(glass(number, kind) for number, kind in enumerate(kinds)))
    after = rights.with_emergency(first)
    assert after.emergency == first
    assert set(after.glasses) == {one for one in rights.glasses if first.lets(one.kind)}
    again = after.with_emergency(second)
    assert set(again.glasses) <= set(after.glasses), "a later yes brings nothing back"
    assert replace(again, emergency=rights.emergency, glasses=rights.glasses) == rights


def test_never_ends_them_all() -> None:
    rights = Rights(True, glasses=(glass(1), glass(2, GlassKind.REGULATOR)))
    assert rights.with_emergency(EmergencyWill(since=NOW)).glasses == ()


def test_every_ground_has_its_words() -> None:
    assert set(GROUNDS) == set(Ground)
    assert len(set(GROUNDS.values())) == len(Ground)
