"""The count of the persons a professional begins to read: exact, by hour and by day, the same whoever they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.keeper import ceilings
from espace_sante.keeper.ceilings import Ceilings
from espace_sante.keeper.demand import ListParams, ReadParams, Refused
from espace_sante.keeper.release import Decider
from tests.unit.keeper.situations import LIMITS, MATRICES, SERVICE, grant, will
from tests.unit.keeper.test_release import NOW, gathered, outside, pending, record

START = datetime(2026, 11, 26, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def names(number: int) -> list[bytes]:
    return [b"%d" % number]


def test_so_many_in_an_hour_and_one_more_when_the_hour_of_the_first_is_over() -> None:
    counted = Ceilings(3, 100)
    for number in range(3):
        assert counted.reach("dr", names(number), START + number * MINUTE)
    assert not counted.reach("dr", names(3), START + 59 * MINUTE)
    assert counted.reach("dr", names(3), START + 60 * MINUTE)
    assert not counted.reach("dr", names(4), START + 60 * MINUTE)
    assert counted.reach("other", names(4), START + 60 * MINUTE), "each account has its own"


def test_so_many_in_a_day_however_slowly() -> None:
    counted = Ceilings(100, 3)
    for number in range(3):
        assert counted.reach("dr", names(number), START + number * timedelta(hours=7))
    assert not counted.reach("dr", names(3), START + timedelta(hours=23))
    assert counted.reach("dr", names(3), START + timedelta(hours=24))


def test_who_was_asked_for_already_never_counts_again_within_the_day_even_at_the_ceiling() -> None:
    counted = Ceilings(2, 2)
    assert counted.reach("dr", names(0), START)
    assert counted.reach("dr", names(1), START)
    for hour in range(24):
        assert counted.reach("dr", names(0), START + timedelta(hours=hour))
    assert not counted.reach("dr", names(2), START)


def test_the_names_of_one_person_are_one_person() -> None:
    counted = Ceilings(1, 1)
    assert counted.reach("dr", [b"ins", b"space"], START)
    assert counted.reach("dr", [b"id", b"space"], START)
    assert counted.reach("dr", [b"id"], START), "a document of hers that is not there is asked by her identifier alone"
    assert not counted.reach("dr", [b"other"], START)


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceilings, "ACCOUNTS", 2)
    counted = Ceilings(1, 1)
    for account in ("a", "b", "c"):
        assert counted.reach(account, names(0), START)
    assert not counted.reach("c", names(1), START)
    assert counted.reach("a", names(1), START), "forgotten: seen longest ago"
    for number in range(1000):
        counted.reach("d", [b"space", b"%d" % number], START)
    assert len(counted._accounts["d"].names) <= 3


def decider() -> Decider:
    limits = replace(LIMITS, new_persons_per_hour=2, new_persons_per_day=2)
    return Decider(SERVICE, limits, lambda: NOW, Random(3).randbytes, "build-1", MATRICES)


def read(asked: Decider, person: str, facts: Any = None, act: ActId = ActId.LIST_DOCUMENTS) -> Any:
    params = ListParams() if act is ActId.LIST_DOCUMENTS else ReadParams(bytes(16))
    way = "web" if person == "self" else "doctor"
    ((decided,), (chain,)) = asked.decide([pending(act, params, way, person=person)], [facts or outside(way)])
    return decided, chain


def test_beyond_the_ceiling_everybody_new_is_refused_alike_with_an_entry_and_nothing_released() -> None:
    asked = decider()
    allowed = gathered("doctor", will=will(grants=(grant(1),)))
    for person in ("ins:1", "local:2"):
        assert read(asked, person)[0].plan.code == ""
    for person, facts in (("ins:3", None), ("id:4", allowed), ("id:5", gathered("doctor"))):
        decided, chain = read(asked, person, facts)
        assert decided.plan.decision == Refuse("ceiling")
        assert decided.answer() == Refused(7, decided.reference, "persons-too-many")
        assert len(chain.entries) == 1
    entry = record(chain.entries[0])
    assert (entry["decision"], entry["objects"]) == ({"result": "refuse", "rule": "ceiling"}, [])


def test_who_was_reached_before_the_ceiling_stays_readable_under_each_of_her_names() -> None:
    asked = decider()
    allowed = gathered("doctor", will=will(grants=(grant(1),)))
    assert isinstance(read(asked, "ins:1", allowed)[0].plan.decision, Permit)
    assert read(asked, "ins:2")[0].plan.decision == Refuse("no-space")
    assert read(asked, "ins:3")[0].plan.decision == Refuse("ceiling")
    assert isinstance(read(asked, "id:1", allowed)[0].plan.decision, Permit)
    unknown = read(asked, "id:1", allowed, ActId.READ_DOCUMENT)[0]
    assert unknown.plan.decision == Refuse("unknown"), (
        "a document that is not there says what it says below the ceiling"
    )


def test_a_person_and_what_is_not_a_reading_are_not_counted() -> None:
    asked = decider()
    for _ in range(5):
        assert isinstance(read(asked, "self", gathered("web"))[0].plan.decision, Permit)
    assert asked._ceilings._accounts == {}
