"""`If-None-Exist`, `PUT /fhir/{type}?…`, `DELETE /fhir/{type}?…`: writing on a condition. Two acts, two entries: a search, then a writing.

What is found is what this caller may see. Several: 412, nothing is written. Source: FHIR R4 http 3.1.0.7.1, 3.1.0.8.1, 3.1.0.4.3;
docs/specs/resource.md; docs/deviations.md. Guarantee: G3, G11.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from espace_sante.actions.read_resource import ClearResource
from espace_sante.actions.refusals import NOTHING
from espace_sante.actions.write_resource import Writing
from espace_sante.exchange.edge import Answer, Call, Caller, entry_header
from espace_sante.exchange.fhir import emergency
from espace_sante.exchange.fhir.conditions import Conditions, Met
from espace_sante.exchange.fhir.resources import FHIR_JSON, ResourceServer
from espace_sante.formats.fhir.resource import given
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id

# Each is a search again, because somebody wrote meanwhile what the condition may be about.
_TRIES = 8


@dataclass(frozen=True, slots=True)
class ConditionalServer(ResourceServer):
    """Answers what comes to /fhir/{type} with a condition; the rest is answered as without."""

    conditions: Conditions

    async def dispatch(self, call: Call) -> Answer:
        """Answer one request; raises Problem."""
        name = call.path[0]
        match call.method, call.path[1:]:
            case "POST", () if call.header(b"if-none-exist"):
                return await self._create_unless(call, name)
            case "PUT", ():
                return await self._update_where(call, name)
            case "DELETE", ():
                return await self._delete_where(call, name)
        return await ResourceServer.dispatch(self, call)

    async def _create_unless(self, call: Call, name: str) -> Answer:
        """Write what is sent, unless what `If-None-Exist` says is there for this caller: then give that, 200."""
        caller = await self.callers.of(call)
        writing = await self._posted(call, caller, name)
        for _ in range(_TRIES):
            met = await self.conditions.of_header(call, caller, name, writing.person)
            if met.one is not None:
                return self._there(call, met.one, met)
            if (done := await self._new(call, caller, writing, met)) is not None:
                return done
        raise Problem(Kind.BUSY, "condition-moved")

    async def _update_where(self, call: Call, name: str) -> Answer:
        """Write the next version of what the condition finds, or a new resource when it finds nothing."""
        caller = await self.callers.of(call)
        writing = await self._posted(call, caller, name)
        for _ in range(_TRIES):
            met = await self.conditions.one(caller, name, call.parameters(), writing.person)
            _refuse_another_id(writing, met)
            if met.one is not None:
                following = _following(call, writing, met.one, met.entry)
                return self._written(call, await self._write(call, caller, following), 200)
            if (done := await self._new(call, caller, writing, met)) is not None:
                return done
        raise Problem(Kind.BUSY, "condition-moved")

    async def _delete_where(self, call: Call, name: str) -> Answer:
        """Say that the one resource a condition finds is no more; none: the answer of an unknown one."""
        caller = await self.callers.of(call)
        self.frame.uploads.count(caller.account)
        met = await self.conditions.one(caller, name, call.parameters())
        if met.one is None:
            raise Problem(Kind.NOT_FOUND, NOTHING, entry=met.entry)
        gone = _following(call, Writing(name, person=met.one.resource[:32]), met.one, met.entry)
        done = await self._write(call, caller, gone)
        return Answer(204, FHIR_JSON, b"", entry_header(done.entry))

    async def _new(self, call: Call, caller: Caller, writing: Writing, met: Met) -> Answer | None:
        """Write what is new because a condition found nothing; None when something came meanwhile that it may be about."""
        try:
            done = await self._write(call, caller, replace(writing, unless=met.unless))
        except Problem as problem:
            if problem.code != "condition-moved":
                raise
            return None
        return self._written(call, done, 201)

    def _there(self, call: Call, one: ClearResource, met: Met) -> Answer:
        """Give what is there already, as a reading of it does."""
        location = f"{self.base}/{one.type}/{one.resource}/_history/{one.version}".encode()
        headers = (*entry_header(met.entry), *emergency.header(met.emergency), (b"etag", b'W/"%d"' % one.version))
        if "return=minimal" in call.header(b"prefer").replace(" ", ""):
            return Answer(200, FHIR_JSON, b"", (*headers, (b"location", location)))
        instant = one.updated.isoformat(timespec="milliseconds")
        body = given(one.body, one.resource, one.version, instant, emergency.labels(met.emergency))
        return Answer(200, FHIR_JSON, body, (*headers, (b"location", location)))


def _refuse_another_id(writing: Writing, met: Met) -> None:
    """Refuse a body that names another resource than the one found; ids of new ones are the server's."""
    if writing.id not in ("", met.one.resource if met.one is not None else ""):
        raise Problem(Kind.INVALID, "resource-invalid", {"field": "id"}, entry=met.entry)


def _following(call: Call, writing: Writing, one: ClearResource, entry: str) -> Writing:
    """Return the version that follows what was found, which must be the one `If-Match` names when it names one."""
    if call.header(b"if-match") not in ("", f'W/"{one.version}"', f'"{one.version}"'):
        raise Problem(Kind.CONFLICT, "version-differs", entry=entry)
    named = parse_document_id(one.resource)
    assert named is not None
    return replace(writing, row=named[1], expected=one.version)
