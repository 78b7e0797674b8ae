"""Whom her will is about: what names a party is read as it is written, and anything else names nobody."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.recipient import (
    MEMBERS_MOST,
    REPRESENTATIVES,
    Reader,
    Recipient,
    RecipientKind,
    at,
    named,
    parse_hidden_from,
    parse_recipient,
    written,
)
from espace_sante.kernel.ids import Rpps

NUMBERS = tuple(Rpps(f"999000{number:05d}") for number in (11, 29, 37))
numbers = st.sampled_from(NUMBERS)
names = st.text(min_size=1, max_size=80).map(str.strip).filter(lambda name: name and ":" not in name)
teams = st.builds(Recipient, st.just(RecipientKind.TEAM), st.just(""), st.frozensets(numbers, min_size=1), names)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (" 99900000011 ", Recipient(RecipientKind.PRACTITIONER, "99900000011")),
        ("structure:990000001", Recipient(RecipientKind.STRUCTURE, "990000001")),
        ("structure: 9 9000000 1", Recipient(RecipientKind.STRUCTURE, "990000001")),
        ("team: Équipe :99900000011", Recipient(RecipientKind.TEAM, "", frozenset(NUMBERS[:1]), "Équipe")),
        (f"team:{'x' * 80}:99900000011", Recipient(RecipientKind.TEAM, "", frozenset(NUMBERS[:1]), "x" * 80)),
        ("team:Équipe:99900000011,99900000029", Recipient(RecipientKind.TEAM, "", frozenset(NUMBERS[:2]), "Équipe")),
    ],
)
def test_what_is_written_names_this_party(text: str, who: Recipient) -> None:
    assert parse_recipient(text) == who


def test_a_party_is_written_as_is_documented_and_its_members_in_order() -> None:
    team = Recipient(RecipientKind.TEAM, "", frozenset(NUMBERS), "Équipe")
    assert written(team) == "team:Équipe:99900000011,99900000029,99900000037"
    assert written(at("990000001", "Hôpital")) == "structure:990000001"
    assert written(named(NUMBERS[0])) == NUMBERS[0]


def test_nothing_is_named_by_what_is_left_unsaid() -> None:
    assert Recipient(RecipientKind.TEAM) == Recipient(RecipientKind.TEAM, "", frozenset(), "")
    assert Reader("") == Reader("", "", "")
    assert at("990000001") == Recipient(RecipientKind.STRUCTURE, "990000001", frozenset(), "")
    assert [kind.value for kind in RecipientKind] == ["practitioner", "structure", "team", "representatives"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "paul",
        "structure:",
        "structure:99000000",
        "team:",
        "team:Équipe",
        "team:Équipe:",
        "team::99900000011",
        "team: :99900000011",
        "team:Équipe:99900000011,",
        "team:Équipe:99900000011,paul",
        f"team:{'x' * 81}:99900000011",
    ],
)
def test_what_names_nobody_in_particular_is_refused(text: str) -> None:
    assert parse_recipient(text) is None


def test_a_team_is_told_to_her_whole_and_is_not_too_large() -> None:
    valid = [f"9990{number:07d}" for number in range(2 * MEMBERS_MOST * 10)]
    rpps = [one for one in valid if parse_recipient(one)]
    most, more = rpps[:MEMBERS_MOST], rpps[: MEMBERS_MOST + 1]
    assert len(more) == MEMBERS_MOST + 1 == 51
    whole = parse_recipient(f"team:Équipe:{','.join(most)}")
    assert whole is not None and whole.members == frozenset(most)
    assert parse_recipient(f"team:Équipe:{','.join(more)}") is None


def test_a_party_includes_whom_it_names_and_an_empty_one_nobody() -> None:
    him = Reader(NUMBERS[0], "990000001")
    assert named(NUMBERS[0]).includes(him) and not named(NUMBERS[1]).includes(him)
    assert at("990000001").includes(him) and not at("990000002").includes(him)
    team = Recipient(RecipientKind.TEAM, "", frozenset(NUMBERS[:2]), "Équipe")
    assert team.includes(him) and not team.includes(Reader(NUMBERS[2], "990000001"))
    for nobody in (named(""), at(""), Recipient(RecipientKind.TEAM, NUMBERS[0])):
        assert not nobody.includes(him) and not nobody.includes(Reader("", ""))
    kind: Any = "another-kind"
    assert not Recipient(kind, NUMBERS[0], frozenset(NUMBERS)).includes(him), "a kind that is not known includes nobody"
    assert named("").is_nobody and not team.is_nobody and not named(NUMBERS[0]).is_nobody
    assert team.is_same(Recipient(RecipientKind.TEAM, "", frozenset(NUMBERS[:2]), "Autre nom"))
    assert not at(NUMBERS[0]).is_same(named(NUMBERS[0]))


@given(numbers.map(named) | st.sampled_from(["990000001", "2A0000001", "12345678901234"]).map(at) | teams)
def test_a_party_is_read_as_it_is_written(who: Recipient) -> None:
    assert parse_recipient(written(who)) == who


@given(st.text() | st.text().map(lambda text: f"team:{text}") | st.text().map(lambda text: f"structure:{text}"))
def test_whatever_is_written_names_somebody_known_or_nobody(text: str) -> None:
    who = parse_recipient(text)
    if who is not None:
        assert not who.is_nobody
        assert parse_recipient(written(who)) == who


def test_whoever_represents_her_is_named_only_to_be_hidden_from_and_is_no_professional() -> None:
    assert parse_recipient("representatives") is None
    assert parse_hidden_from(" representatives ") == REPRESENTATIVES
    assert parse_hidden_from(NUMBERS[0]) == named(NUMBERS[0])
    assert written(REPRESENTATIVES) == "representatives"
    assert not REPRESENTATIVES.is_nobody
    assert not REPRESENTATIVES.includes(Reader("representatives", "representatives"))
