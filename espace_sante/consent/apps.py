"""An application she lets act for her: which one, what it may see, until when. It only narrows what she may do herself.

Pure. What an application received is no longer protected by her space: the words of the act say so.
Guarantee: G3. Source: docs/decisions/0052; SMART App Launch 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from espace_sante.consent.requests import short_number
from espace_sante.identity.scopes import Scopes
from espace_sante.kernel.ids import AppGrantId

APPS_MOST = 20
# An application authorised for this time only: long enough for its code and the one access token it gives.
THIS_TIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class AppGrant:
    """One authorisation. `offline`: it may come back while she is not there; `waiting`: no code was made yet. `ends` is excluded."""

    grant_id: AppGrantId
    app: str
    name: str
    owner: str
    scopes: Scopes
    offline: bool
    starts: datetime
    ends: datetime
    waiting: bool = False

    @property
    def number(self) -> str:
        """Return the short number it is ended by: six digits."""
        return short_number(self.grant_id)

    def is_for(self, said: str) -> bool:
        """Say whether a number, or the id of an application, names it; nothing said names all."""
        return not said or said in (self.number, self.app)
