"""What a CDA's own header says of it, in the form a deposit keeps: one pure function.

Texts are bounded, time stamps become instants, identifiers take their one form; nothing is compared here.
Source: CI-SIS mapping CDA → XDS; docs/specs/api.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec

from espace_sante.actions import fields
from espace_sante.actions.alerts import LONGEST, MOST, alerts_of, unique_id_of
from espace_sante.formats import codes
from espace_sante.formats.cda import metadata
from espace_sante.formats.cda.header_values import Code, Header, Identifier, Organization, Participant, Patient
from espace_sante.formats.cda.timestamps import day_of, instant_of
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import CodeTables
from espace_sante.keeper import demand as d
from espace_sante.records.document import category_of

_WITH_THEIR_CODE = MappingProxyType(
    {
        "class_code": ("class_system", "class_display"),
        "format_code": ("format_system", "format_display"),
        "facility_type": ("facility_system", "facility_display"),
        "practice_setting": ("setting_system", "setting_display"),
    }
)
_SEX = MappingProxyType({"M": "M", "F": "F", "UN": "I"})


@dataclass(frozen=True, slots=True)
class Described:
    """What a document says of itself; "" where it is silent. Instants are RFC 3339, unique identifiers in their one form.

    `ins` is the number as written, `compared_ins` the one that can be compared with hers: "" when its key is wrong, or
    when it is of a trial and the instance is not. `category` is 0 when the document has no type.
    """

    unique_id: str
    title: str
    created: str
    language: str
    type: d.Coded
    class_code: str
    category: int
    format_code: str
    traits: d.Traits | None
    ins: str
    compared_ins: str
    service_start: str
    service_stop: str
    practice_setting: str
    facility_type: str
    confidentiality: tuple[str, ...]
    events: tuple[d.Coded, ...]
    authors: tuple[d.Party, ...]
    authenticator: d.Party | None
    custodian: d.Party | None
    set_id: str
    set_version: str
    replaces: str
    body_media_type: str
    encounter: d.RelatedId | None
    alerts: tuple[str, ...]

    def within(self, meta: d.DocumentMeta) -> d.DocumentMeta:
        """Return the metadata of a deposit with the document's own words in the place of its sender's, where it speaks."""
        said: dict[str, Any] = {
            "source_patient_ins": self.ins,
            "class_code": self.class_code,
            "service_stop": self.service_stop,
            "practice_setting": self.practice_setting,
            "facility_type": self.facility_type,
            "confidentiality": self.confidentiality,
            "events": self.events,
            "authors": self.authors,
            "authenticator": self.authenticator,
            "custodian": self.custodian,
            "set_id": self.set_id,
            "set_version": self.set_version,
            "replaces": self.replaces,
            "body_media_type": self.body_media_type,
            "encounter": self.encounter,
            "alerts": self.alerts,
        }
        said = {name: value for name, value in said.items() if value}
        for code, sender in _WITH_THEIR_CODE.items():  # a system and words of the sender go with his code
            if code in said or (code == "format_code" and meta.format_code == self.format_code):
                said |= dict.fromkeys(sender, "")
        return msgspec.structs.replace(meta, **said)


def describe(header: Header, tables: CodeTables, *, trial: bool, title_characters: int = LONGEST) -> Described:
    """Return what a header says, as a deposit keeps it. Pure; raises Problem(characters-refused) for hidden characters."""
    patient = header.patient
    class_code = metadata.class_of(header, tables)
    known_type = tables.find(Table.TYPES, header.type.code, header.type.system)
    comparable = patient.ins_key_right and (trial or f"urn:oid:{patient.ins.root}" in codes.INS_REAL)
    described = Described(
        unique_id=unique_id_of(header.unique_id),
        title=_cut(header.title, title_characters),
        created=instant_of(header.created),
        language=_cut(header.language, 20),
        type=_type(header.type, known_type.label if known_type else ""),
        class_code=class_code,
        category=category_of(header.type.code, class_code) if header.type else 0,
        format_code=metadata.format_of(header, tables),
        traits=_traits(patient),
        ins=_cut(patient.ins.extension),
        compared_ins=patient.ins.extension if comparable else "",
        service_start=instant_of(header.service_start),
        service_stop=instant_of(header.service_stop),
        practice_setting=_cut(header.practice_setting.code),
        facility_type=_cut(header.facility_type.code),
        confidentiality=tuple(_cut(one.code) for one in header.confidentiality[:MOST]),
        events=tuple(_coded(one) for one in header.events[:MOST]),
        authors=tuple(_party(one) for one in header.authors[:MOST]),
        authenticator=_party(header.authenticator) if header.authenticator != Participant() else None,
        custodian=_custodian(header.custodian),
        set_id=_cut(header.set_id.text),
        set_version=_cut(header.version, 20),
        replaces=unique_id_of(header.replaces[0]) if header.replaces else "",
        body_media_type=_cut(header.body_media_type),
        encounter=_encounter(header.encounter),
        alerts=tuple(alerts_of(header, tables, trial=trial, title_characters=title_characters)),
    )
    _refuse_hidden(described)
    return described


def _traits(patient: Patient) -> d.Traits | None:
    """Return the traits a document gives; several given names without the first one told apart say no first one."""
    alone = patient.given_names if " " not in patient.given_names else ""
    traits = d.Traits(
        birth_name=_cut(patient.birth_name),
        first_given=_cut(patient.first_given or alone),
        birth_date=day_of(patient.birth_date),
        sex=_SEX.get(patient.sex, ""),
        used_name=_cut(patient.used_name),
        birth_place=_cut(patient.birth_place),
    )
    return traits if any((traits.birth_name, traits.first_given, traits.birth_date, traits.sex)) else None


def _type(code: Code, label: str) -> d.Coded:
    return d.Coded(_cut(code.code), codes.fhir_system(_cut(code.system)), _cut(code.display) or label)


def _coded(code: Code) -> d.Coded:
    return d.Coded(_cut(code.code), _cut(code.system), _cut(code.display))


def _party(participant: Participant) -> d.Party:
    return d.Party(
        identifier=_cut(participant.identifier.extension),
        root=_cut(participant.identifier.root),
        name=_cut(participant.name),
        role=_cut(participant.role.code),
        role_display=_cut(participant.role.display),
        specialty=_cut(participant.specialty.code),
        specialty_display=_cut(participant.specialty.display),
        structure=_cut(participant.organization.name),
        structure_id=_cut(participant.organization.identifier.extension),
        device=participant.device,
    )


def _encounter(number: Identifier) -> d.RelatedId | None:
    """Return the sender's number for the visit; a root alone is the number itself."""
    if not number:
        return None
    root = _cut(codes.fhir_system(number.root))
    return d.RelatedId(_cut(number.extension), root) if number.extension else d.RelatedId(root)


def _custodian(organization: Organization) -> d.Party | None:
    if organization == Organization():
        return None
    number = organization.identifier
    return d.Party(identifier=_cut(number.extension), root=_cut(number.root), name=_cut(organization.name))


def _cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _refuse_hidden(described: Described) -> None:
    """Refuse control and direction characters wherever the document's words will be shown."""
    people = (*described.authors, described.authenticator, described.custodian)
    words = [("titre", described.title), ("identité", str(described.traits or "")), ("type", described.type.display)]
    words += [("auteur", str(each)) for each in people if each is not None]
    words += [("acte", each.display) for each in described.events]
    for label, text in words:
        fields.refuse_hidden_characters(text, label)
