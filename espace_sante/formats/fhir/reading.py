"""From bytes to one JSON object, refusing what two readers could understand differently.

A key that stands twice, a number that is not one or that a double cannot hold, text that is not UTF-8 or holds half a
character, nesting beyond a bound: refused, because what is checked here must be what anybody else would read.
Source: RFC 8259 sections 4, 6, 8.1, 8.2.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from espace_sante.kernel.errors import Kind, Problem

DEPTH = 40  # the deepest published example of a document or a bundle of them has 14 levels
# A body of nothing but empty members takes thirty times its size once read, and seconds; whoever else asks would wait. The
# bytes of documents hold none of these signs, and fifty documents with all that may be said of them have some 50,000.
MOST_MARKS = 200_000
_ZERO = re.compile(r"-?[0.]+(?:[eE].*)?")
_SHORT = 300  # digits: any integer with no more is a double


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body.

    Raises Problem: json-too-complex, text-not-utf8, body-not-json, number-out-of-range.
    """
    found = _read(body)
    if not isinstance(found, dict):
        raise Problem(Kind.INVALID, "body-not-json")
    return found


def read_list(body: bytes) -> list[Any]:
    """Return the JSON array of a body; raises Problem, as `read_object` does."""
    found = _read(body)
    if not isinstance(found, list):
        raise Problem(Kind.INVALID, "body-not-json")
    return found


def _read(body: bytes) -> Any:
    if sum(map(body.count, (b",", b"{", b"["))) > MOST_MARKS:
        raise Problem(Kind.TOO_LARGE, "json-too-complex", {"maximum": MOST_MARKS})
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(Kind.UNPROCESSABLE, "text-not-utf8") from None
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_decimal, parse_int=_integer
        )
        _refuse_deep(found, DEPTH)
    except (ValueError, RecursionError):
        raise Problem(Kind.INVALID, "body-not-json") from None
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _decimal(text: str) -> float:
    """Return a number; refuse one that some readers take for infinity, and others for nothing. Source: RFC 8259 section 6."""
    found = float(text)
    if math.isinf(found) or (not found and not _ZERO.fullmatch(text)):
        raise Problem(Kind.INVALID, "number-out-of-range")
    return found


def _integer(text: str) -> int:
    if len(text) > _SHORT and math.isinf(float(text)):
        raise Problem(Kind.INVALID, "number-out-of-range")
    return int(text)


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _refuse_deep(value: Any, left: int) -> None:
    if isinstance(value, str):
        if not value.isascii():
            value.encode()  # half a surrogate pair is a ValueError
        return
    if not isinstance(value, dict | list):
        return
    if not left:
        raise ValueError("too deep")
    if isinstance(value, dict):
        for key in value:
            _refuse_deep(key, left)
    for member in value.values() if isinstance(value, dict) else value:
        _refuse_deep(member, left - 1)
