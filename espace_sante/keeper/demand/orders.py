"""What a judge ordered to be read: noting it, confirming it, putting off the day she is told, reading under it.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import hashlib

import msgspec


class OrderTerms(msgspec.Struct, frozen=True):
    """What an order says: who gave it, its number, its day, its legal basis, who attends, what it covers, when she is told.

    Days AAAA-MM-JJ; `first` and `last`, the days the documents were made between, "" when that is not said.
    """

    authority: str
    number: str
    dated: str
    law: str
    attended: str
    categories: tuple[int, ...]
    first: str
    last: str
    reveal: str

    @property
    def digest(self) -> bytes:
        """Return the SHA-256 by which a second account confirms exactly these terms."""
        return hashlib.sha256(msgspec.msgpack.encode(self)).digest()


class RecordOrderParams(msgspec.Struct, frozen=True):
    """Note an order about the person named ("ins:…", "local:…"). Answered alike whether she has a space or not."""

    terms: OrderTerms


class OrderNoted(msgspec.Struct, frozen=True):
    """The order's number (32 hexadecimal characters), whether a second account confirmed what was asked, the day she is told."""

    order: str
    confirmed: bool
    reveal: str


class ConfirmOrderParams(msgspec.Struct, frozen=True):
    """Confirm, from a second account, the order of a number: the person named again, and the digest of the terms read."""

    order: str
    terms_sha256: bytes


class ProlongOrderParams(msgspec.Struct, frozen=True):
    """Put off the day she is told ("order:<number>" as the person): one account asks a day, another confirms the same."""

    reveal: str


class ListOrdersParams(msgspec.Struct, frozen=True):
    """See the orders that are not over."""


class OrderLine(msgspec.Struct, frozen=True):
    """An order as the operator's staff sees it: never who it is about, nor whether she has a space.

    `mine`: this account noted it; `asked`: a later day that waits for a second account, and `asked_by_me`.
    """

    order: str
    terms: OrderTerms
    recorded: str
    confirmed: bool
    mine: bool
    read: int
    prolonged: int
    asked: str = ""
    asked_by_me: bool = False


class OrdersAnswer(msgspec.Struct, frozen=True):
    """The orders that are not over, the most recent first, a hundred at most."""

    orders: tuple[OrderLine, ...]


class ListOrderedParams(msgspec.Struct, frozen=True):
    """See the documents an order covers ("order:<number>" as the person), 200 at most, from a place in the list on."""

    offset: int = 0


class OrderedLine(msgspec.Struct, frozen=True, array_like=True):
    """A document an order covers: its row (32 hexadecimal characters), its category, its sealed description opened."""

    row: str
    category: int
    meta: bytes


class OrderedAnswer(msgspec.Struct, frozen=True):
    """How many documents the order covers, and those of this page, the most recent first."""

    total: int
    lines: tuple[OrderedLine, ...]


class ReadOrderedParams(msgspec.Struct, frozen=True):
    """Read one document the order covers ("order:<number>" as the person), by its row; answered as any reading."""

    row: bytes
