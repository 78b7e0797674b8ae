"""Patches of anything, beside a second way of doing them, on Python's own values: the same result, or refused by both."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.fhir.json_patch import patched, read_patch
from espace_sante.kernel.errors import Problem

MOST = 4_000
NAMES = st.sampled_from(("a", "b", "0", "1", "", "a/b", "m~n", "é", "-"))
NUMBERS = st.sampled_from(("5.20", "5.2", "0", "-0.00", "1e1", "10", "1E+2", "0.1000"))


class Written(Decimal):
    """A number that remembers how it was written."""

    text: str

    def __deepcopy__(self, memo: object) -> Written:
        return self


def number(text: str) -> Written:
    found = Written(text)
    found.text = text
    return found


SCALARS = st.none() | st.booleans() | NUMBERS.map(number) | st.sampled_from(("", "a", "5.20", 'é"\\', "\u2028"))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=4) | st.lists(VALUES, max_size=3)


def text_of(value: Any) -> str:
    """Write a value as JSON, its numbers as they were."""
    if isinstance(value, Written):
        return value.text
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {text_of(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + " ,".join(map(text_of, value)) + "]"
    return json.dumps(value)


def read(data: str | bytes) -> Any:
    return json.loads(data, parse_float=number, parse_int=number)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*both) for both in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other)


class Unfit(Exception):
    """The second way refuses."""


def step(here: Any, name: str, *, end: bool = False) -> Any:
    """Return the key of a name in what holds it."""
    if isinstance(here, dict):
        if name not in here and not end:
            raise Unfit
        return name
    if not isinstance(here, list):
        raise Unfit
    if name == "-" and end:
        return len(here)
    if not (name.isascii() and name.isdigit() and str(int(name)) == name) or int(name) >= len(here) + end:
        raise Unfit
    return int(name)


def holder(root: list[Any], path: list[str], *, end: bool = False) -> tuple[Any, Any]:
    here, key = root, 0
    for name in path[:-1]:
        here, key = here[key], step(here[key], name)
    if not path:
        return root, 0
    return here[key], step(here[key], path[-1], end=end)


def second(document: Any, operations: list[dict[str, Any]]) -> Any:
    root = [copy.deepcopy(document)]
    for one in operations:
        path, source = (
            [token.replace("~1", "/").replace("~0", "~") for token in one.get(name, "").split("/")[1:]]
            for name in ("path", "from")
        )
        value = copy.deepcopy(one.get("value"))
        if one["op"] in ("move", "copy"):
            place, key = holder(root, source)
            value = copy.deepcopy(place[key])
        if one["op"] == "move":
            if path == source:
                continue
            if path[: len(source)] == source:
                raise Unfit
            del place[key]
        if one["op"] in ("add", "move", "copy"):
            place, key = holder(root, path, end=True)
            if isinstance(place, list) and path:
                place.insert(key, value)
            else:
                place[key] = value
            continue
        place, key = holder(root, path)
        if one["op"] == "remove":
            if not path:
                raise Unfit
            del place[key]
        elif one["op"] == "replace":
            place[key] = value
        elif not same(place[key], value):
            raise Unfit
    return root[0]


POINTERS = st.lists(NAMES, max_size=3).map(
    lambda names: "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)
)
OPERATIONS = st.lists(
    st.fixed_dictionaries({"op": st.sampled_from(("add", "replace", "test")), "path": POINTERS, "value": VALUES})
    | st.fixed_dictionaries({"op": st.just("remove"), "path": POINTERS})
    | st.fixed_dictionaries({"op": st.sampled_from(("move", "copy")), "path": POINTERS, "from": POINTERS}),
    max_size=4,
)


@given(DOCUMENTS, OPERATIONS)
def test_both_ways_give_the_same_document_or_refuse(document: Any, operations: list[dict[str, Any]]) -> None:
    try:
        expected, refused = second(document, operations), False
    except Unfit:
        expected, refused = None, True
    try:
        made = patched(text_of(document).encode(), read_patch(text_of(operations).encode()), MOST)
    except Problem as problem:
        assert refused or problem.code == "patch-too-large", problem.code
        return
    assert not refused
    assert text_of(read(made)) == text_of(expected), "digits and order included"
    assert len(made) <= max(MOST, len(text_of(document).encode()))


@given(st.dictionaries(NAMES.filter(bool), VALUES, min_size=1, max_size=5), VALUES)
def test_members_that_no_path_names_keep_their_bytes(document: dict[str, Any], value: Any) -> None:
    sent = text_of(document).encode()
    first = next(iter(document))
    pointer = "/" + first.replace("~", "~0").replace("/", "~1")
    patch = text_of([{"op": "replace", "path": pointer, "value": value}]).encode()
    before, after = (
        msgspec.json.decode(one, type=dict[str, msgspec.Raw]) for one in (sent, patched(sent, read_patch(patch), 10**6))
    )
    assert list(before) == list(after)
    assert {name: bytes(raw) for name, raw in after.items() if name != first} == {
        name: bytes(raw) for name, raw in before.items() if name != first
    }
    assert bytes(after[first]) == text_of(value).encode()
