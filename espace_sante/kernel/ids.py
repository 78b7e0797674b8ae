"""Typed identifiers, and the public form of a document's identifier.

`SpaceId` stays in the databases and the keeper, but for the records of her own journal; `PersonId` is what the world
sees. Both are random UUIDv4,
unrelated to each other (ARCHITECTURE, "What runs where"): neither tells a date nor a count.
"""

from __future__ import annotations

import re
from typing import NewType
from uuid import UUID

SpaceId = NewType("SpaceId", UUID)
PersonId = NewType("PersonId", UUID)
DocumentId = NewType("DocumentId", UUID)
GrantId = NewType("GrantId", UUID)
MaskId = NewType("MaskId", UUID)
EpisodeId = NewType("EpisodeId", UUID)
GlassId = NewType("GlassId", UUID)
CardId = NewType("CardId", UUID)
AppGrantId = NewType("AppGrantId", UUID)
MandateId = NewType("MandateId", UUID)
RequestId = NewType("RequestId", UUID)
RepresentationId = NewType("RepresentationId", UUID)
DemandId = NewType("DemandId", UUID)
CaseId = NewType("CaseId", UUID)
ReceiptId = NewType("ReceiptId", UUID)
InvitationId = NewType("InvitationId", UUID)
Rpps = NewType("Rpps", str)
Ins = NewType("Ins", str)
EntryReference = NewType("EntryReference", str)

_PUBLIC = re.compile("[0-9a-f]{64}")
_PERSON = re.compile("[0-9a-f]{32}")


def parse_person_id(text: str) -> PersonId | None:
    """Return a person's public id, or None when the text is not one."""
    return PersonId(UUID(hex=text)) if _PERSON.fullmatch(text) else None


def public_document_id(person: PersonId, document: DocumentId) -> str:
    r"""Return the FHIR id of a document: the person's public id then the document's, 64 hexadecimal characters.

    Carrying the person's public id lets any process find the one space concerned without an index of documents
    across people (ARCHITECTURE rule 5, docs/decisions/0004). Source: FHIR R4 datatypes, id ([A-Za-z0-9\-.]{1,64}).
    """
    return person.hex + document.hex


def parse_document_id(text: str) -> tuple[PersonId, DocumentId] | None:
    """Return the two parts of a public document id, or None when the text is not one."""
    if _PUBLIC.fullmatch(text) is None:
        return None
    return PersonId(UUID(hex=text[:32])), DocumentId(UUID(hex=text[32:]))
