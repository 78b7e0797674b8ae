"""Her standing choices over HTTP: `GET /fhir/Consent?patient=…`, `POST …/_search`, `GET /fhir/Consent/{id}`.

One reading of the journal (act `read_journal`), as her own page "who can read" does; to anyone else the answer is that of an unknown
person. Nothing is changed here: a choice is changed by its act. Source: FHIR R4 consent; docs/specs/api.md. Guarantee: G3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.act import Outcome
from espace_sante.actions.frame import Request
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.refusals import NOTHING
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.edge import Answer, Call, entry_header
from espace_sante.exchange.fhir.consent import consents
from espace_sante.exchange.fhir.person import person_of_id
from espace_sante.exchange.fhir.viewing import FHIR_JSON, Viewing, page_cut
from espace_sante.keeper.demand import JournalParams
from espace_sante.kernel.errors import Kind, Problem

TYPE = "Consent"
_JOURNAL = REGISTRY[ActId.READ_JOURNAL].perform
_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ConsentServer:
    """Answers what comes to /fhir/Consent."""

    viewing: Viewing

    async def search(self, call: Call) -> Answer:
        """Give one page; raises Problem, that of an unknown person to whoever is not her."""
        caller, asked = await self.viewing.asked(call, TYPE)
        done = await self._read(caller.request(asked.person))
        body = page_cut(asked, self.viewing.numbers.base, consents(asked.named, _page(done)))
        return Answer(200, FHIR_JSON, body, entry_header(done.entry))

    async def one(self, call: Call, identifier: str) -> Answer:
        """Give one choice; raises Problem, that of an unknown person for one that is not there, or not hers."""
        caller = await self.viewing.callers.of(call)
        person = identifier[:32] if _ID.fullmatch(identifier) else ""
        done = await self._read(caller.request(person_of_id(person)))
        found = next((one for one in consents(person, _page(done)) if one["id"] == identifier), None)
        if found is None:
            raise Problem(Kind.NOT_FOUND, NOTHING, entry=done.entry)
        return Answer(200, FHIR_JSON, orjson.dumps(found), entry_header(done.entry))

    async def _read(self, request: Request) -> Outcome:
        return await _JOURNAL(self.viewing.frame, request, JournalParams(count=1))


def _page(done: Outcome) -> JournalPage:
    found = done.result
    assert isinstance(found, JournalPage)
    return found
