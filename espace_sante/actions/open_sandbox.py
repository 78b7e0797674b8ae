"""Open an invented space, on a trial instance: for a software that wants to write and read back. Guarantee: G1, G3.

Nobody is asked, so nobody says yes: the yes is invented with the person, and every trace of it says so. In production there
is no account that may ask. Source: docs/decisions/0056; INTERFACE "Commands".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.formats.fhir.conformant import refuse_unless_r4
from espace_sante.formats.fhir.reading import read_object
from espace_sante.formats.fhir.resource import kept
from espace_sante.keeper.demand import OpenAnswer, OpenSandboxParams, Traits
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.resource import PATIENT, PATIENT_ROW, body_context
from espace_sante.vault.envelope import seal

_SEX = {"male": "M", "female": "F", "other": "I", "unknown": "I"}
_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented person as a software sends her: the Patient it is to be given back, and her traits as this house writes them.

    `person`: the public id she is to have, when whoever asks has to know it first. `about` stands for what was asked, the same when it
    is asked again; b"" for the body itself.
    """

    body: bytes
    traits: Traits
    person: UUID | None = None
    about: bytes = b""


def invented_of(data: bytes, person: UUID | None = None) -> Invented:
    """Read the Patient of an invented person. Raises Problem: what is not JSON, not a Patient, not FHIR R4."""
    patient = read_object(data)
    if patient.get("resourceType") != PATIENT.type:
        raise Problem(Kind.INVALID, "resource-invalid", {"field": "resourceType"})
    refuse_unless_r4(patient)
    return Invented(kept(data), traits_of(patient), person)


def traits_of(patient: Mapping[str, Any]) -> Traits:
    """Return the traits of a Patient that FHIR R4 lets through: its official name, else its first one; "" for what it does not say."""
    names: Sequence[Mapping[str, Any]] = patient.get("name", [])
    name = next((one for one in names if one.get("use") == "official"), names[0] if names else {})
    given = next((one for one in name.get("given", []) if one), "")
    born = str(patient.get("birthDate", ""))
    return Traits(
        str(name.get("family", name.get("text", "")))[:_NAME_CHARACTERS],
        str(given)[:_NAME_CHARACTERS],
        born,
        _SEX.get(str(patient.get("gender", "")), ""),
    )


def parse(values: Values) -> Invented:
    """Read the invented person, written in JSON."""
    said = values.get("patient")
    if not isinstance(said, str) or not said:
        raise Problem(Kind.INVALID, "field-missing", {"field": "patient"})
    return invented_of(said.encode())


async def perform(frame: Frame, request: Request, invented: Invented) -> Outcome:
    """Seal the Patient and ask the keeper for the space; the outcome's result is her public id. Raises Problem."""
    most = frame.settings.resource_bytes
    if len(invented.body) > most:
        raise Problem(Kind.TOO_LARGE, "resource-too-large", {"maximum": most})
    person = invented.person or UUID(bytes=frame.random(16), version=4)
    key = frame.random(32)
    sealed = bytes(seal(key, invented.body, body_context(PATIENT_ROW, 1)))
    params = OpenSandboxParams(person.bytes, invented.traits, key, sealed)
    # She has no reference yet: what is asked names nobody.
    asked = Request(request.session, request.channel, request.proof, "", False, request.idempotency_key, request.client)
    answer, entry, effect = await frame.ask(
        asked, ActId.OPEN_SANDBOX, params, OpenAnswer, body=invented.about or invented.body
    )
    if answer is None:
        raise Problem(Kind.INTERNAL, "internal", {"reference": entry}, entry=entry)
    return Outcome(entry, effect, "L'espace d'essai est ouvert. Tout y est inventé.", answer.receipt, answer.person)


ACT = Act(
    id=ActId.OPEN_SANDBOX,
    name="Ouvrir un espace d'essai",
    sentence="J'ouvre un espace d'essai : la personne est inventée.",
    audience=frozenset({ActorKind.SANDBOX}),
    nature=Nature.ADDING,
    fields=(Field("patient", "La personne inventée : une ressource FHIR Patient, en JSON"),),
    counter="",
    phone="",
    form="",
    obligations=("receipt",),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.API}),
)
