"""One search, read: what is wanted, in which order, how many at a time, with what else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from espace_sante.formats.fhir.search.table import Parameter
from espace_sante.formats.fhir.search.typed import DateRange, Reference


class Prefix(StrEnum):
    """How a value of a resource stands to the value searched. Source: FHIR R4 search 3.1.1.4.5."""

    EQUAL = "eq"
    NOT_EQUAL = "ne"
    GREATER = "gt"
    LESS = "lt"
    GREATER_OR_EQUAL = "ge"
    LESS_OR_EQUAL = "le"
    STARTS_AFTER = "sa"
    ENDS_BEFORE = "eb"
    APPROXIMATELY = "ap"


class Modifier(StrEnum):
    """What changes the meaning of a parameter. Source: FHIR R4 search 3.1.1.4.4."""

    NONE = ""
    MISSING = "missing"
    EXACT = "exact"
    CONTAINS = "contains"
    NOT = "not"
    TEXT = "text"
    IDENTIFIER = "identifier"
    ABOVE = "above"
    BELOW = "below"
    # A type of resource, as in `subject:Patient=23`: kept in the reference wanted.
    TYPE = "[type]"


class Total(StrEnum):
    """Whether the number of all results is wanted. Source: FHIR R4 search 3.1.1.5.5."""

    NONE = "none"
    ESTIMATE = "estimate"
    ACCURATE = "accurate"


@dataclass(frozen=True, slots=True)
class WantedToken:
    """A code; `system` is None when any will do, "" when there must be none; `code` is None for any of a system."""

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class WantedText:
    """A text, as written and folded."""

    raw: str
    folded: str


@dataclass(frozen=True, slots=True)
class WantedDate:
    """A date: its range, and the wider one that is "about" it at the moment of the search."""

    prefix: Prefix
    range: DateRange
    near: DateRange


@dataclass(frozen=True, slots=True)
class WantedNumber:
    """A number; `low` and `high` are the range its digits stand for, the end excluded; `near` is what is "about" it."""

    prefix: Prefix
    value: Decimal
    low: Decimal
    high: Decimal
    near: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class WantedQuantity:
    """A number and its unit; `system` is None when only a code or a unit was said, `code` is "" for any unit."""

    number: WantedNumber
    system: str | None
    code: str


@dataclass(frozen=True, slots=True)
class WantedReference:
    """A resource: of one type or of any ("")."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class WantedUri:
    """An address."""

    value: str


@dataclass(frozen=True, slots=True)
class WantedTogether:
    """The values of a composite, one for each component, to be found on one element."""

    parts: tuple[WantedOne, ...]


WantedOne = WantedToken | WantedText | WantedDate | WantedNumber | WantedQuantity | WantedReference | WantedUri
Wanted = WantedOne | WantedTogether


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter as it was given: any of the values will do. `missing` is said with the modifier of that name only."""

    parameter: Parameter
    modifier: Modifier
    wanted: tuple[Wanted, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of an order."""

    parameter: Parameter
    descending: bool


@dataclass(frozen=True, slots=True)
class Include:
    """What is given besides: what `source` refers to by a parameter, or what refers by it to what is found.

    `target` limits the type led to, "" for any; `iterate` also follows what was itself included.
    """

    source: str
    parameter: Parameter
    target: str
    iterate: bool


@dataclass(frozen=True, slots=True)
class Query:
    """One search. All filters must hold; `count` is None and `page` is "" when not said; `ignored` names what was not used."""

    resource_type: str
    filters: tuple[Filter, ...] = ()
    sort: tuple[Sort, ...] = ()
    count: int | None = None
    total: Total = Total.ACCURATE
    includes: tuple[Include, ...] = ()
    reverse_includes: tuple[Include, ...] = ()
    page: str = ""
    ignored: tuple[str, ...] = ()
