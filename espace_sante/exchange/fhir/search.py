"""The parameters of a search for documents. What this version cannot filter by is refused, never ignored: a sender who
asks for one kind must not be given all. Source: FHIR R4 search; IHE MHD ITI-67.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from espace_sante.actions import fields
from espace_sante.exchange.fhir.dates import interval
from espace_sante.exchange.fhir.person import Numbers, person_of_id
from espace_sante.formats import codes
from espace_sante.keeper.demand import Filter
from espace_sante.kernel.errors import Kind, Problem

PAGE = 50
MOST_VALUES = 50
_PERSON = ("patient", "subject", "patient.identifier", "patient:identifier", "subject:identifier")
_KNOWN = frozenset({*_PERSON, "status", "_count", "page", "_format", "_total"})
JSON = frozenset({"json", "application/json", "application/fhir+json"})
_STATES = frozenset({"current", "superseded"})


def _as_token(text: str) -> str | None:
    system, separator, code = text.partition("|")
    return text if (system or code) and len(text) <= 250 and not (separator and "|" in code) else None


def _as_identifier(text: str) -> str | None:
    system, separator, value = text.partition("|")
    found = codes.unique_identifier(system, value) if separator else codes.unique_identifier("", system)
    return (found or text) if text.strip("|") and len(text) <= 250 else None


def _as_name(text: str) -> str | None:
    return text if text.strip() and len(text) <= 100 else None


# Each parameter that narrows: the field of the demand, its kind in FHIR, and how a value is read.
_NARROWING = MappingProxyType(
    {
        "type": ("type", "token", _as_token),
        "category": ("category", "token", _as_token),
        "format": ("format", "token", _as_token),
        "facility": ("facility", "token", _as_token),
        "setting": ("setting", "token", _as_token),
        "event": ("event", "token", _as_token),
        "security-label": ("confidentiality", "token", _as_token),
        "identifier": ("identifier", "token", _as_identifier),
        "related:identifier": ("related", "token", _as_token),
        "date": ("created", "date", interval),
        "creation": ("created", "date", interval),
        "period": ("period", "date", interval),
        "author:identifier": ("author", "token", _as_token),
        "author.identifier": ("author", "token", _as_token),
        "author.given": ("author-name", "string", _as_name),
        "author.family": ("author-name", "string", _as_name),
    }
)
# What a search may name besides its page and format, as the CapabilityStatement says it: a modifier is no other parameter.
PARAMETERS = (
    ("patient", "reference"),
    ("patient.identifier", "token"),
    ("status", "token"),
    *((name, kind) for name, (_, kind, _) in _NARROWING.items() if ":" not in name),
    ("_count", "number"),
)


@dataclass(frozen=True, slots=True)
class Search:
    """One page asked for. `person` is "" when nobody is named; `status` is "" when no state there is was asked for.

    `given` is what narrows it, as it was written: the address of another page says it again.
    """

    person: str
    status: str
    offset: int
    count: int
    filters: tuple[Filter, ...] = ()
    given: tuple[tuple[str, str], ...] = ()


def read(parameters: Sequence[tuple[str, str]], numbers: Numbers, most: int) -> Search:
    """Read a search; a page has at most `most` results. Raises Problem."""
    for name, value in parameters:
        if name not in _KNOWN and name not in _NARROWING:
            fields.refuse_hidden_characters(name, "search")
            raise Problem(Kind.INVALID, "field-invalid", {"field": name[:40]})
        if name == "_format" and value not in JSON:
            raise Problem(Kind.INVALID, "not-acceptable")
        if name == "_total" and value not in ("none", "estimate", "accurate"):
            raise Problem(Kind.INVALID, "field-invalid", {"field": name})
    persons = {person_named(name, value, numbers) for name, value in parameters if name in _PERSON}
    if len(persons) > 1:
        raise Problem(Kind.INVALID, "patient-twice")
    return Search(
        person=persons.pop() if persons else "",
        status=_status([value for name, value in parameters if name == "status"]),
        offset=_offset(_single(parameters, "page")),
        count=min(_count(_single(parameters, "_count")), most),
        filters=tuple(_filter(name, value) for name, value in parameters if name in _NARROWING),
        given=tuple((name, value) for name, value in parameters if name in _NARROWING or name == "status"),
    )


def link(base: str, search: Search, person: str, offset: int) -> str:
    """Return the address of a page: it carries the person's public id, never a national number."""
    asked = [("patient", person)] if person else []
    asked += [*search.given, ("_count", str(search.count))]
    if offset:
        asked.append(("page", base64.urlsafe_b64encode(b"p%d" % offset).rstrip(b"=").decode()))
    return f"{base}/DocumentReference?{urlencode(asked)}"


def _filter(name: str, value: str) -> Filter:
    """Return a filter: the values of one parameter are alternatives, several parameters are all due."""
    field, _, reads = _NARROWING[name]
    found = [reads(one) for one in _alternatives(value)]
    values = tuple(one for one in found if one is not None)
    if len(values) != len(found) or len(values) > MOST_VALUES:
        raise Problem(Kind.INVALID, "field-invalid", {"field": name})
    return Filter(field, values)


def _alternatives(value: str) -> list[str]:
    r"""Return the values between commas; "\," is a comma. Source: FHIR R4 search 3.1.1.3.2."""
    return [re.sub(r"\\([,$|\\])", r"\1", part) for part in re.split(r"(?<!\\),", value)]


def _status(asked: Sequence[str]) -> str:
    """Return which states are asked for: all when none is said, as FHIR has it; none when they exclude each other."""
    states = set(_STATES)
    for value in asked:
        states &= {one.rpartition("|")[2] for one in value.split(",")}
    return "both" if states == _STATES else next(iter(states), "")


def person_named(name: str, value: str, numbers: Numbers) -> str:
    """Return the reference of the person a parameter names. Raises Problem: patient-twice, identity-invalid."""
    if "," in value:
        raise Problem(Kind.INVALID, "patient-twice")
    if name not in ("patient", "subject"):
        system, separator, number = value.partition("|")
        if not separator:
            raise Problem(Kind.INVALID, "identity-invalid")
        return numbers.reference(system, number)
    return person_of_id(value.removeprefix(numbers.base + "/").removeprefix("Patient/"))


def _single(parameters: Sequence[tuple[str, str]], wanted: str) -> str:
    found = [value for name, value in parameters if name == wanted]
    if len(found) > 1:
        raise Problem(Kind.INVALID, "field-invalid", {"field": wanted})
    return found[0] if found else ""


def _count(text: str) -> int:
    if not text:
        return PAGE
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Problem(Kind.INVALID, "field-invalid", {"field": "_count"})
    return int(text)


def _offset(page: str) -> int:
    if not page:
        return 0
    try:
        found = base64.urlsafe_b64decode(page + "=" * (-len(page) % 4))
    except (binascii.Error, ValueError):
        found = b""
    if found[:1] != b"p" or not found[1:].isdigit() or len(found) > 10:
        raise Problem(Kind.INVALID, "field-invalid", {"field": "page"})
    return int(found[1:])
