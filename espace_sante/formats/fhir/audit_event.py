"""A line of a person's journal as a FHIR R4 AuditEvent: a pure mapping of its record, total over every act, decision and way.

The record is that of docs/specs/entry.md, as she may read it; nothing is added to what it says. What came by a software and did what
a profile of IHE BALP is about says so in `meta.profile`; the rest has the same shape and names no profile.
Source: FHIR R4 auditevent; IHE ITI BALP 1.1 (PatientRead, PatientQuery, PatientCreate); docs/deviations.md. Guarantee: G5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from espace_sante.formats import codes

# Ours, until the body that runs the service gives them an address of its own (docs/deviations.md).
ACT = "urn:espace-sante:demarche"
ACTOR = "urn:espace-sante:acteur"
CLIENT = "urn:espace-sante:logiciel"
APPLICATION = "urn:espace-sante:application"
ACCOUNT = "urn:espace-sante:compte"
LINE = "urn:espace-sante:ligne"
RULE = "urn:espace-sante:regle:"
RESOURCE = "urn:espace-sante:donnee"
_BASES = MappingProxyType(
    {
        "grant": "urn:espace-sante:autorisation",
        "glass": "urn:espace-sante:acces-urgence",
        "order": "urn:espace-sante:ordre",
    }
)
_PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_PARTICIPATION = f"{_TERMS}v3-ParticipationType"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_NOT_KEPT = {"extension": [{"url": _ABSENT, "valueCode": "unsupported"}]}
_RPPS_DIGITS = 11
# Where a line names an application it is about, and not one that asked.
_ABOUT_APPLICATIONS = frozenset({"authorise_app", "end_app"})


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What sort of request an act is: its profile ("" for none), action, REST interaction, whether data flow to who asks."""

    profile: str
    action: str
    interaction: str
    role: str
    gives: bool = False


