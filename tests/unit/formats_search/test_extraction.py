from __future__ import annotations

import json
import os
from decimal import Decimal
from typing import Any

import pytest

from espace_sante.formats.fhir.search.extract import leads_to_target
from espace_sante.formats.fhir.search.readers import walk
from espace_sante.formats.fhir.search.table import Parameter, parameters_of, resource_types
from tests.oracles import fhir_search as oracle
from tests.unit.formats_search import examples

FEW = 2 if "EXAMPLES" not in os.environ else 1000


def ours(resource: dict[str, Any], parameter: Parameter) -> set[str]:
    kept = oracle.without_left(resource)
    return {
        as_text(element)
        for path in (*parameter.paths, *parameter.bases)
        for element in walk(kept, path.steps)
        if leads_to_target(element, path, None)
    }


def as_text(element: Any) -> str:
    return json.dumps(element, sort_keys=True, default=lambda one: float(one) if isinstance(one, Decimal) else str(one))


def differences(resource: dict[str, Any]) -> list[str]:
    kind = resource["resourceType"]
    return [
        f"{kind}/{resource.get('id')} {name}"
        for name, parameter in parameters_of(kind).items()
        if not (parameter.paths and parameter.paths[0].datatype == "known")
        if ours(resource, parameter) != set(map(as_text, oracle.found_at(resource, name)))
    ]


@examples.EXAMPLES
@pytest.mark.slow
def test_the_table_finds_in_hl7s_examples_what_the_official_expressions_find() -> None:
    read = list(examples.examples())
    assert len(read) > 500
    assert [line for resource in read for line in differences(resource)] == []


@examples.PATIENTS
@pytest.mark.slow
def test_the_table_finds_in_whole_records_what_the_official_expressions_find() -> None:
    read = [resource for record in examples.patients()[:FEW] for resource in record]
    assert [line for resource in read for line in differences(resource)] == []


def test_every_official_parameter_is_in_the_table_or_listed_as_not_searched() -> None:
    from espace_sante.formats.fhir.search import table

    left = {line.split(": ")[0].removeprefix("# not searched ") for line in table._lines() if "# not searched" in line}
    found = {
        f"{base} {name}"
        for base, name in oracle.definitions()
        if base not in ("Resource", "DomainResource") and name not in parameters_of(base)
    }
    assert found <= left
    assert len(resource_types()) > 140
