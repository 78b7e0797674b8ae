"""How many supporting resources one may name."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from espace_sante.actions.write_resource import MOST_LEANS, writing_of
from espace_sante.kernel.errors import Problem
from tests.exchange.resources import resource

PERSON = "a" * 32


def measure(number: int) -> bytes:
    """An Observation made by so many professionals."""
    made = [{"reference": f"Practitioner/{PERSON}{UUID(int=one).hex}"} for one in range(number)]
    return json.dumps(resource("Observation", PERSON, performer=made)).encode()


def test_a_resource_names_a_few_others_and_no_more() -> None:
    assert writing_of(measure(MOST_LEANS)).leans == {UUID(int=one).bytes for one in range(MOST_LEANS)}
    with pytest.raises(Problem) as refused:
        writing_of(measure(MOST_LEANS + 1))
    assert (refused.value.code, refused.value.fields["maximum"]) == ("leans-too-many", MOST_LEANS)
