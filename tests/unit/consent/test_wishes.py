"""Every kind, wish, contact and pace: what leaves, and that nothing somebody else did is silent everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.contact import Contact, fresh
from espace_sante.consent.wishes import Wish, electronic_ways, fault_of, leaves_at, usual
from espace_sante.kernel.i18n import DISPLAY_ZONE
from espace_sante.notices import LEGAL, PREFERRED, Kind, Pace, Way

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
CHOICES = (Way.MAIL, Way.SMS, Way.LETTER)
SETS = [frozenset(some) for size in range(4) for some in combinations(CHOICES, size)]


def _contact(*ways: Way) -> Contact:
    contact = Contact()
    for way in ways:
        contact = contact.with_point(way, fresh(way, way.value, NOW, lambda n: bytes(n), counter=True))
    return contact


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("ways", SETS, ids=lambda ways: "+".join(sorted(ways)) or "none")
@pytest.mark.parametrize("pace", Pace)
def test_what_others_did_is_never_silent_everywhere_and_what_is_urgent_never_waits(
    kind: Kind, ways: frozenset[Way], pace: Pace
) -> None:
    fault = fault_of(Wish(kind, ways, pace))
    if kind not in PREFERRED:
        assert fault == "notices-invalid"
    elif kind in LEGAL and not ways:
        assert fault == "notices-silent"
    elif kind in (Kind.EMERGENCY, Kind.CONTACT) and pace is not Pace.AT_ONCE:
        assert fault == "notices-late"
    else:
        assert fault == ""


@pytest.mark.parametrize("kind", PREFERRED)
def test_what_is_usual_may_be_wished(kind: Kind) -> None:
    assert fault_of(usual(kind)) == ""


@pytest.mark.parametrize("ways", SETS, ids=lambda ways: "+".join(sorted(ways)) or "none")
@pytest.mark.parametrize("given_ways", [(), (Way.MAIL,), (Way.SMS,), (Way.MAIL, Way.SMS)])
def test_a_notice_leaves_by_the_ways_she_chose_to_what_is_proven_and_no_other(
    ways: frozenset[Way], given_ways: tuple[Way, ...]
) -> None:
    found = electronic_ways(Wish(Kind.DONE, ways), _contact(*given_ways), chosen=True)
    assert set(found) == ways & set(given_ways)


def test_a_number_serves_where_there_is_no_mailbox_until_she_chooses() -> None:
    wish = usual(Kind.DONE)
    assert electronic_ways(wish, _contact(Way.SMS), chosen=False) == (Way.SMS,)
    assert electronic_ways(wish, _contact(Way.MAIL, Way.SMS), chosen=False) == (Way.MAIL,)
    assert electronic_ways(wish, _contact(Way.SMS), chosen=True) == ()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_what_waits_leaves_on_a_morning_in_paris_within_a_day_or_a_week(now: datetime) -> None:
    daily, weekly = leaves_at(Pace.DAILY, now), leaves_at(Pace.WEEKLY, now)
    assert leaves_at(Pace.AT_ONCE, now) == now
    assert (daily.astimezone(DISPLAY_ZONE).hour, weekly.astimezone(DISPLAY_ZONE).hour) == (8, 8)
    assert now < daily <= weekly and weekly.astimezone(DISPLAY_ZONE).weekday() == 0
    assert (daily - now).days <= 1 and (weekly - now).days <= 7
