"""What is wrong in a resource, as values: where, of which kind of FHIR's list, and one French sentence.

A sentence never repeats a value: what was sent may be health data. Source: FHIR R4 operationoutcome, value set issue-type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from espace_sante.formats.fhir.r4.sentences import BROKEN

MOST_ISSUES = 50
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}").fullmatch


class Fault(StrEnum):
    """Every fault there is, besides the rules that have a key in FHIR."""

    NOT_JSON = "not-json"
    TOO_LARGE = "too-large"
    TYPE_MISSING = "type-missing"
    TYPE_UNKNOWN = "type-unknown"
    TYPE_OTHER = "type-other"
    UNKNOWN = "unknown"
    MISSING = "missing"
    CHOICES = "choices"
    OBJECT = "object"
    LIST = "list"
    SINGLE = "single"
    MANY = "many"
    EMPTY = "empty"
    NULL = "null"
    FORMAT = "format"
    BINDING = "binding"
    TARGET = "target"


_SAID = MappingProxyType(
    {
        Fault.NOT_JSON: ("structure", "Ce n'est pas un objet JSON lisible : un seul objet, sans clé en double, 40 niveaux au plus."),
        Fault.TOO_LARGE: ("too-costly", "Cette ressource est trop grande pour être vérifiée."),
        Fault.TYPE_MISSING: ("structure", "Le type de la ressource (resourceType) manque."),
        Fault.TYPE_UNKNOWN: ("structure", "Ce type de ressource n'existe pas en FHIR R4."),
        Fault.TYPE_OTHER: ("invalid", "Une ressource de ce type est attendue : {types}."),
        Fault.UNKNOWN: ("structure", "Cet élément n'existe pas ici."),
        Fault.MISSING: ("required", "Cet élément est obligatoire."),
        Fault.CHOICES: ("structure", "Une seule forme de cet élément est permise."),
        Fault.OBJECT: ("structure", "Un objet est attendu ici."),
        Fault.LIST: ("structure", "Une liste est attendue ici."),
        Fault.SINGLE: ("structure", "Une seule valeur est permise ici, pas une liste."),
        Fault.MANY: ("structure", "Il y a trop de valeurs ici : {most} au plus."),
        Fault.EMPTY: ("structure", "Rien ne doit être vide : retirez cet élément, ou remplissez-le."),
        Fault.NULL: ("structure", "Une valeur vide (null) n'est permise que dans une liste, si une extension l'explique."),
        Fault.FORMAT: ("value", "Valeur mal écrite : le type attendu est {type}."),
        Fault.BINDING: ("code-invalid", "Ce code n'est pas dans la liste imposée : {list}."),
        Fault.TARGET: ("value", "Cette référence doit mener à : {types}."),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to say of a resource. `expression` is the element (simple FHIRPath); `rule` FHIR's key, or our fault's name."""

    severity: Literal["error", "warning"]
    code: str
    expression: str
    details: str
    rule: str


class Found:
    """A fault while its place is still being told: each level that it climbs adds its own name."""

    __slots__ = ("parts", "rule", "said", "severity")

    def __init__(self, rule: str, severity: Literal["error", "warning"], said: dict[str, str]) -> None:
        self.rule = rule
        self.severity = severity
        self.said = said
        self.parts: list[str] = []

    def issue(self, root: str) -> Issue:
        """Return it as an issue, its place being under `root`."""
        place = "".join(part if part[0] == "[" else f".{part}" for part in reversed(self.parts))
        if self.rule in BROKEN:
            code, sentence = "invariant", f"{BROKEN[self.rule]} ({self.rule})"
        else:
            code, sentence = _SAID[Fault(self.rule)]
        return Issue(self.severity, code, root + place, sentence.format(**self.said), self.rule)


def sayable(name: object) -> str:
    """Return a member's name if it can stand in a FHIRPath, "" when it could hold anything."""
    return name if isinstance(name, str) and _NAME(name) else ""
