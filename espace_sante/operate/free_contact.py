"""Whether reaching the operator costs a person nothing: a number that is free to call, an address that needs no stamp.

Letters and forms say so whatever is set: what is set must then be so. Source: inclusion.md PAR-19.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from espace_sante.kernel.settings import Settings

# 0 800 to 0 805, and the short numbers 30xx and 31xx. Source: ARCEP, plan national de numérotation.
_FREE_CALL = re.compile(r"(?:(?:\+33|0033|0)80[0-5]\d{6}|3[01]\d\d)")
_NOT_DIALLED = re.compile(r"[\s.\-()]")
# What La Poste prints on what is sent without a stamp.
_NO_STAMP = re.compile(r"libre[\s-]+r[ée]ponse", re.IGNORECASE)


def is_free_call(number: str) -> bool:
    """Say whether a French number is free for whoever calls it."""
    return _FREE_CALL.fullmatch(_NOT_DIALLED.sub("", number)) is not None


def needs_no_stamp(address: str) -> bool:
    """Say whether an address bears the mention that a letter to it is paid for already."""
    return _NO_STAMP.search(address) is not None


def not_free(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each way of reaching the operator that would cost a person something."""
    if settings.contact_phone and not is_free_call(settings.contact_phone):
        yield "Les lettres disent que l'appel est gratuit : contact_phone n'est pas un numéro gratuit (0 800 à 0 805, 30.. ou 31..)."
    if settings.contact_post and not needs_no_stamp(settings.contact_post):
        yield "Les lettres disent « sans timbre » : contact_post ne porte pas la mention « Libre réponse »."
