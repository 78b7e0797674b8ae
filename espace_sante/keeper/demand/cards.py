"""Cards, one-time codes, and requests to read.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec


class IssueCardParams(msgspec.Struct, frozen=True):
    """What a card shows, for what purpose, how many uses, how many hours each gives; `days` 0: until tonight; `pin` "": none.

    `post`: it is made when its letter is printed, and goes to her in it. `replaces`: the number of the card it takes the place of, "" for
    none; that one is stopped.
    """

    scope: str
    categories: list[int]
    documents: list[bytes]
    purpose: str
    uses: int
    hours: int
    days: int
    pin: str = ""
    post: bool = False
    replaces: str = ""


class CardAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A card's code, given once and kept nowhere, its public number, its end (RFC 3339 UTC), and the receipt, which has no code.

    `code` is empty for one that goes by letter: it has none before it is printed.
    """

    receipt: bytes
    code: str = ""
    number: str = ""
    ends: str = ""


class UseCardParams(msgspec.Struct, frozen=True):
    """The secret number she says, "" for none; which card is the demand's `person`."""

    pin: str = ""


class CardUsedAnswer(msgspec.Struct, frozen=True):
    """Whose card it was (her public id), until when it shows what she said (RFC 3339 UTC), and the receipt."""

    person: str
    ends: str
    receipt: bytes


class RevokeCardParams(msgspec.Struct, frozen=True):
    """The number of the card to stop, "" for all of them."""

    number: str = ""


class RequestParams(msgspec.Struct, frozen=True):
    """What a professional asks her to let him read, for what purpose and how many days. No words of his own."""

    scope: str
    categories: list[int]
    purpose: str
    days: int


class AskedAnswer(msgspec.Struct, frozen=True):
    """Nothing: the same whether she will read the request or there is nobody to read it."""


class AcceptRequestParams(msgspec.Struct, frozen=True):
    """The number of a request, and less than it asks for if she wants: fewer days (0: as asked), some categories only."""

    number: str
    days: int = 0
    categories: list[int] = []


class DeclineRequestParams(msgspec.Struct, frozen=True):
    """The number of a request she says no to."""

    number: str


class CardUse(msgspec.Struct, frozen=True):
    """Who used a card, and from when to when it shows him something (RFC 3339 UTC)."""

    practitioner: str
    starts: str
    ends: str


class CardView(msgspec.Struct, frozen=True):
    """A card as shown to her; instants RFC 3339 UTC. `dead`: too many wrong secret numbers. Never its code.

    `mailed`: it goes by letter; `posted`: since when that is on its way, "" before: it serves only from then on.
    """

    number: str
    scope: str
    categories: list[int]
    documents: list[str]
    purpose: str
    uses_left: int
    hours: int
    since: str
    ends: str
    pin: bool
    dead: bool
    uses: list[CardUse]
    mailed: bool = False
    posted: str = ""


class RequestView(msgspec.Struct, frozen=True):
    """A request as shown to her: who asks, as his sign-in says it, what, why, for how long, and until when it waits."""

    number: str
    practitioner: str
    name: str
    profession: str
    structure: str
    scope: str
    categories: list[int]
    purpose: str
    days: int
    made: str
    ends: str
