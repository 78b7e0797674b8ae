"""Whom a professional's page is about: read from a form, never from an address, and said on every page.

Addresses stay in histories. Guarantee: G3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web import forms
from espace_sante.web.edge import Visit


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Whom a page is about: the reference its forms carry, and the number people read."""

    reference: str
    number: str


def reference_in(visit: Visit) -> str:
    """Return the person named by the form: an INS or her public number, never both, never a guess."""
    typed = visit.text("person").strip()
    plain = typed.replace(" ", "").lower()
    if len(plain) == 32 and all(c in "0123456789abcdef" for c in plain):
        return f"id:{plain}"
    kind, _, value = typed.partition(":")
    if kind == "id":
        return _reference_of(value)
    return forms.person_reference("ins", value if kind == "ins" else typed)


def shown_as(reference: str) -> PersonShown:
    """Return a person as a page says whom it is about."""
    return PersonShown(reference, forms.said_reference(reference))


def moment_of(instant: str) -> datetime | None:
    """Return until when an emergency access shows something, None for no emergency."""
    return datetime.fromisoformat(instant) if instant else None


def _reference_of(value: str) -> str:
    if len(value) != 32 or not all(c in "0123456789abcdef" for c in value):
        raise Problem(Kind.INVALID, "identity-invalid")
    return f"id:{value}"
