"""Conditions among the entries of a transaction: each resource is read once, however many conditions look at it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from espace_sante.exchange.fhir import inside
from espace_sante.formats.fhir.search import Query, parse
from espace_sante.formats.fhir.sent_bundle import Sent, read_bundle
from espace_sante.kernel.errors import Problem
from tests.exchange.resources import resource
from tests.exchange.sent import bundle, entry

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PERSON = "0123456789abcdef" * 2


def condition(number: int) -> tuple[str, Query]:
    pairs = [("identifier", f"urn:example|{number}")]
    return "Observation", parse("Observation", pairs, strict=True, now=NOW, base="https://essai.example/fhir")


def sent(*numbers: int, **more: object) -> tuple[Sent, ...]:
    named = ({"identifier": [{"system": "urn:example", "value": str(number)}], **more} for number in numbers)
    entries = [entry(resource("Observation", PERSON, **one)) for one in named]
    return read_bundle(json.dumps(bundle(entry(resource("Encounter", PERSON)), *entries)).encode(), 5_000).entries


def test_each_condition_finds_what_answers_it() -> None:
    found = inside.answering(sent(1, 2, 2), {f"o{number}": condition(number) for number in (1, 2, 3)})
    assert {said: [one.number for one in ones] for said, ones in found.items()} == {"o1": [1], "o2": [2, 3], "o3": []}


def test_each_resource_is_read_once_however_many_conditions_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    original = inside.read_object

    def counted(body: bytes) -> dict[str, Any]:
        read.append(body)
        return original(body)

    monkeypatch.setattr(inside, "read_object", counted)
    entries = sent(*range(30))
    for conditions in (1, 100):
        read.clear()
        inside.answering(entries, {str(number): condition(number) for number in range(conditions)})
        assert len(read) == 30, "and nothing of another type"
    read.clear()
    assert inside.answering(entries, {}) == {} and not read


@pytest.mark.parametrize("digits", ["9" * 5_000, "1e999999"], ids=["5,000 digits", "no double"])
def test_what_cannot_be_read_is_said_at_its_place(digits: str) -> None:
    (first, *others) = sent(1, 2, valueInteger=77777)
    wrong = others[1]
    body = wrong.body.replace(b"77777", digits.encode())
    entries = (first, others[0], Sent(2, "", "POST", "Observation", "", "", "", "", "Observation", body))
    with pytest.raises(Problem) as refused:
        inside.answering(entries, {"o": condition(1)})
    assert (refused.value.code, refused.value.fields["expression"]) == (
        "number-out-of-range",
        "Bundle.entry[2].resource",
    )
