"""What one representative asked and does not do alone: it waits for the other's own word for exactly the same, and for nothing else.

Pure. Without that word it is forgotten; silence is never an agreement. Guarantee: G2. Source: docs/decisions/0060.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

WAITING = timedelta(days=30)
PROPOSED_MOST = 20


@dataclass(frozen=True, slots=True)
class Proposed:
    """One demand that waits: which act, the digest of everything it says, by which power, when."""

    act: str
    body: bytes
    by: UUID
    at: datetime

    @property
    def until(self) -> datetime:
        """Return the instant it is forgotten."""
        return self.at + WAITING
