"""What professionals ask of her: a request gives nothing, and answering it yes gives what it says, or less. Guarantee: G3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from espace_sante.consent.grant import Scope
from espace_sante.kernel.ids import RequestId, Rpps

REQUEST_DAYS = 30
REQUESTS_MOST = 20
_NUMBERS = 1_000_000


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

    @property
    def number(self) -> str:
        """Return the short number she answers it by: six digits, unlike any other of hers."""
        return short_number(self.request_id)

    def waits(self, now: datetime) -> bool:
        """Say whether it still waits for her answer; a silence of thirty days drops it, and gives nothing."""
        return now < self.made + timedelta(days=REQUEST_DAYS)


def short_number(identifier: UUID) -> str:
    """Return six digits drawn from a random identifier: to be said aloud, never to be believed."""
    return f"{identifier.int % _NUMBERS:06d}"
