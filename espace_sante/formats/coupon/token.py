"""What the two codes of a coupon say: a form, a number that serves once, a last day, an instance, and a keyed checksum.

Nothing of a person: no name, no number of hers, no date of birth, no medical word. Anybody reads the fields; only whoever
holds the key knows whether they are true. Pure. Source: inclusion.md CPN-01; docs/specs/coupon.md, docs/decisions/0063.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import date, timedelta
from struct import Struct

FORMAT = 1
ONCE_BYTES = 8
INSTANCE_BYTES = 3
# 80 bits: whoever forges codes blindly has one chance in 2^80 for each page put through the scanner, and is told nothing.
MAC_BYTES = 10
LETTERS = ("A", "B")
PREFIX = "ES"
_DAY_ZERO = date(2026, 1, 1)
_FIELDS = Struct(f">BBBB{ONCE_BYTES}sH{INSTANCE_BYTES}s")
TOKEN_BYTES = _FIELDS.size + MAC_BYTES
_FREE = 0x80
_BOXES = 0x0F
_LABEL = b"espace-coupon/v1\0"
_LENGTH = len(base64.b32encode(bytes(TOKEN_BYTES)).rstrip(b"="))
_CODE = re.compile(f"{PREFIX}([AB])([A-Z2-7]{{{_LENGTH}}})")
_BLANK = re.compile(r"ES\|(ES-[0-9]{2,3})\|([0-9]{1,3})\|")
_FORM = re.compile("ES-([0-9]{2,3})")


class NotAToken(ValueError):
    """A token that was not issued with this key: invented, altered, or another instance's."""


@dataclass(frozen=True, slots=True)
class Token:
    """One coupon as its codes say it. `once` serves once; `boxes` and `free` say how it is laid out."""

    form: str
    version: int
    boxes: int
    once: bytes
    expires: date
    instance: bytes
    free: bool = True


@dataclass(frozen=True, slots=True)
class ReadCode:
    """One code as it was read: which of the two, the fields it claims, and its bytes for whoever can check them."""

    letter: str
    token: Token
    sealed: bytes


@dataclass(frozen=True, slots=True)
class BlankCode:
    """The code of a form that was printed for nobody: a person always reads it."""

    form: str
    version: str


def issue_token(token: Token, key: bytes) -> bytes:
    """Return the bytes of a token with its checksum under a key of 32 bytes. Raises ValueError for a field out of bounds."""
    fields = _packed(token)
    return fields + _mac(fields, key)


def check_token(sealed: bytes, key: bytes) -> Token:
    """Return what a token says, or raise NotAToken when it was not issued with this key."""
    fields, mac = sealed[: _FIELDS.size], sealed[_FIELDS.size :]
    if len(mac) != MAC_BYTES or not hmac.compare_digest(mac, _mac(fields, key)):
        raise NotAToken
    return _unpacked(fields)


def code_text(sealed: bytes, letter: str) -> str:
    """Return the text one of the two codes carries: upper case and digits, which a code holds at five bits and a half each."""
    if letter not in LETTERS:
        raise ValueError("a code is A or B")
    return f"{PREFIX}{letter}{base64.b32encode(sealed).decode().rstrip('=')}"


def blank_code(form: str, version: str) -> str:
    """Return the text of both codes of a form printed for nobody: no number, no checksum."""
    return f"ES|{form}|{version}|"


def read_code(text: str) -> ReadCode | BlankCode | None:
    """Return what a code read from paper is, None for one that is not of a form. Nothing here says that it is true."""
    blank = _BLANK.fullmatch(text)
    if blank is not None:
        return BlankCode(blank[1], blank[2])
    found = _CODE.fullmatch(text)
    if found is None:
        return None
    try:
        sealed = base64.b32decode(found[2] + "=" * (-len(found[2]) % 8))
        token = _unpacked(sealed[: _FIELDS.size])
    except (binascii.Error, ValueError, OverflowError):
        return None
    # Bits left over at the end of the base 32 are zero: one token has one text.
    return ReadCode(found[1], token, sealed) if code_text(sealed, found[1]) == text else None


def _packed(token: Token) -> bytes:
    number = _FORM.fullmatch(token.form)
    days = (token.expires - _DAY_ZERO).days
    bounded = number is not None and 1 <= int(number[1]) <= 255 and 1 <= token.version <= 255
    if not (bounded and 0 <= token.boxes <= _BOXES and 0 <= days <= 0xFFFF):
        raise ValueError("a field of a token is out of bounds")
    if len(token.once) != ONCE_BYTES or len(token.instance) != INSTANCE_BYTES:
        raise ValueError("a number of a token has another length")
    assert number is not None
    layout = token.boxes | (_FREE if token.free else 0)
    return _FIELDS.pack(FORMAT, int(number[1]), token.version, layout, token.once, days, token.instance)


def _unpacked(fields: bytes) -> Token:
    if len(fields) != _FIELDS.size:
        raise NotAToken
    kind, number, version, layout, once, days, instance = _FIELDS.unpack(fields)
    if kind != FORMAT or number == 0 or version == 0 or layout & ~(_FREE | _BOXES):
        raise NotAToken
    expires = _DAY_ZERO + timedelta(days=days)
    return Token(f"ES-{number:02d}", version, layout & _BOXES, once, expires, instance, bool(layout & _FREE))


def _mac(fields: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _LABEL + fields, "sha256")[:MAC_BYTES]
