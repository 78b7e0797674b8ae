"""One message that leaves by mail or by telephone: what it is about, sealed under the space's own key and bound to its row.

It holds no words and, but for a change of contact, nowhere to go: the words are written once for all, and her will says where.
Source: docs/decisions/0067; docs/specs/rows.md.
"""

from __future__ import annotations

from types import MappingProxyType
from uuid import UUID

import msgspec

from espace_sante.notices import Way
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import SpaceKeys

# As the row says it, in clear.
WAYS = MappingProxyType({Way.MAIL: 1, Way.SMS: 2})
WAY_OF = MappingProxyType({number: way for way, number in WAYS.items()})

# The turn it has while it waits, in clear.
FIRST, USUAL, PROVING = range(3)


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """`kind`: one of notices.Kind, "" for what proves a contact; `at`: since when it is due; `entry`: the line it is about.

    `notice`: the line of her outbox that a letter would say it with; it goes when the message left, unless `paper`: both do.
    `to`: where it goes whatever her will says now; `word`: what proves the contact it goes to. `death`: it says that a death was
    noted, and leaves after one. `part`: it asks for a yes (asking.Part) to `mandate`, for `days`; `question`: which one.
    """

    v: int
    kind: str
    at: str
    entry: str = ""
    notice: str = ""
    paper: bool = False
    to: str = ""
    word: str = ""
    death: bool = False
    part: str = ""
    question: str = ""
    mandate: str = ""
    days: int = 0


_DECODE = msgspec.json.Decoder(Message).decode
_ENCODE = msgspec.json.Encoder(order="sorted").encode


def seal_message(message: Message, keys: SpaceKeys, message_id: UUID) -> bytes:
    """Return the sealed body of a message."""
    return bytes(seal(keys.receipt_key, _ENCODE(message), _context(keys.space, message_id)))


def open_message(sealed: bytes, keys: SpaceKeys, message_id: UUID) -> Message:
    """Return a message; raises SealBroken when it is another's, or was altered."""
    return _DECODE(open_sealed(keys.receipt_key, sealed, _context(keys.space, message_id)))


def _context(space: UUID, message_id: UUID) -> bytes:
    return b"message|" + space.bytes + message_id.bytes
