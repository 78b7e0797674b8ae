"""Which entries of a transaction answer the conditions that its references are: each resource is read once, whatever is asked of it.

Source: FHIR R4 http 3.1.0.11.2 (conditional references); docs/decisions/0050.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from espace_sante.exchange.fhir.faults import within
from espace_sante.formats.fhir.conformant import refuse_unless_r4
from espace_sante.formats.fhir.reading import read_object
from espace_sante.formats.fhir.search import Query, matches
from espace_sante.formats.fhir.sent_bundle import Sent
from espace_sante.kernel.errors import Problem


def answering(entries: Sequence[Sent], conditions: Mapping[str, tuple[str, Query]]) -> dict[str, list[Sent]]:
    """Return, for each condition (its text; then the type it is on, and what it asks), the entries whose resource answers it.

    A resource is judged before it is looked at. Raises Problem: those of reading.py and resource-not-r4, at the place of the entry.
    """
    found: dict[str, list[Sent]] = {said: [] for said in conditions}
    types = {name for name, _ in conditions.values()}
    for one in entries:
        if one.type in types:
            resource = _judged(one)
            for said, (name, query) in conditions.items():
                if name == one.type and matches(resource, query):
                    found[said].append(one)
    return found


def _judged(one: Sent) -> dict[str, Any]:
    try:
        resource = read_object(one.body)
        refuse_unless_r4(resource)
    except Problem as problem:
        raise within(problem, f"{one.place}.resource") from None
    return resource
