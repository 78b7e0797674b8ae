"""The refusal of a resource that is not one of FHIR R4, with all that is wrong in it. Source: FHIR R4 http 3.1.0.1.2, 422."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from espace_sante.formats.fhir.r4 import validate
from espace_sante.formats.fhir.r4.issues import Issue
from espace_sante.kernel.errors import Kind, Problem


class NotR4(Problem):
    """Say that a resource is not conformant: the code and its sentence for every channel, and each fault for software."""

    def __init__(self, issues: Sequence[Issue], place: str = "") -> None:
        first = issues[0].expression
        where = f"{place}.{first.partition('.')[2]}".rstrip(".") if place else first
        super().__init__(Kind.UNPROCESSABLE, "resource-not-r4", {"field": where[:100], "expression": where[:100]})
        self.issues = tuple(issues)


def refuse_unless_r4(resource: Mapping[str, Any]) -> None:
    """Raise NotR4 when a resource, read as JSON already, has an error; a warning alone refuses nothing."""
    errors = [one for one in validate(resource) if one.severity == "error"]
    if errors:
        raise NotR4(errors)
