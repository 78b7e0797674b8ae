"""The official files of code tables, read into our rows: FHIR ValueSet, CodeSystem and ConceptMap, IHE SVS in XML.

A file is known by its own name, address or OID, never by that of the file; one that names its codes only in part is refused,
because a table is replaced whole. Source: FHIR R4 terminology; IHE ITI-48 (Sharing Value Sets); NOS (ANS) names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from lxml import etree

from espace_sante.formats import codes, xml
from espace_sante.formats.code_rows import Row, Table
from espace_sante.kernel.errors import Problem

NO_LICENCE = "licence non indiquée"
_SVS_NAMES = ("urn:ihe:iti:svs:2008", "urn:ihe:svs:2008")
# The tables of the NOS by the beginning of their name, and by the OID of those that have one.
_NAMES = MappingProxyType(
    {
        "JDV-J07": Table.TYPES,
        "JDV-J06": Table.CLASSES,
        "JDV-J02": Table.FACILITIES,
        "JDV-J04": Table.SETTINGS,
        "JDV-J08": Table.CONFIDENTIALITY,
        "JDV-J01": Table.SPECIALTIES,
        "JDV-J47": Table.FUNCTIONS,
        "TRE-A03": Table.CLASSES,
        "ASS-X04": Table.CLASS_OF_TYPE,
        "ASS-A11": Table.FORMAT_OF_TEMPLATE,
        "ASS-A12": Table.FORMAT_OF_MEDIA,
    }
)
_MAPS = frozenset({Table.CLASS_OF_TYPE, Table.FORMAT_OF_TEMPLATE, Table.FORMAT_OF_MEDIA})
_NAME = re.compile(r"(?:JDV|TRE|ASS)[-_][A-Z]\d\d(?!\d)")
_LONGEST = 500


class Fault(StrEnum):
    """Why a file is not taken."""

    UNREADABLE = "unreadable"
    UNKNOWN_FORM = "unknown-form"
    UNKNOWN_TABLE = "unknown-table"
    INCOMPLETE = "incomplete"


class NotTaken(ValueError):
    """A file that is not one of the official tables, whole."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read_official(data: bytes, read_on: str) -> dict[Table, list[Row]]:
    """Return the tables a file holds (one, or two for a map of both models and media types). Raises NotTaken.

    `read_on` is the day it is read, AAAA-MM-JJ, written in each line.
    """
    rows = list(_svs(data, read_on) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _fhir(data, read_on))
    if not rows:
        raise NotTaken(Fault.INCOMPLETE)
    found: dict[Table, list[Row]] = {}
    for table, row in rows:
        if not row.code or ((table in _MAPS) != bool(row.target)):
            raise NotTaken(Fault.INCOMPLETE)
        found.setdefault(table, []).append(row)
    return found


def _table_of(*names: str) -> Table:
    for name in names:
        if match := _NAME.search(name.upper()):
            table = _NAMES.get(match.group().replace("_", "-"))
            if table:
                return table
    raise NotTaken(Fault.UNKNOWN_TABLE)


def _svs(data: bytes, read_on: str) -> Iterator[tuple[Table, Row]]:
    try:
        root = xml.parse(data)
    except Problem:
        raise NotTaken(Fault.UNREADABLE) from None
    sets = [each for each in root.iter(etree.Element) if etree.QName(each).localname == "ValueSet"]
    if etree.QName(root).namespace not in _SVS_NAMES or len(sets) != 1:
        raise NotTaken(Fault.UNKNOWN_FORM)
    known = sets[0]
    name, address = known.get("displayName") or "", known.get("urlFichier") or ""
    table = _table_of(name, address)
    if table in _MAPS:
        raise NotTaken(Fault.UNKNOWN_FORM)
    version = known.get("revisionDate") or known.get("version") or known.get("dateMaj") or ""
    source = _source(name.removesuffix(".tabs"), version)
    for concept in known.iter(f"{{{etree.QName(root).namespace}}}Concept"):
        code, system = concept.get("code") or "", codes.oid_of(concept.get("codeSystem") or "")
        label = concept.get("displayName") or ""
        yield table, Row(code, system, label[:_LONGEST], "", "", source, NO_LICENCE, read_on)


def _fhir(data: bytes, read_on: str) -> Iterator[tuple[Table, Row]]:
    try:
        resource = json.loads(data)
    except (ValueError, RecursionError):
        raise NotTaken(Fault.UNREADABLE) from None
    if not isinstance(resource, dict) or resource.get("resourceType") not in _READERS:
        raise NotTaken(Fault.UNKNOWN_FORM)
    words = [resource.get(name) for name in ("name", "id", "url", "version", "date", "copyright")]
    if not all(isinstance(word, str | None) for word in words):
        raise NotTaken(Fault.UNKNOWN_FORM)
    name, identifier, url, version, date, licence = (word or "" for word in words)
    table = _table_of(name, identifier, url)
    source = _source(name or identifier or url, version or date)
    said = " ".join(licence.split())[:_LONGEST] or NO_LICENCE
    try:
        for code, system, label, target, target_system in _READERS[resource["resourceType"]](resource):
            held = Table.FORMAT_OF_MEDIA if table is Table.FORMAT_OF_TEMPLATE and "/" in code else table
            yield held, Row(code, system, label[:_LONGEST], target, target_system, source, said, read_on)
    except (AttributeError, KeyError, TypeError):  # an element of another form than FHIR's
        raise NotTaken(Fault.UNKNOWN_FORM) from None


_Line = tuple[str, str, str, str, str]


def _of_value_set(resource: dict[str, Any]) -> Iterator[_Line]:
    expanded = resource.get("expansion", {}).get("contains", [])
    if expanded:
        yield from ((each["code"], codes.oid_of(each["system"]), each.get("display", ""), "", "") for each in expanded)
        return
    for part in resource.get("compose", {}).get("include", []):
        if "concept" not in part:  # a whole system, or another value set: its codes are not here
            raise NotTaken(Fault.INCOMPLETE)
        for each in part["concept"]:
            yield each["code"], codes.oid_of(part["system"]), each.get("display", ""), "", ""


def _of_code_system(resource: dict[str, Any]) -> Iterator[_Line]:
    system = codes.oid_of(resource["url"])
    waiting = list(resource.get("concept", []))
    while waiting:
        each = waiting.pop(0)
        waiting = [*each.get("concept", []), *waiting]
        yield each["code"], system, each.get("display", ""), "", ""


def _of_map(resource: dict[str, Any]) -> Iterator[_Line]:
    for group in resource.get("group", []):
        source, target = codes.oid_of(group.get("source", "")), codes.oid_of(group.get("target", ""))
        for each in group["element"]:
            for one in each.get("target", [])[:1]:
                yield each["code"], source, each.get("display", ""), one["code"], target


_READERS = MappingProxyType({"ValueSet": _of_value_set, "CodeSystem": _of_code_system, "ConceptMap": _of_map})


def _source(name: str, version: str) -> str:
    return f"{name[:_LONGEST]} ; révision {version[:40].partition('T')[0] or 'sans date'}"
