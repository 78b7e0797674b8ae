"""The FHIR R4 server: what each address does. Each request becomes one act of the registry; nothing is read here.

Unknown, not granted, hidden and closed give the same bytes: an outcome depends on its code alone (guarantees G3, G11).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec
import orjson

from espace_sante.access.request import ActId
from espace_sante.actions import deposit_set
from espace_sante.actions.act import Outcome
from espace_sante.actions.deposit_document import Deposit, metadata, sha1_of
from espace_sante.actions.frame import Frame
from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.read_document import ClearDocument
from espace_sante.actions.refusals import NOTHING, sentence
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.edge import (
    Answer,
    Call,
    Caller,
    Callers,
    Headers,
    entry_header,
    headers_of,
    idempotency_key,
    media_type_is,
    read_parameters,
    status_of,
)
from espace_sante.exchange.fhir import search as searching
from espace_sante.exchange.fhir import transaction
from espace_sante.exchange.fhir.deposit import deposit_of, person_of, refuse_future
from espace_sante.exchange.fhir.person import Numbers
from espace_sante.exchange.fhir.writing import document_reference, seen_version
from espace_sante.formats.fhir import document_reference as posted_reference
from espace_sante.formats.fhir import provide_bundle
from espace_sante.formats.fhir.binary import binary
from espace_sante.formats.fhir.bundle import searchset
from espace_sante.formats.fhir.outcome import outcome
from espace_sante.formats.fhir.reading import read_object
from espace_sante.keeper.demand import DepositAnswer, ListParams
from espace_sante.kernel.errors import Kind, Problem

FHIR_JSON = b"application/fhir+json"
_BODIES = frozenset({"application/fhir+json", "application/json"})
_FORMS = frozenset({"application/x-www-form-urlencoded"})
_SAVED = (
    (b"content-disposition", b"attachment"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
)
_READ = REGISTRY[ActId.READ_DOCUMENT].perform
_LIST = REGISTRY[ActId.LIST_DOCUMENTS].perform
_DEPOSIT = REGISTRY[ActId.DEPOSIT_DOCUMENT].perform


def problem_answer(problem: Problem) -> Answer:
    """Render a problem as an OperationOutcome in French."""
    said = {word: str(problem.fields.get(word, "")) for word in ("name", "expression")}
    body = outcome(problem.kind, problem.code, sentence(problem), **said)
    return Answer(status_of(problem), FHIR_JSON, body, headers_of(problem))


@dataclass(frozen=True, slots=True)
class FhirServer:
    """Answers what comes to /fhir. `statement` is the CapabilityStatement, made once."""

    frame: Frame
    callers: Callers
    numbers: Numbers
    statement: bytes

    async def dispatch(self, call: Call) -> Answer:
        """Answer one request; raises Problem."""
        if call.path[0] != "Binary":
            _refuse_xml(call)
        match call.path:
            case ("DocumentReference", identifier) if identifier != "_search":
                return await self._only(call, GET=lambda: self._reference(call, identifier))
            case ("Binary", identifier):
                return await self._only(call, GET=lambda: self._binary(call, identifier))
            case ("DocumentReference",):
                return await self._only(call, GET=lambda: self._search(call), POST=lambda: self._deposit(call))
            case ("DocumentReference", "_search"):
                return await self._only(call, POST=lambda: self._posted_search(call))
            case ("",):
                return await self._only(call, POST=lambda: self._transaction(call))
            case ("metadata",):
                return await self._only(call, GET=self._metadata)
            case ("Patient", _):
                return await self._only(call, GET=lambda: self._patient(call))
        raise Problem(Kind.NOT_FOUND, "page-unknown")

    async def _only(self, call: Call, **methods: Callable[[], Awaitable[Answer]]) -> Answer:
        chosen = methods.get(call.method)
        if chosen is None:
            raise Problem(Kind.INVALID, "method-refused")
        return await chosen()

    async def _metadata(self) -> Answer:
        return Answer(200, FHIR_JSON, self.statement)

    async def _patient(self, call: Call) -> Answer:
        """Refuse: who somebody is, is not given out by this version, to anybody."""
        await self.callers.of(call)
        raise Problem(Kind.NOT_FOUND, NOTHING)

    async def _reference(self, call: Call, identifier: str) -> Answer:
        caller = await self.callers.of(call)
        done = await _READ(self.frame, caller.request(), identifier)
        found = _document(done)
        superseded = bool(found.replaced_by)
        resource = document_reference(
            self.numbers.base, identifier, found.meta, found.version, replaces=found.replaces, superseded=superseded
        )
        version = _version(seen_version(found.version, superseded))
        return Answer(200, FHIR_JSON, orjson.dumps(resource), entry_header(done.entry) + version)

    async def _binary(self, call: Call, identifier: str) -> Answer:
        caller = await self.callers.of(call)
        done = await _READ(self.frame, caller.request(), identifier)
        found = _document(done)
        headers = entry_header(done.entry) + _version(found.version)
        if not _as_resource(call.header(b"accept"), found.meta.media_type):
            return _raw(self.frame, found, headers)
        if found.meta.size > self.frame.settings.inline_bytes:
            raise Problem(
                Kind.TOO_LARGE,
                "document-too-large",
                {"maximum": self.frame.settings.inline_bytes},
                entry=done.entry,
            )
        data = b"".join(found.content(self.frame))
        return Answer(200, FHIR_JSON, binary(identifier, found.meta.media_type, data), headers)

    async def _search(self, call: Call) -> Answer:
        return await self._page(await self.callers.of(call), call.parameters())

    async def _posted_search(self, call: Call) -> Answer:
        """Search with the parameters in the body, so that a national number stands in no address."""
        caller = await self.callers.of(call)
        media_type_is(call, _FORMS)
        most = self.frame.settings.form_bytes
        body = await call.body(most, Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": most}))
        return await self._page(caller, call.parameters() + read_parameters(body))

    async def _page(self, caller: Caller, parameters: list[tuple[str, str]]) -> Answer:
        asked = searching.read(parameters, self.numbers, self.frame.settings.page_size)
        if not asked.person and caller.is_practitioner:
            raise Problem(Kind.INVALID, "patient-missing")
        count = asked.count if asked.status else 0
        params = ListParams(asked.offset, count, asked.status or "both", asked.filters)
        done = await _LIST(self.frame, caller.request(asked.person or "self"), params)
        found = done.result
        assert isinstance(found, DocumentList)
        base, lines = self.numbers.base, found.lines
        named = asked.person.removeprefix("id:") if asked.person.startswith("id:") else ""
        person = lines[0].document[:32] if lines else named
        total = found.total if asked.status else 0
        after = asked.offset + len(lines)
        following = searching.link(base, asked, person, after) if lines and after < total else ""
        resources = (
            document_reference(
                base, line.document, line.meta, replaces=line.replaces, superseded=bool(line.replaced_by)
            )
            for line in lines
        )
        body = searchset(total, base, resources, searching.link(base, asked, person, asked.offset), following)
        return Answer(200, FHIR_JSON, body, entry_header(done.entry))

    async def _deposit(self, call: Call) -> Answer:
        caller = await self.callers.of(call)
        self.frame.uploads.count(f"{caller.who.kind}|{caller.who.identifier}")
        media_type_is(call, _BODIES)
        settings = self.frame.settings
        most = settings.inline_bytes * 4 // 3 + settings.form_bytes
        posted = posted_reference.parse(read_object(await call.body(most, _too_large(settings.inline_bytes))))
        if len(posted.data) > settings.inline_bytes:
            raise _too_large(settings.inline_bytes)
        person, claimed_ins = person_of(posted, self.numbers)
        refuse_future(posted, self.frame.now())
        deposit = deposit_of(posted, claimed_ins, caller, self.numbers.base)
        request = caller.request(person, key=idempotency_key(call))
        if not deposit.replaces:
            return self._acknowledged(deposit, await _DEPOSIT(self.frame, request, deposit))
        done = await deposit_set.perform(self.frame, request, (deposit,))
        kept: DepositAnswer = done.result[0]
        return self._acknowledged(
            replace(deposit, category=kept.category), replace(done, result=kept.document), kept.replaces
        )

    async def _transaction(self, call: Call) -> Answer:
        """Deposit the documents of one submission, all or none."""
        caller = await self.callers.of(call)
        self.frame.uploads.count(f"{caller.who.kind}|{caller.who.identifier}")
        media_type_is(call, _BODIES)
        settings, base = self.frame.settings, self.numbers.base
        too_large = Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": settings.bundle_bytes})
        body = await call.body(settings.bundle_bytes, too_large)
        provided = provide_bundle.parse(read_object(body), settings.bundle_entries)
        sent = transaction.submitted(provided, caller, self.numbers, self.frame.now())
        request = caller.request(sent.person, key=idempotency_key(call))
        try:
            done = await deposit_set.perform(self.frame, request, sent.deposits)
        except Problem as problem:
            raise transaction.placed(problem, transaction.place_of(problem, provided)) from None
        return Answer(200, FHIR_JSON, transaction.answered(done, provided, sent, base), entry_header(done.entry))

    def _acknowledged(self, deposit: Deposit, done: Outcome, replaces: str = "") -> Answer:
        """Give back what was sent with the id it was given: what the space holds is not read (guarantee G3)."""
        identifier = str(done.result)
        meta = metadata(self.frame, deposit, UUID(hex=identifier[32:]), "", deposit.sha1 or sha1_of(deposit.data))
        meta = msgspec.structs.replace(meta, deposited=orjson.loads(done.receipt)["payload"]["at"])
        body = orjson.dumps(document_reference(self.numbers.base, identifier, meta, replaces=replaces))
        location = f"{self.numbers.base}/DocumentReference/{identifier}".encode()
        return Answer(201, FHIR_JSON, body, ((b"location", location), *entry_header(done.entry), *_version(1)))


def _document(done: Outcome) -> ClearDocument:
    found = done.result
    assert isinstance(found, ClearDocument)
    return found


def _version(version: int) -> Headers:
    return ((b"etag", b'W/"%d"' % version),)


def _too_large(most: int) -> Problem:
    return Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": most})


def _refuse_xml(call: Call) -> None:
    """Raise Problem when only XML would do: this version speaks JSON."""
    accept = call.header(b"accept")
    if "xml" in accept and "json" not in accept and "*/*" not in accept:
        raise Problem(Kind.INVALID, "not-acceptable")


def _as_resource(accept: str, media_type: str) -> bool:
    """Say whether a client wants a Binary rather than the document itself; raises Problem when it wants neither."""
    wanted = {part.partition(";")[0].strip().lower() for part in accept.split(",")} - {""}
    if media_type in wanted or not wanted:
        return False
    if wanted & _BODIES:
        return True
    if "*/*" in wanted or media_type.partition("/")[0] + "/*" in wanted:
        return False
    raise Problem(Kind.INVALID, "not-acceptable")


def _raw(frame: Frame, found: ClearDocument, headers: Headers) -> Answer:
    """Return the document's own bytes, to be saved and never run or shown in place."""
    pieces = found.content(frame)
    first = next(pieces, b"")
    alone = len(first) == found.meta.size
    if alone:
        for _ in pieces:  # the end is what says that nothing is missing
            pass
    media_type = found.meta.media_type.encode("latin-1", "replace")
    return Answer(200, media_type, first, headers + _SAVED, None if alone else pieces, found.meta.size)
