"""What a power of the law leaves when it is over: nothing, whatever else stays in her will."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from espace_sante.consent.mandates import Mandate
from espace_sante.consent.proposed import WAITING, Proposed
from espace_sante.consent.rights import Rights
from espace_sante.identity.ages import PARIS
from espace_sante.identity.legal_tables import Measure, Power
from espace_sante.identity.representation import Representation
from espace_sante.keeper.powers import power_in
from espace_sante.kernel.ids import MandateId, RepresentationId

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
WAY, ID = b"way", UUID(int=7)


def parent(ident: UUID = ID, ends: date = date(2030, 1, 1)) -> Representation:
    named = RepresentationId(ident)
    said = (date(2020, 1, 1), ends, False, frozenset[str](), "01", "02")
    return Representation(named, "Ana Roy", Measure.PARENT, Power.REPRESENTS, *said)


def held(ident: UUID = ID, *, holder: bytes = b"holder", way: bytes = WAY, by_law: bool = True) -> Mandate:
    acts = frozenset({"mask", "accept_deposits"})
    ends = datetime(2031, 1, 1, tzinfo=UTC)
    found_by = (b"", holder, way, "Ana Roy", "", NOW - DAY, b"\1", b"\2")
    return Mandate(MandateId(ident), "Ana Roy", acts, True, False, 365, NOW - DAY, ends, *found_by, by_law=by_law)


def test_what_a_power_of_the_law_was_held_through_gives_nothing_without_it() -> None:
    rights = Rights(False, mandates=(held(),))
    assert power_in(rights, [WAY]) is None
    assert rights.in_force(NOW).mandates == ()
    assert power_in(replace(rights, mandates=(held(by_law=False),)), [WAY]) is not None, "what she gave herself stands"


@pytest.mark.parametrize("by_law", [True, False])
def test_a_power_that_is_over_takes_along_what_it_was_held_through(*, by_law: bool) -> None:
    """Without `by_law`: as a will kept before says it."""
    over = parent(ends=date(2026, 11, 25))
    rights = Rights(False, mandates=(held(by_law=by_law),), representations=(over,))
    assert rights.in_force(NOW).mandates == rights.in_force(NOW).representations == ()
    standing = replace(rights, representations=(parent(),))
    assert len(standing.in_force(NOW).mandates) == 1


def test_a_parent_s_word_counts_until_his_own_power_ends_and_never_for_himself() -> None:
    other = UUID(int=8)
    asked = Proposed("accept_deposits", b"body", other, NOW)
    rights = Rights(False, representations=(parent(), parent(other)), proposed=(asked,))

    def agreed(now: Rights, *mandates: Mandate) -> datetime | None:
        power = power_in(replace(now, mandates=mandates), [WAY], "accept_deposits", b"body")
        assert power is not None
        return power.agreed_until

    his = held(other, holder=b"other", way=b"other way")
    assert agreed(rights, held(), his) == NOW + WAITING
    assert agreed(rights, held(), replace(his, holder=b"holder")) is None, "the same account twice"
    assert agreed(rights, held()) is None, "nobody holds it"
    ends = date(2026, 11, 27)
    soon = replace(rights, representations=(parent(), parent(other, ends)))
    assert agreed(soon, held(), his) == datetime.combine(ends, time(), PARIS)
    contested = replace(rights, representations=(parent(), replace(parent(other), contested=NOW)))
    assert agreed(contested, held(), his) is None
