"""Write a FHIR resource in somebody's space: a new one, the next version of one's own, or that it is no more. Guarantee: G3, G13."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.formats.fhir.conformant import refuse_unless_r4
from espace_sante.formats.fhir.resource import Posted, read_resource
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.resource import ResourceKind, body_context, kind_of, kinds, numbers
from espace_sante.vault.envelope import seal

# Labels of confidentiality by which a sender asks that no other professional see it, and those that this version does not honour:
# what is to be told to the person before she reads it is refused, never shown too early. Source: CI-SIS JDV_J08; docs/specs/deposit.md.
HIDING = frozenset({"R", "V", "MASQUE_PS"})
WITHHOLDING = frozenset({"INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS"})
SUBJECTS = {kind.type: kind.subject for kind in kinds()}
_PERSON_LENGTH, _ID_LENGTH = 32, 64
_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Writing:
    """One version to write. `kind` says where it goes; `person` whom it is about, by her public id; `body` is what is kept.

    `row` and `expected` are those of the resource it follows, None and 0 for a new one. Without a `kind` and a body it is
    deleted: `type` is then what it is said to be.
    """

    type: str
    kind: ResourceKind | None = None
    body: bytes = b""
    person: str = ""
    hidden: bool = False
    row: UUID | None = None
    expected: int = 0


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
    kind = kind_of(posted.type, posted.codes)
    if kind is None:
        raise Problem(Kind.UNPROCESSABLE, "resource-category-refused")
    if posted.labels & WITHHOLDING:
        raise Problem(Kind.UNPROCESSABLE, "resource-withheld-refused")
    person = person_named(posted, base)
    refuse_unless_r4(posted.members)
    return Writing(posted.type, kind, posted.body, person, bool(posted.labels & HIDING))


def person_named(posted: Posted, base: str) -> str:
    """Return the public id of the one person a resource is about. Raises Problem: patient-missing, patient-twice, reference-foreign."""
    if not posted.subject:
        raise Problem(Kind.INVALID, "patient-missing")
    person = _here(posted.subject, base).removeprefix("Patient/")
    if len(person) != _PERSON_LENGTH or not _HEXADECIMAL.issuperset(person):
        raise Problem(Kind.INVALID, "resource-invalid", {"field": f"{SUBJECTS[posted.type]}.reference"})
    if posted.persons:
        raise Problem(Kind.INVALID, "patient-twice")
    for reference, place in posted.references:
        _refuse_foreign(_here(reference, base), place, person)
    return person


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
    most = frame.settings.resource_bytes
    if len(writing.body) > most:
        raise Problem(Kind.TOO_LARGE, "resource-too-large", {"maximum": most})
    row = writing.row or UUID(bytes=frame.random(16), version=4)
    params = d.WriteResourceParams(
        row.bytes, numbers()[writing.type], expected=writing.expected, deleted=writing.kind is None
    )
    if writing.kind is not None:
        key = frame.random(32)
        sealed = bytes(seal(key, writing.body, body_context(row, writing.expected + 1)))
        params = d.WriteResourceParams(
            row.bytes,
            writing.kind.number,
            writing.kind.category,
            writing.kind.type_code,
            key,
            sealed,
            writing.person,
            writing.expected,
            hidden=writing.hidden,
        )
    # What was asked, without the fresh key and row: the same request repeated is the same.
    about = (
        f"{writing.type}|{writing.row}|{writing.expected}|{writing.person}|{writing.hidden}|".encode() + writing.body
    )
    answer, entry, effect = await frame.ask(request, ActId.WRITE_RESOURCE, params, d.WrittenAnswer, body=about)
    if answer is None:
        raise Problem(Kind.INTERNAL, "internal", {"reference": entry}, entry=entry)
    written = Written(answer.resource, answer.version, datetime.fromtimestamp(answer.updated / 1000, UTC))
    return Outcome(entry, effect, "C'est enregistré.", result=written, about=replace(writing, row=row))


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
