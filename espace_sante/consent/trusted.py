"""Her trusted person: whom doctors ask when she cannot speak for herself, and who may come with her. It opens nothing by itself.

One at a time, written, signed by both, taken back at any moment. Source: CSP L1111-6, as told in the report of the 116th congress
of notaries, 2020 (rapport-congresdesnotaires.fr, « La désignation anticipée d'une personne de confiance »).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

CONTACT_LONGEST = 120


@dataclass(frozen=True, slots=True)
class TrustedPerson:
    """Who it is, and how to reach her, in the person's words. `signed`: both signed the paper, which the law asks for."""

    name: str
    contact: str
    signed: bool
    since: datetime
