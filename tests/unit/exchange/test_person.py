from __future__ import annotations

from dataclasses import replace

import pytest

from espace_sante.exchange.fhir.person import Numbers, person_at
from espace_sante.formats.codes import COUNTER_NUMBER
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.settings import Environment, Settings

REAL, TRIAL = "urn:oid:1.2.250.1.213.1.4.8", "urn:oid:1.2.250.1.213.1.4.10"
TRYING = Numbers.of(Settings())
SERVING = Numbers.of(replace(Settings(), environment=Environment.PRODUCTION))


def test_a_trial_number_designates_nobody_in_production() -> None:
    assert TRYING.reference(TRIAL, "244039999910165") == TRYING.reference(REAL, "2 44 03 99999 101 65")
    assert SERVING.reference(REAL, "244039999910165") == "ins:244039999910165"
    with pytest.raises(Problem, match="identity-invalid"):
        SERVING.reference(TRIAL, "244039999910165")


def test_a_number_given_at_a_counter_designates_a_person() -> None:
    assert SERVING.reference(COUNTER_NUMBER, "GUICHET-0042") == "local:GUICHET-0042"
    for system, value in ((COUNTER_NUMBER, "x"), ("urn:oid:1.2.250.1.213.1.4.13", "244039999910165"), (REAL, "1")):
        with pytest.raises(Problem, match="identity-invalid"):
            SERVING.reference(system, value)


@pytest.mark.parametrize("written", ["Patient/{id}", "{base}/Patient/{id}", "{id}"])
def test_a_person_is_named_by_her_address_here(written: str) -> None:
    identifier = "0123456789abcdef" * 2
    assert person_at(written.format(id=identifier, base=TRYING.base), TRYING.base) == f"id:{identifier}"


@pytest.mark.parametrize("written", ["Patient/x", "Patient/" + "A" * 32])
def test_what_is_not_a_public_id_is_nobodys(written: str) -> None:
    assert person_at(written, TRYING.base) == "id:"


@pytest.mark.parametrize("written", ["https://ailleurs.fr/Patient/1", "Group/1", "", "#p", "Patient/1|2"])
def test_what_is_no_address_of_a_patient_here_is_refused(written: str) -> None:
    with pytest.raises(Problem, match="resource-invalid"):
        person_at(written, TRYING.base)
