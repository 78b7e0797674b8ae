"""What professionals ask of her: a request gives nothing, and answering it yes gives what it says, or less. Guarantee: G3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from espace_sante.consent.grant import Scope
from espace_sante.kernel.ids import RequestId, Rpps


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A request to read: who asks (as his sign-in says it), what, why, for how many days, when it was made (UTC)."""

    request_id: RequestId
    practitioner: Rpps
    name: str
    profession: str
    structure: str
    scope: Scope
    purpose: str
    days: int
    made: datetime
