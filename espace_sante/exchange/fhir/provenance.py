"""Where a resource comes from: `GET /fhir/Provenance?target=…`, `POST …/_search`, `GET /fhir/Provenance/{id}`.

One Provenance for each version that this reader may see, from what the keeper wrote beside it: who, when, which change. It is the
reading of that resource (act `read_resource`, its history), decided and answered as such: what he may not see has none.
Source: FHIR R4 provenance; docs/specs/api.md; docs/decisions/0054. Guarantee: G3, G5, G11.
"""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass, replace
from typing import Any

import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.read_resource import ClearResource, ResourcePage, Wanted
from espace_sante.actions.refusals import NOTHING
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.edge import Answer, Call, Caller, entry_header
from espace_sante.exchange.fhir import emergency
from espace_sante.exchange.fhir.consent import structure_named
from espace_sante.exchange.fhir.searching_resources import is_lenient
from espace_sante.exchange.fhir.viewing import FHIR_JSON, Viewing, page_cut
from espace_sante.formats import codes
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id
from espace_sante.records.resource import names, numbers

TYPE = "Provenance"
_READ = REGISTRY[ActId.READ_RESOURCE].perform
_ID = struct.Struct(">B32sIH")
_FORM = 1
_OPERATIONS = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


@dataclass(frozen=True, slots=True)
class ProvenanceServer:
    """Answers what comes to /fhir/Provenance."""

    viewing: Viewing

    async def search(self, call: Call) -> Answer:
        """Give the origins of one resource, the most recent version first; raises Problem, that of an unknown resource."""
        caller = await self.viewing.callers.of(call)
        pairs = await self.viewing.pairs(call)
        targets = [value for name, value in pairs if name in ("target", "target:reference")]
        if len(targets) != 1:
            raise Problem(Kind.INVALID, "field-missing", {"field": "target"})
        rest = [pair for pair in pairs if pair[0] != "target"]
        asked = self.viewing.read(TYPE, rest, strict=not is_lenient(call))
        name, identifier = self._target(targets[0])
        if asked.person and asked.person != f"id:{identifier[:32]}":
            raise Problem(Kind.INVALID, "patient-twice")
        page, entry = await self._read(caller, Wanted(identifier, name, history=True))
        found = [provenance(one, page.emergency) for one in page.found]
        asked = replace(asked, said=(("target", targets[0]), *asked.said))
        body = page_cut(asked, self.viewing.numbers.base, found, until=page.emergency)
        return Answer(200, FHIR_JSON, body, entry_header(entry) + emergency.header(page.emergency))

    async def one(self, call: Call, identifier: str) -> Answer:
        """Give the origin of one version; raises Problem, that of an unknown resource."""
        caller = await self.viewing.callers.of(call)
        page, entry = await self._read(caller, version_of(identifier))
        if len(page.found) != 1:
            raise Problem(Kind.NOT_FOUND, NOTHING, entry=entry)
        body = orjson.dumps(provenance(page.found[0], page.emergency))
        return Answer(200, FHIR_JSON, body, entry_header(entry) + emergency.header(page.emergency))

    async def _read(self, caller: Caller, wanted: Wanted) -> tuple[ResourcePage, str]:
        done = await _READ(self.viewing.frame, caller.request(), wanted)
        assert isinstance(done.result, ResourcePage)
        return done.result, done.entry

    def _target(self, reference: str) -> tuple[str, str]:
        """Return the type and id of a resource at an address. Raises Problem for what is not kept as one."""
        name, _, identifier = reference.removeprefix(self.viewing.numbers.base + "/").partition("/")
        if name not in numbers():
            raise Problem(Kind.INVALID, "search-unsupported", {"field": "target"})
        return name, identifier


def provenance(one: ClearResource, until: str) -> dict[str, Any]:
    """Return where one version comes from; `until`: the end of the emergency access that shows it, "" for none."""
    operation = "DELETE" if one.deleted else "CREATE" if one.version == 1 else "UPDATE"
    found: dict[str, Any] = {
        "resourceType": TYPE,
        "id": number_of(one),
        "target": [{"reference": f"{one.type}/{one.resource}/_history/{one.version}"}],
        "recorded": one.updated.isoformat(timespec="milliseconds"),
        "activity": {"coding": [{"system": _OPERATIONS, "code": operation}]},
        "agent": [_agent(one)],
    }
    if until:
        found["meta"] = {"security": emergency.labels(until)}
    return found


def _agent(one: ClearResource) -> dict[str, Any]:
    """Return who wrote it. What is handed over at a counter is hers, as for a document."""
    writer = one.writer
    agent: dict[str, Any] = {"type": {"coding": [{"system": _PARTICIPANT, "code": "author", "display": "Author"}]}}
    if writer.kind == "person":
        return agent | {"who": {"reference": f"Patient/{one.resource[:32]}"}}
    number = (
        {"identifier": {"system": codes.PRACTITIONER_RPPS, "value": writer.identifier}} if writer.identifier else {}
    )
    agent["who"] = number or {"display": "auteur sans numéro"}
    if writer.structure or writer.structure_id:
        agent["onBehalfOf"] = structure_named(writer.structure_id, writer.structure)
    return agent


def number_of(one: ClearResource) -> str:
    """Return the id of an origin, 52 characters: in base 64 with "-" and ".", the form (1), the id, the version, the type."""
    packed = _ID.pack(_FORM, bytes.fromhex(one.resource), one.version, numbers()[one.type])
    return base64.b64encode(packed, altchars=b"-.").decode()


def version_of(identifier: str) -> Wanted:
    """Return the version that an id of an origin names; nobody's when it is none, asked all the same."""
    try:
        form, resource, version, kind = _ID.unpack(base64.b64decode(identifier, altchars=b"-.", validate=True))
    except (binascii.Error, ValueError, struct.error):
        form, resource, version, kind = 0, b"", 0, 0
    name = names().get(kind, "")
    if form != _FORM or not version or not name or parse_document_id(resource.hex()) is None:
        return Wanted("0")
    return Wanted(resource.hex(), name, version)
