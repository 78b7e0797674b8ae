"""The transaction Bundle by which software sends the documents of one submission, read into frozen values.

What would be lost if it were left out (a folder, another method, a resource of another type) is refused with its place.
Source: IHE MHD ITI-65 (2:3.65.4.1.2); PDSm comprehensive provide document bundle; FHIR R4 http 3.1.0.11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from espace_sante.formats import codes
from espace_sante.formats.fhir import bundle_elements as b
from espace_sante.formats.fhir import elements as e
from espace_sante.formats.fhir.document_reference import contained_of, subject_of
from espace_sante.formats.fhir.parties import Author, author
from espace_sante.kernel.errors import Kind, Problem

_EXTENSIONS = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"
_KINDS = (
    "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes",
    "http://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One document: its DocumentReference with the bytes of its Binary put in, and the numbers of both entries.

    `binary` is -1 when the bytes came in the DocumentReference itself.
    """

    resource: dict[str, Any]
    entry: int
    binary: int


@dataclass(frozen=True, slots=True)
class SubmissionSet:
    """What is said of the whole: its identifier, who sends, from which system, when, why."""

    unique_id: str
    source_id: str
    sent: str
    purpose: e.Coding
    author: Author
    title: str
    subject: str
    subject_identifiers: tuple[tuple[str, str], ...]
    entry: int


@dataclass(frozen=True, slots=True)
class Provided:
    """A transaction: the submission set, its documents in the order of the Bundle, and the documents it declares replaced.

    `patched` gives the number of each entry that does so, with the address it names; `size` how many entries there are.
    """

    submission: SubmissionSet
    items: tuple[Item, ...]
    patched: Mapping[int, str]
    size: int


def parse(given: dict[str, Any], most: int) -> Provided:
    """Read a transaction of at most `most` entries. Raises Problem with, in `expression`, the element at fault."""
    try:
        bundle = msgspec.convert(given, b.Bundle)
    except msgspec.ValidationError:
        raise at_fault("Bundle") from None
    if bundle.resource_type != "Bundle" or bundle.type != "transaction":
        raise at_fault("Bundle.type")
    if len(bundle.entry) > most:
        fields: dict[str, str | int] = {"maximum": most, "expression": f"Bundle.entry[{most}]"}
        raise Problem(Kind.TOO_LARGE, "submission-too-long", fields)
    found: dict[str, list[int]] = {}
    for number, entry in enumerate(bundle.entry):
        found.setdefault(_kind_of(entry, number), []).append(number)
    binaries = _by_address(bundle.entry, found.get("Binary", []))
    documents = _by_address(bundle.entry, found.get("DocumentReference", []))
    lists = found.get("List", [])
    if len(lists) != 1:
        raise at_fault(f"Bundle.entry[{lists[1]}].resource" if lists else "Bundle.entry")
    if not documents:
        raise at_fault("Bundle.entry")
    submission = _submission(bundle.entry[lists[0]], lists[0], documents)
    items = tuple(_item(bundle.entry, number, binaries) for number in documents.values())
    unused = set(binaries.values()) - {item.binary for item in items}
    if unused or len({item.binary for item in items if item.binary >= 0}) < sum(item.binary >= 0 for item in items):
        raise at_fault(f"Bundle.entry[{min(unused, default=items[-1].entry)}].fullUrl")
    patched = {number: _patch(bundle.entry[number], number) for number in found.get("Parameters", [])}
    return Provided(submission, items, patched, len(bundle.entry))


def at_fault(expression: str, code: str = "resource-invalid", kind: Kind = Kind.INVALID, name: str = "") -> Problem:
    """Return the refusal of a transaction that names the element at fault."""
    return Problem(kind, code, {"field": expression, "expression": expression, "name": name})


def _kind_of(entry: b.Entry, number: int) -> str:
    """Return the type of an entry's resource, once its request is one that is carried out."""
    kind = str(entry.resource.get("resourceType", ""))
    place = f"Bundle.entry[{number}]"
    method, url = entry.request.method, entry.request.url
    if kind == "Parameters":
        if method != "PATCH" or not url.startswith(("DocumentReference/", "DocumentReference?")):
            raise at_fault(f"{place}.request")
    elif kind not in ("List", "DocumentReference", "Binary"):
        raise at_fault(f"{place}.resource")
    elif method != "POST" or url != kind:
        raise at_fault(f"{place}.request")
    if entry.request.if_none_exist or entry.request.if_match:
        raise at_fault(f"{place}.request")
    return kind


