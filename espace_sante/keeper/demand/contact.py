"""Where she may be written to besides her address, and what leaves. Part of the frozen contract. Source: docs/specs/demand.md."""

from __future__ import annotations

import msgspec


class ContactParams(msgspec.Struct, frozen=True):
    """A mailbox, a mobile number, or both; "" leaves what stands there."""

    mail: str = ""
    mobile: str = ""


class RemoveContactParams(msgspec.Struct, frozen=True):
    """Which is used no more: "mail", "sms" or "both"."""

    what: str


class ConfirmContactParams(msgspec.Struct, frozen=True):
    """What was sent to a contact, as she says it back."""

    word: str


class ChooseNoticesParams(msgspec.Struct, frozen=True):
    """How she wants to be told of one kind: by which of "mail", "sms", "letter", none for her pages alone; how soon."""

    kind: str
    ways: tuple[str, ...]
    pace: str = "at-once"


class ExpectParams(msgspec.Struct, frozen=True):
    """The first access she says she expected: the reference of its line, or its number."""

    entry: str


class WishView(msgspec.Struct, frozen=True):
    """How she is told of one kind; `chosen`: she said so herself."""

    kind: str
    ways: tuple[str, ...]
    pace: str
    chosen: bool = False


class SentView(msgspec.Struct, frozen=True):
    """One message: what it is about ("" when it proved a contact), by which way, when, how it went.

    `state`: "waiting", "sent", "failed", "needless" or "returned".
    """

    kind: str
    way: str
    at: str
    state: str
    entry: str = ""


class FirstView(msgspec.Struct, frozen=True):
    """A first access, as she sees it: the line of her journal, who, when; `said`: "expected" once she said so."""

    entry: str
    seq: int
    at: str
    name: str
    structure: str = ""
    said: str = ""


class ContactView(msgspec.Struct, frozen=True):
    """One contact of hers, as she sees it. `proven`: since when, "" while it is not; `waits`: what was sent may still prove it."""

    way: str
    value: str
    proven: str = ""
    waits: bool = False


class TakeNotices(msgspec.Struct, frozen=True, array_like=True, tag="take_notices"):
    """Ask for messages that are due, as many at most; they are its asker's for some seconds. Answered by TakenNotices."""

    number: int
    most: int
    seconds: int


class NoticesGone(msgspec.Struct, frozen=True, array_like=True, tag="notices_gone"):
    """Say what became of one message that was taken: "sent", "later" or "refused"; "returned": it came back afterwards.

    "away": it could not be handed to our own server; it is tried again, and where it was to go is not blamed.
    """

    number: int
    message: str
    outcome: str


class Outgoing(msgspec.Struct, frozen=True):
    """One message to send. `message`: its number, always the same; `kinds`: what it is about, none when `word` proves a contact.

    `part`: it asks for a yes (`keeper.asking.Part`), to the mandate of this number, for so many days.
    """

    message: str
    way: str
    to: str
    kinds: tuple[str, ...]
    word: str = ""
    part: str = ""
    mandate: str = ""
    days: int = 0


class TakenNotices(msgspec.Struct, frozen=True):
    """The messages that are to be sent now."""

    messages: tuple[Outgoing, ...]


class TextAnswered(msgspec.Struct, frozen=True, array_like=True, tag="text_answered"):
    """What somebody answered by short message, and when it was left (RFC 3339 UTC); `mark` (32 bytes) names it: read twice, it is once."""

    number: int
    mark: bytes
    sender: str
    text: str
    at: str
