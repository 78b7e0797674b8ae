"""The parameters of a search for documents. What this version cannot filter by is refused, never ignored: a sender who
asks for one kind must not be given all. Source: FHIR R4 search; IHE MHD ITI-67.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from espace_sante.actions import fields
from espace_sante.exchange.fhir.person import Numbers, person_of_id
from espace_sante.kernel.errors import Kind, Problem

PAGE = 50
_PERSON = ("patient", "subject", "patient.identifier", "patient:identifier", "subject:identifier")
# What a search may name besides its page and format, as the CapabilityStatement says it.
PARAMETERS = (("patient", "reference"), ("patient.identifier", "token"), ("status", "token"), ("_count", "number"))
_KNOWN = frozenset({*_PERSON, "status", "_count", "page", "_format"})
_JSON = frozenset({"json", "application/json", "application/fhir+json"})


@dataclass(frozen=True, slots=True)
class Search:
    """One page asked for. `person` is "" when nobody is named; `current` false when only other states are asked for."""

    person: str
    current: bool
    offset: int
    count: int


def read(parameters: Sequence[tuple[str, str]], numbers: Numbers, most: int) -> Search:
    """Read a search; a page has at most `most` results. Raises Problem."""
    for name, value in parameters:
        if name not in _KNOWN:
            fields.refuse_hidden_characters(name, "search")
            raise Problem(Kind.INVALID, "field-invalid", {"field": name[:40]})
        if name == "_format" and value not in _JSON:
            raise Problem(Kind.INVALID, "not-acceptable")
    persons = {_person(name, value, numbers) for name, value in parameters if name in _PERSON}
    if len(persons) > 1:
        raise Problem(Kind.INVALID, "patient-twice")
    states = [value for name, value in parameters if name == "status"]
    return Search(
        person=persons.pop() if persons else "",
        current=all("current" in value.rpartition("|")[2].split(",") for value in states),
        offset=_offset(_single(parameters, "page")),
        count=min(_count(_single(parameters, "_count")), most),
    )


def link(base: str, search: Search, person: str, offset: int) -> str:
    """Return the address of a page: it carries the person's public id, never a national number."""
    asked = {"patient": person} if person else {}
    if not search.current:
        asked["status"] = "superseded"
    asked["_count"] = str(search.count)
    if offset:
        asked["page"] = base64.urlsafe_b64encode(b"p%d" % offset).rstrip(b"=").decode()
    return f"{base}/DocumentReference?{urlencode(asked)}"


def _person(name: str, value: str, numbers: Numbers) -> str:
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