def _by_address(entries: tuple[b.Entry, ...], numbers: Iterable[int]) -> dict[str, int]:
    """Return the numbers of entries by their fullUrl, each its own."""
    found: dict[str, int] = {}
    for number in numbers:
        address = entries[number].full_url
        if not address or address in found:
            raise at_fault(f"Bundle.entry[{number}].fullUrl")
        found[address] = number
    return found


def _item(entries: tuple[b.Entry, ...], number: int, binaries: Mapping[str, int]) -> Item:
    """Return a document with the bytes its attachment points to, as if it had been posted alone."""
    resource = entries[number].resource
    place = f"Bundle.entry[{number}].resource.content"
    try:
        content = dict(resource["content"][0])
        attachment = dict(content["attachment"])
    except (KeyError, IndexError, TypeError, ValueError):
        raise at_fault(place) from None
    address = attachment.pop("url", "")
    if not address:
        return Item(resource, number, -1)
    binary = binaries.get(address) if isinstance(address, str) and "data" not in attachment else None
    if binary is None:
        raise at_fault(f"{place}.attachment.url")
    sent = entries[binary].resource
    if not isinstance(sent.get("data"), str) or sent.get("contentType") != attachment.get("contentType"):
        raise at_fault(f"Bundle.entry[{binary}].resource")
    content["attachment"] = attachment | {"data": sent["data"]}
    return Item(resource | {"content": [content, *resource["content"][1:]]}, number, binary)


def _submission(entry: b.Entry, number: int, documents: Mapping[str, int]) -> SubmissionSet:
    place = f"Bundle.entry[{number}].resource"
    try:
        found = msgspec.convert(entry.resource, b.List)
        parties = contained_of(found.contained)
    except msgspec.ValidationError:
        raise at_fault(place) from None
    kinds = {coding.code for coding in found.code.coding if coding.system in _KINDS}
    if "folder" in kinds:
        raise at_fault(place, "folder-refused", Kind.UNPROCESSABLE, "PartialFolderContentNotProcessed")
    if kinds != {"submissionset"} or found.status != "current" or found.mode != "working":
        raise at_fault(f"{place}.code" if kinds != {"submissionset"} else f"{place}.status")
    named = [one.item.reference for one in found.entry]
    if sorted(named) != sorted(documents) or found.modifier_extension:
        raise at_fault(f"{place}.entry")
    subject, identifiers = subject_of(found.subject, parties) if found.subject else ("", ())
    source = _extension(found, "ihe-sourceId").value_identifier or e.Identifier()
    purpose = _extension(found, "ihe-designationType").value_codeable_concept
    coding = purpose.coding[0] if purpose and purpose.coding else e.Coding()
    return SubmissionSet(
        unique_id=_unique_id(found.identifier) or entry.full_url,
        source_id=source.value,
        sent=found.date,
        purpose=coding,
        author=author(found.source, parties),
        title=found.title,
        subject=subject,
        subject_identifiers=identifiers,
        entry=number,
    )


def _unique_id(identifiers: tuple[e.Identifier, ...]) -> str:
    for one in identifiers:
        found = codes.unique_identifier(one.system, one.value)
        if found is not None:
            return found
    return ""


def _extension(found: b.List, name: str) -> b.Extension:
    return next((one for one in found.extension if one.url == _EXTENSIONS + name), b.Extension())


def _patch(entry: b.Entry, number: int) -> str:
    """Return the address of the document an entry sets to `superseded`; any other change is refused."""
    place = f"Bundle.entry[{number}].resource"
    try:
        found = msgspec.convert(entry.resource, b.Parameters).parameter
    except msgspec.ValidationError:
        raise at_fault(place) from None
    said = [{part.name: part.value_code or part.value_string for part in one.part} for one in found]
    wanted = {"type": "replace", "path": "DocumentReference.status", "value": "superseded"}
    if said != [wanted] or found[0].name != "operation":
        raise at_fault(place)
    return entry.request.url
