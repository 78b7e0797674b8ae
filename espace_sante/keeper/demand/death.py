"""What follows a death: noting it, saying that it is not so, what an heir asks, reading what two accounts noted of it.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec


class RecordDeathParams(msgspec.Struct, frozen=True):
    """Note the death of the person named: the day (AAAA-MM-JJ) and the number of the certificate.

    Answered alike whatever is known of her, and by which account of the two it is noted.
    """

    died_on: str
    certificate: str


class ContestDeathParams(msgspec.Struct, frozen=True):
    """Say that it is not so: nothing more to say."""


class AfterDeathParams(msgspec.Struct, frozen=True):
    """Note what somebody asks after a death; the same noted by a second account confirms it. Days AAAA-MM-JJ, "" not said."""

    who: str
    quality: str
    proof: str
    ground: str
    why: str
    categories: tuple[int, ...]
    first: str = ""
    last: str = ""


class AfterDeathNoted(msgspec.Struct, frozen=True):
    """The demand's number (32 hexadecimal characters), and whether two accounts noted it."""

    demand: str
    confirmed: bool


class ListAfterDeathParams(msgspec.Struct, frozen=True):
    """See the documents a demand covers, 200 at most, from a place in the list on."""

    demand: str
    offset: int = 0


class ReadAfterDeathParams(msgspec.Struct, frozen=True):
    """Read one document the demand covers, by its row; answered as any reading."""

    demand: str
    row: bytes
