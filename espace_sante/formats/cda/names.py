"""Names of people in a CDA: which of the names written is the one of birth, and which the one used.

Source: CI-SIS, structuration minimale: `qualifier` BR birth, CL used, SP married; a `given` without one holds all the
given names of birth.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from espace_sante.formats.cda.elements import attribute, every, first, text

_BIRTH, _USED, _MARRIED = "BR", "CL", "SP"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a patient, "" for what is not said."""

    birth: str
    used: str
    married: str
    given: str
    first_given: str
    used_given: str


def names_of(patient: etree._Element | None) -> Names:
    """Return the names of `patient`, from its first `name` and those that follow."""
    families = [(_qualifiers(one), text(one)) for one in every(patient, "c:name/c:family")]
    givens = [(_qualifiers(one), text(one)) for one in every(patient, "c:name/c:given")]
    return Names(
        birth=_qualified(families, _BIRTH) or _plain(families),
        used=_qualified(families, _USED),
        married=_qualified(families, _MARRIED),
        given=" ".join(words for qualifiers, words in givens if not qualifiers and words),
        first_given=_qualified(givens, _BIRTH),
        used_given=_qualified(givens, _USED),
    )


def display_name(named: etree._Element | None) -> str:
    """Return the name of a professional or of a thing as it is shown: given names then family name, or its bare words."""
    name = first(named, "c:name")
    if name is None:
        return ""
    parts = [text(one) for path in ("c:given", "c:family") for one in every(name, path)]
    return " ".join(part for part in parts if part) or text(name)


def _qualifiers(element: etree._Element) -> frozenset[str]:
    return frozenset(attribute(element, "qualifier").split())


def _qualified(found: list[tuple[frozenset[str], str]], wanted: str) -> str:
    return next((words for qualifiers, words in found if wanted in qualifiers and words), "")


def _plain(found: list[tuple[frozenset[str], str]]) -> str:
    return next((words for qualifiers, words in found if not qualifiers and words), "")
