"""A transaction whose Patient is new, sent by a software on trial: an invented space opens, and all the rest is written there.

All of it is read and judged first, so that what is refused opens nothing; then one act opens, and one writes. A POST of a Patient is
always a new person: FHIR says that it creates. Source: docs/decisions/0056; FHIR R4 http 3.1.0.11.2. Guarantee: G1, G3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.frame import Request
from espace_sante.actions.open_sandbox import Invented, invented_of
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.edge import Answer, Caller, entry_header
from espace_sante.exchange.fhir.faults import within
from espace_sante.exchange.fhir.transacting import Done, Prepared, Transaction
from espace_sante.formats.fhir.rewriting import rewritten
from espace_sante.formats.fhir.sent_bundle import Sent, SentBundle, faulty
from espace_sante.kernel.errors import Problem
from espace_sante.records.resource import PATIENT

_OPEN = REGISTRY[ActId.OPEN_SANDBOX].perform


def has_patient(sent: SentBundle) -> bool:
    """Say whether somebody new is among what is sent; without her it is a transaction like any other."""
    return any(one.type == PATIENT.type for one in sent.entries)


@dataclass(frozen=True, slots=True)
class Inventing:
    """Carries out such transactions of one caller; `key` is that of idempotency, "" for none."""

    transaction: Transaction
    caller: Caller
    key: str

    async def answer(self, sent: SentBundle) -> Answer:
        """Open the space, write the rest, and say where everything is. Raises Problem; before the opening, nothing is kept then."""
        patient = _patient_of(sent)
        person = UUID(bytes=self.transaction.frame.random(16), version=4)
        prepared, invented = await self._prepared(sent, patient, person)
        # The opening is an act of its own: asked again, it finds the same person, and so the rest finds its first answer.
        request = self.caller.request("", key=f"{self.key}#{PATIENT.type}" if self.key else "")
        opened = await _OPEN(self.transaction.frame, request, invented)
        if opened.result != person.hex:
            person = UUID(hex=opened.result)
            prepared, _ = await self._prepared(sent, patient, person)
        done = await self.transaction.carry_out(prepared, self._request) if prepared else None
        said = self._said(person, str(orjson.loads(opened.receipt)["payload"]["at"]))
        entry = done.entry if done and done.entry else opened.entry
        return Answer(200, b"application/fhir+json", self._body(sent, patient, said, done), entry_header(entry))

    async def _prepared(self, sent: SentBundle, patient: Sent, person: UUID) -> tuple[Prepared | None, Invented]:
        """Judge the whole for a person of this id: the rest, None for none, and herself."""
        leads: Mapping[str, str] = {patient.full_url: f"{PATIENT.type}/{person.hex}"}
        prepared = None
        if len(sent.entries) > 1:
            prepared = await self.transaction.prepare(sent, self._request, given_ids=leads, person=person.hex)
            leads = prepared.leads
        try:
            invented = invented_of(rewritten(patient.body, leads, patient.full_url), person)
        except Problem as problem:
            raise within(problem, f"{patient.place}.resource") from None
        return prepared, replace(invented, about=patient.body)

    def _request(self, person: str) -> Request:
        return self.caller.request(f"id:{person}", key=self.key)

    def _said(self, person: UUID, at: str) -> bytes:
        location = f"{self.transaction.base}/{PATIENT.type}/{person.hex}"
        return orjson.dumps(
            {"response": {"status": "201 Created", "location": location, "etag": 'W/"1"', "lastModified": at}}
        )

    def _body(self, sent: SentBundle, patient: Sent, said: bytes, done: Done | None) -> bytes:
        """Return the transaction-response: one entry for each one sent, in order."""
        entries = [
            said if one is patient or done is None else self.transaction.answer_of(one, done) for one in sent.entries
        ]
        return b'{"resourceType":"Bundle","type":"transaction-response","entry":[' + b",".join(entries) + b"]}"


def _patient_of(sent: SentBundle) -> Sent:
    """Return the entry of the one person all this is about. Raises Problem with the element at fault."""
    patient, *others = [one for one in sent.entries if one.type == PATIENT.type]
    if others:
        raise faulty(f"{others[0].place}.resource", "patient-twice")
    if (patient.method, patient.url) != ("POST", PATIENT.type):
        raise faulty(f"{patient.place}.request")
    if patient.if_match or patient.if_none_exist:
        raise faulty(f"{patient.place}.request")
    if not patient.full_url:
        raise faulty(f"{patient.place}.fullUrl")
    return patient
