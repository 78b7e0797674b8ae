"""Twice as much to read or to search costs about twice as many steps of the interpreter, never four times.

Steps are counted, not seconds: the same on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest

from espace_sante.formats.fhir.search import included, matches, ordered, page, terms
from espace_sante.formats.fhir.search.escapes import split, unescape
from espace_sante.formats.fhir.search.parse import MOST_VALUES
from tests.unit.formats_search.searched import query

FEW = 200


def steps(act: Callable[[], object]) -> int:
    """Return how many instructions of Python an act takes."""
    counted = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal counted
        frame.f_trace_opcodes = True
        counted += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        act()
    finally:
        sys.settrace(before)
    return counted


def observation(size: int) -> dict[str, Any]:
    """An observation that matches none of the searches below, so that all of it is read."""
    return {
        "resourceType": "Observation",
        "id": "o",
        "code": {"coding": [{"system": "urn:s", "code": f"c{number}"} for number in range(size)]},
        "subject": {"reference": "Patient/p"},
        "hasMember": [{"reference": f"Observation/{number}"} for number in range(size)],
        "component": [
            {"code": {"coding": [{"code": f"k{number}"}]}, "valueQuantity": {"value": number}} for number in range(size)
        ],
    }


def rows(size: int) -> list[dict[str, Any]]:
    return [
        {
            "resourceType": "Observation",
            "id": f"{number:05}",
            "hasMember": [{"reference": f"Observation/{number + 1:05}"}],
        }
        for number in range(size)
    ]


SEARCHES = {
    "code": ("code", "absent"),
    "not": ("code:not", "absent"),
    "text": ("code:text", "absent"),
    "reference": ("has-member", "Observation/absent"),
    "quantity": ("component-value-quantity", "gt100000"),
    "composite": ("component-code-value-quantity", "absent$gt5"),
    "composite of the whole": ("combo-code-value-quantity", "absent$gt5"),
    "missing": ("component-code:missing", "false"),
}
INCLUSION = query(
    "Observation", ("_include", "Observation:has-member"), ("_revinclude:iterate", "Observation:has-member")
)
SORTED = query("Observation", ("_sort", "-code,_id"))


def matching(pair: tuple[str, str], size: int) -> Callable[[], object]:
    return partial(matches, observation(size), query("Observation", pair))


def including(size: int) -> Callable[[], object]:
    some = rows(size)
    return partial(included, some[:1], some, INCLUSION, most=size)


def paging(size: int) -> Callable[[], object]:
    some = rows(size)
    return partial(page, some, 1, page(some, size - 2).following)


def splitting(size: int) -> Callable[[], object]:
    return lambda: list(map(unescape, split("a\\,," * size, ",")))


ACTS: dict[str, Callable[[int], Callable[[], object]]] = {
    **{f"matching {name}": partial(matching, pair) for name, pair in SEARCHES.items()},
    "terms": lambda size: partial(terms, observation(size)),
    "ordering": lambda size: partial(ordered, rows(size), SORTED.sort),
    "including": including,
    "paging": paging,
    "splitting": splitting,
}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_twice_as_much_takes_about_twice_as_many_steps(name: str) -> None:
    act = ACTS[name]
    act(FEW)()  # what is read once, the table and the caches, is read
    once, twice = steps(act(FEW)), steps(act(2 * FEW))
    assert 0 < twice <= 2.2 * once + 100


def test_values_searched_cost_each_the_same() -> None:
    resource = observation(FEW)
    asked = [query("Observation", ("code", ",".join(["absent"] * size))) for size in (MOST_VALUES // 2, MOST_VALUES)]
    matches(resource, asked[0])
    once, twice = (steps(partial(matches, resource, one)) for one in asked)
    assert 0 < twice <= 2.2 * once


def test_reading_values_takes_steps_in_proportion() -> None:
    def read(size: int) -> Callable[[], object]:
        return lambda: query("Observation", ("code", ",".join(f"s|{number}" for number in range(size))))

    read(1)()
    once, twice = steps(read(MOST_VALUES // 2)), steps(read(MOST_VALUES))
    assert 0 < twice <= 2.2 * once


def test_the_count_sees_work_that_grows_faster() -> None:
    def square(size: int) -> Callable[[], object]:
        return lambda: [[0 for _ in range(size)] for _ in range(size)]

    assert steps(square(2 * FEW)) > 3.5 * steps(square(FEW))
