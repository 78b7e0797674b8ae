"""A transaction of resources: all are written, in one act and one entry of her journal, or nothing is.

What is new is given an id first, and every reference to it follows; then each resource is judged as if it had come alone.
Source: FHIR R4 http 3.1.0.11.2; docs/specs/resource.md; docs/decisions/0050. Guarantee: G3, G5, G13.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl
from uuid import UUID

import orjson

from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.write_resource import SUBJECTS, Writing, Written, perform_all, written_from
from espace_sante.exchange.fhir.conditional import version_of
from espace_sante.exchange.fhir.faults import within
from espace_sante.exchange.fhir.finding import find
from espace_sante.exchange.fhir.inside import answering
from espace_sante.formats.fhir.resource import read_resource
from espace_sante.formats.fhir.rewriting import references_of, rewritten
from espace_sante.formats.fhir.search import Query, parse
from espace_sante.formats.fhir.sent_bundle import Sent, SentBundle, faulty
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import DocumentId, PersonId, parse_document_id, parse_person_id, public_document_id
from espace_sante.records.resource import numbers

# How a request of this person, by this caller, is made: her public id, and the key of idempotency.
Requests = Callable[[str], Request]
# Each condition is a search of her space, or of all that is sent with it.
CONDITIONS_MOST = 100
_ORDER = {"DELETE": 0, "POST": 1, "PUT": 2}
_STATUS = {"DELETE": "204 No Content", "POST": "201 Created", "PUT": "200 OK"}


@dataclass(slots=True)
class _Plan:
    """What a transaction will do: whose it is, the ids given, where each address leads, what is there already."""

    person: str
    ids: dict[int, str] = field(default_factory=dict)
    expected: dict[int, int] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    found: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a transaction: its entry in her journal ("" when nothing was to be written), and of each entry of the Bundle.

    `written`: its type and what stands now; `found`: the id of what a condition found there already.
    """

    entry: str
    written: Mapping[int, tuple[str, Written]]
    found: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A transaction that was read and judged whole: whose it is, where each address leads, and what is to be written."""

    person: str
    leads: Mapping[str, str]
    sent: SentBundle
    entries: Sequence[Sent]
    writings: Mapping[int, Writing]
    found: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Transaction:
    """Writes transactions through the frame; `base` is the address of this server."""

    frame: Frame
    base: str

    async def perform(
        self, sent: SentBundle, requests: Requests, *, given_ids: Mapping[str, str] | None = None, person: str = ""
    ) -> Done:
        """Write all that a transaction asks for; return what became of each entry.

        `given_ids`: where addresses of the Bundle lead already (her own Patient), and those entries are not written; `person`: whose
        it is, else it is read of what is sent. Raises Problem, with the element at fault in `expression`; nothing is kept then.
        """
        return await self.carry_out(await self.prepare(sent, requests, given_ids=given_ids, person=person), requests)

    async def prepare(
        self, sent: SentBundle, requests: Requests, *, given_ids: Mapping[str, str] | None = None, person: str = ""
    ) -> Prepared:
        """Read and judge all that a transaction asks for, and give an id to what is new; nothing is written. Raises Problem."""
        fixed = dict(given_ids or {})
        entries = [one for one in sent.entries if one.full_url not in fixed or not one.full_url]
        if not entries:
            raise faulty("Bundle.entry")
        for one in entries:
            _refuse_request(one, self.base)
        plan = _Plan(person or _person_of(entries, self.base), leads=fixed)
        request = requests(plan.person)
        self._give_ids(entries, plan)
        await self._conditions(entries, plan, request)
        writings = await asyncio.to_thread(self._writings, entries, plan)
        return Prepared(plan.person, plan.leads, sent, entries, writings, plan.found)

    async def carry_out(self, prepared: Prepared, requests: Requests) -> Done:
        """Write what was prepared, all or nothing. Raises Problem."""
        writings, found = prepared.writings, prepared.found
        if not writings:
            return Done("", {}, found)
        order = sorted(writings, key=lambda number: _ORDER[prepared.sent.entries[number].method])
        done = await perform_all(
            self.frame, requests(prepared.person), [writings[n] for n in order], _about(prepared.entries, found)
        )
        stands = {n: (writings[n].type, one) for n, one in zip(order, done.result, strict=True)}
        return Done(done.entry, stands, found)

    # ---------------------------------------------------------------- before

    def _give_ids(self, entries: Sequence[Sent], plan: _Plan) -> None:
        """Give an id to each resource that is new, and note where each address leads."""
        owner = parse_person_id(plan.person)
        for one in entries:
            if one.method == "POST":
                identifier = _new_id(owner, self.frame.random(16))
                name = _here(one.url, self.base)
            else:
                name, _, identifier = _here(one.url, self.base).partition("/")
            plan.ids[one.number] = identifier
            lead = f"{name}/{identifier}"
            if one.full_url:
                plan.leads[one.full_url] = lead
        self._refuse_another(entries, plan)

    def _refuse_another(self, entries: Sequence[Sent], plan: _Plan) -> None:
        """Refuse an address that is, here, that of what another entry changes: what names it would lead to either."""
        changed = {_here(one.url, self.base): one.number for one in entries if one.method != "POST"}
        for one in entries:
            if changed.get(_here(one.full_url, self.base), one.number) != one.number:
                raise faulty(f"{one.place}.fullUrl", "transaction-entry-twice")

    async def _conditions(self, entries: Sequence[Sent], plan: _Plan, request: Request) -> None:
        """Find what is created only if nothing answers a condition, and what is named by a condition: here, then in her space."""
        asked = [one for one in entries if one.if_none_exist and one.method == "POST"]
        named = await asyncio.to_thread(self._named_by_condition, entries)
        if len(asked) + len(named) > CONDITIONS_MOST:
            raise Problem(Kind.TOO_LARGE, "conditions-too-many", {"maximum": CONDITIONS_MOST})
        for one in asked:
            place, name = f"{one.place}.request.ifNoneExist", _here(one.url, self.base)
            there = await self._there(self._query(name, one.if_none_exist, place), request, place)
            if there:
                plan.found[one.number] = plan.ids[one.number] = there
                plan.leads[one.full_url] = f"{name}/{there}"
        conditions: dict[str, tuple[str, Query]] = {}
        for said, one in named.items():
            name, _, condition = _here(said, self.base).partition("?")
            conditions[said] = (name, self._query(name, condition, f"{one.place}.resource"))
        inside = await asyncio.to_thread(answering, entries, conditions)
        for said, (name, query) in conditions.items():
            place, here = f"{named[said].place}.resource", inside[said]
            if len(here) > 1:
                raise faulty(place, "condition-several", Kind.CONFLICT)
            identifier = plan.ids[here[0].number] if here else await self._there(query, request, place)
            if not identifier:
                raise faulty(place, "reference-unresolved", Kind.UNPROCESSABLE)
            plan.leads[said] = f"{name}/{identifier}"

    def _named_by_condition(self, entries: Sequence[Sent]) -> dict[str, Sent]:
        """Return each reference that is a condition on a type kept here, with an entry that has it."""
        return {
            said: one
            for one in entries
            for said in references_of(one.body)
            if "?" in said and _here(said, self.base).partition("?")[0] in numbers()
        }

    def _query(self, name: str, condition: str, place: str) -> Query:
        try:
            pairs = parse_qsl(condition.lstrip("?"), keep_blank_values=True, errors="strict", max_num_fields=50)
            query = parse(name, pairs, strict=True, now=self.frame.now(), base=self.base)
        except ValueError:
            raise faulty(place) from None
        if not pairs or query.includes or query.reverse_includes:
            raise faulty(place)
        return query

    async def _there(self, query: Query, request: Request, place: str) -> str:
        """Return the id of the one resource of hers that answers a condition, among those this caller may see; "" for none."""
        try:
            found = await find(self.frame, replace(request, idempotency_key=""), query)
        except Problem as problem:
            if problem.kind is Kind.NOT_FOUND:  # who may see nothing finds nothing
                return ""
            raise
        if len(found.matched) > 1:
            raise faulty(place, "condition-several", Kind.CONFLICT)
        return str(found.matched[0]["id"]) if found.matched else ""

    # ---------------------------------------------------------------- what is written

    def _writings(self, entries: Sequence[Sent], plan: _Plan) -> dict[int, Writing]:
        """Return what is to be written, by the number of its entry. Raises Problem with the element at fault."""
        writings: dict[int, Writing] = {}
        rows: set[UUID] = set()
        for one in entries:
            if one.number in plan.found:
                continue
            try:
                writing = self._writing(one, plan)
            except Problem as problem:
                raise within(problem, f"{one.place}.resource") from None
            if writing.row in rows:
                raise faulty(f"{one.place}.request.url", "transaction-entry-twice")
            assert writing.row is not None
            rows.add(writing.row)
            writings[one.number] = writing
        return writings

    def _writing(self, one: Sent, plan: _Plan) -> Writing:
        owner, row = parse_document_id(plan.ids[one.number]) or (None, None)
        if owner is None or owner.hex != plan.person:
            raise Problem(Kind.INVALID, "patient-twice")
        expected = version_of(one.if_match) or 0
        if one.method == "DELETE":
            return Writing(_here(one.url, self.base).partition("/")[0], person=plan.person, row=row, expected=expected)
        posted = read_resource(rewritten(one.body, plan.leads, one.full_url), SUBJECTS)
        if one.method == "PUT" and posted.id != plan.ids[one.number]:
            raise Problem(Kind.INVALID, "resource-invalid", {"field": "id", "expression": "id"})
        writing = written_from(posted, self.base, plan.person)
        if writing.person != plan.person:
            raise Problem(Kind.INVALID, "patient-twice")
        return replace(writing, row=row, expected=expected)

    # ---------------------------------------------------------------- after

    def answered(self, sent: SentBundle, done: Done) -> bytes:
        """Return the transaction-response: one entry for each one sent, in order, saying where it stands; read it to see it."""
        entries = b",".join(self.answer_of(one, done) for one in sent.entries)
        return b'{"resourceType":"Bundle","type":"transaction-response","entry":[' + entries + b"]}"

    def answer_of(self, one: Sent, done: Done) -> bytes:
        """Return the entry of a transaction-response for one entry sent."""
        if one.number not in done.written:
            there = done.found.get(one.number)
            location = {"location": f"{self.base}/{_here(one.url, self.base)}/{there}"} if there else {}
            return orjson.dumps({"response": {"status": "200 OK", **location}})
        name, stands = done.written[one.number]
        instant = stands.updated.isoformat(timespec="milliseconds")
        response = {"status": _STATUS[one.method], "etag": f'W/"{stands.version}"', "lastModified": instant}
        if one.method == "DELETE":
            return orjson.dumps({"response": response})
        response["location"] = f"{self.base}/{name}/{stands.resource}/_history/{stands.version}"
        return orjson.dumps({"response": response})


def _refuse_request(one: Sent, base: str) -> None:
    """Refuse a request that a transaction does not do, at its place."""
    url = _here(one.url, base)
    name, _, identifier = url.partition("/")
    if one.method not in _ORDER:
        raise faulty(f"{one.place}.request.method")
    if name not in numbers() or "?" in url or bool(identifier) == (one.method == "POST"):
        raise faulty(f"{one.place}.request.url", *_refusal_of(name))
    if one.method != "DELETE" and one.type != name:
        raise faulty(f"{one.place}.resource")
    if one.method == "DELETE" and one.body:
        raise faulty(f"{one.place}.resource")
    if one.method == "PUT" and not one.if_match:
        raise faulty(f"{one.place}.request.ifMatch", "if-match-missing")
    if one.method == "POST" and one.if_match:
        raise faulty(f"{one.place}.request.ifMatch")
    if one.if_match and version_of(one.if_match) is None:
        raise faulty(f"{one.place}.request.ifMatch", "field-invalid")


def _refusal_of(name: str) -> tuple[str, Kind] | tuple[()]:
    return ("resource-type-refused", Kind.NOT_FOUND) if name.isalpha() and name not in numbers() else ()


def _person_of(entries: Sequence[Sent], base: str) -> str:
    """Return the one person all this is about: of the first resource, or address, that says so. Raises Problem."""
    for one in entries:
        if one.method != "POST":
            found = parse_document_id(_here(one.url, base).partition("/")[2])
            if found is not None:
                return found[0].hex
        for said in references_of(one.body):
            name, _, identifier = _here(said, base).partition("/")
            person = parse_person_id(identifier) if name == "Patient" else None
            if person is not None:
                return person.hex
    raise faulty("Bundle.entry", "patient-missing")


def _about(entries: Sequence[Sent], found: Mapping[int, str]) -> bytes:
    """Return what stands for what was asked, the same when it is asked again: what was sent, not the ids that were drawn."""
    digest = hashlib.sha256()
    for one in entries:
        for part in (one.method, one.url, one.full_url, one.if_match, found.get(one.number, "")):
            digest.update(part.encode() + b"\0")
        digest.update(hashlib.sha256(one.body).digest())
    return digest.digest()


def _here(address: str, base: str) -> str:
    return address.removeprefix(f"{base}/")


def _new_id(owner: PersonId | None, random: bytes) -> str:
    if owner is None:
        raise faulty("Bundle.entry", "patient-missing")
    return public_document_id(owner, DocumentId(UUID(bytes=random, version=4)))
