"""Whom a FHIR request is about: `Patient/{id}`, or a number in one of the systems this instance accepts.

A number of a trial system designates nobody in production: the same digits may be somebody's real number.
"""

from __future__ import annotations

from dataclasses import dataclass

from espace_sante.formats import codes
from espace_sante.identity.ins import parse_ins
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Environment, Settings

_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The systems of numbers accepted here; `base` is the address of this FHIR server."""

    base: str
    systems: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Numbers:
        """Return those of an instance."""
        trial = settings.environment is Environment.TRIAL
        systems = codes.INS_REAL | codes.INS_TRIAL if trial else codes.INS_REAL
        return cls(settings.address + "/fhir", systems)

    def is_ins(self, system: str) -> bool:
        """Say whether a system is one of national numbers accepted here."""
        return system in self.systems

    def knows(self, system: str) -> bool:
        """Say whether a number of this system designates a person here."""
        return system in self.systems or system == codes.COUNTER_NUMBER

    def ins(self, system: str, value: str) -> str:
        """Return a national number as it is compared; a wrong one stays as written and matches nobody."""
        return parse_ins(value) or value

    def reference(self, system: str, value: str) -> str:
        """Return the reference of the person a number designates. Raises Problem(identity-invalid) for no number."""
        if self.is_ins(system):
            number = parse_ins(value)
            if number is None:
                raise Problem(Kind.INVALID, "identity-invalid")
            return f"ins:{number}"
        if system != codes.COUNTER_NUMBER or not 3 <= len(value) <= 40:
            raise Problem(Kind.INVALID, "identity-invalid")
        return f"local:{value}"


def person_at(reference: str, base: str) -> str:
    """Return the reference of the person at an address of this server, or at none: then nobody's ("id:").

    Raises Problem(resource-invalid) for what is not the address of a Patient here.
    """
    tail = reference.removeprefix(base + "/").removeprefix("Patient/")
    if "/" in tail or "|" in tail or "#" in tail or not tail:
        raise Problem(Kind.INVALID, "resource-invalid", {"field": "subject"})
    return person_of_id(tail)


def person_of_id(identifier: str) -> str:
    """Return the reference of the person with a public id; of nobody when it is not one, asked all the same."""
    return f"id:{identifier}" if len(identifier) == 32 and _HEXADECIMAL.issuperset(identifier) else "id:"
