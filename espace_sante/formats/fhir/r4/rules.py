"""The rules of FHIR R4 that are checked besides the form, by the element they are about. Each is a function named by its key.

`holds` is given an object whose form is right, and says whether the rule is kept. Which rules are left out, and why:
docs/deviations.md. Source: constraints of the StructureDefinitions of FHIR R4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from espace_sante.formats.fhir.r4 import rules_of_bundles, rules_of_datatypes, rules_of_resources

Json = dict[str, Any]
_WARNINGS = frozenset({"con-3"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: FHIR's key, and the function that says whether an object keeps it."""

    key: str
    holds: Callable[[Json], bool]
    severity: Literal["error", "warning"]


def rules_of(names: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules about a type: its own and those of its bases."""
    return tuple(rule for name in names for rule in RULES.get(name, ()))


def _keyed(function: Callable[[Json], bool]) -> Rule:
    key = function.__name__.replace("_", "-")
    return Rule(key, function, "warning" if key in _WARNINGS else "error")


RULES: dict[str, tuple[Rule, ...]] = {
    owner: tuple(_keyed(function) for function in functions)
    for table in (rules_of_datatypes.RULES, rules_of_resources.RULES, rules_of_bundles.RULES)
    for owner, functions in table.items()
}
