"""A Bundle of type batch or transaction as somebody sends it: its requests, and the bytes of each resource, untouched.

The Bundle around the resources is read as strictly as any body; each resource is read later, by whoever takes it. Nothing here is
fetched or kept; the time is linear in the size. Source: FHIR R4 http 3.1.0.11, bundle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from espace_sante.formats.fhir.reading import read_object
from espace_sante.kernel.errors import Kind, Problem

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


class _Request(msgspec.Struct):
    method: str = ""
    url: str = ""
    if_match: str = msgspec.field(name="ifMatch", default="")
    if_none_exist: str = msgspec.field(name="ifNoneExist", default="")
    if_none_match: str = msgspec.field(name="ifNoneMatch", default="")
    if_modified_since: str = msgspec.field(name="ifModifiedSince", default="")


class _Entry(msgspec.Struct):
    request: _Request = msgspec.field(default_factory=_Request)
    full_url: str = msgspec.field(name="fullUrl", default="")
    resource: msgspec.Raw = msgspec.Raw()


class _Bundle(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType", default="")
    type: str = ""
    entry: list[_Entry] = []


class _Typed(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType", default="")


_OF_A_SUBMISSION = frozenset({"List", "DocumentReference", "Binary", "Parameters"})
_BUNDLE = msgspec.json.Decoder(_Bundle)
_TYPED = msgspec.json.Decoder(_Typed)


@dataclass(frozen=True, slots=True)
class Sent:
    """One entry: its number, what is asked (as the request of FHIR says it), and the bytes of its resource, b"" for none.

    `type` is what the resource says it is, "" for none.
    """

    number: int
    full_url: str
    method: str
    url: str
    if_match: str
    if_none_exist: str
    if_none_match: str
    if_modified_since: str
    type: str
    body: bytes

    @property
    def place(self) -> str:
        """Return where it stands, as simple FHIRPath."""
        return f"Bundle.entry[{self.number}]"


@dataclass(frozen=True, slots=True)
class SentBundle:
    """What was sent: `batch` or `transaction`, and its entries in order."""

    type: str
    entries: tuple[Sent, ...]


def is_submission(body: bytes) -> bool:
    """Say whether documents are among what is sent, or nothing that can be read: then it is for provide_bundle.py. Source: ITI-65."""
    try:
        bundle = _BUNDLE.decode(body)
        types = {_type_of(one.resource) for one in bundle.entry}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return True
    return bundle.type == "transaction" and (types <= {""} or not types.isdisjoint(_OF_A_SUBMISSION))


def read_bundle(body: bytes, most: int) -> SentBundle:
    """Read a Bundle of at most `most` entries. Raises Problem: those of reading.py, resource-invalid, transaction-too-long."""
    try:
        bundle = _BUNDLE.decode(body)
        types = [_type_of(one.resource) for one in bundle.entry]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        read_object(body)  # what is no JSON at all is said so
        raise faulty("Bundle") from None
    shell = _shell(body, [bytes(one.resource) for one in bundle.entry if bytes(one.resource)])
    read_object(shell)
    if bundle.resource_type != "Bundle":
        raise faulty("Bundle.resourceType")
    if bundle.type not in ("batch", "transaction"):
        raise faulty("Bundle.type")
    if len(bundle.entry) > most:
        fields: dict[str, str | int] = {"maximum": most, "expression": f"Bundle.entry[{most}]"}
        raise Problem(Kind.TOO_LARGE, "transaction-too-long", fields)
    entries = tuple(_sent(number, one, types[number]) for number, one in enumerate(bundle.entry))
    _refuse_twice(entries)
    return SentBundle(bundle.type, entries)


def faulty(place: str, code: str = "resource-invalid", kind: Kind = Kind.INVALID) -> Problem:
    """Return a refusal that names the element at fault."""
    return Problem(kind, code, {"field": place[:100], "expression": place[:100]})


def _type_of(resource: msgspec.Raw) -> str:
    return _TYPED.decode(resource).resource_type if bytes(resource) else ""


def _sent(number: int, entry: _Entry, name: str) -> Sent:
    asked = entry.request
    if asked.method not in METHODS:
        raise faulty(f"Bundle.entry[{number}].request.method")
    return Sent(
        number,
        entry.full_url,
        asked.method,
        asked.url,
        asked.if_match,
        asked.if_none_exist,
        asked.if_none_match,
        asked.if_modified_since,
        name,
        bytes(entry.resource),
    )


def _shell(body: bytes, resources: Sequence[bytes]) -> bytes:
    """Return the Bundle without its resources: `0` stands for each, in order, so that what is around them is read once."""
    pieces: list[bytes] = []
    at = 0
    for one in resources:
        found = body.find(one, at)
        if found < 0:  # a member that stands twice: the reader kept the last, and the strict reader refuses both
            return body
        pieces.append(body[at:found])
        at = found + len(one)
    pieces.append(body[at:])
    return b"0".join(pieces)


def _refuse_twice(entries: Sequence[Sent]) -> None:
    known: set[str] = set()
    for one in entries:
        if one.full_url and one.full_url in known:
            raise faulty(f"{one.place}.fullUrl", "transaction-entry-twice")
        known.add(one.full_url)
