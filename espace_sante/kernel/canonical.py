"""One value, one sequence of bytes: the canonical JSON that is hashed, signed and committed to.

Source: RFC 8785 (JSON Canonicalization Scheme), restricted to values without floating-point numbers, so that no
number formatting ever decides whether a signature holds.
"""

from __future__ import annotations

from typing import Any

import orjson
from orjson import Fragment

_LISTS = (list, tuple)
_LEAVES = (str, int, Fragment)
# Strict: integers beyond 2**53 - 1 are refused (RFC 8785 §3.2.2.3: JSON readers disagree about them).
_FAST = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical(value: object) -> bytes:
    """Return the canonical UTF-8 JSON of a value made of dict, list, tuple, str, int, bool, None and fragments.

    Raises ValueError for anything else: a float, an integer beyond 2**53 - 1, a key that is not text, a lone
    surrogate, a cycle. Source: RFC 8785 §3.2.
    """
    try:
        if _sorted_alike(value):
            # ASCII keys: the order of UTF-8 bytes, which orjson follows, is the order of UTF-16 units of RFC 8785.
            return orjson.dumps(value, option=_FAST)
        return _written(value)
    except (TypeError, RecursionError, UnicodeEncodeError) as error:
        raise ValueError(f"no canonical form: {error}") from None


def fragment(value: object) -> Fragment:
    """Return a value already in canonical form, to be placed as it stands inside larger values.

    Raises ValueError as `canonical` does.
    """
    return Fragment(canonical(value))


def _sorted_alike(value: object) -> bool:
    """Refuse foreign values; say whether every key sorts the same in UTF-8 and in UTF-16.

    Every member is looked at, even after the answer is known, so that a foreign one is always refused.
    """
    if isinstance(value, dict):
        alike = True
        for key, member in value.items():
            if type(key) is not str:
                raise ValueError("no canonical form: a key is not text")
            if not key.isascii():
                alike = False
            if type(member) is not str and not _sorted_alike(member):
                alike = False
        return alike
    if isinstance(value, _LISTS):
        alike = True
        for member in value:
            if type(member) is not str and not _sorted_alike(member):
                alike = False
        return alike
    if value is None or isinstance(value, _LEAVES):
        return True
    raise ValueError(f"no canonical form: {type(value).__name__}")


def _written(value: Any) -> bytes:
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return b"{" + b",".join(orjson.dumps(key) + b":" + _written(member) for key, member in members) + b"}"
    if isinstance(value, _LISTS):
        return b"[" + b",".join(map(_written, value)) + b"]"
    return orjson.dumps(value, option=_FAST)