_READ = _Pattern("PatientRead", "R", "read", "IRCP", gives=True)
_QUERY = _Pattern("PatientQuery", "E", "search-type", "IRCP")
_CREATE = _Pattern("PatientCreate", "C", "create", "AUT")
_WRITE = _Pattern("", "U", "", "AUT")
_OTHER = _Pattern("", "E", "", "")
_PATTERNS = MappingProxyType(
    {
        "read_document": _READ,
        "read_resource": _READ,
        "list_documents": _QUERY,
        "read_journal": _QUERY,
        "deposit_document": _CREATE,
        "write_resource": _WRITE,
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as she may know it: its record, its public reference, the document it leads to ("" none), and its sentence.

    `why` is the reason in words, "" for none; `act` the name of the act in words.
    """

    record: Mapping[str, Any]
    reference: str
    document: str
    sentence: str
    why: str
    act: str


def audit_event(base: str, person: str, line: Line) -> dict[str, Any]:
    """Return the AuditEvent of a line of the journal of `person` (her public id); `base` is the address of the FHIR server.

    Its id is hers, then the number of the line. Depends on its arguments alone, never raises for a record of docs/specs/entry.md.
    """
    record = line.record
    pattern = pattern_of(record)
    permitted = record["decision"]["result"] == "permit"
    by_software = record["channel"] == "api"
    entities = _entities(person, line, pattern)
    is_of_one = sum(one["type"]["code"] == "2" for one in entities) == 1
    profile = f"{_PROFILES}{pattern.profile}" if pattern.profile and permitted and by_software and is_of_one else ""
    subtypes = [_coding("http://hl7.org/fhir/restful-interaction", pattern.interaction)] if pattern.interaction else []
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": f"{person}-{record['seq']}",
        "type": _coding(f"{_TERMS}audit-event-type", "rest", "RESTful Operation")
        if by_software
        else _coding(_DCM, "110110", "Patient Record"),
        "subtype": [*subtypes, _coding(ACT, record["act"], line.act)],
        "action": pattern.action,
        "recorded": record["at"],
        "outcome": "0" if permitted else "4",
        "agent": _agents(base, person, record, pattern),
        "source": {"observer": _named(codes.URI, base, "espace-sante"), "type": [_APPLICATION_SERVER]},
        "entity": entities,
    }
    if profile:
        event["meta"] = {"profile": [profile]}
    if said := " ".join(part for part in (line.sentence.strip(), line.why.strip()) if part):
        event["outcomeDesc"] = said
    if _is_emergency(record):
        event["purposeOfEvent"] = [{"coding": [_BREAK_THE_GLASS]}]
    return event


_APPLICATION_SERVER = {"system": f"{_TERMS}security-source-type", "code": "4", "display": "Application Server"}
_BREAK_THE_GLASS = {"system": codes.ACT_REASON, "code": "BTG", "display": "break the glass"}


def pattern_of(record: Mapping[str, Any]) -> _Pattern:
    """Return what sort of request a record tells of: a page of resources is a search, one of them a reading."""
    found = _PATTERNS.get(record["act"], _OTHER)
    if found is _READ and record["act"] == "read_resource" and "resources" in record["objects"]:
        return _QUERY
    return found


def _is_emergency(record: Mapping[str, Any]) -> bool:
    return "glass" in record["basis"] or record["act"] == "break_glass"


def _agents(base: str, person: str, record: Mapping[str, Any], pattern: _Pattern) -> list[dict[str, Any]]:
    """Return who asked, his structure, the software, and this server. Source, destination: as BALP has them."""
    actor = record["actor"]
    client, server = ("110152", "110153") if pattern.gives else ("110153", "110152")
    agents = [_user(person, record, pattern)]
    if actor["structure"]:
        organisation = {"display": actor["structure"]}
        agents.append({"type": _provider("PROV", "healthcare provider"), "who": organisation, "requestor": False})
    if record["channel"] != "system":
        agents.append({"type": _role_id(client), "who": _software(record), "requestor": False, "network": _NOT_KEPT})
    place = {"address": base, "type": "5"}
    agents.append(
        {
            "type": _role_id(server),
            "who": _named(codes.URI, base, "espace-sante"),
            "requestor": False,
            "network": place,
        }
    )
    return agents


def _software(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the software that asked: an application by its number in the register, else as it named itself."""
    if "app" in record and record["act"] not in _ABOUT_APPLICATIONS:
        return _application(record)
    return _named(CLIENT, record["client"], "") if record["client"] else {"display": "logiciel non nommé"}


def _application(record: Mapping[str, Any]) -> dict[str, Any]:
    return _named(APPLICATION, record["app"]["id"], record["app"]["name"].strip())


def _user(person: str, record: Mapping[str, Any], pattern: _Pattern) -> dict[str, Any]:
    actor = record["actor"]
    user: dict[str, Any] = {}
    if pattern.role:
        display = {"IRCP": "information recipient", "AUT": "author (originator)"}[pattern.role]
        user["type"] = {"coding": [_coding(_PARTICIPATION, pattern.role, display)]}
    roles = [_coding(ACTOR, actor["kind"])] + ([_coding(ACTOR, "behalf")] if actor["behalf"] else [])
    user["role"] = [{"coding": [one]} for one in roles]
    user["who"] = _who(person, record)
    if actor["name"].strip():
        user["name"] = actor["name"].strip()
    user["requestor"] = True
    user["policy"] = [RULE + quote(str(record["decision"]["rule"]), safe="")]
    if _is_emergency(record):
        user["purposeOfUse"] = [{"coding": [_BREAK_THE_GLASS]}]
    return user


def _who(person: str, record: Mapping[str, Any]) -> dict[str, Any]:
    actor = record["actor"]
    name = actor["name"].strip()
    if actor["kind"] == "person":
        is_her = record["decision"]["rule"] != "not-holder"
        return ({"reference": f"Patient/{person}"} if is_her else {}) | {"display": name or "une personne"}
    if not actor["id"]:
        return {"display": name or str(actor["kind"])}
    system = ACCOUNT
    if actor["kind"] == "practitioner":
        is_rpps = len(actor["id"]) == _RPPS_DIGITS and actor["id"].isdigit()
        system = codes.PRACTITIONER_RPPS if is_rpps else codes.PRACTITIONER_NATIONAL
    return _named(system, actor["id"], name)


def _entities(person: str, line: Line, pattern: _Pattern) -> list[dict[str, Any]]:
    """Return whose record it was, what was read or asked, on which authority, and the line itself."""
    record = line.record
    entities: list[dict[str, Any]] = [
        {"what": {"reference": f"Patient/{person}"}, "type": _entity_type("1", "Person"), "role": _role("1", "Patient")}
    ]
    if pattern is _QUERY:
        query = {"type": _entity_type("2", "System Object"), "role": _role("24", "Query")}
        entities.append(query | {"description": _asked(record), "_query": _NOT_KEPT})
    else:
        data = {"type": _entity_type("2", "System Object"), "role": _role("4", "Domain Resource")}
        found = _data(person, line)
        if not found and pattern is not _OTHER:
            found = [{"display": "document" if "document" in record["act"] else "donnée de soins"}]
        entities += [{"what": one} | data for one in found]
    if "app" in record and record["act"] in _ABOUT_APPLICATIONS:
        entities.append({"what": _application(record), "type": _entity_type("4", "Other")})
    entities += _basis(record)
    entities.append(
        {
            "what": _named(LINE, line.reference, ""),
            "type": _entity_type("4", "Other"),
            "detail": _details(record),
        }
    )
    return entities


def _data(person: str, line: Line) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if line.document:
        found.append({"reference": f"DocumentReference/{line.document}"})
    for name in line.record["objects"]:
        kind, _, row = name.partition(":")
        if kind == "resource" and row:
            found.append(_named(RESOURCE, person + row, ""))
    return found


def _asked(record: Mapping[str, Any]) -> str:
    """Return the words of a record for what was asked, none of which names a health datum."""
    return " ".join(name for name in record["objects"] if name and not name.startswith("document:")) or record["act"]


def _basis(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name, system in _BASES.items():
        if name in record["basis"]:
            said = {key: str(value) for key, value in record["basis"].items() if key != name and str(value)}
            entity: dict[str, Any] = {
                "what": _named(system, str(record["basis"][name]), ""),
                "type": _entity_type("4", "Other"),
                "role": _role("13", "Security Resource"),
            }
            details = [{"type": key, "valueString": value} for key, value in sorted(said.items())]
            found.append(entity | ({"detail": details} if details else {}))
    return found


def _details(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what places the line in the journal, and how a judge's order was told when it is one."""
    said = {
        name: str(record[name]) for name in ("seq", "prev", "rules", "build", "channel", "effect") if name in record
    }
    told = record.get("told", {})
    said |= {f"told.{name}": str(value) for name, value in told.items() if isinstance(value, str | int)}
    return [{"type": name, "valueString": value} for name, value in said.items() if value.strip()]


def _named(system: str, value: str, display: str) -> dict[str, Any]:
    """Return a reference by a number in a system; in words alone when there is no number."""
    return {"identifier": {"system": system, "value": value}} | ({"display": display} if display else {})


def _coding(system: str, code: str, display: str = "") -> dict[str, str]:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def _provider(code: str, display: str) -> dict[str, Any]:
    return {"coding": [_coding(f"{_TERMS}v3-RoleClass", code, display)]}


def _role_id(code: str) -> dict[str, Any]:
    return {"coding": [_coding(_DCM, code, "Source Role ID" if code == "110153" else "Destination Role ID")]}


def _entity_type(code: str, display: str) -> dict[str, str]:
    return _coding(f"{_TERMS}audit-entity-type", code, display)


def _role(code: str, display: str) -> dict[str, str]:
    return _coding(f"{_TERMS}object-role", code, display)
