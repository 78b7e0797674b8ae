"""FHIR resources other than documents: create, update, delete, read, vread, history of one. Each is one act of the registry.

Unknown, not granted, hidden and closed give the same bytes, as for a document. Source: FHIR R4 http 3.1.0.1 to 3.1.0.10 and
3.1.0.1.8 (Prefer); search#summary, search#elements; docs/specs/resource.md; docs/deviations.md. Guarantee: G3, G11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime

import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.act import Outcome
from espace_sante.actions.frame import Frame
from espace_sante.actions.read_resource import ClearResource, ResourcePage, Wanted
from espace_sante.actions.refusals import NOTHING
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.write_resource import Writing, Written, writing_of
from espace_sante.exchange.edge import (
    Answer,
    Call,
    Caller,
    Callers,
    Headers,
    entry_header,
    idempotency_key,
    media_type_is,
    only,
)
from espace_sante.exchange.fhir import conditional, emergency, patching
from espace_sante.formats.fhir.outcome import information
from espace_sante.formats.fhir.resource import given
from espace_sante.formats.fhir.subset import Subset, subset_asked
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id
from espace_sante.records.resource import PATIENT, PATIENT_ROW, numbers

FHIR_JSON = b"application/fhir+json"
_BODIES = frozenset({"application/fhir+json", "application/json"})
_READ = REGISTRY[ActId.READ_RESOURCE].perform
_WRITE = REGISTRY[ActId.WRITE_RESOURCE].perform
_TYPE = re.compile(r"[A-Z][A-Za-z]{2,40}")
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_PREFERENCES = frozenset({"minimal", "representation", "OperationOutcome"})


def is_type(word: str) -> bool:
    """Say whether a word of an address has the form of a type of resource, kept here or not."""
    return _TYPE.fullmatch(word) is not None


@dataclass(frozen=True, slots=True)
class ResourceServer:
    """Answers what comes to /fhir/{type} for the types that are kept; `base` is the address of the FHIR server."""

    frame: Frame
    callers: Callers
    base: str

    async def dispatch(self, call: Call) -> Answer:
        """Answer one request; raises Problem."""
        name = call.path[0]
        if name not in numbers():
            raise Problem(Kind.NOT_FOUND, "resource-type-refused", {"field": name[:40]})
        match call.path[1:]:
            case ():
                return await only(call, POST=lambda: self._create(call, name))
            case (identifier,):
                return await only(
                    call,
                    GET=lambda: self._read(call, Wanted(identifier, name)),
                    PUT=lambda: self._update(call, name, identifier),
                    PATCH=lambda: self._patch(call, name, identifier),
                    DELETE=lambda: self._delete(call, name, identifier),
                )
            case (identifier, "_history"):
                return await only(call, GET=lambda: self._history(call, Wanted(identifier, name, history=True)))
            case (identifier, "_history", version) if _VERSION.fullmatch(version):
                past = Wanted(identifier, name, int(version))
                return await only(call, GET=lambda: self._read(call, past))
        raise Problem(Kind.NOT_FOUND, "page-unknown")

    # ---------------------------------------------------------------- writing

    async def _create(self, call: Call, name: str) -> Answer:
        caller = await self.callers.of(call)
        writing = await self._posted(call, caller, name)
        done = await self._write(call, caller, writing)
        return self._written(call, done, 201)

    async def _update(self, call: Call, name: str, identifier: str) -> Answer:
        """Write the next version; which one it follows is said, so that nobody writes over what he has not seen."""
        caller = await self.callers.of(call)
        expected = _expected(call)
        if not expected:
            raise Problem(Kind.INVALID, "if-match-missing")
        writing = await self._posted(call, caller, name, identifier)
        done = await self._write(call, caller, _following(writing, identifier, expected))
        return self._written(call, done, 200)

    async def _patch(self, call: Call, name: str, identifier: str) -> Answer:
        """Write the version that a patch makes of the one it names; what the patch does not touch stays as it was sent."""
        caller = await self.callers.of(call)
        expected = _expected(call)
        if not expected:
            raise Problem(Kind.INVALID, "if-match-missing")
        self.frame.uploads.count(caller.account)
        made = await patching.made(self.frame, call, caller, Wanted(identifier, name), expected)
        with made.journaled():
            writing = writing_of(made.body, self.base, name, identifier)
            following = _following(writing, identifier, expected)
        return self._written(call, await self._write(call, caller, following), 200)

    async def _delete(self, call: Call, name: str, identifier: str) -> Answer:
        caller = await self.callers.of(call)
        self.frame.uploads.count(caller.account)
        done = await self._write(call, caller, _following(Writing(name), identifier, _expected(call)))
        headers = entry_header(done.entry) + _validators(_result(done).version)
        if _preference(call) == "OperationOutcome":
            return Answer(200, FHIR_JSON, _told(call, done), headers)
        return Answer(204, FHIR_JSON, b"", headers)

    async def _posted(self, call: Call, caller: Caller, name: str, identifier: str = "") -> Writing:
        self.frame.uploads.count(caller.account)
        media_type_is(call, _BODIES)
        _preference(call)
        most = self.frame.settings.resource_bytes
        body = await call.body(most, Problem(Kind.TOO_LARGE, "resource-too-large", {"maximum": most}))
        return writing_of(body, self.base, name, identifier)

    async def _write(self, call: Call, caller: Caller, writing: Writing) -> Outcome:
        person = f"id:{writing.person}" if writing.person else "id:"
        return await _WRITE(self.frame, caller.request(person, key=idempotency_key(call)), writing)

    def _written(self, call: Call, done: Outcome, status: int) -> Answer:
        """Give back what was sent, as it is kept: nothing of the space is read for it (guarantee G3)."""
        written, writing = _result(done), done.about
        assert isinstance(writing, Writing)
        location = f"{self.base}/{writing.type}/{written.resource}/_history/{written.version}".encode()
        headers = entry_header(done.entry) + _validators(written.version, written.updated)
        headers += ((b"location", location),) if status == 201 else ((b"content-location", location),)
        match _preference(call):
            case "minimal":
                return Answer(status, FHIR_JSON, b"", headers)
            case "OperationOutcome":
                return Answer(status, FHIR_JSON, _told(call, done), headers)
        body = given(writing.body, written.resource, written.version, _instant(written.updated))
        return Answer(status, FHIR_JSON, body, headers)

    # ---------------------------------------------------------------- reading

    async def _read(self, call: Call, wanted: Wanted) -> Answer:
        caller = await self.callers.of(call)
        part = _part(call, wanted.type)
        if part.counts:
            raise Problem(Kind.INVALID, "field-invalid", {"field": "_summary"})
        done = await _READ(self.frame, caller.request(), wanted)
        page = _page(done)
        if len(page.found) != 1:
            raise Problem(Kind.NOT_FOUND, NOTHING, entry=done.entry)
        (one,) = page.found
        if one.deleted:
            raise Problem(Kind.GONE, "resource-deleted", entry=done.entry)
        headers = entry_header(done.entry) + emergency.header(page.emergency) + _validators(one.version, one.updated)
        whole = Answer(200, FHIR_JSON, part.of(_shown(one, page)), headers)
        return conditional.answered(call, one.version, one.updated, whole)

    async def patient(self, caller: Caller, identifier: str) -> Answer:
        """Give an invented person as she was sent, under her public id. For software on trial alone (docs/decisions/0056)."""
        done = await _READ(self.frame, caller.request(), Wanted(identifier + PATIENT_ROW.hex, PATIENT.type))
        page = _page(done)
        if len(page.found) != 1:
            raise Problem(Kind.NOT_FOUND, NOTHING, entry=done.entry)
        (one,) = page.found
        body = given(one.body, identifier, one.version, _instant(one.updated))
        return Answer(200, FHIR_JSON, body, entry_header(done.entry) + _validators(one.version, one.updated))

    async def _history(self, call: Call, wanted: Wanted) -> Answer:
        """Give the versions of one resource, the most recent first: as many as one answer holds, or how many there are."""
        caller = await self.callers.of(call)
        part = _part(call, wanted.type)
        done = await _READ(self.frame, caller.request(), wanted)
        page = _page(done)
        shown = () if part.counts else page.found
        entries = b",".join(self._past(one, page, part) for one in shown)
        address = f"{self.base}/{wanted.type}/{wanted.resource}/_history" + (f"?{part.query}" if part.query else "")
        head = {
            "resourceType": "Bundle",
            "type": "history",
            "total": page.total,
            "link": [{"relation": "self", "url": address}],
        }
        body = orjson.dumps(head)
        if not part.counts:
            body = body[:-1] + b',"entry":[' + entries + b"]}"
        return Answer(200, FHIR_JSON, body, entry_header(done.entry) + emergency.header(page.emergency))

    def _past(self, one: ClearResource, page: ResourcePage, part: Subset) -> bytes:
        """Return one entry of a history; a resource stands in it as it was sent, what is shown of its bytes untouched."""
        address = f"{one.type}/{one.resource}"
        first = one.version == 1
        method, status = ("DELETE", "204") if one.deleted else ("POST", "201") if first else ("PUT", "200")
        request = {"method": method, "url": one.type if first else address}
        answered = {"status": status, "etag": f'W/"{one.version}"', "lastModified": _instant(one.updated)}
        entry = orjson.dumps({"fullUrl": f"{self.base}/{address}", "request": request, "response": answered})
        if one.deleted:
            return entry
        return entry[:-1] + b',"resource":' + part.of(_shown(one, page)) + b"}"


def _following(writing: Writing, identifier: str, expected: int) -> Writing:
    """Return a version of the resource at an address; an address that is none is asked all the same, of nobody.

    What was sent says of whom it is: of somebody else than the address, it is refused before it is asked.
    """
    person, row = parse_document_id(identifier) or (None, None)
    if writing.person and person is not None and writing.person != person.hex:
        raise Problem(Kind.INVALID, "patient-twice")
    # No resource has the number of nobody: what is asked of it is unknown.
    nobody = parse_document_id("0" * 64)
    assert nobody is not None
    named = person.hex if person is not None else writing.person
    return replace(writing, person=named, row=row or nobody[1], expected=expected)


def _expected(call: Call) -> int:
    """Return the version that `If-Match` names, 0 for none. Raises Problem for what is not one version."""
    said = call.header(b"if-match")
    if not said:
        return 0
    version = conditional.version_of(said)
    if version is None:
        raise Problem(Kind.INVALID, "field-invalid", {"field": "If-Match"})
    return version


def _part(call: Call, name: str) -> Subset:
    """Return what part of a resource is asked for; what else stands in the address changes nothing here."""
    return subset_asked(call.parameters(), (name,))


def _told(call: Call, done: Outcome) -> bytes:
    """Return the OperationOutcome of what was done, for who prefers it."""
    coding = {"system": "http://hl7.org/fhir/http-operations", "code": call.method}
    return orjson.dumps(information(coding, done.sentence))


def _preference(call: Call) -> str:
    """Return what the caller wants back: the resource, unless it says otherwise; what is not known is ignored, as RFC 7240 has it."""
    for part in call.header(b"prefer").split(","):
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "return" and value.strip().strip('"') in _PREFERENCES:
            return value.strip().strip('"')
    return "representation"


def _validators(version: int, updated: datetime | None = None) -> Headers:
    tag = (b"etag", b'W/"%d"' % version)
    return (tag, (b"last-modified", format_datetime(updated, usegmt=True).encode())) if updated else (tag,)


def _shown(one: ClearResource, page: ResourcePage) -> bytes:
    return given(one.body, one.resource, one.version, _instant(one.updated), emergency.labels(page.emergency))


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _page(done: Outcome) -> ResourcePage:
    assert isinstance(done.result, ResourcePage)
    return done.result


def _result(done: Outcome) -> Written:
    assert isinstance(done.result, Written)
    return done.result
