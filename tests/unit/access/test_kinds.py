"""Of which sort a line is: every line has one, over all acts, all ways, all decisions; and a software is never a person."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.kinds import GROUPS, READINGS, SYSTEM, Group, Kind, kind_of, kind_of_record
from espace_sante.access.request import ActId, Channel, Effect

WAYS = (*(channel.value for channel in Channel), SYSTEM)
ON_PAGES, ON_PAPER = {"web"}, {"counter", "paper"}


def expected(act: str, channel: str, permitted: bool, effect: str) -> str:
    """The same rules, told another way: the words of each sort, by what it must be."""
    if not permitted:
        return "refused"
    if effect == "starts":
        return "started"
    if act in ("read_document", "read_resource", "read_support", "read_after_death"):
        return "opened" if channel in ON_PAGES else "printed" if channel in ON_PAPER else "software-read"
    if act in ("list_documents", "list_after_death"):
        return "listed" if channel in ON_PAGES | ON_PAPER else "software-list"
    if channel == "system":
        return "service"
    return "deposited" if act in ("deposit_document", "write_resource") else "other"


def test_every_line_has_one_sort_over_all_acts_ways_and_decisions() -> None:
    seen = set()
    for act, channel, permitted, effect in product(ActId, WAYS, (True, False), Effect):
        found = kind_of(act.value, channel, permitted=permitted, effect=effect.value)
        assert found == expected(act.value, channel, permitted, effect.value), (act, channel, permitted, effect)
        seen.add(found)
    # What a judge had read is told by its record alone: tests/unit/actions/test_told_line.py.
    assert seen == set(Kind) - {Kind.ORDERED}, "no sort that nothing is of"


@given(st.text(), st.text(), st.booleans(), st.text())
def test_words_of_another_version_have_a_sort_too(act: str, channel: str, permitted: bool, effect: str) -> None:
    assert kind_of(act, channel, permitted=permitted, effect=effect) in set(Kind)


def test_a_line_says_nothing_of_how_far_it_went_when_it_went_whole() -> None:
    assert kind_of("read_document", "web", permitted=True) is Kind.OPENED


@given(st.sampled_from(sorted(READINGS | {"list_documents"})), st.text())
def test_only_our_own_pages_and_paper_are_told_as_a_persons(act: str, channel: str) -> None:
    group = GROUPS[kind_of(act, channel, permitted=True)]
    assert (group is Group.SOFTWARE) == (channel not in ON_PAGES | ON_PAPER)


def test_every_sort_is_of_one_group_and_every_group_has_one() -> None:
    assert set(GROUPS) == set(Kind)
    assert set(GROUPS.values()) == set(Group)
    assert {kind for kind, group in GROUPS.items() if group is Group.PERSONS} == {
        Kind.OPENED,
        Kind.PRINTED,
        Kind.ORDERED,
    }
    assert {kind for kind, group in GROUPS.items() if group is Group.SOFTWARE} == {
        Kind.SOFTWARE_READ,
        Kind.SOFTWARE_LIST,
    }
    assert {kind for kind, group in GROUPS.items() if group is Group.LISTS} == {Kind.LISTED}
    assert {kind for kind, group in GROUPS.items() if group is Group.REFUSED} == {Kind.REFUSED}


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"decision": {"result": "permit", "rule": "grant"}}, Kind.OPENED),
        ({"decision": {"result": "refuse", "rule": "no-grant"}}, Kind.REFUSED),
        ({"decision": {"result": "permit", "rule": "agent-phone-starts"}, "effect": "starts"}, Kind.STARTED),
        ({"decision": {"result": "permit", "rule": "grant"}, "channel": "api"}, Kind.SOFTWARE_READ),
    ],
)
def test_a_record_says_it_by_its_own_words(record: dict[str, Any], kind: Kind) -> None:
    assert kind_of_record({"act": "read_document", "channel": "web"} | record) is kind


def test_the_words_are_those_of_the_addresses_and_of_the_answers() -> None:
    """docs/specs/api.md; a page's address and the answer of an interface hold them."""
    assert [one.value for one in Group] == ["persons", "lists", "software", "refused", "others"]
    assert Kind.ORDERED.value == "ordered"
