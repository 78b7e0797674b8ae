"""A resource is given back as it was sent, byte for byte, but for what the server says itself."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from espace_sante.formats.fhir.resource import Posted, given, kept, read_resource, said_of
from espace_sante.kernel.errors import Problem

SUBJECTS = {"Observation": "subject"}
AT = "2026-11-26T10:00:00.000+00:00"
scalars = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=8)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda n: f"{n:f}")
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
blanks = st.sampled_from(("", " ", "\n\t"))


@st.composite
def members(draw: Any) -> list[tuple[str, str]]:
    """Members of a resource as somebody would write them: each name once, blanks anywhere, decimals with all their digits."""
    own = ("id", "meta", "resourceType")
    known = draw(
        st.dictionaries(st.text(min_size=1, max_size=6).filter(lambda name: name not in own), values, max_size=4)
    )
    space = draw(blanks)
    said = [
        (name, json.dumps(value, ensure_ascii=draw(st.booleans()), indent=draw(st.none() | st.just(1))))
        for name, value in known.items()
    ]
    return [*said, ("valueDecimal", f"{space}{draw(decimals)}{space}")]


def written(parts: list[tuple[str, str]]) -> bytes:
    return ("{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in parts) + "}").encode()


@drawn(members(), st.booleans())
def test_every_member_comes_back_as_it_was_sent_and_in_its_order(parts: list[tuple[str, str]], labelled: bool) -> None:
    meta = '{"versionId":"9","profile":["p"],"lastUpdated":"x","security":[{"code":"R"}]}'
    data = written([("resourceType", '"Observation"'), ("id", '"mine"'), *parts, ("meta", meta)])
    body = kept(data)
    assert kept(body) == body
    labels = [{"code": "BTG"}] if labelled else []
    found = given(body, "i" * 64, 3, AT, labels)
    raw = msgspec.json.decode(found, type=dict[str, msgspec.Raw])
    assert list(raw)[:3] == ["resourceType", "id", "meta"]
    assert {name: bytes(raw[name]) for name, _ in parts} == {
        name: value.strip(" \n\t").encode() for name, value in parts
    }
    assert [name for name in raw if name not in ("resourceType", "id", "meta")] == [name for name, _ in parts]
    whole = json.loads(found, parse_float=Decimal)
    assert whole["id"] == "i" * 64
    security = [{"code": "R"}, *labels]
    assert whole["meta"] == {"versionId": "3", "lastUpdated": AT, "profile": ["p"], "security": security}


@drawn(st.binary(max_size=60) | members().map(written))
def test_whatever_is_sent_is_read_or_refused(data: bytes) -> None:
    try:
        found = read_resource(data, SUBJECTS)
    except Problem:
        return
    assert isinstance(found, Posted)


@drawn(members())
def test_what_a_resource_says_of_itself_is_text_whatever_it_holds(parts: list[tuple[str, str]]) -> None:
    words, when = said_of(written(parts))
    assert isinstance(words, str) and isinstance(when, str)


def posted(**members: Any) -> Posted:
    return read_resource(json.dumps({"resourceType": "Observation", **members}).encode(), SUBJECTS)


def test_what_is_read_of_a_resource() -> None:
    found = posted(
        id="a",
        subject={"reference": "Patient/x"},
        category=[{"coding": [{"code": "one"}, {"code": 2}, "no"]}, {"coding": "no"}, "no"],
        meta={"security": [{"code": "R"}]},
        focus=[{"reference": "#a"}, {"reference": {"reference": "b"}}],
        contained=[{"resourceType": "Patient"}, {"resourceType": "Device"}],
    )
    assert (found.type, found.id, found.subject) == ("Observation", "a", "Patient/x")
    assert (found.codes, found.labels, found.persons) == ({"one"}, {"R"}, ("Patient",))
    assert found.references == (("#a", "focus[0].reference"), ("b", "focus[1].reference.reference"))
    assert posted(subject="x").subject == posted().subject == ""


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"code": {"text": "a", "coding": [{"display": "b"}]}, "issued": "2026"}, ("a", "2026")),
        ({"code": {"coding": [{"display": "b", "code": "c"}]}}, ("b", "")),
        ({"code": {"coding": [{"code": "c"}]}, "period": {"start": "2025-01"}}, ("c", "2025-01")),
        ({"vaccineCode": [{"text": "a"}], "period": []}, ("a", "")),
        ({"description": "plan", "effectiveDateTime": "2024", "issued": "2026"}, ("plan", "2024")),
        ({"code": {"coding": "x"}, "title": 3}, ("", "")),
        ({"title": "a" * 300}, ("a" * 200, "")),
    ],
)
def test_what_a_resource_is_about_and_when(members: dict[str, Any], said: tuple[str, str]) -> None:
    assert said_of(json.dumps(members).encode()) == said
