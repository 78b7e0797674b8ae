"""One FHIR resource kept as it was sent: what is read of it, the form it is kept in, and the form it is given back in.

Its members are kept byte for byte, decimals and the order of what nobody knows included: nothing is rebuilt from a model. Only what
the server says itself is set apart (`id`, `meta.versionId`, `meta.lastUpdated`) and put back at each answer.
Source: FHIR R4 resource (2.26.3.1), json (2.1.15), datatypes (decimal: precision is kept); docs/specs/resource.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from espace_sante.formats.fhir.reading import read_object
from espace_sante.kernel.errors import Kind, Problem

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENCODE = msgspec.json.Encoder().encode
_OF_THE_SERVER = ("versionId", "lastUpdated")
# What happened, by the elements of R4 that say when, the surest first.
_DATES = (
    *(
        "effectiveDateTime",
        "effectiveInstant",
        "occurrenceDateTime",
        "performedDateTime",
        "onsetDateTime",
        "authoredOn",
    ),
    *("recordedDate", "whenHandedOver", "dateAsserted", "startDate", "date", "issued", "created"),
)
_PERIODS = ("effectivePeriod", "performedPeriod", "period", "onsetPeriod")
_WORDS = ("code", "vaccineCode", "medicationCodeableConcept", "relationship", "description", "title", "name")


@dataclass(frozen=True, slots=True)
class Posted:
    """What is read of a resource that somebody sends.

    `subject`: the reference that its subject element holds ("" for none); `codes`: those of its own `category`; `labels`: those of
    `meta.security`; `references`: every other reference in it, with the place it stands at; `members`: the whole of
    it, read as JSON; `body`: the form it is kept in.
    """

    type: str
    id: str
    subject: str
    codes: frozenset[str]
    labels: frozenset[str]
    references: tuple[tuple[str, str], ...]
    persons: tuple[str, ...]
    members: Mapping[str, Any]
    body: bytes


def read_resource(data: bytes, subjects: Mapping[str, str]) -> Posted:
    """Return what is read of a resource of one of these types; `subjects` names the element that says whose it is.

    Raises Problem: those of reading.py, resource-invalid, resource-type-refused. Its content is for `refuse_unless_r4`.
    """
    return posted_of(read_object(data), data, subjects)


def posted_of(found: dict[str, Any], data: bytes, subjects: Mapping[str, str]) -> Posted:
    """Return what is read of a resource whose bytes were read as JSON already; raises Problem, as `read_resource` does."""
    name = found.get("resourceType")
    if not isinstance(name, str) or not name:
        raise _invalid("resourceType")
    element = subjects.get(name)
    if element is None:
        raise Problem(Kind.NOT_FOUND, "resource-type-refused", {"field": name[:40]})
    identifier, meta, subject = found.get("id", ""), found.get("meta", {}), found.get(element)
    if not isinstance(identifier, str):
        raise _invalid("id")
    if not isinstance(meta, dict):
        raise _invalid("meta")
    reference = subject.get("reference", "") if isinstance(subject, dict) else ""
    if not isinstance(reference, str):
        raise _invalid(f"{element}.reference")
    contained = found.get("contained", [])
    if not isinstance(contained, list) or not all(isinstance(one, dict) for one in contained):
        raise _invalid("contained")
    persons = tuple(str(one["resourceType"]) for one in contained if one.get("resourceType") in ("Patient", "Person"))
    others = tuple(one for one in _references(found, "") if one[1] != f"{element}.reference")
    return Posted(
        name,
        identifier,
        reference,
        frozenset(_codes(found.get("category", []))),
        frozenset(_codes([{"coding": meta.get("security", [])}])),
        others,
        persons,
        found,
        kept(data),
    )


def kept(data: bytes) -> bytes:
    """Return the form a resource is kept in: its members as they were sent, without what the server says itself."""
    members = _MEMBERS.decode(data)
    members.pop("id", None)
    meta = _MEMBERS.decode(members["meta"]) if "meta" in members else {}
    for one in _OF_THE_SERVER:
        meta.pop(one, None)
    members.pop("meta", None)
    if meta:
        members["meta"] = msgspec.Raw(_ENCODE(meta))
    return _ENCODE(members)


def given(body: bytes, identifier: str, version: int, updated: str, labels: Sequence[Mapping[str, str]] = ()) -> bytes:
    """Return a resource as it is given back: what was sent, with its id, its version and its instant (RFC 3339).

    `labels` are security labels of this answer alone, added to those it has.
    """
    members = _MEMBERS.decode(body)
    name, meta = members.pop("resourceType"), members.pop("meta", None)
    said = _MEMBERS.decode(meta) if meta is not None else {}
    if labels:
        before = msgspec.json.decode(said["security"], type=list[msgspec.Raw]) if "security" in said else []
        said["security"] = msgspec.Raw(_ENCODE([*before, *labels]))
    own = {"versionId": _raw(str(version)), "lastUpdated": _raw(updated)}
    first = {"resourceType": name, "id": _raw(identifier), "meta": msgspec.Raw(_ENCODE(own | said))}
    return _ENCODE(first | members)


def said_of(body: bytes) -> tuple[str, str]:
    """Return what a resource is about in its own words, and when ("" for what it does not say): to be listed, never decided on."""
    found: dict[str, Any] = msgspec.json.decode(body)
    words = next((text for name in _WORDS if (text := _words(found.get(name)))), "")
    dates = [found.get(name) for name in _DATES]
    dates += [period.get("start") for name in _PERIODS if isinstance(period := found.get(name), dict)]
    return words[:200], next((one for one in dates if isinstance(one, str) and one), "")


def _words(value: Any) -> str:
    """Return the words of a text, of a concept, or of the first of several concepts."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    codings = value.get("coding")
    first = codings[0] if isinstance(codings, list) and codings and isinstance(codings[0], dict) else {}
    found = value.get("text") or first.get("display") or first.get("code")
    return found if isinstance(found, str) else ""


def _codes(concepts: Any) -> Iterator[str]:
    """Yield the codes of a list of concepts, or of one."""
    for concept in concepts if isinstance(concepts, list) else [concepts]:
        codings = concept.get("coding", []) if isinstance(concept, dict) else []
        for coding in codings if isinstance(codings, list) else []:
            if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                yield coding["code"]


def _references(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield each reference of a resource and the place of it."""
    if isinstance(value, list):
        for number, member in enumerate(value):
            yield from _references(member, f"{place}[{number}]")
        return
    if not isinstance(value, dict):
        return
    for name, member in value.items():
        inside = f"{place}.{name}" if place else name
        if name == "reference" and isinstance(member, str):
            yield member, inside
        else:
            yield from _references(member, inside)


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(_ENCODE(text))


def _invalid(field: str) -> Problem:
    return Problem(Kind.INVALID, "resource-invalid", {"field": field[:100]})
