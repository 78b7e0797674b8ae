"""The FHIR R4 server: what each address does. Each request becomes one act of the registry; nothing is read here.

Unknown, not granted, hidden and closed give the same bytes: an outcome depends on its code alone (guarantees G3, G11).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

import msgspec
import orjson

from espace_sante.access.request import ActId
from espace_sante.actions import deposit_set
from espace_sante.actions.act import Outcome
from espace_sante.actions.deposit_set import Kept
from espace_sante.actions.depositing import metadata, sha1_of
from espace_sante.actions.frame import Frame
from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.read_document import ClearDocument
from espace_sante.actions.receiving import cut
from espace_sante.actions.refusals import NOTHING, sentence
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.staging import stage
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
    only,
    read_parameters,
    status_of,
)
from espace_sante.exchange.fhir import content, emergency, export, transaction, validating
from espace_sante.exchange.fhir import search as searching
from espace_sante.exchange.fhir.batch import BATCH_MOST, Batch
from espace_sante.exchange.fhir.deposit import content_of, deposit_of, person_of, refuse_future
from espace_sante.exchange.fhir.everything import EverythingServer
from espace_sante.exchange.fhir.export import ExportServer
from espace_sante.exchange.fhir.form import formed
from espace_sante.exchange.fhir.inventing import Inventing, has_patient
from espace_sante.exchange.fhir.person import Numbers
from espace_sante.exchange.fhir.resources import ResourceServer, is_type
from espace_sante.exchange.fhir.searching_resources import SearchServer
from espace_sante.exchange.fhir.transacting import Transaction
from espace_sante.exchange.fhir.views import TYPES as VIEWS
from espace_sante.exchange.fhir.views import ViewServer
from espace_sante.exchange.fhir.writing import document_reference, seen_version
from espace_sante.formats.fhir import document_reference as posted_reference
from espace_sante.formats.fhir import provide_bundle
from espace_sante.formats.fhir.binary import binary, read_binary
from espace_sante.formats.fhir.bundle import searchset
from espace_sante.formats.fhir.conformant import NotR4
from espace_sante.formats.fhir.outcome import nonconformance, outcome
from espace_sante.formats.fhir.reading import read_object
from espace_sante.formats.fhir.sent_bundle import is_submission, read_bundle
from espace_sante.formats.media import ACCEPTED
from espace_sante.keeper.demand import ListParams
from espace_sante.kernel.errors import Kind, Problem

FHIR_JSON = b"application/fhir+json"
_BODIES = frozenset({"application/fhir+json", "application/json"})
_FORMS = frozenset({"application/x-www-form-urlencoded"})
_READ = REGISTRY[ActId.READ_DOCUMENT].perform
_LIST = REGISTRY[ActId.LIST_DOCUMENTS].perform
_DEPOSIT = REGISTRY[ActId.DEPOSIT_DOCUMENT].perform


def problem_answer(problem: Problem) -> Answer:
    """Render a problem as an OperationOutcome in French."""
    if isinstance(problem, NotR4):
        body = nonconformance(problem.code, problem.issues)
    else:
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
    resources: ResourceServer
    searching: SearchServer
    everything: EverythingServer
    views: ViewServer
    export: ExportServer

    async def dispatch(self, call: Call) -> Answer:
        """Answer one request; raises Problem."""
        if call.path[0] != "Binary":
            _refuse_xml(call)
        if call.path[0] in VIEWS and call.path[-1] != "$validate":
            return await self.views.dispatch(call)
        if export.is_of_several(call.path):
            raise export.refuse_several()
        if call.path[0] == "Patient" and call.path[2:3] and call.path[2] in export.STEPS:
            return await self.export.dispatch(call, call.path[1])
        match call.path:
            case (*kind, "$validate") if len(kind) < 2:
                return await only(call, POST=lambda: self._validate(call, *kind))
            case ("DocumentReference", identifier) if identifier != "_search":
                return await only(call, GET=lambda: self._reference(call, identifier))
            case ("Binary", identifier):
                return await only(
                    call, GET=lambda: self._binary(call, identifier), HEAD=lambda: self._binary(call, identifier)
                )
            case ("Binary",):
                return await only(call, POST=lambda: self._stage(call))
            case ("DocumentReference",):
                return await only(call, GET=lambda: self._search(call), POST=lambda: self._deposit(call))
            case ("DocumentReference", "_search"):
                return await only(call, POST=lambda: self._posted_search(call))
            case ("",):
                return await only(call, POST=lambda: self._bundle(call))
            case ("metadata",):
                return await only(call, GET=self._metadata)
            case ("Patient", identifier):
                return await only(call, GET=lambda: self._patient(call, identifier))
            case ("Patient", person, "$everything"):
                return await only(
                    call,
                    GET=lambda: self.everything.answer(call, person),
                    POST=lambda: self.everything.answer(call, person),
                )
            case ("Patient", person, "DocumentReference"):
                return await only(call, GET=lambda: self._search(call, person))
            case ("Patient", person, name) if is_type(name):
                return await only(call, GET=lambda: self.searching.get(call, name, person))
            case (name, "_search") if is_type(name):
                return await only(call, POST=lambda: self.searching.post(call, name))
            case (name,) if is_type(name):
                written = partial(self.resources.dispatch, call)
                return await only(
                    call, GET=lambda: self.searching.get(call, name), POST=written, PUT=written, DELETE=written
                )
        if is_type(call.path[0]):
            return await self.resources.dispatch(call)
        raise Problem(Kind.NOT_FOUND, "page-unknown")

    async def _metadata(self) -> Answer:
        return Answer(200, FHIR_JSON, self.statement)

    async def _patient(self, call: Call, identifier: str) -> Answer:
        """Refuse: who somebody is, is not given out by this version, to anybody; an invented person, to software on trial."""
        caller = await self.callers.of(call)
        if not caller.is_on_trial:
            raise Problem(Kind.NOT_FOUND, NOTHING)
        return await self.resources.patient(caller, identifier)

    async def _reference(self, call: Call, identifier: str) -> Answer:
        caller = await self.callers.of(call)
        done = await _READ(self.frame, caller.request(), identifier)
        found = _document(done)
        superseded = bool(found.replaced_by)
        resource = document_reference(
            self.numbers.base, identifier, found.meta, found.version, replaces=found.replaces, superseded=superseded
        )
        if found.emergency:
            resource["meta"]["security"] = emergency.labels(found.emergency)
        headers = entry_header(done.entry) + emergency.header(found.emergency)
        version = _version(seen_version(found.version, superseded))
        return Answer(200, FHIR_JSON, orjson.dumps(resource), headers + version)

    async def _binary(self, call: Call, identifier: str) -> Answer:
        caller = await self.callers.of(call)
        done = await _READ(self.frame, caller.request(), identifier)
        found = _document(done)
        if not _as_resource(call.header(b"accept"), found.meta.media_type):
            return await content.raw(self.frame, call, found, done.entry)
        headers = entry_header(done.entry) + emergency.header(found.emergency) + _version(found.version)
        if found.meta.size > self.frame.settings.inline_bytes:
            raise Problem(
                Kind.TOO_LARGE,
                "document-too-large",
                {"maximum": self.frame.settings.inline_bytes},
                entry=done.entry,
            )
        body = await asyncio.to_thread(self._resource, identifier, found)
        return Answer(200, FHIR_JSON, body, headers)

    def _resource(self, identifier: str, found: ClearDocument) -> bytes:
        data, labels = b"".join(found.content(self.frame)), emergency.labels(found.emergency)
        return binary(identifier, found.meta.media_type, data, labels)

    async def _stage(self, call: Call) -> Answer:
        """Keep bytes sent ahead of the DocumentReference that will name them; they are read by nobody until then."""
        caller = await self.callers.of(call)
        self.frame.uploads.count(caller.account)
        media_type = call.header(b"content-type").partition(";")[0].strip().lower()
        person = content.security_context(call.header(b"x-security-context"), self.numbers.base)
        if media_type in _BODIES:
            most = self.frame.settings.inline_bytes
            body = await call.body(most * 4 // 3 + self.frame.settings.form_bytes, _too_large(most))
            media_type, data = read_binary(read_object(body))
            pieces = cut(data)
        else:
            most = self.frame.settings.document_bytes
            pieces = call.pieces(most, _too_large(most))
        if media_type not in ACCEPTED:
            raise Problem(Kind.UNSUPPORTED_MEDIA, "media-type-unsupported")
        staged = await stage(self.frame, pieces, caller.account, person=person)
        said = orjson.dumps({"resourceType": "Binary", "id": staged.name, "contentType": media_type})
        location = f"{self.numbers.base}/Binary/{staged.name}".encode()
        return Answer(201, FHIR_JSON, said, ((b"location", location),))

    async def _search(self, call: Call, person: str = "") -> Answer:
        own = [("patient", person)] if person else []
        return await self._page(await self.callers.of(call), own + call.parameters())

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
        body = searchset(
            total,
            base,
            resources,
            searching.link(base, asked, person, asked.offset),
            following,
            labels=emergency.labels(found.emergency),
            told=emergency.told(found.emergency),
        )
        return Answer(200, FHIR_JSON, body, entry_header(done.entry) + emergency.header(found.emergency))

    async def _deposit(self, call: Call) -> Answer:
        caller = await self.callers.of(call)
        self.frame.uploads.count(caller.account)
        media_type_is(call, _BODIES)
        settings = self.frame.settings
        most = settings.inline_bytes * 4 // 3 + settings.form_bytes
        posted = posted_reference.parse(read_object(await call.body(most, _too_large(settings.inline_bytes))))
        if len(posted.data) > settings.inline_bytes:
            raise _too_large(settings.inline_bytes)
        person, claimed_ins = person_of(posted, self.numbers)
        refuse_future(posted, self.frame.now())
        given = content_of(posted, caller, self.numbers.base)
        deposit = deposit_of(posted, given, claimed_ins, caller, self.numbers.base)
        done = await _DEPOSIT(self.frame, caller.request(person, key=idempotency_key(call)), deposit)
        return self._acknowledged(done)

    async def _validate(self, call: Call, kind: str = "") -> Answer:
        """Say what is wrong in a resource; nothing is kept, nothing is read here."""
        caller = await self.callers.of(call)
        self.frame.uploads.count(caller.account)
        media_type_is(call, _BODIES)
        most = self.frame.settings.bundle_bytes
        body = await call.body(most, Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": most}))
        return Answer(200, FHIR_JSON, await asyncio.to_thread(validating.answered, body, kind, call.parameters()))

    async def _bundle(self, call: Call) -> Answer:
        """Carry out a Bundle: the documents of one submission, a transaction of resources, or a batch of requests."""
        caller = await self.callers.of(call)
        self.frame.uploads.count(caller.account)
        media_type_is(call, _BODIES)
        settings = self.frame.settings
        too_large = Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": settings.bundle_bytes})
        body = await call.body(settings.bundle_bytes, too_large)
        if await asyncio.to_thread(is_submission, body):
            return await self._submission(call, caller, body)
        sent = await asyncio.to_thread(read_bundle, body, settings.bundle_entries)
        if sent.type == "batch":
            if len(sent.entries) > BATCH_MOST:
                fields: dict[str, str | int] = {"maximum": BATCH_MOST, "expression": f"Bundle.entry[{BATCH_MOST}]"}
                raise Problem(Kind.TOO_LARGE, "transaction-too-long", fields)
            # Twice what may be sent: all that a batch writes can be given back, whatever its lengths.
            of_one = formed(self._of_a_batch)
            batch = Batch(of_one, problem_answer, self.numbers.base, settings.url_bytes, 2 * settings.bundle_bytes)
            return Answer(200, FHIR_JSON, await batch.answered(call, sent))
        transacting = Transaction(self.frame, self.numbers.base)
        key = idempotency_key(call)
        async with self.frame.whole_records:
            if caller.is_on_trial and has_patient(sent):
                return await Inventing(transacting, caller, key).answer(sent)
            done = await transacting.perform(sent, lambda person: caller.request(f"id:{person}", key=key))
            return Answer(200, FHIR_JSON, transacting.answered(sent, done), entry_header(done.entry))

    async def _of_a_batch(self, call: Call) -> Answer:
        if call.path == ("",):
            raise Problem(Kind.NOT_FOUND, "page-unknown")
        return await self.dispatch(call)

    async def _submission(self, call: Call, caller: Caller, body: bytes) -> Answer:
        """Deposit the documents of one submission, all or none."""
        settings, base = self.frame.settings, self.numbers.base
        provided = provide_bundle.parse(read_object(body), settings.bundle_entries)
        sent = transaction.submitted(provided, caller, self.numbers, self.frame.now())
        request = caller.request(sent.person, key=idempotency_key(call))
        try:
            done = await deposit_set.perform(self.frame, request, sent.deposits)
        except Problem as problem:
            raise transaction.placed(problem, transaction.place_of(problem, provided)) from None
        return Answer(200, FHIR_JSON, transaction.answered(done, provided, sent, base), entry_header(done.entry))

    def _acknowledged(self, done: Outcome) -> Answer:
        """Give back what was sent with the id it was given: what the space holds is not read (guarantee G3)."""
        identifier, kept = str(done.result), done.about
        assert isinstance(kept, Kept)
        deposit = replace(kept.deposit, category=kept.answer.category)
        given, sha1, size = deposit.content, deposit.sha1, deposit.size
        if isinstance(given, bytes):
            sha1, size = sha1 or sha1_of(given), len(given)
        meta = metadata(self.frame, deposit, UUID(hex=identifier[32:]), size or 0, "", sha1)
        meta = msgspec.structs.replace(meta, deposited=orjson.loads(done.receipt)["payload"]["at"])
        resource = document_reference(self.numbers.base, identifier, meta, replaces=kept.answer.replaces)
        attachment = resource["content"][0]["attachment"]
        for name, said in (("size", size), ("hash", sha1)):
            if not said:  # nor was it sent: the same request repeated gives the same answer
                attachment.pop(name, None)
        body = orjson.dumps(resource)
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
