"""The rest of what a posted DocumentReference says, as it is kept: parties, classes, circumstances.

Source: PDSm comprehensive DocumentReference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from espace_sante.actions.further import Further
from espace_sante.exchange.edge import Caller
from espace_sante.exchange.fhir.words import instant, text
from espace_sante.formats import codes
from espace_sante.formats.fhir.document_reference import Posted, invalid
from espace_sante.formats.fhir.elements import Coding, Identifier
from espace_sante.formats.fhir.parties import Author
from espace_sante.keeper import demand as d

MOST = 20  # authors, events or numbers of one document
_LONG = 2_000
T = TypeVar("T")


def authors_of(posted: Posted, caller: Caller) -> tuple[d.Party, ...]:
    """Return its authors; without any, the professional who deposits."""
    if posted.authors or not caller.is_practitioner:
        return tuple(party(one, "author") for one in _few(posted.authors, "author"))
    who = caller.who
    return (d.Party(who.identifier, codes.PRACTITIONER_RPPS, who.name, structure=who.structure),)


def further_of(posted: Posted, authors: tuple[d.Party, ...]) -> Further:
    """Return everything else that is kept. Raises Problem."""
    classes = [one for one in posted.categories if one.code and one.system != codes.CATEGORY]
    kind = classes[0] if classes else Coding()
    return Further(
        class_code=text(kind.code, "category"),
        class_system=text(kind.system, "category"),
        class_display=text(kind.display, "category"),
        format_system=text(posted.format.system, "content.format"),
        format_display=text(posted.format.display, "content.format"),
        facility_type=text(posted.facility.code, "context.facilityType"),
        facility_system=text(posted.facility.system, "context.facilityType"),
        facility_display=text(posted.facility.display, "context.facilityType"),
        practice_setting=text(posted.setting.code, "context.practiceSetting"),
        setting_system=text(posted.setting.system, "context.practiceSetting"),
        setting_display=text(posted.setting.display, "context.practiceSetting"),
        service_stop=instant(posted.service_stop, "context.period") if posted.service_stop else "",
        confidentiality=tuple(dict.fromkeys(posted.labels)),
        events=tuple(_coded(one, "context.event") for one in _few(posted.events, "context.event")),
        authors=authors,
        authenticator=_party_or_none(posted.authenticator, "authenticator"),
        custodian=_party_or_none(posted.custodian, "custodian"),
        description=_paragraphs(posted.description, "description"),
        dated=instant(posted.date, "date") if posted.date else "",
        related=tuple(
            d.RelatedId(
                text(one.value, "context.related"),
                text(one.system, "context.related"),
                text(one.type.coding[0].code if one.type and one.type.coding else "", "context.related"),
            )
            for one in _few(posted.related, "context.related")
        ),
        encounter=_encounter(posted),
    )


def party(one: Author, field: str) -> d.Party:
    """Return somebody named in a resource as he is kept. Raises Problem."""
    return d.Party(
        identifier=text(one.identifier, field),
        root=text(one.system, field),
        name=text(one.name, field),
        role=text(one.role.code, field),
        role_display=text(one.role.display, field),
        specialty=text(one.specialty.code, field),
        specialty_display=text(one.specialty.display, field),
        structure=text(one.structure, field),
        structure_id=text(one.structure_id, field),
        device=one.device,
        patient=one.patient,
    )


def coded(one: Coding, field: str) -> d.Coded | None:
    """Return a code as it is kept, None for none."""
    return _coded(one, field) if one.code or one.display else None


def _coded(one: Coding, field: str) -> d.Coded:
    return d.Coded(text(one.code, field), text(one.system, field), text(one.display, field))


def _encounter(posted: Posted) -> d.RelatedId | None:
    """Return the number of the visit: its own place in the resource, or among the numbers it is about."""
    found = posted.encounter or next((one for one in posted.related if _is_encounter(one)), None)
    if found is None or not found.value:
        return None
    return d.RelatedId(text(found.value, "context.encounter"), text(found.system, "context.encounter"))


def _is_encounter(one: Identifier) -> bool:
    return one.type is not None and bool(one.type.coding) and one.type.coding[0].code == codes.ENCOUNTER_ID


def _party_or_none(one: Author, field: str) -> d.Party | None:
    return None if one.is_nobody else party(one, field)


def _paragraphs(said: str, field: str) -> str:
    """Return a text of several lines; each is checked as a line."""
    if len(said) > _LONG:
        raise invalid(field)
    return "\n".join(text(line, field, _LONG) for line in said.replace("\r\n", "\n").split("\n"))


def _few(found: Sequence[T], field: str) -> Sequence[T]:
    if len(found) > MOST:
        raise invalid(field)
    return found
