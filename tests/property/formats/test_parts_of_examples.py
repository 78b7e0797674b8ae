"""A part of any of HL7's examples holds nothing new, loses no digit, and is as right as the whole but for what it leaves out."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import msgspec
import orjson
import pytest

from espace_sante.formats.fhir.r4 import validate
from espace_sante.formats.fhir.subset import Subset
from tests import needs
from tests.unit.formats_search.examples import EXAMPLES, examples

pytestmark = EXAMPLES
_NUMBERS = re.compile(rb"(?<=[:,\[])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[,\]}])")
# What a part may lack, and what then leads nowhere. The rules of FHIR, whose keys have a hyphen, are about wholes.
_OF_WHOLES = frozenset({"missing", "reference"})
MEMBERS = dict[str, msgspec.Raw]


@pytest.mark.parametrize("summary", ["true", "text", "data"])
def test_a_part_of_an_example_is_made_of_its_bytes(summary: str) -> None:
    seen = 0
    for one in examples():
        sent = orjson.dumps(one)
        part = Subset(summary).of(sent)
        before, after = msgspec.json.decode(sent, type=MEMBERS), msgspec.json.decode(part, type=MEMBERS)
        assert list(after) == [name for name in (*before, *({"meta"} - before.keys())) if name in after]
        whole = [name for name in after if name != "meta" and after[name] == before[name]]
        if summary != "true":
            assert set(whole) == after.keys() - {"meta"}
        assert not Counter(_NUMBERS.findall(part)) - Counter(_NUMBERS.findall(sent)), "a number nobody wrote"
        known = {(fault.rule, fault.expression) for fault in validate(one)}
        made = {
            (fault.rule, fault.expression)
            for fault in validate(orjson.loads(part))
            if "-" not in fault.rule and fault.rule not in _OF_WHOLES
        }
        assert made <= known, (one["resourceType"], one.get("id"))
        seen += 1
    assert seen > 500


def test_numbers_are_found_as_they_are_written() -> None:
    assert [Decimal(one.decode()) for one in _NUMBERS.findall(b'{"a":5.20,"b":[1e1,-2]}')] == [Decimal("5.20"), 10, -2]
    assert needs.SHARED
