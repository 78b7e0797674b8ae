"""What a permission covers and when it is in force; made smaller, it covers what both cover, and ends at the earlier end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from espace_sante.consent.grant import ENDLESS, ENDLESS_WORDS, NOTHING, Grant, Scope, ScopeKind, both
from espace_sante.consent.recipient import Reader, named
from espace_sante.kernel.ids import CardId, EpisodeId, GrantId

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
ONE, TWO, UNKNOWN = (UUID(int=number) for number in (1, 2, 3))
CATEGORY_OF = {ONE: 4, TWO: 5}
ALL = Scope(ScopeKind.EVERYTHING)
HE, SHE = Reader("99900000011"), Reader("99900000029")
GRANT = Grant(GrantId(UUID(int=9)), named(HE.number), ALL, "care", NOW - DAY, NOW + DAY)
FOLLOWING = replace(GRANT, matrix="v1", card=CardId(UUID(int=7)), episode=EpisodeId(UUID(int=8)), sees_hidden=True)


def categories(*numbers: int) -> Scope:
    return Scope(ScopeKind.CATEGORIES, categories=frozenset(numbers))


def documents(*named: UUID) -> Scope:
    return Scope(ScopeKind.DOCUMENTS, documents=frozenset(named))


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (ALL, ALL, ALL),
        (ALL, categories(4), categories(4)),
        (ALL, documents(ONE), documents(ONE)),
        (categories(4, 5), categories(5, 6), categories(5)),
        (documents(ONE, TWO), documents(TWO, UNKNOWN), documents(TWO)),
        (categories(4), documents(ONE, TWO), documents(ONE)),
        (categories(4, 5), documents(UNKNOWN), NOTHING),
    ],
)
def test_what_two_scopes_have_in_common(one: Scope, other: Scope, common: Scope) -> None:
    assert both(one, other, CATEGORY_OF) == common
    assert both(other, one, CATEGORY_OF) == common


def test_everything_covers_a_document_and_a_whole_category() -> None:
    assert ALL.covers(4, ONE) and ALL.covers(4, None)
    assert not ALL.is_empty


def test_a_kind_that_is_not_known_covers_nothing() -> None:
    kind: Any = "another-kind"
    unknown = Scope(kind, frozenset({4}), frozenset({ONE}))
    assert unknown.is_empty and not unknown.covers(4, ONE)


def test_nothing_covers_nothing() -> None:
    assert Scope(ScopeKind.DOCUMENTS) == NOTHING
    assert NOTHING.is_empty and not NOTHING.covers(4, ONE)


def test_a_permission_is_in_force_for_whom_it_names_from_its_start_to_its_end_excluded() -> None:
    given = [at for at in (NOW - DAY - MOMENT, NOW - DAY, NOW + DAY - MOMENT, NOW + DAY) if GRANT.given_to(HE, at)]
    assert given == [NOW - DAY, NOW + DAY - MOMENT]
    assert not GRANT.given_to(SHE, NOW)


def test_an_instant_or_a_bound_without_time_zone_grants_nothing() -> None:
    bare = NOW.replace(tzinfo=None)
    assert not GRANT.given_to(HE, bare)
    assert not replace(GRANT, starts=bare - DAY, ends=bare + DAY).given_to(HE, bare)
    assert not replace(GRANT, ends=bare + DAY).given_to(HE, NOW)


def test_a_permission_is_shortened_and_never_made_longer() -> None:
    assert FOLLOWING.limited(None, NOW, CATEGORY_OF) == replace(FOLLOWING, ends=NOW)
    assert FOLLOWING.limited(None, NOW + 2 * DAY, CATEGORY_OF) == FOLLOWING
    assert FOLLOWING.limited(None, None, CATEGORY_OF) == FOLLOWING


def test_a_permission_narrowed_no_longer_follows_an_episode() -> None:
    wide = replace(FOLLOWING, scope=categories(4))
    assert wide.limited(documents(ONE, TWO), None, CATEGORY_OF) == replace(wide, scope=documents(ONE), episode=None)
    assert wide.limited(ALL, NOW, CATEGORY_OF) == replace(wide, ends=NOW, episode=None)


def test_nothing_is_given_by_what_is_left_unsaid() -> None:
    assert (GRANT.matrix, GRANT.card, GRANT.episode, GRANT.sees_hidden) == ("", None, None, False)


def test_a_permission_without_end_is_said_in_these_words_and_reaches_past_every_calendar() -> None:
    assert ENDLESS_WORDS == "sans date de fin"
    assert datetime(9999, 12, 31, tzinfo=UTC) == ENDLESS
