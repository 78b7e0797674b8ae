"""`Patient/{id}/$everything`: all that this reader may see of one person, documents and resources, a page at a time, one entry each.

Documents come first, then resources, both in the order of their rows: a place that nothing moves. Bodies stay bytes: no resource is read
unless dates of care are asked for. Who she is is not given. Source: FHIR R4 patient-operation-everything; docs/deviations.md.
Guarantee: G3, G5, G11.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.frame import Frame
from espace_sante.actions.list_documents import Listed
from espace_sante.actions.read_resource import ClearResource, ResourcePage, Wanted
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.edge import Answer, Call, Callers, entry_header, media_type_is, read_parameters
from espace_sante.exchange.fhir import emergency
from espace_sante.exchange.fhir.finding import aside, entry_of, resource_of
from espace_sante.exchange.fhir.person import Numbers, person_of_id
from espace_sante.exchange.fhir.search import JSON
from espace_sante.exchange.fhir.writing import document_reference
from espace_sante.formats.fhir.bundle import Entry, page_of_bytes
from espace_sante.formats.fhir.reading import read_object
from espace_sante.formats.fhir.search import parameter_of, resource_types, values
from espace_sante.formats.fhir.search.parse import sayable
from espace_sante.formats.fhir.search.ranges import date_range
from espace_sante.formats.fhir.search.typed import EARLIEST, LATEST, DateRange
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id
from espace_sante.records.resource import numbers as numbers_of_types

FHIR_JSON = b"application/fhir+json"
_DOCUMENTS = "DocumentReference"
_BODIES = frozenset({"application/fhir+json", "application/json", "application/x-www-form-urlencoded"})
_ONCE = frozenset({"_since", "start", "end", "_count", "page"})
_READ = REGISTRY[ActId.READ_RESOURCE].perform
_ROW = 16
_FIRST = bytes(_ROW)
# As many as the keeper gives at once when no number is asked for.
_MOST = 10_000
# Which parameter of a type says when the care was, the surest first. Source: FHIR R4 w5 (clinical dates).
_WHEN = (
    *("date", "effective", "effective-time", "whenhandedover", "onset-date", "recorded-date", "authoredon"),
    "start-date",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One page asked for: which types, since when (milliseconds since 1970), which days of care, and where it begins.

    `types` None: all. `documents`: the place stands among the documents still; `after` is the row before it.
    """

    types: frozenset[str] | None
    since: int
    care: DateRange | None
    count: int
    documents: bool
    after: bytes
    said: tuple[tuple[str, str], ...]

    @property
    def kept(self) -> tuple[str, ...]:
        """Return the types of resources wanted among those kept here."""
        return tuple(sorted(numbers_of_types() if self.types is None else self.types & numbers_of_types().keys()))

    @property
    def with_documents(self) -> bool:
        """Say whether documents are wanted on this page."""
        return self.documents and (self.types is None or _DOCUMENTS in self.types)


