"""Every answer of `matches` is that of a second search written apart, on questions drawn from whole records."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime

import pytest

from espace_sante.exchange.fhir.finding import groups_of
from espace_sante.formats.fhir.search import matches, parse, query_terms, terms
from espace_sante.records.resource_terms import carries, packed
from tests.conftest import SEED
from tests.oracles import fhir_search as oracle
from tests.unit.formats_search import examples
from tests.unit.formats_search.questions import question

QUESTIONS = int(os.environ.get("EXAMPLES", "150"))
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@examples.PATIENTS
@pytest.mark.slow
def test_what_is_found_in_whole_records_is_what_another_search_finds() -> None:
    print(f"seed {SEED}")
    random_ = random.Random(SEED)
    records = [[oracle.without_left(one) for one in record] for record in examples.patients()]
    some = 0
    for _ in range(QUESTIONS):
        record = random_.choice(records)
        some += _same(random_, record, record)
    assert some > QUESTIONS // 4


@examples.EXAMPLES
@pytest.mark.slow
def test_what_is_found_in_hl7s_examples_is_what_another_search_finds() -> None:
    print(f"seed {SEED}")
    random_ = random.Random(SEED)
    resources = [oracle.without_left(one) for one in examples.examples()]
    some = sum(_same(random_, resources, resources) for _ in range(QUESTIONS))
    assert some > QUESTIONS // 4


def _same(random_: random.Random, drawn_from: list[dict[str, object]], searched: list[dict[str, object]]) -> bool:
    kind, name, value = question(random_, drawn_from)
    query = parse(kind, [(name, value)], strict=True, now=NOW)
    wanted = query_terms(query)
    found = False
    for resource in searched:
        if resource["resourceType"] != kind:
            continue
        holds = matches(resource, query)
        assert holds is oracle.holds(resource, name, value, NOW), (kind, name, value, resource["id"])
        if holds:
            found = True
            assert all(group & terms(resource) for group in wanted), (kind, name, value, resource["id"])
            kept = packed((one.parameter, one.value) for one in terms(resource))
            assert carries(kept, groups_of(query)), (kind, name, value, resource["id"])
    return found
