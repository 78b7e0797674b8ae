"""Write a FHIR resource in somebody's space: a new one, the next version of one's own, or that it is no more. Guarantee: G3, G13."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.formats.fhir.conformant import refuse_unless_r4
from espace_sante.formats.fhir.resource import Posted, read_resource
from espace_sante.formats.fhir.search import terms
from espace_sante.formats.fhir.subset import is_part
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id
from espace_sante.records.resource import ResourceKind, body_context, kind_of, kinds, numbers
from espace_sante.records.resource_terms import packed
from espace_sante.vault.dictionaries import RESOURCES
from espace_sante.vault.envelope import seal

# Labels of confidentiality by which a sender asks that no other professional see it, and those that this version does not honour:
# what is to be told to the person before she reads it is refused, never shown too early. Source: CI-SIS JDV_J08; docs/specs/deposit.md.
HIDING = frozenset({"R", "V", "MASQUE_PS"})
WITHHOLDING = frozenset({"INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS"})
SUBJECTS = {kind.type: kind.subject for kind in kinds()}
_SUPPORTING = frozenset(name for name, subject in SUBJECTS.items() if not subject)
# How many supporting resources one names at most; docs/specs/resource.md.
MOST_LEANS = 64
# From how many on they are sealed in a thread, so that nobody else waits for it.
_MANY = 20
_PERSON_LENGTH, _ID_LENGTH = 32, 64
_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Writing:
    """One version to write. `kind` says where it goes; `person` whom it is about, by her public id; `body` is what is kept.

    `terms`: what a search is narrowed by; `leans`: the rows of the supporting resources it names; `id`: the one its sender wrote in
    it; `unless`: what a condition that nothing met was searched among. `row` and `expected` are those of the resource it follows,
    None and 0 for a new one.
    Without a `kind` and a body it is deleted: `type` is then what it is said to be.
    """

    type: str
    kind: ResourceKind | None = None
    body: bytes = b""
    person: str = ""
    hidden: bool = False
    row: UUID | None = None
    expected: int = 0
    terms: bytes = b""
    leans: frozenset[bytes] = frozenset()
    id: str = ""
    unless: d.Unless | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What stands now: the public id, the version, and when it was written."""

    resource: str
    version: int
    updated: datetime


def writing_of(data: bytes, base: str = "", name: str = "", identifier: str = "") -> Writing:
    """Read the resource somebody sends; `base` is the address of this FHIR server. Raises Problem, and then nothing is kept.

    It is about one person, named by her public id; it names nothing that is not of the same space. It is of the type `name` and
    has the id `identifier` of the address it is sent to, where there is one; its content is that of its type in FHIR R4.
    """
    posted = read_resource(data, SUBJECTS)
    if name and posted.type != name:
        raise Problem(Kind.INVALID, "resource-invalid", {"field": "resourceType"})
    if identifier and posted.id != identifier:
        raise Problem(Kind.INVALID, "resource-invalid", {"field": "id"})
    # A supporting resource names nobody: its address says whose it is.
    address = parse_document_id(identifier) if not SUBJECTS[posted.type] else None
    return written_from(posted, base, address[0].hex if address else "")


def written_from(posted: Posted, base: str, person: str = "") -> Writing:
    """Return the version that a resource asks for; `person`: whose a supporting one is, which names nobody. Raises Problem."""
    kind = kind_of(posted.type, posted.codes)
    if kind is None:
        raise Problem(Kind.UNPROCESSABLE, "resource-category-refused")
    if is_part(posted.members):
        raise Problem(Kind.UNPROCESSABLE, "resource-is-a-part")
    if posted.labels & WITHHOLDING:
        raise Problem(Kind.UNPROCESSABLE, "resource-withheld-refused")
    named = person_named(posted, base) if kind.subject or not person else person
    leans = _within(posted, base, named)
    refuse_unless_r4(posted.members)
    carried = packed((one.parameter, one.value) for one in terms(posted.members))
    hidden = bool(posted.labels & HIDING)
    return Writing(posted.type, kind, posted.body, named, hidden, terms=carried, leans=leans, id=posted.id)


def person_named(posted: Posted, base: str) -> str:
    """Return the public id of the one person a resource says it is about. Raises Problem: patient-missing, resource-invalid."""
    if not posted.subject:
        raise Problem(Kind.INVALID, "patient-missing")
    person = _here(posted.subject, base).removeprefix("Patient/")
    if len(person) != _PERSON_LENGTH or not _HEXADECIMAL.issuperset(person):
        raise Problem(Kind.INVALID, "resource-invalid", {"field": f"{SUBJECTS[posted.type]}.reference"})
    return person


