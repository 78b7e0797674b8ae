"""Her will for the emergency, and the access declared under it.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec


class EmergencyParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Her answers for an emergency, each asked apart, and what may be read then (as a permission says it, "" for nothing).

    `regulator`: the doctor who answers the emergency call; `bedside`: a professional beside her; `hidden`: what she hides
    from all too. The opening carries the same answers.
    """

    regulator: bool
    bedside: bool
    hidden: bool
    scope: str = ""
    categories: list[int] = []
    documents: list[bytes] = []


class NoEmergencyParams(msgspec.Struct, frozen=True):
    """Never, for everything: nothing more to say."""


class BreakGlassParams(msgspec.Struct, frozen=True):
    """Which emergency ("bedside" or "regulator"), whether he is beside her now, why (a code), and in his own words."""

    kind: str
    beside: bool
    ground: str
    reason: str


class ConfirmEmergencyParams(msgspec.Struct, frozen=True):
    """Whose emergency access is confirmed: the national number of the colleague who opened it."""

    practitioner: str


class GlassAnswer(msgspec.Struct, frozen=True):
    """The professional's receipt, and from when to when the access holds (RFC 3339 UTC).

    `waits`: it has not begun, and a colleague may confirm it at once.
    """

    receipt: bytes
    starts: str
    ends: str
    waits: bool


class EmergencyView(msgspec.Struct, frozen=True):
    """Her answers for an emergency as shown to her; `since` RFC 3339 UTC, "" when she never answered."""

    regulator: bool
    bedside: bool
    hidden: bool
    scope: str
    categories: list[int]
    documents: list[str]
    since: str
