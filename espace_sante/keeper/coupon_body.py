"""Coupons as the keeper keeps them: what each box asks, sealed for her; the keys their tokens are checked by.

Which acts a coupon may carry is written here, act by act, with the number of its form: opening a space, giving an administrator
power, or anything else that two accounts must see, is on no coupon. Guarantee: G3. Source: docs/decisions/0063, docs/specs/coupon.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId
from espace_sante.consent.postal import lengthened
from espace_sante.formats.coupon.token import INSTANCE_BYTES, ONCE_BYTES, NotAToken, Token, check_token, issue_token
from espace_sante.keeper.situation import Change, CouponRow, Situation
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import ServiceKeys, SpaceKeys, derive, term

PREFIX = "coupon:"
FORM_VERSION = 1
# Time to think, and the post besides (PAR-10). Configurable by nobody: a later coupon is asked for again, by telephone.
DAYS = 90
# Each act a coupon may carry, and its form (tests/unit/keeper/test_coupons.py compares with the registry).
FORMS: Mapping[ActId, str] = MappingProxyType(
    {
        ActId.GRANT_ACCESS: "ES-06",
        ActId.WITHDRAW_ACCESS: "ES-07",
        ActId.MASK: "ES-08",
        ActId.BLOCK: "ES-11",
        ActId.UNBLOCK: "ES-12",
        ActId.UNMASK: "ES-13",
        ActId.KEEP_EPISODE: "ES-14",
        ActId.SET_EMERGENCY_WILL: "ES-20",
        ActId.ACCEPT_DEPOSITS: "ES-35",
        ActId.REFUSE_DEPOSITS: "ES-36",
        ActId.LET_AUTHORS_READ: "ES-37",
        ActId.STOP_AUTHORS_READING: "ES-38",
        ActId.SHOW_NEW_DOCUMENTS: "ES-39",
        ActId.HIDE_NEW_DOCUMENTS: "ES-40",
    }
)


class CouponBody(msgspec.Struct, frozen=True, array_like=True):
    """What each box asks, in order: an act and its parameters; ("", b"") for a no, which changes nothing.

    `typed`: the idempotency key of an act entered by hand under the number printed on it; b"" for a coupon of before.
    """

    boxes: tuple[tuple[str, bytes], ...]
    typed: bytes = b""


@dataclass(frozen=True, slots=True)
class KeptCoupon:
    """One coupon of a space, found by its number."""

    space: UUID
    term: bytes
    used: bool
    body: CouponBody


def coupon_key(service: ServiceKeys) -> bytes:
    """Return the key of the checksums; the keeper alone has it."""
    return derive(service.mailroom, "coupon")


def instance_mark(service: ServiceKeys) -> bytes:
    """Return what tells the coupons of this instance from those of another, without a secret."""
    return derive(service.mailroom, "coupon-instance")[:INSTANCE_BYTES]


def coupon_term(service: ServiceKeys, once: bytes) -> bytes:
    """Return the keyed hash a coupon's number is found by."""
    return term(service.directory, "coupon", once.hex())


def typed_key(once: bytes) -> bytes:
    """Return the idempotency key of an act entered by hand from a coupon, as the counter's pages make it of its number."""
    return hashlib.sha256(f"coupon:{once.hex()}".encode()).digest()


def issue(s: Situation, form: str, boxes: tuple[tuple[str, bytes], ...]) -> tuple[bytes, CouponRow]:
    """Return the token to print on a coupon for the person concerned, and the row that says what its boxes ask."""
    address = s.will.rights.address if s.will is not None else ()
    once, ends = s.random(ONCE_BYTES), s.now.date() + lengthened(DAYS, address)
    token = Token(form, FORM_VERSION, len(boxes), once, ends, instance_mark(s.service))
    found_by = coupon_term(s.service, once)
    body = CouponBody(boxes, typed_key(once))
    sealed = bytes(seal(s.keys.rights_key, msgspec.msgpack.encode(body), _context(s.keys, found_by)))
    return issue_token(token, coupon_key(s.service)), (found_by, ends, sealed)


def asked_for(s: Situation) -> tuple[bytes, CouponRow] | None:
    """Return the coupon of what is being asked and only starts: a yes she signs, a no of the same size; None for what has none."""
    form = FORMS.get(ActId(s.ask.act))
    return None if form is None else issue(s, form, ((s.ask.act, s.ask.params), ("", b"")))


def asked_change(coupon: tuple[bytes, CouponRow] | None) -> Change:
    """Return what an act that only starts writes: nothing, or the coupon that waits for her signature and how it is found."""
    if coupon is None:
        return Change()
    found_by, ends, _ = coupon[1]
    return Change(put_coupon=coupon[1], put_terms=((found_by, ends),))


def term_of(service: ServiceKeys, reference: str, today: date) -> bytes | None:
    """Return what a coupon named by the hexadecimal of its token is found by; None for one not issued here, or over."""
    try:
        token = check_token(bytes.fromhex(reference.removeprefix(PREFIX)), coupon_key(service))
    except (NotAToken, ValueError):
        return None
    here = token.instance == instance_mark(service)
    return coupon_term(service, token.once) if here and today <= token.expires else None


def open_body(keys: SpaceKeys, found_by: bytes, sealed: bytes) -> CouponBody:
    """Return what the boxes of a coupon ask; raises SealBroken."""
    return msgspec.msgpack.decode(
        bytes(open_sealed(keys.rights_key, sealed, _context(keys, found_by))), type=CouponBody
    )


def _context(keys: SpaceKeys, found_by: bytes) -> bytes:
    return b"coupon|" + keys.space.bytes + found_by
