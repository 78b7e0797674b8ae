"""What a search compares: typed values found in a resource, and the same texts folded.

Source: FHIR R4 search 3.1.1.4.4 to 3.1.1.4.13.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

# Bounds of what has none, in microseconds: outside every year R4 can write.
EARLIEST = -(2**62)
LATEST = 2**62

# A bound of numbers: the number, then -1 just below it, 0 itself, 1 just above it.
Bound = tuple[Decimal, int]
LEAST: Bound = (Decimal("-Infinity"), 0)
MOST: Bound = (Decimal("Infinity"), 0)


@dataclass(frozen=True, slots=True)
class Token:
    """A code of a system. `system` is "" when none is said; `code` is None when there is only a system or a text.

    `folded` is the code without case; `texts` are folded words for `:text`. An id has no folded form: it is compared as is.
    """

    system: str
    code: str | None
    folded: str | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it stands, and folded."""

    raw: str
    folded: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """The instants a date stands for, in microseconds since 1970 UTC, the end excluded."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Number:
    """The numbers a value stands for, bounds included; a single number has twice the same."""

    low: Bound
    high: Bound


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range with its unit; "" for what is not said."""

    number: Number
    system: str
    code: str
    unit: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference leads to: a type and an id here, or an address elsewhere; its identifier apart.

    `url` is "" for a resource of this server; `version` is that of a canonical, or of the history of a resource.
    """

    type: str
    id: str
    url: str = ""
    version: str = ""
    identifier: Token | None = None


@dataclass(frozen=True, slots=True)
class Uri:
    """An address, compared as it stands."""

    value: str


Value = Token | Text | DateRange | Number | Quantity | Reference | Uri


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return a text without case nor accents, ligatures opened, runs of blanks as one space.

    Source: FHIR R4 search 3.1.1.4.8; Unicode 3.13 D146 (compatibility caseless matching), then marks (Mn) left out.
    """
    opened = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).casefold()
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", opened) if unicodedata.category(sign) != "Mn")
    return " ".join(bare.replace("œ", "oe").replace("æ", "ae").split())
