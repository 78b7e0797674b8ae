"""The validator of FHIR R4 answers whatever it is given, the same from bytes and from values, and never at length."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.fhir.r4 import MOST_ISSUES, definitions, references, validate

NAMES = ["resourceType", "id", "extension", "url", "valueString", "_status", "status", "code", "coding", "system", "entry",
         "resource", "contained", "reference", "subject", "text", "div", "name", "given", "_given", "period", "start", "end",
         "value", "valueQuantity", "meta", "type", "item", "component", "category", "parameter"]  # fmt: skip
WORDS = ["Patient", "Observation", "Bundle", "#a", "a", "", "2020", "final", "<div/>", "\ud800", "Patient/1"]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=30,
)
resources = st.builds(
    lambda kind, members: {**members, "resourceType": kind},
    st.sampled_from(sorted(definitions.resource_types())),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=8),
)


@given(values | resources)
def test_any_value_is_answered(value: Any) -> None:
    found = validate(value)
    assert len(found) <= MOST_ISSUES
    assert all(one.details and one.expression and one.code for one in found)
    if isinstance(value, dict):
        list(references(value))


@given(st.binary(max_size=200) | resources.map(lambda one: json.dumps(one).encode()))
def test_any_bytes_are_answered(body: bytes) -> None:
    assert len(validate(body)) <= MOST_ISSUES


@given(resources)
def test_bytes_and_values_are_judged_alike(resource: dict[str, Any]) -> None:
    try:
        text = json.dumps(resource, allow_nan=False)
    except ValueError:
        return
    assert validate(text.encode()) == validate(resource)
