"""Published examples of FHIR R4 and records of Synthea are right; one fault put in is told, alone, at its place."""

from __future__ import annotations

import copy
import gzip
import itertools
import json
import random
from functools import cache
from typing import Any

import fhirkit
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from espace_sante.formats.fhir.r4 import references, validate
from tests import needs
from tests.oracles.fhir_mutations import mutations

EXAMPLES = needs.SHARED / "data" / "fhir" / "r4-examples"
SYNTHEA = needs.SHARED / "data" / "fhir" / "synthea-r4"
# Examples that break R4 themselves, with the rule: the narrative says nothing, or a reference leads to a type that is not permitted.
WRONG = {
    ("ActivityDefinition", "blood-tubes-supply"): "txt-2",
    ("ActivityDefinition", "heart-valve-replacement"): "txt-2",
    ("EventDefinition", "example"): "txt-2",
    ("Questionnaire", "zika-virus-exposure-assessment"): "txt-2",
    ("DeviceMetric", "example"): "target",  # a DeviceDefinition where a Device is due
    ("DeviceUseStatement", "example"): "target",  # a Procedure as a reason
    ("Questionnaire", "qs1"): "missing",  # items without linkId
}
# What the other validator does not look at.
OURS_ALONE = {"binding", "target", "txt-1", "txt-2"}
pytestmark = [pytest.mark.slow, needs.shared("data/fhir/r4-examples"), needs.shared("data/fhir/synthea-r4")]


@cache
def examples() -> list[bytes]:
    return [
        line
        for file in sorted(EXAMPLES.glob("*.ndjson.gz"))
        for line in gzip.decompress(file.read_bytes()).splitlines()
    ]


@cache
def right() -> list[dict[str, Any]]:
    return [json.loads(one) for one in examples() if len(one) < 30_000 and not validate(one)]


def test_every_published_example_is_right_besides_those_known_to_be_wrong() -> None:
    wrong = {}
    for one in examples():
        found = validate(one)
        if found:
            said = json.loads(one)
            (wrong[said["resourceType"], said["id"]],) = {issue.rule for issue in found}
    assert wrong == WRONG


def test_every_record_of_synthea_is_right_whole_and_resource_by_resource() -> None:
    count = 0
    for file in sorted(SYNTHEA.glob("*.gz")):
        body = gzip.decompress(file.read_bytes())
        assert validate(body) == ()
        for entry in json.loads(body)["entry"]:
            assert validate(entry["resource"]) == ()
            list(references(entry["resource"]))
            count += 1
    assert count == 13_656


@settings(max_examples=400, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_one_fault_is_told_alone_at_its_place_and_the_other_validator_agrees(data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from(right()))
    some = list(itertools.islice(mutations(resource), 2_000))
    mutation = data.draw(st.sampled_from(some))
    changed = mutation.made()
    assert [(str(one.rule), one.expression) for one in validate(changed)] == [(mutation.kind, mutation.expression)]
    if mutation.kind not in OURS_ALONE:
        assert any(one.severity == "error" for one in fhirkit.validate(changed)), mutation


VALUES: list[Any] = [None, "", [], {}, True, 0, -1, 1.5, "x", " ", "2020-13-01", ["a"], {"a": 1}]


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([way] if way else []), *(place for key, one in members for place in places(one, (*way, key)))]


def test_whatever_the_other_validator_refuses_is_refused_here(randomness: random.Random) -> None:
    """Changed at random. The reverse does not hold: it leaves emptiness, codes, rules and local references unchecked."""
    for _ in range(1_000):
        changed = copy.deepcopy(randomness.choice(right()))
        *way, last = randomness.choice(places(changed))
        target: Any = changed
        for key in way:
            target = target[key]
        match randomness.choice(("taken out", "replaced", "wrapped")):
            case "taken out":
                del target[last]
            case "replaced":
                target[last] = randomness.choice(VALUES)
            case _:
                target[last] = [target[last]]
        if any(one.severity == "error" for one in fhirkit.validate(json.dumps(changed))):
            assert any(one.severity == "error" for one in validate(changed)), (changed["resourceType"], way, last)
