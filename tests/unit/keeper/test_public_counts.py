"""As what things are counted for everybody: each once, by what kind of reader or channel, never who."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.keeper.availability import availability
from espace_sante.keeper.indicators import BY_MONTH, UNDOES, WAYS, act_kind, answer_kind
from espace_sante.keeper.reading_kinds import READ_KINDS, reading_kind

OPENED, DUE = date(2027, 1, 4), date(2027, 2, 4)


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (OPENED, "contest-in-7"),
        (date(2027, 1, 11), "contest-in-7"),
        (date(2027, 1, 12), "contest-in-14"),
        (date(2027, 1, 18), "contest-in-14"),
        (date(2027, 1, 19), "contest-in-31"),
        (DUE, "contest-in-31"),
        (date(2027, 2, 5), ""),
    ],
)
def test_an_answer_counts_by_how_long_it_took_and_not_after_its_last_day(today: date, kind: str) -> None:
    assert answer_kind("contest", OPENED, DUE, today) == kind


def test_acts_are_counted_by_channel_and_only_those_of_the_list() -> None:
    assert {act_kind(act, way) for act in ActId for way in Channel} - {""} == set(BY_MONTH)
    assert set(WAYS) == set(Channel) and set(UNDOES) <= set(ActId)
    assert act_kind("contest_access", "web") == act_kind("break_glass", "web") == "", "their case counts them"


@pytest.mark.parametrize(
    ("what", "actor", "rule", "act", "by_app", "kind"),
    [
        ("read", ActorKind.PERSON, "holder", ActId.READ_DOCUMENT, False, "read-own"),
        ("read", ActorKind.PRACTITIONER, "grant", ActId.READ_RESOURCE, False, "read-professional"),
        ("read", ActorKind.PRACTITIONER, "emergency", ActId.READ_DOCUMENT, False, "read-emergency"),
        ("read", ActorKind.PERSON, "holder", ActId.READ_RESOURCE, True, "read-app"),
        ("read", ActorKind.AGENT, "agent-counter", ActId.READ_DOCUMENT, False, "read-counter"),
        ("read", ActorKind.OPERATOR, "order", ActId.READ_ORDERED, False, "read-court"),
        ("refused", ActorKind.PRACTITIONER, "no-grant", ActId.READ_DOCUMENT, False, "refused-professional"),
        ("refused", ActorKind.PERSON, "app-scope", ActId.READ_RESOURCE, True, "refused-app"),
        ("refused", ActorKind.PERSON, "not-yet", ActId.READ_DOCUMENT, False, ""),
        ("read", ActorKind.SANDBOX, "holder", ActId.READ_RESOURCE, True, ""),
    ],
)
def test_a_reading_counts_by_the_kind_of_its_reader(
    what: str, actor: str, rule: str, act: str, by_app: bool, kind: str
) -> None:
    assert reading_kind(what, actor, rule, act, by_app=by_app) == kind
    assert kind in (*READ_KINDS, "")


def at(day: int, hour: int = 0, month: int = 1) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


def test_availability_is_the_time_at_least_one_keeper_was_there() -> None:
    spans = [(at(1), at(16)), (at(10), at(16, 12)), (at(17), at(11, month=2))]
    assert availability(spans, date(2027, 2, 20)) == [("2027-01", 10_000 * (31 * 24 - 12) // (31 * 24))]
    assert availability(spans, date(2027, 1, 31)) == [] == availability([], date(2027, 2, 1))


def test_the_time_before_the_first_start_is_not_missing() -> None:
    assert availability([(at(16), at(1, month=2))], date(2027, 2, 1)) == [("2027-01", 10_000)]
