"""What a judge had read, as a sentence of her journal: on which decision, when, how many lines, under which references.

Guarantee: G5, G6. Source: docs/decisions/0043.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from espace_sante.actions.party_said import Say
from espace_sante.kernel.i18n import DISPLAY_ZONE, mark

_WHAT: Mapping[str, str] = MappingProxyType(
    {
        "confirm_order": mark("Une décision de justice a obligé l’organisme à remettre des documents."),
        "prolong_order": mark("Une décision de justice a demandé de vous le dire plus tard."),
        "list_ordered": mark("La liste de documents de votre espace a été vue, sur décision de justice."),
        "read_ordered": mark("Un document de votre espace a été remis, sur décision de justice."),
    }
)
_OTHER = mark("Une décision de justice a été suivie.")


def told_sentence(record: Mapping[str, Any], say: Say) -> str:
    """Return the sentence of a line that was sealed to her until its day: dates as numbers, so that every language says them."""
    told, basis = record["told"], record["basis"]
    who = mark(
        "%(what)s C’était le %(when)s. Décision : %(authority)s, numéro %(number)s, du %(dated)s (%(law)s)."
        " Présent : %(attended)s. Comptes de l’organisme : %(accounts)s."
        " Écrit ce jour-là au journal de l’institution : ligne %(entry)s."
    )
    return say(who) % {
        "what": say(_WHAT.get(told["act"], _OTHER)),
        "when": f"{datetime.fromisoformat(told['at']).astimezone(DISPLAY_ZONE):%d/%m/%Y %H:%M}",
        "authority": told["authority"],
        "number": told["number"],
        "dated": f"{date.fromisoformat(told['dated']):%d/%m/%Y}",
        "law": told["law"],
        "attended": told["attended"],
        "accounts": ", ".join(told["accounts"]),
        "entry": basis["entry"],
    }
