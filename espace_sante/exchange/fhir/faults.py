"""Where a fault stands in a Bundle, when it was found in one of its resources."""

from __future__ import annotations

from espace_sante.formats.fhir.conformant import NotR4
from espace_sante.kernel.errors import Problem


def within(problem: Problem, place: str) -> Problem:
    """Return a refusal of one resource as one of the Bundle it came in."""
    if isinstance(problem, NotR4):
        return problem.within(place)
    inside = str(problem.fields.get("expression") or problem.fields.get("field") or "")
    where = f"{place}.{inside}" if inside else place
    fields = {**problem.fields, "field": where[:100], "expression": where[:100]}
    return Problem(problem.kind, problem.code, fields, entry=problem.entry)