def _within(posted: Posted, base: str, person: str) -> frozenset[bytes]:
    """Return the rows of the supporting resources it names. Raises Problem: patient-twice, reference-foreign, leans-too-many."""
    if posted.persons:
        raise Problem(Kind.INVALID, "patient-twice")
    leans: set[bytes] = set()
    for reference, place in posted.references:
        here = _here(reference, base)
        _refuse_foreign(here, place, person)
        name, _, identifier = here.partition("/")
        if name in _SUPPORTING:
            leans.add(bytes.fromhex(identifier[_PERSON_LENGTH:_ID_LENGTH]))
    if len(leans) > MOST_LEANS:
        raise Problem(Kind.TOO_LARGE, "leans-too-many", {"maximum": MOST_LEANS})
    return frozenset(leans)


def _here(reference: str, base: str) -> str:
    return reference.removeprefix(f"{base}/") if base else reference


def _refuse_foreign(reference: str, place: str, person: str) -> None:
    """Refuse a reference out of this space: what it leads to could be somebody else's, or change without a trace."""
    kind, _, identifier = reference.partition("/")
    if reference.startswith("#") or (kind == "Patient" and identifier == person):
        return
    if kind == "Patient":
        raise Problem(Kind.INVALID, "patient-twice")
    own = kind in (*SUBJECTS, "DocumentReference", "Binary")
    identifier = identifier.partition("/_history/")[0]
    if own and len(identifier) == _ID_LENGTH and _HEXADECIMAL.issuperset(identifier) and identifier.startswith(person):
        return
    raise Problem(Kind.UNPROCESSABLE, "reference-foreign", {"field": place[:100], "expression": place[:100]})


def parse(values: Values) -> Writing:
    """Read a new resource, written in JSON."""
    said = values.get("resource")
    if not isinstance(said, str) or not said:
        raise Problem(Kind.INVALID, "field-missing", {"field": "resource"})
    return writing_of(said.encode())


async def perform(frame: Frame, request: Request, writing: Writing) -> Outcome:
    """Seal one version and ask the keeper to keep it; the outcome's result is a Written. Raises Problem."""
    # What was asked, without the fresh key and row: the same request repeated is the same.
    about = (
        f"{writing.type}|{writing.row}|{writing.expected}|{writing.person}|{writing.hidden}|".encode() + writing.body
    )
    done = await perform_all(frame, request, (writing,), about)
    (written,), (kept,) = done.result, done.about
    return replace(done, result=written, about=kept)


async def perform_all(frame: Frame, request: Request, writings: Sequence[Writing], about: bytes) -> Outcome:
    """Seal versions and ask the keeper to keep them all, in one entry, or none.

    `about` stands for what was asked, the same when it is asked again. The outcome's result is one Written for each, in order,
    and it is about the writings, each with its row. Raises Problem.
    """
    most = frame.settings.resource_bytes
    if any(len(one.body) > most for one in writings):
        raise Problem(Kind.TOO_LARGE, "resource-too-large", {"maximum": most})
    rows = [one.row or UUID(bytes=frame.random(16), version=4) for one in writings]
    if len(writings) < _MANY:
        params = _sealed(frame, writings, rows)
    else:
        params = await asyncio.to_thread(_sealed, frame, writings, rows)
    answer, entry, effect = await frame.ask(request, ActId.WRITE_RESOURCE, params, d.WrittenAnswer, body=about)
    if answer is None:
        raise Problem(Kind.INTERNAL, "internal", {"reference": entry}, entry=entry)
    written = tuple(
        Written(one.resource, one.version, datetime.fromtimestamp(one.updated / 1000, UTC))
        for one in (answer, *answer.others)
    )
    kept = tuple(replace(one, row=row) for one, row in zip(writings, rows, strict=True))
    return Outcome(entry, effect, "C'est enregistré.", result=written, about=kept)


def _sealed(frame: Frame, writings: Sequence[Writing], rows: Sequence[UUID]) -> d.WriteResourceParams:
    every = [_params(frame, one, row) for one, row in zip(writings, rows, strict=True)]
    return msgspec.structs.replace(every[0], others=tuple(every[1:]))


def _params(frame: Frame, writing: Writing, row: UUID) -> d.WriteResourceParams:
    number = numbers()[writing.type]
    if writing.kind is None:
        return d.WriteResourceParams(row.bytes, number, expected=writing.expected, deleted=True)
    key = frame.random(32)
    return d.WriteResourceParams(
        row.bytes,
        number,
        writing.kind.category,
        writing.kind.type_code,
        key,
        bytes(seal(key, writing.body, body_context(row, writing.expected + 1), words=RESOURCES)),
        writing.person,
        writing.expected,
        hidden=writing.hidden,
        terms=writing.terms,
        unless=writing.unless,
        leans=b"".join(sorted(writing.leans)),
    )


ACT = Act(
    id=ActId.WRITE_RESOURCE,
    name="Écrire une donnée de soins",
    sentence="J'écris une donnée de soins dans l'espace de santé de cette personne.",
    audience=frozenset({ActorKind.PRACTITIONER}),
    nature=Nature.ADDING,
    fields=(Field("resource", "La ressource FHIR, en JSON"),),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.API}),
)
