"""Whatever is asked and whatever is kept, a search answers or refuses; and its terms never lose what it finds."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from espace_sante.exchange.fhir.finding import groups_of
from espace_sante.formats.fhir.search import matches, ordered, parameters_of, query_terms, terms
from espace_sante.kernel.errors import Problem
from espace_sante.records.resource_terms import carries, packed
from tests.unit.formats_search.searched import query

NAMES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(sorted(parameters_of("Observation"))),
    st.tuples(
        st.sampled_from(sorted(parameters_of("Observation"))),
        st.sampled_from(["missing", "not", "text", "exact", "contains", "identifier", "Patient", "in", ""]),
    ).map(":".join),
    st.sampled_from(
        ["_sort", "_count", "_include", "_revinclude:iterate", "_summary", "_elements", "page", "_has:a:b:c"]
    ),
)
VALUES = st.one_of(
    st.text(max_size=40),
    st.text("0123456789-:.TZeE+ltgneqsabp|$,\\/ ", max_size=40),
    st.sampled_from(["Observation:subject", "2020-01-01T00:00:60Z", "0000", "9999-12-31", "1e999", "Patient/1", "a$1"]),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12))
JSON = st.recursive(
    LEAVES,
    lambda inside: st.one_of(
        st.lists(inside, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "coding",
                    "code",
                    "system",
                    "value",
                    "reference",
                    "start",
                    "end",
                    "low",
                    "high",
                    "text",
                    "repeat",
                    "event",
                    "identifier",
                ]
            ),
            inside,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
RESOURCES = st.dictionaries(
    st.sampled_from(
        [
            "code",
            "subject",
            "effectiveDateTime",
            "effectivePeriod",
            "effectiveTiming",
            "valueQuantity",
            "component",
            "id",
            "meta",
        ]
    ),
    JSON,
    max_size=6,
).map(lambda one: one | {"resourceType": "Observation"})


@given(st.lists(st.tuples(NAMES, VALUES), max_size=4), st.booleans(), st.lists(RESOURCES, max_size=3))
@example([("date", "ap0001")], True, [{"resourceType": "Observation", "effectiveDateTime": "0001-01-01"}])
@example([("_sort", "-value-quantity")], True, [{"resourceType": "Observation", "valueQuantity": {"value": 1e308}}])
def test_nothing_said_and_nothing_kept_makes_a_search_fail(
    pairs: list[tuple[str, str]], strict: bool, resources: list[dict[str, Any]]
) -> None:
    try:
        read = query("Observation", *pairs, strict=strict)
    except Problem as refused:
        assert refused.code.startswith("search-")
        return
    for resource in resources:
        carried = terms(resource)
        if matches(resource, read):
            assert all(group & carried for group in query_terms(read))
            assert carries(packed((one.parameter, one.value) for one in carried), groups_of(read))
    assert len(ordered(resources, read.sort)) == len(resources)
