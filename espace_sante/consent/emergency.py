"""Her will for an emergency, said beforehand: never (until she answers), some things, or yes; and the glass once broken.

Three questions, as the French law has them: the regulating doctor of the emergency call, any other professional beside her,
and whether what she hides is shown then. Source: CSP L1111-17; world.md 3.1 line 7. Guarantee: G4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from espace_sante.consent.grant import NOTHING, Scope
from espace_sante.consent.recipient import Reader
from espace_sante.kernel.ids import GlassId, Rpps


class GlassKind(StrEnum):
    """Which emergency: the call to the emergency centre, or beside the person."""

    REGULATOR = "regulator"
    BEDSIDE = "bedside"


class Ground(StrEnum):
    """Why somebody says it is an emergency: a closed list, counted in public. Source: CSP L1111-17."""

    CANNOT_SAY = "cannot-say"
    LIFE_AT_RISK = "life-at-risk"
    CALL = "call"


# What each ground says, as it is chosen and as she reads it in her journal.
GROUNDS = {
    Ground.CANNOT_SAY: "elle ne peut pas s’exprimer, et attendre mettrait sa santé en danger",
    Ground.LIFE_AT_RISK: "sa vie est en danger immédiat",
    Ground.CALL: "un appel au centre d’urgence la concerne",
}


@dataclass(frozen=True, slots=True)
class EmergencyWill:
    """What she wants in an emergency. Until she answers, nothing is shown to anybody.

    `scope`: what may be read then. `hidden`: what she hides from all may be too; what she hides from somebody named never
    is shown to him. `since` None: she was never asked, or never answered.
    """

    regulator: bool = False
    bedside: bool = False
    hidden: bool = False
    scope: Scope = NOTHING
    since: datetime | None = None

    def lets(self, kind: GlassKind) -> bool:
        """Say whether this kind of emergency reads anything at all."""
        if self.scope.is_empty:
            return False
        return self.regulator if kind is GlassKind.REGULATOR else kind is GlassKind.BEDSIDE and self.bedside


NO_EMERGENCY = EmergencyWill()


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """One emergency access, opened by one professional for a reason, from `starts` to `ends` excluded (UTC).

    It gives nothing by itself: at each reading her will is asked again. `second`: the colleague who confirmed it when he
    is not beside her; without one it starts later. `account`: keyed term of the account that opened it, so that another one
    confirms it.
    """

    glass_id: GlassId
    who: Rpps
    kind: GlassKind
    starts: datetime
    ends: datetime
    second: Rpps | None = None
    account: bytes = b""

    def waits(self, now: datetime) -> bool:
        """Say whether it has not begun yet."""
        return now < self.starts

    def opened_by(self, reader: Reader, now: datetime) -> bool:
        """Say whether it is his, and in force at an instant; an instant without time zone is in no period."""
        if self.who != reader.number or not reader.number or now.utcoffset() is None:
            return False
        try:
            return self.starts <= now < self.ends
        except TypeError:
            return False
