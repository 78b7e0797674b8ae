"""Whatever bytes come, each reader of FHIR reads or refuses: it never fails, and twice as much takes twice the work at most.

Work is counted in lines of our code that run, never in time. PARSER_EXAMPLES asks for many more.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.exchange.sent import bundle as sent
from tests.exchange.sent import entry
from tests.parsers import PERSON, READERS, SEEDS, reads_or_refuses

EXAMPLES = int(os.environ.get("PARSER_EXAMPLES", "60"))
HOSTILE = (
    *(
        b"",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"NaN",
        b"-Infinity",
        b"1e999999",
        b"1e-999999",
        b"-0",
        b"\\ud800",
        b'"\\udfff"',
    ),
    *(
        b"9" * 400,
        b"9" * 5_000,
        b"[" * 50,
        b"]" * 50,
        b'{"x":' * 50,
        b'{"a":1,"a":2}',
        b"%",
        b"%ff",
        b"%zz",
        b"&&&&",
        b"====",
        b"+",
    ),
    *(
        "\u202e".encode(),
        "\u2028".encode(),
        "é".encode("utf-16"),
        b"null",
        b"true",
        b"[]",
        b"{}",
        b'""',
        b"\\",
        b"|",
        b"$",
        b",",
    ),
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "Patient/x",
            "#p",
            "urn:oid:1.2",
            "2026-13-45",
            "YQ==",
            "text/plain",
            "current",
            "Bundle",
            "List",
            "submissionset",
            f"Patient/{PERSON}",
        ]
    )
)
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def places(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [before, *(place for key, member in members for place in places(member, (*before, key)))]


def put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    found = dict(value) if isinstance(value, dict) else list(value)
    found[place[0]] = put(found[place[0]], place[1:], new)
    return found


@st.composite
def bytes_from_outside(draw: Any, name: str) -> bytes:
    """Anything; or what is right, with anything in the place of a part of it."""
    right = draw(st.sampled_from(SEEDS[name]))
    way = draw(st.sampled_from(["any", "spliced", "member"]))
    if way == "any":
        return bytes(draw(st.binary(max_size=300)))
    if way == "member" and right.startswith((b"{", b"[")):
        value = json.loads(right)
        for _ in range(draw(st.integers(1, 3))):
            value = put(value, draw(st.sampled_from(places(value))), draw(trees))
        return json.dumps(value, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    start = draw(st.integers(0, len(right)))
    stop = draw(st.integers(start, min(len(right), start + 40)))
    return right[:start] + draw(st.sampled_from(HOSTILE) | st.binary(max_size=12)) + right[stop:]


@pytest.mark.parametrize("name", list(READERS))
def test_anything_is_read_or_refused(name: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(data=bytes_from_outside(name))
    @example(data=b"")
    def one(data: bytes) -> None:
        reads_or_refuses(name, data)

    one()


@pytest.mark.parametrize("name", list(READERS))
def test_what_is_right_is_read_by_its_reader_and_all_that_is_hostile_by_none_wrongly(name: str) -> None:
    assert any(reads_or_refuses(name, seed) for seed in SEEDS[name]), (
        "nothing right is read: the property would say nothing"
    )
    for right in SEEDS[name]:
        for hostile in HOSTILE:
            for data in (
                hostile,
                right + hostile,
                hostile + right,
                right.replace(b":", b":" + hostile, 1),
                right[:9] + hostile + right[9:],
            ):
                reads_or_refuses(name, data)
        for cut in range(0, len(right), 7):
            reads_or_refuses(name, right[:cut])


def steps(work: Callable[[], object]) -> int:
    """Return how many lines of our code a piece of work runs."""
    counted = 0

    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal counted
        if "espace_sante" not in frame.f_code.co_filename:
            return None
        counted += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def grown(times: int) -> dict[str, bytes]:
    """Bodies and addresses of one fault each, repeated."""
    right = json.loads(SEEDS["provide_bundle"][2])
    coding = {"system": "urn:oid:1.2", "code": "x", "display": "é"}
    return {
        "many members": json.dumps({"resourceType": "Observation", **{f"x{n}": n for n in range(times)}}).encode(),
        "a long list": json.dumps({"resourceType": "Observation", "category": [{"coding": [coding]}] * times}).encode(),
        "many references": json.dumps(
            {"resourceType": "Observation", "x": [{"reference": f"Patient/{PERSON}"}] * times}
        ).encode(),
        "many contained": json.dumps(
            {
                "resourceType": "DocumentReference",
                "contained": [{"resourceType": "Practitioner", "id": f"p{n}"} for n in range(times)],
            }
        ).encode(),
        "one contained, named over and over": json.dumps(
            {
                "resourceType": "Observation",
                "contained": [{"resourceType": "Practitioner", "id": "p"}],
                "performer": [{"reference": "#p"}] * times,
            }
        ).encode(),
        "many entries": json.dumps({**right, "entry": [right["entry"][0], *right["entry"][1:3] * times]}).encode(),
        "the same address": json.dumps({**right, "entry": right["entry"][:2] + right["entry"][2:3] * times}).encode(),
        "many resources": json.dumps(sent(*[entry(json.loads(SEEDS["resource"][0]))] * times)).encode(),
        "many requests": json.dumps(
            sent(*[{"request": {"method": "GET", "url": f"Patient/{PERSON}/$everything"}}] * times, kind="batch")
        ).encode(),
        "a long text": json.dumps({"resourceType": "Observation", "status": "é\\," * times}).encode(),
        "a long narrative": json.dumps(
            {"resourceType": "Observation", "text": {"status": "generated", "div": "<div>" * times}}
        ).encode(),
        "many values": b"code=" + b"a%7Cb," * times,
        "many backslashes": b"code=" + b"%5C" * times + b",",
        "many parameters": b"&".join([b"_format=json"] * times),
        "a long number": b"value-quantity=" + b"9" * times,
        "a long header": b'W/"' + b"1" * times + b'", ' * times,
    }


FAMILIES = list(grown(1))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", list(READERS))
def test_twice_as_much_takes_at_most_twice_the_work(name: str, family: str) -> None:
    small, large = (grown(times)[family] for times in (100, 400))
    reads_or_refuses(name, small)  # what is loaded once is not counted
    few, many = (steps(lambda data=data: reads_or_refuses(name, data)) for data in (small, large))
    assert many <= 5 * few + 200, (few, many)