@dataclass(frozen=True, slots=True)
class EverythingServer:
    """Answers `$everything`."""

    frame: Frame
    callers: Callers
    numbers: Numbers

    async def answer(self, call: Call, identifier: str) -> Answer:
        """Give one page; raises Problem, that of an unknown person for whom one may read nothing of."""
        caller = await self.callers.of(call)
        pairs = call.parameters() + (await self._posted(call) if call.method == "POST" else [])
        asked = _read(pairs)
        wanted = Wanted(
            types=() if len(asked.kept) == len(numbers_of_types()) else asked.kept,
            count=asked.count if asked.kept else 0,
            after=_FIRST if asked.documents else asked.after,
            since=asked.since,
            documents=asked.with_documents,
        )
        async with self.frame.whole_records:
            done = await _READ(self.frame, caller.request(person_of_id(identifier)), wanted)
            page = done.result
            assert isinstance(page, ResourcePage)
            body = await aside(len(page.found) + len(page.documents), self._bundle, identifier, asked, page)
        return Answer(200, FHIR_JSON, body, entry_header(done.entry) + emergency.header(page.emergency))

    async def _posted(self, call: Call) -> list[tuple[str, str]]:
        media_type_is(call, _BODIES)
        most = self.frame.settings.form_bytes
        body = await call.body(most, Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": most}))
        if not body or b"form" in call.header(b"content-type").encode():
            return read_parameters(body)
        return _parameters(read_object(body))

    def _bundle(self, person: str, asked: Asked, page: ResourcePage) -> bytes:
        listed = sorted(page.documents, key=lambda one: one.document)
        left = [one for one in listed if not asked.documents or _row(one.document) > asked.after]
        documents, room = left[: asked.count], asked.count - len(left[: asked.count])
        found = page.found[:room]
        place = b""
        if len(documents) < len(left):
            place = b"d" + _row(documents[-1].document) if documents else b""
        elif len(found) < len(page.found) or (page.more and asked.kept):
            place = b"r" + (_row(found[-1].resource) if found else _FIRST if asked.documents else asked.after)
        entries = [*self._documents(documents, asked), *self._resources(found, asked, page.emergency)]
        told = emergency.told(page.emergency)
        return page_of_bytes(
            None,
            self._link(person, asked, b"" if asked.documents and asked.after == _FIRST else _place(asked)),
            self._link(person, asked, place) if place and asked.count else "",
            entries,
            labels=emergency.labels(page.emergency),
            told=[told] if told else [],
        )

    def _documents(self, documents: Sequence[Listed], asked: Asked) -> Iterator[Entry]:
        base = self.numbers.base
        for one in documents:
            if milliseconds(one.meta.deposited) < asked.since or not _is_within(asked.care, one.meta.created):
                continue
            told = document_reference(
                base, one.document, one.meta, replaces=one.replaces, superseded=bool(one.replaced_by)
            )
            yield Entry(f"{base}/{_DOCUMENTS}/{one.document}", orjson.dumps(told), "match")

    def _resources(self, found: Sequence[ClearResource], asked: Asked, until: str) -> Iterator[Entry]:
        for one in found:
            if asked.care is None or _cared(resource_of(one), asked.care):
                yield entry_of(self.numbers.base, one, until, "match")

    def _link(self, person: str, asked: Asked, place: bytes) -> str:
        pairs = [*asked.said, *([("page", base64.urlsafe_b64encode(place).rstrip(b"=").decode())] if place else [])]
        address = f"{self.numbers.base}/Patient/{person}/$everything"
        return f"{address}?{urlencode(pairs)}" if pairs else address


def _read(pairs: Sequence[tuple[str, str]]) -> Asked:
    """Read what is asked. Raises Problem: search-unknown, search-invalid, search-type-unknown, not-acceptable."""
    once: dict[str, str] = {}
    types: set[str] = set()
    for name, value in pairs:
        if name in _ONCE and name not in once:
            once[name] = value
        elif name == "_type":
            types |= set(value.split(","))
        elif name == "_format" and value not in JSON:
            raise Problem(Kind.INVALID, "not-acceptable")
        elif name not in ("_format", "_pretty"):
            raise _refused("search-invalid" if name in _ONCE else "search-unknown", name)
    if unknown := types - resource_types():
        raise _refused("search-type-unknown", sorted(unknown)[0])
    documents, after = _places(once.get("page", ""))
    return Asked(
        frozenset(types) if types else None,
        since_of(once.get("_since", "")),
        _care(once.get("start", ""), once.get("end", "")),
        _count(once.get("_count", "")),
        documents,
        after,
        tuple((name, value) for name, value in pairs if name not in ("page", "_format", "_pretty")),
    )


def _parameters(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters of a Parameters, each with its one value. Raises Problem(resource-invalid)."""
    found = resource.get("parameter", [])
    if resource.get("resourceType") != "Parameters" or not isinstance(found, list):
        raise Problem(Kind.INVALID, "resource-invalid", {"field": "Parameters"})
    pairs = []
    for one in found:
        said = [value for name, value in one.items() if name.startswith("value")] if isinstance(one, dict) else []
        is_read = len(said) == 1 and isinstance(said[0], str | int) and isinstance(one.get("name"), str)
        if not is_read:
            raise Problem(Kind.INVALID, "resource-invalid", {"field": "parameter"})
        pairs.append((one["name"], str(said[0])))
    return pairs


def _count(text: str) -> int:
    if not text:
        return _MOST
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise _refused("search-invalid", "_count")
    return min(int(text), _MOST)


def since_of(text: str) -> int:
    """Return the instant of `_since` in milliseconds since 1970, 0 for none. Raises Problem(search-invalid)."""
    if not text:
        return 0
    found = date_range(text)
    if found is None:
        raise _refused("search-invalid", "_since")
    return max(-(-found.low // 1000), 0)


def _care(start: str, end: str) -> DateRange | None:
    if not (start or end):
        return None
    first, last = (date_range(text) if text else None for text in (start, end))
    for name, text, read in (("start", start, first), ("end", end, last)):
        if text and read is None:
            raise _refused("search-invalid", name)
    return DateRange(first.low if first else EARLIEST, last.high if last else LATEST)


def _cared(resource: Mapping[str, Any], care: DateRange) -> bool:
    """Say whether a resource is of care within some days; what says no date is kept: to leave it out would lose an allergy."""
    kind = str(resource["resourceType"])
    for name in _WHEN:
        parameter = parameter_of(kind, name)
        said = values(resource, parameter) if parameter is not None else ()
        if said:
            return any(isinstance(one, DateRange) and one.low < care.high and care.low < one.high for one in said)
    return True


def _is_within(care: DateRange | None, text: str) -> bool:
    found = date_range(text) if care is not None else None
    return care is None or found is None or (found.low < care.high and care.low < found.high)


def milliseconds(text: str) -> int:
    """Return an instant in milliseconds since 1970, 0 for none."""
    return round(datetime.fromisoformat(text).timestamp() * 1000) if text else 0


def _place(asked: Asked) -> bytes:
    return (b"d" if asked.documents else b"r") + asked.after


def _places(text: str) -> tuple[bool, bytes]:
    """Return whether a place stands among the documents, and the row before it."""
    if not text:
        return True, _FIRST
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != _ROW + 1 or found[:1] not in (b"d", b"r"):
        raise _refused("search-invalid", "page")
    return found[:1] == b"d", found[1:]


def _row(public: str) -> bytes:
    named = parse_document_id(public)
    assert named is not None
    return named[1].bytes


def _refused(code: str, name: str) -> Problem:
    return Problem(Kind.INVALID, code, {"field": sayable(name)})


OPERATION = MappingProxyType(
    {
        "name": "everything",
        "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
        "documentation": "Tout ce que celui qui demande peut voir : documents, puis autres ressources ; _type, _since, start, end,"
        " _count. Sans la ressource Patient.",
    }
)
