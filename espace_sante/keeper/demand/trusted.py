"""Her trusted person.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec


class TrustedParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who (first name and name), how to reach her, whether both signed the paper."""

    name: str
    contact: str = ""
    signed: bool = False


class EndTrustedParams(msgspec.Struct, frozen=True):
    """The trusted person named is one no more."""


class TrustedView(msgspec.Struct, frozen=True):
    """Her trusted person as shown to her; `since` RFC 3339 UTC."""

    name: str
    contact: str
    signed: bool
    since: str
