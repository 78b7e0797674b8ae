"""References of what is sent together: each leads where it is said to, and no other byte changes."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.fhir.rewriting import references_of, rewritten

LEADS = {f"urn:uuid:{n}": f"Observation/{n}" for n in range(3)} | {"https://a.example/fhir/Goal/1": "Goal/x"}
texts = st.sampled_from([*LEADS, "#a", "Patient/1", "urn:uuid:9", 'a"b\\', "é", "Goal/1"]) | st.text(max_size=6)
names = st.sampled_from(["reference", "url", "display", "a", 'x"reference'])
values: Any = st.recursive(
    texts | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


def led(value: Any) -> Any:
    """The same, member by member."""
    if isinstance(value, list):
        return [led(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: LEADS.get(inner.partition("/_history/")[0].partition("#")[0], inner)
        if name in ("reference", "url") and isinstance(inner, str)
        else led(inner)
        for name, inner in value.items()
    }


@given(st.dictionaries(names, values, max_size=4), st.booleans(), st.none() | st.just(1))
def test_every_reference_leads_where_it_is_said_to_and_nothing_else_changes(
    resource: dict[str, Any], ascii_only: bool, indent: int | None
) -> None:
    body = json.dumps(resource, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    assert json.loads(rewritten(body, LEADS)) == led(resource)
    assert rewritten(body, {}) == body


@given(st.dictionaries(names, values, max_size=4))
def test_all_references_are_told(resource: dict[str, Any]) -> None:
    def inside(value: Any) -> list[str]:
        if isinstance(value, list):
            return [one for each in value for one in inside(each)]
        if not isinstance(value, dict):
            return []
        own = [v for k, v in value.items() if k in ("reference", "url") and isinstance(v, str)]
        return own + [one for each in value.values() for one in inside(each)]

    found = [one for one in references_of(json.dumps(resource).encode())]
    assert sorted(found) == sorted(inside(resource))


def test_a_relative_reference_is_of_the_server_its_own_address_is_on() -> None:
    body = b'{"reference":"Goal/1"}'
    assert rewritten(body, LEADS, "https://a.example/fhir/Observation/2") == b'{"reference":"Goal/x"}'
    assert rewritten(body, LEADS, "https://b.example/fhir/Observation/2") == body
    assert rewritten(body, LEADS, "urn:uuid:1") == body
    assert rewritten(b'{"reference":"https://a.example/fhir/Goal/1/_history/3"}', LEADS) == b'{"reference":"Goal/x"}'
