"""How each primitive type of FHIR R4 is written in JSON. A value is looked at, never changed nor kept.

The patterns are those of the specification, made linear; where it only advises, characters that cannot be stored or that
no reader shows (controls) are refused. Source: FHIR R4 datatypes, section 2.24.0.1 and json.html section 2.6.2.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

MOST_CHARACTERS = 1024 * 1024  # "strings SHALL NOT exceed 1MB"; so are markdown and xhtml
_INTEGERS = 2**31

_YEAR = r"(?!0000)[0-9]{4}"
_DAY = rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_PARTIAL = rf"{_YEAR}(?:-(?:0[1-9]|1[0-2]))?"

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]").search
_DATE = re.compile(rf"(?:{_DAY}|{_PARTIAL})").fullmatch
_DATE_TIME = re.compile(rf"(?:{_DAY}(?:T{_CLOCK}{_ZONE})?|{_PARTIAL})").fullmatch
_INSTANT = re.compile(rf"{_DAY}T{_CLOCK}{_ZONE}").fullmatch
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}").fullmatch


def is_boolean(value: Any) -> bool:
    """Say whether it is true or false."""
    return value is True or value is False


def is_string(value: Any) -> bool:
    """Say whether it is a text with something in it besides blanks, without controls, of one million characters at most."""
    return (
        type(value) is str
        and not value.isspace()
        and value != ""
        and not _CONTROLS(value)
        and len(value) <= MOST_CHARACTERS
    )


def _written(pattern: str) -> Callable[[Any], bool]:
    match = re.compile(pattern).fullmatch
    return lambda value: type(value) is str and match(value) is not None


def _day(match: Callable[[str], Any]) -> Callable[[Any], bool]:
    def written(value: Any) -> bool:
        return type(value) is str and match(value) is not None and (value[8:10] <= "28" or _exists(value[:10]))

    return written


def _exists(day: str) -> bool:
    """Say whether a written day is in the calendar: 30 February is not."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _whole(least: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value < _INTEGERS


def _is_decimal(value: Any) -> bool:
    if type(value) is Decimal:
        return value.is_finite()
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _is_base64(value: Any) -> bool:
    if type(value) is not str:
        return False
    packed = "".join(value.split())
    return packed != "" and len(packed) % 4 == 0 and _BASE64(packed) is not None


_is_uri = _written(r"[^\x00-\x20]+")

PRIMITIVES: dict[str, Callable[[Any], bool]] = {
    "base64Binary": _is_base64,
    "boolean": is_boolean,
    "canonical": _is_uri,
    "code": _written(r"[^\x00-\x20]+(?: [^\x00-\x20]+)*"),
    "date": _day(_DATE),
    "dateTime": _day(_DATE_TIME),
    "decimal": _is_decimal,
    "id": _written(r"[A-Za-z0-9.-]{1,64}"),
    "instant": _day(_INSTANT),
    "integer": _whole(-_INTEGERS),
    "markdown": is_string,
    "oid": _written(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+"),
    "positiveInt": _whole(1),
    "string": is_string,
    "time": _written(_CLOCK),
    "unsignedInt": _whole(0),
    "uri": _is_uri,
    "url": _is_uri,
    "uuid": _written(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "xhtml": is_string,  # what stands in it: narrative.py
}
