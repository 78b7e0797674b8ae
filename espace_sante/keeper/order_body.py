"""An order of a judge as it is kept: its row, the lines that wait to be told to her, and the name sealed in each entry.

Everything is sealed under a key made for that order alone from one of the service's: it is given to her with the copy of each
line, opens the names in the institution's entries of that order, and nothing else. Who she is stands nowhere; her space's random
number does, until she is told. Source: docs/decisions/0043; docs/specs/entry.md §8; docs/specs/rows.md.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any
from uuid import UUID

import msgspec
import orjson

from espace_sante.access.order import Order, Scope
from espace_sante.kernel.canonical import canonical
from espace_sante.vault.envelope import RandomBytes, SealBroken, open_sealed, seal, unwrap, wrap
from espace_sante.vault.keys import ServiceKeys, derive

NOBODY = UUID(int=0)
SEALED = "sealed:"
_NAME_STEP = 512
_NAME_CONTEXT = b"order-name"


class OrderState(IntEnum):
    """Where an order is: the numbers of its row."""

    WAITING = 1
    SEALED = 2
    TOLD = 3
    NOBODY_LEFT = 4
    NEVER_CONFIRMED = 5


class OrderBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """One order. `space` is that of nobody when the person named has none; `named`: the keyed term of who was named.

    Days are AAAA-MM-JJ, "" when there is none; accounts are those of the operator, "" while nobody did it.
    """

    v: int
    space: bytes
    named: bytes
    authority: str
    number: str
    dated: str
    law: str
    attended: str
    categories: tuple[int, ...]
    first: str
    last: str
    recorded: str
    recorded_by: str
    confirmed: str = ""
    confirmed_by: str = ""
    prolong_to: str = ""
    prolonging_by: str = ""
    prolonging_on: str = ""
    lines: int = 0


class SealedLine(msgspec.Struct, frozen=True):
    """An entry of the institution's that is to be copied: its chain, its reference."""

    v: int
    chain: bytes
    entry: str


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """An order as it was read: its row, and what it says."""

    order_id: UUID
    state: OrderState
    version: int
    recorded_on: date
    reveal_on: date
    prolonged: int
    body: OrderBody

    @property
    def space(self) -> UUID:
        """Return the space it is about; that of nobody when there is none."""
        return UUID(bytes=self.body.space)

    @property
    def order(self) -> Order:
        """Return it as the decision sees it."""
        body = self.body
        return Order(
            Scope(frozenset(body.categories), _day(body.first), _day(body.last)),
            self.recorded_on,
            self.reveal_on,
            body.recorded_by,
            _day(body.confirmed),
            body.confirmed_by,
            body.prolonging_by,
            _day(body.prolonging_on),
            self.prolonged,
            body.lines,
            self.state > OrderState.SEALED,
        )


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What an act writes of orders: a new one, or one moved on from the version it was read at, with a line to copy later.

    `held`: the space and the state its head must still have when this is committed.
    """

    put: tuple[UUID, date, date, bytes] | None = None
    move: tuple[UUID, int, int, date, int, bytes] | None = None
    line: tuple[UUID, int, bytes] | None = None
    held: tuple[UUID, int] | None = None


_ENCODE = msgspec.msgpack.Encoder().encode
_BODY = msgspec.msgpack.Decoder(OrderBody).decode
_LINE = msgspec.msgpack.Decoder(SealedLine).decode


def order_key(service: ServiceKeys, order_id: UUID) -> bytes:
    """Return the key of one order (32 bytes)."""
    return derive(service.mailroom, "order", order_id.bytes)


def seal_order(service: ServiceKeys, order_id: UUID, body: OrderBody) -> bytes:
    """Return the sealed body of an order."""
    return bytes(seal(order_key(service, order_id), _ENCODE(body), b"order|" + order_id.bytes))


def kept_order(service: ServiceKeys, row: Any) -> KeptOrder:
    """Return an order from its row; raises SealBroken when the body is another's, or was altered."""
    order_id: UUID = row["order_id"]
    body = _BODY(open_sealed(order_key(service, order_id), row["sealed"], b"order|" + order_id.bytes))
    state = OrderState(row["state"])
    return KeptOrder(order_id, state, row["version"], row["recorded_on"], row["reveal_on"], row["prolonged"], body)


def emptied(body: OrderBody) -> OrderBody:
    """Return what is kept of an order once nobody waits for it: nothing that leads to anybody."""
    return msgspec.structs.replace(body, space=NOBODY.bytes, named=b"", categories=(), first="", last="", attended="")


def seal_line(service: ServiceKeys, order_id: UUID, number: int, chain: UUID, entry: str) -> bytes:
    """Return the sealed body of a line that is to be copied."""
    clear = _ENCODE(SealedLine(1, chain.bytes, entry))
    return bytes(seal(order_key(service, order_id), clear, _line_context(order_id, number)))


def open_line(service: ServiceKeys, order_id: UUID, number: int, sealed: bytes) -> tuple[UUID, str]:
    """Return the chain and the reference of a line that is to be copied."""
    line = _LINE(open_sealed(order_key(service, order_id), sealed, _line_context(order_id, number)))
    return UUID(bytes=line.chain), line.entry


def sealed_name(key: bytes, order_id: UUID, said: dict[str, Any], *, random_bytes: RandomBytes) -> str:
    """Return what an entry of the institution's says of her, sealed: its length tells nothing below 512 bytes."""
    body = canonical(said)
    padded = body + b" " * (-len(body) % _NAME_STEP)
    sealed = wrap(key, padded, _NAME_CONTEXT + order_id.bytes, random_bytes=random_bytes)
    return SEALED + base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def open_name(key: bytes, order_id: UUID, name: str) -> dict[str, Any]:
    """Return what a sealed name says; raises SealBroken when it is of another order, or was altered."""
    if not name.startswith(SEALED):
        raise SealBroken
    try:
        sealed = base64.urlsafe_b64decode(name.removeprefix(SEALED) + "==")
    except (ValueError, binascii.Error):
        raise SealBroken from None
    said: dict[str, Any] = orjson.loads(unwrap(key, sealed, _NAME_CONTEXT + order_id.bytes))
    return said


def _line_context(order_id: UUID, number: int) -> bytes:
    return b"order-line|" + order_id.bytes + number.to_bytes(4, "big")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
