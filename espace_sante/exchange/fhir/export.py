"""`Patient/{id}/$export`: the resources of one person that this reader may see, as NDJSON, in the shape of FHIR Bulk Data Access 2.

Nothing is prepared and nothing is kept: what was asked stands in the addresses. The state is one reading, which says what types there
are; each file is another, decided when it is asked for. There is no export of several persons.
Source: FHIR Bulk Data Access 2.0.0; docs/specs/api.md; docs/decisions/0054; docs/deviations.md. Guarantee: G3, G5, G11.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import quote, urlencode

import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.list_documents import Listed
from espace_sante.actions.read_resource import ResourcePage, Wanted
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.edge import Answer, Call, Callers, entry_header, only
from espace_sante.exchange.fhir import emergency
from espace_sante.exchange.fhir.everything import milliseconds, since_of
from espace_sante.exchange.fhir.finding import aside, entry_of
from espace_sante.exchange.fhir.person import Numbers, person_of_id
from espace_sante.exchange.fhir.writing import document_reference
from espace_sante.formats.fhir.search import resource_types
from espace_sante.formats.fhir.search.parse import sayable
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.resource import numbers as numbers_of_types

NDJSON = b"application/fhir+ndjson"
_DOCUMENTS = "DocumentReference"
_FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
_KNOWN = frozenset({"_type", "_since", "_outputFormat", "at"})
_AT_ONCE = 10_000
_FIRST = bytes(16)
_READ = REGISTRY[ActId.READ_RESOURCE].perform


@dataclass(frozen=True, slots=True)
class Asked:
    """What an export is of: types (all when none is named), from when, and until when (milliseconds since 1970)."""

    types: tuple[str, ...]
    since: str
    at: int

    def address(self, base: str, person: str, step: str, types: Sequence[str]) -> str:
        """Return the address of a step: what was asked stands in it."""
        said = [("_type", ",".join(types))] if types else []
        said += [("_since", self.since)] if self.since else []
        return f"{base}/Patient/{quote(person, safe='')}/{step}?{urlencode([*said, ('at', str(self.at))])}"

    @property
    def kept(self) -> tuple[str, ...]:
        """Return the types wanted among the resources kept here."""
        return tuple(sorted(set(self.types or numbers_of_types()) & numbers_of_types().keys()))

    @property
    def with_documents(self) -> bool:
        """Say whether documents are wanted."""
        return not self.types or _DOCUMENTS in self.types


@dataclass(slots=True)
class _Read:
    """What was read: the lines of each type, the first entry, the end of an emergency access ("" for none)."""

    lines: dict[str, list[bytes]] = field(default_factory=dict)
    entry: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class ExportServer:
    """Answers `$export` of one person, its state and its files."""

    frame: Frame
    callers: Callers
    numbers: Numbers

    async def dispatch(self, call: Call, person: str) -> Answer:
        """Answer one request; raises Problem, that of an unknown person where one may read nothing."""
        match call.path[2:]:
            case ("$export",):
                return await only(call, GET=lambda: self._begin(call, person))
            case ("$export-state",):
                return await only(call, GET=lambda: self._state(call, person), DELETE=lambda: self._drop(call))
            case ("$export-file",):
                return await only(call, GET=lambda: self._file(call, person))
        raise Problem(Kind.NOT_FOUND, "page-unknown")

    async def _drop(self, call: Call) -> Answer:
        """Accept that the files are wanted no more: there are none to drop."""
        await self.callers.of(call)
        return Answer(202, b"application/fhir+json", b"")

    async def _begin(self, call: Call, person: str) -> Answer:
        """Say where the state is; nothing is read, so the answer is the same whoever the person is."""
        await self.callers.of(call)
        preferences = {part.strip().lower() for part in call.header(b"prefer").replace(";", ",").split(",")}
        if "respond-async" not in preferences:
            raise Problem(Kind.INVALID, "export-not-async")
        asked = replace(_read(call.parameters()), at=_now(self.frame.now()))
        location = asked.address(self.numbers.base, person, STATE, asked.types)
        return Answer(202, b"application/fhir+json", b"", ((b"content-location", location.encode()),))

    async def _state(self, call: Call, person: str) -> Answer:
        """Read what there is, and give the address of one file for each type."""
        caller = await self.callers.of(call)
        asked = _read(call.parameters())
        async with self.frame.whole_records:
            read = await self._all(caller.request(person_of_id(person)), asked)
        base = self.numbers.base
        manifest = {
            "transactionTime": datetime.fromtimestamp(asked.at / 1000, UTC).isoformat(timespec="milliseconds"),
            "request": asked.address(base, person, "$export", asked.types),
            "requiresAccessToken": True,
            "output": [
                {"type": name, "url": asked.address(base, person, FILE, (name,)), "count": len(lines)}
                for name, lines in sorted(read.lines.items())
            ],
            "error": [],
        }
        headers = entry_header(read.entry) + emergency.header(read.emergency)
        return Answer(200, b"application/json", orjson.dumps(manifest), headers)

    async def _file(self, call: Call, person: str) -> Answer:
        """Give every resource of one type, one a line."""
        caller = await self.callers.of(call)
        asked = _read(call.parameters())
        if len(asked.types) != 1:
            raise Problem(Kind.INVALID, "search-invalid", {"field": "_type"})
        async with self.frame.whole_records:
            read = await self._all(caller.request(person_of_id(person)), asked)
        body = b"".join(line + b"\n" for line in read.lines.get(asked.types[0], []))
        return Answer(200, NDJSON, body, entry_header(read.entry) + emergency.header(read.emergency))

    async def _all(self, request: Request, asked: Asked) -> _Read:
        found, since = _Read(), since_of(asked.since)
        async for page, entry in self._pages(request, asked, since):
            found.entry, found.emergency = found.entry or entry, page.emergency
            await aside(len(page.found) + len(page.documents), self._take, found, page, asked, since)
        return found

    async def _pages(self, request: Request, asked: Asked, since: int) -> AsyncIterator[tuple[ResourcePage, str]]:
        kept, after, documents = asked.kept, _FIRST, asked.with_documents
        types = () if len(kept) == len(numbers_of_types()) else kept
        while after:
            count = _AT_ONCE if kept else 0
            wanted = Wanted(types=types, count=count, after=after, since=since, documents=documents)
            done = await _READ(self.frame, request, wanted)
            page = done.result
            assert isinstance(page, ResourcePage)
            yield page, done.entry
            documents = False  # they came with the first
            after = bytes.fromhex(page.found[-1].resource[32:]) if page.more and page.found else b""

    def _take(self, found: _Read, page: ResourcePage, asked: Asked, since: int) -> None:
        for one in page.found:
            if _now(one.updated) <= asked.at:
                entry = entry_of(self.numbers.base, one, page.emergency, "match")
                found.lines.setdefault(one.type, []).append(entry.resource)
        for document in page.documents:
            if since <= milliseconds(document.meta.deposited) <= asked.at:
                found.lines.setdefault(_DOCUMENTS, []).append(self._document(document))

    def _document(self, one: Listed) -> bytes:
        base, superseded = self.numbers.base, bool(one.replaced_by)
        said = document_reference(base, one.document, one.meta, replaces=one.replaces, superseded=superseded)
        return orjson.dumps(said)


STATE, FILE = "$export-state", "$export-file"
STEPS = frozenset({"$export", STATE, FILE})
OPERATION = MappingProxyType(
    {
        "name": "export",
        "definition": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export",
        "documentation": "D'une personne à la fois (Patient/{id}/$export), en NDJSON : ce que celui qui demande peut voir."
        " Rien n'est préparé ni gardé : chaque fichier est une lecture. _type, _since, _outputFormat.",
    }
)


def is_of_several(path: Sequence[str]) -> bool:
    """Say whether an address asks for an export that is not of one person."""
    return path[-1] == "$export" and not (len(path) == 3 and path[0] == "Patient")


def refuse_several() -> Problem:
    """Return the refusal of an export of several persons: nobody may ask for one."""
    return Problem(Kind.FORBIDDEN, "export-of-several")


def _read(pairs: Sequence[tuple[str, str]]) -> Asked:
    """Read what is asked. Raises Problem: search-unknown, search-invalid, search-type-unknown, not-acceptable."""
    once: dict[str, str] = {}
    types: dict[str, None] = {}
    for name, value in pairs:
        if name not in _KNOWN:
            raise Problem(Kind.INVALID, "search-unknown", {"field": sayable(name)})
        if name == "_type":
            types |= dict.fromkeys(value.split(","))
        elif name in once:
            raise Problem(Kind.INVALID, "search-invalid", {"field": name})
        else:
            once[name] = value
    if once.get("_outputFormat", "ndjson") not in _FORMATS:
        raise Problem(Kind.INVALID, "not-acceptable")
    if unknown := sorted(types.keys() - resource_types()):
        raise Problem(Kind.INVALID, "search-type-unknown", {"field": sayable(unknown[0])})
    since_of(once.get("_since", ""))
    at = once.get("at", "0")
    if not (at.isascii() and at.isdecimal() and len(at) <= 13):
        raise Problem(Kind.INVALID, "search-invalid", {"field": "at"})
    return Asked(tuple(types), once.get("_since", ""), int(at))


def _now(at: datetime) -> int:
    return round(at.timestamp() * 1000)
