"""A request of hers waits thirty days, and has a short number to be said aloud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from espace_sante.consent.grant import Scope, ScopeKind
from espace_sante.consent.requests import REQUESTS_MOST, AccessRequest, short_number
from espace_sante.kernel.ids import RequestId, Rpps

MADE = datetime(2026, 11, 26, 9, tzinfo=UTC)
ASKED = AccessRequest(
    RequestId(UUID(int=7)), Rpps("99900000011"), "Dr", "", "", Scope(ScopeKind.EVERYTHING), "care", 30, MADE
)


def test_a_request_waits_thirty_days_and_twenty_of_them_wait_at_most() -> None:
    assert ASKED.waits(MADE + timedelta(days=30, microseconds=-1))
    assert not ASKED.waits(MADE + timedelta(days=30))
    assert REQUESTS_MOST == 20


@pytest.mark.parametrize(
    ("identifier", "number"),
    [(0, "000000"), (42, "000042"), (999_999, "999999"), (1_000_000, "000000"), (7 * 10**6 + 1, "000001")],
)
def test_a_short_number_is_the_last_six_digits(identifier: int, number: str) -> None:
    assert short_number(UUID(int=identifier)) == number


def test_a_request_is_answered_by_its_number() -> None:
    assert ASKED.number == "000007"
