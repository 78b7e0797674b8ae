"""What one validation holds while it goes: how many faults may still be said, and what the resource contains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from espace_sante.formats.fhir.r4.issues import MOST_ISSUES, Found

Faults = list[Found]
NONE: Faults = []  # never added to


class Run:
    """One validation. `contained` is the type of each contained resource by its id; `resource` checks another resource."""

    __slots__ = ("contained", "left", "resource")

    def __init__(self, resource: Callable[[Any, Run], Faults]) -> None:
        self.left = MOST_ISSUES
        self.contained: Mapping[str, str] = {}
        self.resource = resource

    def fault(self, rule: str, severity: Literal["error", "warning"] = "error", **said: str) -> Faults:
        """Return one fault in a list, an empty one when enough were said."""
        if not self.left:
            return []
        self.left -= 1
        return [Found(rule, severity, said)]
