"""One line of an outbox: what is to be told by post, sealed under the space's own key and bound to its row.

It names an entry of her journal rather than repeating it, so that a letter says what the journal says, or nothing.
Source: docs/decisions/0031; docs/specs/rows.md.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import SpaceKeys

TO_AUTHOR = "author"
# What the line says of a letter she asked for; no act of anybody carries these words.
REMINDER = "reminder"
YEAR = "year"  # her journal of one year, on paper
MANDATE_ENDS = "mandate_ends"  # a helper's mandate ends soon
PRESSED = "pressed"  # what was given on a day when a second agent had to come
CARD = "card"  # a card she asked for by letter; her will says which
QUARTER = "quarter"  # her journal of the quarter before the day it is due, on paper


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. `act` and `entry`: what was done, and the line of her journal that says it.

    `whom`, of a mandate that ends: the helper; `at` is then its end. `to` and `whom`: a reminder about a document (`of`, its row)
    goes to her or to its author, by his number. `address`: where this one letter goes whatever her will says now: where her
    letters went before she changed it. `year`: the one it shows.
    """

    v: int
    act: str
    channel: str = ""
    at: str = ""
    entry: str = ""
    letter: bool = False
    to: str = ""
    whom: str = ""
    of: str = ""
    address: tuple[str, ...] = ()
    year: int = 0


_DECODE = msgspec.json.Decoder(Notice).decode
_ENCODE = msgspec.json.Encoder(order="sorted").encode


def seal_notice(notice: Notice, keys: SpaceKeys, notice_id: UUID) -> bytes:
    """Return the sealed body of a line."""
    return bytes(seal(keys.receipt_key, _ENCODE(notice), _context(keys.space, notice_id)))


def open_notice(sealed: bytes, keys: SpaceKeys, notice_id: UUID) -> Notice:
    """Return a line; raises SealBroken when it is another's, or was altered."""
    return _DECODE(open_sealed(keys.receipt_key, sealed, _context(keys.space, notice_id)))


def _context(space: UUID, notice_id: UUID) -> bytes:
    return b"notice|" + space.bytes + notice_id.bytes
