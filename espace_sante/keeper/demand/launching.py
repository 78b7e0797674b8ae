"""Words that serve once: what an application signed, and what opens an application from a professional's page.

Part of the frozen contract with the keeper. Source: docs/decisions/0053.
"""

from __future__ import annotations

import msgspec


class SayOnce(msgspec.Struct, frozen=True, array_like=True, tag="once"):
    """Say a word that serves once, by its SHA-256, good until `expires` (seconds since 1970): `word-said` when it was said before."""

    number: int
    word: bytes
    expires: int


class MakeLaunch(msgspec.Struct, frozen=True, array_like=True, tag="launch"):
    """Make what opens an application about one person, from the session of whoever has her page before him."""

    number: int
    session: bytes
    client_id: str
    person: str


class OpenLaunch(msgspec.Struct, frozen=True, array_like=True, tag="launched"):
    """Ask whom a launch is about: of the same account and application only; `use` so that it serves no more."""

    number: int
    session: bytes
    client_id: str
    launch: str
    use: bool


class LaunchAnswer(msgspec.Struct, frozen=True):
    """A launch: a word of letters and digits, good for some minutes, that tells nothing to whoever carries it."""

    launch: str


class LaunchedAnswer(msgspec.Struct, frozen=True):
    """Whom a launch is about: a reference, as an act takes it."""

    person: str
