"""The order of results, pages, what comes besides; and that what is hidden changes none of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.fhir.search import Query, included, matches, ordered, page
from espace_sante.formats.fhir.search.including import MOST_ROUNDS
from espace_sante.kernel.errors import Problem
from tests.unit.formats_search.searched import query

Resource = dict[str, Any]


def observation(name: str, when: str = "", code: str = "", encounter: str = "", **more: Any) -> Resource:
    said: Resource = {"resourceType": "Observation", "id": name, **more}
    if when:
        said["effectiveDateTime"] = when
    if code:
        said["code"] = {"coding": [{"code": code}]}
    if encounter:
        said["encounter"] = {"reference": f"Encounter/{encounter}"}
    return said


def names(resources: Any) -> list[str]:
    return [one["id"] for one in resources]


def sorted_by(text: str, *resources: Resource) -> list[str]:
    return names(ordered(resources, query("Observation", ("_sort", text)).sort))


def test_an_order_has_several_keys_what_has_no_value_comes_last_and_ids_settle_the_rest() -> None:
    rows = (
        observation("d", "2020-01-02", "b"),
        observation("c", "2020-01-02", "a"),
        observation("b", "", "a"),
        observation("a", "2019-05", "z"),
        observation("e", "2020-01-02", "a"),
    )
    assert sorted_by("date,code", *rows) == ["a", "c", "e", "d", "b"]
    assert sorted_by("-date,code", *rows) == ["c", "e", "d", "a", "b"]
    assert sorted_by("-date,-code", *rows) == ["d", "c", "e", "a", "b"]
    assert names(ordered(rows)) == ["a", "b", "c", "d", "e"]


def test_of_several_values_the_one_that_comes_first_counts() -> None:
    both = observation("both", code="m", component=[{"code": {"coding": [{"code": "a"}]}}])
    other = observation("other", code="c")
    assert sorted_by("combo-code", both, other) == ["both", "other"]
    assert sorted_by("-combo-code", both, other) == ["both", "other"]


ROWS = st.lists(
    st.builds(
        lambda number, when, code: observation(f"o{number}", when, code),
        st.integers(0, 40),
        st.sampled_from(["", "2019", "2020-01", "2020-01-05", "2020-01-05T10:00:00Z"]),
        st.sampled_from(["", "a", "b", "c"]),
    ),
    unique_by=lambda one: one["id"],
    max_size=25,
)
SORTS = st.sampled_from(["", "date", "-date", "code,-date", "-code,date", "_id", "-_id"])


def sort_of(text: str) -> Query:
    return query("Observation", ("_sort", text)) if text else query("Observation")


@given(ROWS, SORTS, st.integers(1, 7), st.randoms(use_true_random=False))
def test_pages_give_each_row_once_whatever_the_order_they_were_kept_in(
    rows: Any, text: str, count: int, mixed: Any
) -> None:
    asked = sort_of(text).sort
    whole = ordered(rows, asked)
    given_rows, following = [], ""
    while True:
        shuffled = list(rows)
        mixed.shuffle(shuffled)
        one = page(ordered(shuffled, asked), count, following)
        assert one.total == len(rows)
        given_rows += one.rows
        following = one.following
        if not following:
            break
    assert given_rows == whole


@given(ROWS, SORTS, st.integers(1, 7), st.sets(st.integers(0, 40), max_size=10))
def test_a_row_that_comes_between_two_pages_moves_no_other(rows: Any, text: str, count: int, new: Any) -> None:
    asked = sort_of(text).sort
    first = page(ordered(rows, asked), count)
    added = [observation(f"n{number}", "2020-01", "b") for number in new]
    if first.following:
        second = page(ordered([*rows, *added], asked), 1000, first.following)
        given_before = [one for one in (*first.rows, *second.rows) if one["id"].startswith("o")]
        assert given_before == ordered(rows, asked)


def test_the_next_page_starts_in_its_place_when_the_row_before_is_gone() -> None:
    rows = [observation(f"o{number}") for number in range(6)]
    first = page(rows, 3)
    assert names(page(rows[:2] + rows[3:], 3, first.following).rows) == ["o4", "o5"]
    assert page(rows[:1], 3, first.following).rows == ()


@pytest.mark.parametrize("following", ["x", "é", "////", "a" * 400, "kwA", "AAAA", "k_____-hYQ"])
def test_a_page_that_was_never_given_is_refused(following: str) -> None:
    with pytest.raises(Problem) as told:
        page([observation("a")], 1, following)
    assert told.value.code == "search-invalid"


ENCOUNTER: Resource = {
    "resourceType": "Encounter",
    "id": "e",
    "serviceProvider": {"reference": "Organization/o"},
    "subject": {"reference": "Patient/p"},
}
ORGANIZATION: Resource = {"resourceType": "Organization", "id": "o", "partOf": {"reference": "Organization/o2"}}
PARENT: Resource = {"resourceType": "Organization", "id": "o2"}
PERSON: Resource = {"resourceType": "Patient", "id": "p"}
MEASURE = observation("m", encounter="e", subject={"reference": "Patient/p"})
ALL = [ENCOUNTER, ORGANIZATION, PARENT, PERSON, MEASURE]


def beside(found: list[Resource], visible: list[Resource], *pairs: tuple[str, str], most: int = 100) -> list[str]:
    return names(included(found, visible, query(found[0]["resourceType"], *pairs), most=most))


def test_what_results_refer_to_and_what_refers_to_them_comes_once() -> None:
    assert beside([MEASURE], ALL, ("_include", "Observation:encounter")) == ["e"]
    assert beside([MEASURE], ALL, ("_include", "Observation:subject:Patient"), ("_include", "Observation:patient")) == [
        "p"
    ]
    assert beside([MEASURE], ALL, ("_include", "Observation:subject:Group")) == []
    assert beside([PERSON], ALL, ("_revinclude", "Observation:subject"), ("_revinclude", "Encounter:patient")) == [
        "e",
        "m",
    ]
    assert beside(
        [MEASURE], ALL, ("_include", "Observation:encounter"), ("_include", "Encounter:service-provider")
    ) == ["e"]
    further = [("_include", "Observation:encounter"), ("_include:iterate", "Encounter:service-provider")]
    assert beside([MEASURE], ALL, *further) == ["e", "o"]
    assert beside([MEASURE], ALL, *further, ("_include:iterate", "Organization:partof")) == ["e", "o", "o2"]
    assert beside([MEASURE], ALL, *further, most=1) == ["e"]


def test_a_chain_without_end_is_followed_some_rounds_only() -> None:
    chain = [
        {"resourceType": "Organization", "id": f"{number:02}", "partOf": {"reference": f"Organization/{number + 1:02}"}}
        for number in range(20)
    ]
    assert len(beside(chain[:1], chain, ("_include:iterate", "Organization:partof"))) == MOST_ROUNDS
    loop = [chain[0], chain[1] | {"partOf": {"reference": "Organization/00"}}]
    assert beside(loop[:1], loop, ("_include:iterate", "Organization:partof")) == ["01"]


@given(ROWS, st.sets(st.integers(0, 40)), SORTS, st.integers(1, 7))
def test_a_hidden_row_changes_no_order_no_page_no_total_and_nothing_that_comes_besides(
    rows: Any, hidden: Any, text: str, count: int
) -> None:
    # Hidden is absent: the functions are given the same, so they can only answer the same.
    visible = [one for one in rows if int(one["id"][1:]) not in hidden]
    asked = query(
        "Observation", ("code", "a,b"), *([("_sort", text)] if text else []), ("_include", "Observation:encounter")
    )
    found = [one for one in ordered(visible, asked.sort) if matches(one, asked)]
    one = page(found, count)
    assert one.total == len(found)
    assert all(row in visible for row in one.rows)
    dangling = [row | {"encounter": {"reference": "Encounter/e"}} for row in one.rows]
    assert included(dangling, visible, asked, most=100) == []
