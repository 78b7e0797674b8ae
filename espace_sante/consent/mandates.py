"""A mandate: one helper, acts named one by one, a start and an end. Nothing of it is given by silence, nor by its absence.

She names; where an agent recorded it, a second agent checks; the helper accepts last, with a code that serves once: only then
does it begin. Guarantee: G2, G10. Source: inclusion.md HLP-02 to HLP-06; docs/decisions/0058.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from espace_sante.consent.requests import short_number
from espace_sante.kernel.ids import MandateId

# How long it may last, in days; without an answer, one. Source: inclusion.md HLP-02.
DAYS = (1, 31, 182, 365)
# Those whose end is told beforehand, and how long before. Source: inclusion.md HLP-03.
TOLD_BEFORE_ITS_END = frozenset({182, 365})
TOLD = timedelta(days=30)
# What she named and nobody accepted is forgotten after these.
WAITING = timedelta(days=7)
MANDATES_MOST = 10


@dataclass(frozen=True, slots=True)
class Mandate:
    """What she lets one helper do for her. `name`: whom she named, in her words; `acts`: those named, and nothing else.

    `reads`: he reads her documents, `hidden`: those she hides from all too; each ticked apart. Until it is accepted, `ends` is
    the last instant it may be; then its own end (excluded). `code`: what its one-time code is known by, empty once used;
    `holder` and `way`: what the helper's account, and the reference known to the two, are known by; empty until then.
    `helper` and `structure`: as his sign-in said. `recorded_by` and `checked_by`: the agents' accounts, empty when she said it
    herself. `notice`: the line of her outbox that tells its end beforehand. `by_law`: what a power of the law is held through
    (`Rights.representation`); without that power it gives nothing, whatever it names.
    """

    mandate_id: MandateId
    name: str
    acts: frozenset[str]
    reads: bool
    hidden: bool
    days: int
    made: datetime
    ends: datetime
    code: bytes = b""
    holder: bytes = b""
    way: bytes = b""
    helper: str = ""
    structure: str = ""
    starts: datetime | None = None
    recorded_by: bytes = b""
    checked_by: bytes = b""
    notice: UUID | None = None
    by_law: bool = False

    @property
    def number(self) -> str:
        """Return the short number she names it by: six digits."""
        return short_number(self.mandate_id)

    @property
    def is_checked(self) -> bool:
        """Say whether nobody's word is missing but the helper's: hers alone, or two agents' that are not the same."""
        return not self.recorded_by or (bool(self.checked_by) and self.checked_by != self.recorded_by)

    @property
    def is_accepted(self) -> bool:
        """Say whether the helper accepted."""
        return bool(self.holder and self.way) and self.starts is not None

    def waits(self, now: datetime) -> bool:
        """Say whether the helper may still accept it: checked, not accepted yet, its code not forgotten."""
        return self.is_checked and not self.is_accepted and bool(self.code) and now < self.ends

    def is_active(self, now: datetime) -> bool:
        """Say whether the helper may act under it."""
        return self.is_checked and self.is_accepted and self.starts is not None and self.starts <= now < self.ends

    def checked(self, account: bytes) -> Mandate:
        """Return it after a second agent checked the paper."""
        return replace(self, checked_by=account)

    def accepted(self, holder: bytes, way: bytes, helper: str, structure: str, now: datetime) -> Mandate:
        """Return it once accepted: it begins now, and its code serves no more. The line that tells its end has its own id."""
        told = uuid5(self.mandate_id, "end") if self.days in TOLD_BEFORE_ITS_END else None
        return replace(
            self,
            code=b"",
            holder=holder,
            way=way,
            helper=helper,
            structure=structure,
            starts=now,
            ends=now + timedelta(days=self.days),
            notice=told,
        )
