"""What a sign-in provider says of someone, once its signature has been verified (by the keeper)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from espace_sante.identity.person import PersonTraits


@dataclass(frozen=True, slots=True)
class Assertion:
    """A verified assertion: `kind` is person, practitioner, agent or operator; `subject` is unique for the issuer."""

    issuer: str
    subject: str
    kind: str
    name: str
    expires: datetime
    ins: str = ""
    local: str = ""
    traits: PersonTraits | None = None
    rpps: str = ""
    profession: str = ""
    structure: str = ""
