"""A permission made smaller covers nothing it did not cover, at no instant it was not in force: whatever is asked of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.grant import Grant, Scope, ScopeKind, both
from espace_sante.consent.recipient import Reader, named
from espace_sante.consent.rights import Rights
from espace_sante.kernel.ids import EpisodeId, GrantId

DOCUMENTS = [UUID(int=number) for number in range(1, 5)]
CATEGORY_OF = {DOCUMENTS[0]: 3, DOCUMENTS[1]: 4, DOCUMENTS[2]: 5}  # the last one is unknown
HIM = "99900000011"
START = datetime(2026, 11, 26, tzinfo=UTC)

scopes = st.builds(
    Scope,
    st.sampled_from(ScopeKind),
    st.frozensets(st.sampled_from([3, 4, 5]), max_size=3),
    st.frozensets(st.sampled_from(DOCUMENTS), max_size=4),
)
days = st.integers(0, 20)


def covered(scope: Scope) -> set[tuple[int, UUID]]:
    """The documents of known category that a scope covers."""
    return {(category, one) for one, category in CATEGORY_OF.items() if scope.covers(category, one)}


@given(scopes, scopes)
def test_what_both_cover_is_covered_by_both_and_nothing_else(one: Scope, other: Scope) -> None:
    assert covered(both(one, other, CATEGORY_OF)) == covered(one) & covered(other)
    assert covered(both(other, one, CATEGORY_OF)) == covered(one) & covered(other)


@given(scopes, scopes)
def test_what_no_category_knows_is_left_out_rather_than_shown(one: Scope, other: Scope) -> None:
    unknown = DOCUMENTS[3]
    for category in (3, 4, 5):
        if both(one, other, CATEGORY_OF).covers(category, unknown):
            assert one.covers(category, unknown) and other.covers(category, unknown)


@given(scopes, scopes | st.none(), days, days | st.none(), days)
def test_no_instant_and_no_document_is_gained(
    mine: Scope, asked: Scope | None, lasts: int, limit: int | None, now: int
) -> None:
    grant = Grant(
        GrantId(UUID(int=9)),
        named(HIM),
        mine,
        "care",
        START,
        START + timedelta(days=lasts),
        "v1",
        None,
        EpisodeId(UUID(int=8)),
    )
    ends = START + timedelta(days=limit) if limit is not None else None
    less = grant.limited(asked, ends, CATEGORY_OF)
    assert (less.grant_id, less.to, less.matrix, less.starts) == (grant.grant_id, grant.to, "v1", START)
    assert less.ends == min(grant.ends, ends or grant.ends)
    assert (less.episode is None) == (asked is not None), "what she named is not added to by an episode"
    at = START + timedelta(days=now)
    assert not less.given_to(Reader(HIM), at) or grant.given_to(Reader(HIM), at)
    assert covered(less.scope) <= covered(grant.scope)
    after = Rights(True, (grant,)).with_limited(less)
    over = less.scope.is_empty and less.episode is None  # an episode may have nothing in it yet
    assert after.grants == (() if over else (less,))
    other = Grant(GrantId(UUID(int=7)), named(HIM), Scope(ScopeKind.EVERYTHING), "care", START, START)
    assert other in Rights(True, (grant, other)).with_limited(less).grants
