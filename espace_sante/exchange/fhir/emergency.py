"""What an answer says when an emergency access gave it: a security label, a header, and for a search one sentence.

It depends on the emergency alone, never on what is shown or hidden (guarantee G11). The label is of the answer, not of the
document: no version changes by it. Source: FHIR R4 security-labels (purpose of use in `meta.security`), http 3.1.1.8
(`search.mode` outcome); HL7 v3 ActReason BTG. Guarantee: G4.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from espace_sante.exchange.edge import Headers
from espace_sante.formats import codes
from espace_sante.formats.fhir.outcome import information
from espace_sante.kernel.i18n import Language, say_moment

_BREAK_THE_GLASS = {"system": codes.ACT_REASON, "code": "BTG", "display": "break the glass"}


def labels(until: str) -> list[dict[str, str]]:
    """Return the security labels of an answer; none without an emergency."""
    return [_BREAK_THE_GLASS] if until else []


def header(until: str) -> Headers:
    """Return the header that says until when the emergency access holds; nothing without one."""
    return ((b"emergency-access", until.encode()),) if until else ()


def told(until: str) -> dict[str, Any] | None:
    """Return what a search says of it, in French; None without an emergency."""
    if not until:
        return None
    end = say_moment(datetime.fromisoformat(until), Language.FR)
    sentence = (
        f"Accès d'urgence en cours, jusqu'au {end} : il montre ce que cette personne a permis d'avance. "
        "Chaque lecture est notée, et sera relue."
    )
    return information(_BREAK_THE_GLASS, sentence)
