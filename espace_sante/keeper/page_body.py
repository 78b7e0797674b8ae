"""A page that came back by the post, as the keeper keeps it: what is known of it for whoever reads the post, and the key of its picture.

What is known is sealed under the service's mail-room key and names nobody: the queue at the counter opens it without opening a space.
The key of the picture is sealed under her own when the codes lead to somebody. Source: docs/decisions/0081; docs/specs/rows.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from espace_sante.formats.coupon.reasons import Doubt
from espace_sante.keeper.coupon_body import KeptCoupon
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import ServiceKeys, SpaceKeys, derive, term

PREFIX = "page:"
# The space of a page whose codes lead to nobody: no row of a will has it.
NOBODY = UUID(int=0)
WAITS, DONE, ASIDE = 1, 2, 3
# How long a page of nobody is kept once it does not wait any more: time for whoever sent it to ask.
NOBODY_DAYS = 30
# Why the machine stopped: what it saw, or what it was answered.
GIVES, USED, UNKNOWN, REFUSED = "gives", "used", "unknown", "refused"
REASONS = frozenset({*(one.value for one in Doubt), GIVES, USED, UNKNOWN, REFUSED})


class Look(msgspec.Struct, frozen=True, array_like=True):
    """Who looked at a page: account, name, instant."""

    account: str
    name: str
    at: str


class PageBody(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a page. `coupon`: the term its coupon is found by, b"" for none; `why`: of REASONS; days AAAA-MM-JJ."""

    sha256: bytes
    coupon: bytes
    form: str
    why: tuple[str, ...]
    arrived: str
    postmark: str
    looks: tuple[Look, ...] = ()

    def looked_at_by(self, account: str) -> bool:
        """Say whether somebody opened its picture."""
        return any(one.account == account for one in self.looks)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One page as it was read, with the coupon it bears when there is one."""

    space: UUID
    page_id: UUID
    state: int
    arrived_on: date
    wrapped: bytes
    sealed: bytes
    body: PageBody
    coupon: KeptCoupon | None = None


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(PageBody).decode


def page_named(reference: str) -> UUID | None:
    """Return the number of a page from "page:" and 32 hexadecimal digits, None for anything else."""
    text = reference.removeprefix(PREFIX)
    if not reference.startswith(PREFIX) or len(text) != 32 or set(text) - set("0123456789abcdef"):
        return None
    return UUID(hex=text)


def page_term(service: ServiceKeys, page_id: UUID) -> bytes:
    """Return the keyed term that leads from a page to a space."""
    return term(service.directory, "page", page_id.hex)


def seal_page(service: ServiceKeys, page_id: UUID, body: PageBody) -> bytes:
    """Return what is known of a page, sealed."""
    return bytes(seal(service.mailroom, _ENCODE(body), b"page|" + page_id.bytes))


def open_page(service: ServiceKeys, page_id: UUID, sealed: bytes) -> PageBody:
    """Return what is known of a page; raises SealBroken when it is another's, or was altered."""
    return _DECODE(open_sealed(service.mailroom, sealed, b"page|" + page_id.bytes))


def wrap_key(service: ServiceKeys, keys: SpaceKeys | None, page_id: UUID, key: bytes) -> bytes:
    """Return the key of a page's picture, sealed for her, or for the mail room when it is of nobody (`keys` None)."""
    return bytes(seal(_wrapping(service, keys), key, _context(keys, page_id)))


def unwrap_key(service: ServiceKeys, keys: SpaceKeys | None, page_id: UUID, wrapped: bytes) -> bytes:
    """Return the key of a page's picture; raises SealBroken."""
    return bytes(open_sealed(_wrapping(service, keys), wrapped, _context(keys, page_id)))


def _wrapping(service: ServiceKeys, keys: SpaceKeys | None) -> bytes:
    return derive(service.mailroom, "page") if keys is None else keys.page_key


def _context(keys: SpaceKeys | None, page_id: UUID) -> bytes:
    return b"page-key|" + (NOBODY if keys is None else keys.space).bytes + page_id.bytes
