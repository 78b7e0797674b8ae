"""The dictionary of resources is what its script makes of the public data beside the project, and learns nobody's id."""

from __future__ import annotations

import importlib.util
import re
from typing import Any

import pytest

from tests import needs
from tests.needs import ROOT

pytestmark = [pytest.mark.slow, needs.shared("data/fhir/r4-examples"), needs.shared("data/fhir/synthea-r4")]
FOLDER = needs.SHARED / "data" / "fhir"
_SPEC = importlib.util.spec_from_file_location("resource_dictionary", ROOT / "scripts" / "resource_dictionary.py")
assert _SPEC is not None and _SPEC.loader is not None
trainer: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(trainer)


def test_the_same_data_give_the_dictionary_of_the_release() -> None:
    made = trainer.trained(FOLDER)
    assert made == trainer.TARGET.read_bytes() and len(made) == trainer.SIZE


def test_no_id_of_the_patients_is_in_it() -> None:
    ids = {
        one
        for each in trainer.patients(FOLDER)
        for kept in each
        for one in re.findall(rb"(?=([0-9a-f]{32}))", kept.body)
    }
    inside = set(re.findall(rb"(?=([0-9a-f]{32}))", trainer.TARGET.read_bytes()))
    assert len(ids) > 10_000 and inside and not ids & inside
