"""What a person allows, hides, keeps together and blocks.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec


class GrantParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """To whom (a party as `consent.recipient` reads it), what, for what purpose and how many days.

    `starts`: the day it begins (AAAA-MM-JJ, in French time), "" for now. `endless`: her own words for a permission without
    end, "" when it ends; `days` is then 0. `episode`: the number of an episode, when `scope` is "episode".
    """

    practitioner: str
    scope: str
    categories: list[int]
    documents: list[bytes]
    purpose: str
    days: int
    starts: str = ""
    endless: str = ""
    episode: str = ""


class LimitParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which permission (16 bytes) becomes shorter or narrower: ends in `days` at most (0: as before), shows `scope` at most
    ("": as before).
    """

    grant: bytes
    days: int = 0
    scope: str = ""
    categories: list[int] = []
    documents: list[bytes] = []


class AdministratorParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which professional reads everything, what she hides from all too; for how many days, or her words for no end."""

    practitioner: str
    days: int
    endless: str = ""


class WithdrawParams(msgspec.Struct, frozen=True):
    """From whom everything granted is withdrawn."""

    practitioner: str


class MaskParams(msgspec.Struct, frozen=True):
    """What is hidden (16 bytes of a row, a category number, or the number of an episode), from whom ("" for every professional)."""

    document: bytes
    category: int
    practitioner: str
    episode: str = ""


class UnmaskParams(msgspec.Struct, frozen=True):
    """Which mask is taken back, as `MaskParams` made it; `versions`: from every version it followed, not this one alone."""

    document: bytes
    category: int
    practitioner: str
    versions: bool = False
    episode: str = ""


class KeepEpisodeParams(msgspec.Struct, frozen=True):
    """Which episode (its number, "" for a new one), its name ("": as before), the rows that go in it and `out` of it.

    `visit_of`: a row; every document of the same visit goes in it, and those that come later ("": of none).
    """

    number: str
    name: str
    documents: list[bytes]
    visit_of: bytes = b""
    out: list[bytes] = []


class EpisodeAnswer(msgspec.Struct, frozen=True):
    """The number of the episode, and whether a permission follows it. `receipt` as in ReceiptAnswer."""

    receipt: bytes
    number: str = ""
    shown: bool = False


class EndEpisodeParams(msgspec.Struct, frozen=True):
    """The number of the episode to undo."""

    number: str


class BlockParams(msgspec.Struct, frozen=True):
    """Who is blocked (a professional or a structure), and from what: a value of `consent.limits.BlockKind`."""

    practitioner: str
    what: str


class UnblockParams(msgspec.Struct, frozen=True):
    """Who is unblocked."""

    practitioner: str


class GrantView(msgspec.Struct, frozen=True):
    """A permission as shown to her; instants RFC 3339 UTC. `grant`: its number (32 hex), by which it is made shorter.

    `sees_hidden`: its holder also reads what she hides from all. `matrix`: the version it was given under.
    `episode`: the name of the episode it `follows` (its number), "" for none.
    """

    practitioner: str
    scope: str
    categories: list[int]
    documents: list[str]
    purpose: str
    starts: str
    ends: str
    grant: str = ""
    sees_hidden: bool = False
    matrix: str = ""
    episode: str = ""
    follows: str = ""


class BlockView(msgspec.Struct, frozen=True):
    """A blocked professional as shown to her; `since` RFC 3339 UTC, "" when it is not known."""

    practitioner: str
    what: str
    since: str


class MaskView(msgspec.Struct, frozen=True):
    """Something hidden as shown to her: a document's public id or a category, from whom ("" for all), since when.

    Masks of one `mask` are one will about several versions of a document. `episode`: the name of the episode it follows.
    """

    mask: str
    document: str
    category: int
    practitioner: str
    since: str
    episode: str = ""


class EpisodeView(msgspec.Struct, frozen=True):
    """An episode as shown to her: its number, its name, its documents (public ids), from whom it is hidden ("" for all).

    `follows`: the later documents of a visit join it by themselves.
    """

    number: str
    name: str
    documents: list[str]
    hidden_from: list[str]
    follows: bool
