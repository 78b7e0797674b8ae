"""Her journal as FHIR AuditEvent: `GET /fhir/AuditEvent?patient=…`, `POST …/_search`, `GET /fhir/AuditEvent/{id}`.

A page is one reading of the journal (act `read_journal`), most recent line first, and shows what her own page shows. To anyone else the
answer is that of an unknown person. Source: FHIR R4 auditevent, search 3.1.1; IHE ITI BALP; docs/specs/api.md. Guarantee: G3, G5, G6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.act import Outcome
from espace_sante.actions.frame import Request
from espace_sante.actions.line_said import line_of
from espace_sante.actions.party_said import nobody_named
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.refusals import NOTHING
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.edge import Answer, Call, entry_header
from espace_sante.exchange.fhir.finding import aside
from espace_sante.exchange.fhir.person import person_of_id
from espace_sante.exchange.fhir.viewing import FHIR_JSON, Asked, Viewing, number
from espace_sante.formats.fhir.audit_event import Line, audit_event
from espace_sante.formats.fhir.bundle import Entry, page_of_bytes
from espace_sante.keeper.demand import JournalParams
from espace_sante.kernel.errors import Kind, Problem

TYPE = "AuditEvent"
_JOURNAL = REGISTRY[ActId.READ_JOURNAL].perform
_ID = re.compile(r"([0-9a-f]{32})-(0|[1-9][0-9]{0,8})", re.ASCII)
# As many lines as one reading of the journal looks at: what is narrowed is narrowed among these.
_LOOKED_AT = 500
_NAMES = {str(act): one.name for act, one in REGISTRY.items()}


@dataclass(frozen=True, slots=True)
class AuditServer:
    """Answers what comes to /fhir/AuditEvent."""

    viewing: Viewing

    async def search(self, call: Call) -> Answer:
        """Give one page; raises Problem, that of an unknown person to whoever is not her."""
        caller, asked = await self.viewing.asked(call, TYPE)
        before = number(asked.place)
        count = _LOOKED_AT if asked.narrowed else asked.count
        done = await self._read(caller.request(asked.person), JournalParams(before, max(count, 1)))
        page = _page(done)
        body = await aside(len(page.records), self._bundle, asked, page)
        return Answer(200, FHIR_JSON, body, entry_header(done.entry))

    async def one(self, call: Call, identifier: str) -> Answer:
        """Give one line; raises Problem, that of an unknown person for a line there is not, or that is not hers."""
        caller = await self.viewing.callers.of(call)
        found = _ID.fullmatch(identifier)
        person, seq = (found[1], int(found[2])) if found else ("", 0)
        done = await self._read(caller.request(person_of_id(person)), JournalParams(seq + 1, 1))
        page = _page(done)
        if not page.records or page.records[0]["seq"] != seq:
            raise Problem(Kind.NOT_FOUND, NOTHING, entry=done.entry)
        return Answer(200, FHIR_JSON, orjson.dumps(self._event(person, page, 0)), entry_header(done.entry))

    async def _read(self, request: Request, params: JournalParams) -> Outcome:
        return await _JOURNAL(self.viewing.frame, request, params)

    def _bundle(self, asked: Asked, page: JournalPage) -> bytes:
        base = self.viewing.numbers.base
        events = [self._event(asked.named, page, place) for place in range(len(page.records) if asked.count else 0)]
        wanted = [one for one in events if asked.wants(one)]
        given = wanted[: asked.count]
        following = page.next
        if len(given) < len(wanted):
            following = int(str(given[-1]["id"]).rpartition("-")[2])
        return page_of_bytes(
            None,
            asked.link(base, asked.place),
            asked.link(base, str(following)) if following and asked.count else "",
            [Entry(f"{base}/{TYPE}/{one['id']}", orjson.dumps(one), "match") for one in given],
        )

    def _event(self, person: str, page: JournalPage, place: int) -> dict[str, Any]:
        record, reference = page.records[place], page.references[place]
        line = line_of(record, reference, page.documents[place], str, nobody_named)
        act = _NAMES.get(record["act"], "")
        said = Line(record, reference, line.document, line.sentence, line.why, act)
        return audit_event(self.viewing.numbers.base, person, said)


def _page(done: Outcome) -> JournalPage:
    found = done.result
    assert isinstance(found, JournalPage)
    return found
