"""Why the public journal of this instance is no longer signed, when it is not: what the sequencer wrote, in words for everybody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from espace_sante.kernel.i18n import mark

_AHEAD = mark("ce qui a été publié va plus loin que notre base")
_OTHER = mark("ce qui a été publié ne s'accorde plus avec notre base")
_OUTSIDE = mark("un témoin extérieur connaît un autre journal que notre base")
# By the words of `journal.guard.Cause`; what is not here is told without a reason.
_WHY = {
    "published-ahead": _AHEAD,
    "index-ahead": _AHEAD,
    "other-root": _OTHER,
    "published-unreadable": _OTHER,
    "rows": _OTHER,
    "cosigner-ahead": _OUTSIDE,
    "cosigner-root": _OUTSIDE,
    "tag-twice": mark("deux lignes portent la même étiquette"),
    "keys": mark("les clés de signature ne sont plus les mêmes"),
}
_NO_REASON = mark("quelque chose ne s'accorde pas")


@dataclass(frozen=True, slots=True)
class Incident:
    """Since when nothing is signed, and why, in French."""

    since: datetime | None
    why: str

    @property
    def sentence(self) -> str:
        """The sentence that says it."""
        since = "" if self.since is None else f" depuis le {self.since:%d/%m/%Y à %H:%M} UTC"
        return f"le journal public n'est plus signé{since}, car {self.why}."


def incident_of(home: Path) -> Incident | None:
    """Return what stops the signing of this instance, None when nothing does. A file that cannot be read is one."""
    try:
        said = json.loads((home / "public" / "incident.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return Incident(None, _NO_REASON)
    try:
        return Incident(datetime.fromisoformat(said["since"]), _WHY.get(said["cause"], _NO_REASON))
    except (KeyError, TypeError, ValueError):
        return Incident(None, _NO_REASON)
