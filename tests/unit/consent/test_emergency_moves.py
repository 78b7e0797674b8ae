"""What changes her will for an emergency: a yes opens nothing, a no ends what it no longer lets."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.emergency import GROUNDS, NO_EMERGENCY, BrokenGlass, EmergencyWill, GlassKind, Ground
from espace_sante.consent.grant import NOTHING, Scope, ScopeKind
from espace_sante.consent.recipient import Reader
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
    assert {ground.value: words for ground, words in GROUNDS.items()} == {
        "cannot-say": "elle ne peut pas s’exprimer, et attendre mettrait sa santé en danger",
        "life-at-risk": "sa vie est en danger immédiat",
        "call": "un appel au centre d’urgence la concerne",
    }
    assert set(GROUNDS) == set(Ground)
    assert [kind.value for kind in GlassKind] == ["regulator", "bedside"]


def test_each_kind_of_emergency_is_let_by_its_own_yes_alone_and_only_to_something() -> None:
    assert EmergencyWill(False, False, False, NOTHING, None) == NO_EMERGENCY
    everything = Scope(ScopeKind.EVERYTHING)
    for regulator, bedside in itertools.product((False, True), repeat=2):
        will = EmergencyWill(regulator, bedside, True, everything)
        assert (will.lets(GlassKind.REGULATOR), will.lets(GlassKind.BEDSIDE)) == (regulator, bedside)
        assert not any(replace(will, scope=NOTHING).lets(kind) for kind in GlassKind)


def test_a_kind_of_emergency_that_is_not_known_reads_nothing() -> None:
    kind: Any = "another-kind"
    assert not EmergencyWill(True, True, True, Scope(ScopeKind.EVERYTHING)).lets(kind)


def test_an_access_is_of_the_one_who_opened_it_until_its_end_excluded() -> None:
    one, him, her = glass(1), Reader("99900000011"), Reader("99900000029")
    moment = timedelta(microseconds=1)
    opened = [at for at in (NOW - moment, NOW, one.ends - moment, one.ends) if one.opened_by(him, at)]
    assert opened == [NOW, one.ends - moment]
    assert not one.opened_by(her, NOW)
    assert not replace(one, who=Rpps("")).opened_by(Reader(""), NOW), "nobody opens nothing"
    assert one.account == b""


def test_an_instant_or_a_bound_without_time_zone_opens_nothing() -> None:
    one, him, bare = glass(1), Reader("99900000011"), NOW.replace(tzinfo=None)
    assert not one.opened_by(him, bare)
    assert not replace(one, starts=bare, ends=bare + timedelta(hours=1)).opened_by(him, bare)
    assert replace(one, ends=bare + timedelta(hours=1)).opened_by(him, NOW) is False
