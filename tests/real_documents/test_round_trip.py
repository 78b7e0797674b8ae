"""A record of Synthea, sent whole to an invented space by the token of a software on trial, comes back equal. Guarantee: G13.

All 48 of them, and HL7's examples: `make round-trip` (docs/campaigns.md).
"""

from __future__ import annotations

import pytest

from tests import needs
from tests.exchange.conftest import served  # noqa: F401 - a fixture
from tests.round_trip import Outcome, records, round_trip, unpacked
from tests.served import ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database, needs.shared("data/fhir/synthea-r4")]


def test_a_whole_record_comes_back_equal_by_each_way(served: ServedHouse) -> None:  # noqa: F811 - the fixture
    smallest = min(records(), key=lambda path: path.stat().st_size)
    outcome = Outcome()
    reply = round_trip(served.client("essai"), unpacked(smallest), outcome)
    assert reply.status == 200, reply.body[:2000]
    assert outcome.differences == []
    assert outcome.bundles == 1 and outcome.read == outcome.everything == sum(outcome.sent.values()) > 80
