"""Depositing, reading and listing documents.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec

from espace_sante.keeper.demand.opening import Traits


class Party(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody, or something, that a document names: who wrote it, who answers for it, who keeps it.

    `root` is the OID of the system `identifier` belongs to; `role` and `specialty` are codes of the CI-SIS value sets, with
    their French words after; `device` says that it is software or an apparatus, `patient` that it is the person herself.
    """

    identifier: str = ""
    root: str = ""
    name: str = ""
    role: str = ""
    role_display: str = ""
    specialty: str = ""
    specialty_display: str = ""
    structure: str = ""
    structure_id: str = ""
    device: bool = False
    patient: bool = False


class Coded(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code of a system (an OID), and its words when the document gives them."""

    code: str
    system: str = ""
    display: str = ""


class RelatedId(msgspec.Struct, frozen=True, omit_defaults=True):
    """A number the document is about (accession, order, study): its value, its system, and which kind of number."""

    value: str
    system: str = ""
    kind: str = ""


class Submission(msgspec.Struct, frozen=True, omit_defaults=True):
    """The submission set a document came with: its unique identifier, the sending system, when and for what it was sent."""

    unique_id: str
    source_id: str = ""
    sent: str = ""
    purpose: Coded | None = None
    author: Party | None = None
    title: str = ""


class DocumentMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a document besides its bytes: sealed in its row, and as a line of the space's list.

    Codes are those of the CI-SIS value sets; instants are RFC 3339 with a zone; `sha256` is that of the original bytes.
    `author_*` and `structure` are those of the first author; `authors` holds them all when the document names them.
    `set_id` and `set_version` are the document's own chain of versions; `replaces` the unique identifier of the document it
    takes the place of; `alerts` are codes of what does not agree in it and was kept all the same (`ins-key-invalid`…);
    `body_media_type` is what a CDA wraps when it is not structured. `class_system`, `format_system`, `facility_system`,
    `setting_system` and the words beside them are those of the sender, empty for the CI-SIS's own; `dated` is the date of
    the sender's own record of it; `encounter` the sender's number for the visit or the stay the document came from.
    """

    unique_id: str
    title: str
    type_code: str
    type_system: str
    type_display: str
    category: int
    media_type: str
    size: int
    sha256: str
    sha1: str
    created: str
    deposited: str
    author_id: str
    author_name: str
    structure: str
    format_code: str = ""
    language: str = "fr-FR"
    service_start: str = ""
    source_patient: Traits | None = None
    source_patient_ins: str = ""
    class_code: str = ""
    service_stop: str = ""
    practice_setting: str = ""
    facility_type: str = ""
    confidentiality: tuple[str, ...] = ()
    events: tuple[Coded, ...] = ()
    authors: tuple[Party, ...] = ()
    authenticator: Party | None = None
    custodian: Party | None = None
    set_id: str = ""
    set_version: str = ""
    replaces: str = ""
    body_media_type: str = ""
    description: str = ""
    alerts: tuple[str, ...] = ()
    class_system: str = ""
    class_display: str = ""
    format_system: str = ""
    format_display: str = ""
    facility_system: str = ""
    facility_display: str = ""
    setting_system: str = ""
    setting_display: str = ""
    dated: str = ""
    related: tuple[RelatedId, ...] = ()
    submission: Submission | None = None
    encounter: RelatedId | None = None


class DepositParams(msgspec.Struct, frozen=True):
    """A document already sealed by whoever deposits it: the key sealed by HPKE, the metadata and the list's line sealed
    under that key. `unique_id` and `sha256` are compared with what the space already holds; `claimed` is the identity
    written by the sender, compared with hers. `replaces` names the document it takes the place of, by its unique identifier
    or its public id: the new one then takes the category of the old; `type_code` the code of its type, which the matrix asks
    for; `hidden`: its sender asks that no other professional see it; `withheld`: that she be told of it before she reads it;
    `apart`: that whoever represents her by law does not see it, as she asked him;
    `if_possible`: what may not be replaced is left as it is,
    and the new document kept all the same; `visit`: its sender's number for the visit or the stay it came from.
    `others` are the further documents of one submission
    (none of which has others): all are kept, or none.
    """

    row: bytes
    category: int
    wrapped: bytes
    sealed: bytes
    line: bytes
    unique_id: str
    sha256: bytes
    claimed: Traits | None = None
    claimed_ins: str = ""
    replaces: str = ""
    others: tuple[DepositParams, ...] = ()
    if_possible: bool = False
    type_code: str = ""
    hidden: bool = False
    withheld: bool = False
    visit: str = ""
    apart: bool = False


class DepositAnswer(msgspec.Struct, frozen=True):
    """The document's public id and the sender's receipt. `existing`: the same bytes were already there.

    `category` is where it was put; `replaces` the public id of the document it took the place of; `others` answers the
    further documents of the submission, in order.
    """

    document: str
    receipt: bytes
    existing: bool = False
    category: int = 0
    replaces: str = ""
    others: tuple[DepositAnswer, ...] = ()


class ReadParams(msgspec.Struct, frozen=True):
    """Which document: the 16 bytes of its row."""

    row: bytes


class ReadAnswer(msgspec.Struct, frozen=True):
    """What opens one document: its key and its sealed metadata. The bytes are in the object store under `row`.

    `category` is where it is, whatever its metadata say; `replaces` and `replaced_by` are the public ids of the documents
    before and after it in its chain of versions, each told only to who may see that document. `emergency`: as in ListAnswer.
    `withheld`: she does not see it yet, somebody is to tell her of it first.
    """

    key: bytes
    sealed: bytes
    version: int
    category: int = 0
    replaces: str = ""
    replaced_by: str = ""
    emergency: str = ""
    withheld: bool = False


class Filter(msgspec.Struct, frozen=True, array_like=True):
    """One thing a list is narrowed by: a document is kept when one of the values fits it.

    Coded fields (type, category, format, facility, setting, event, related, confidentiality) take "system|code", "|code" (no
    system), "system|" (any code) or "code" (any system). Dates (created, period) take "prefix|low|high": a prefix of FHIR
    and an interval in milliseconds since 1970, its end excluded. `author` takes an identifier or "system|identifier",
    `author-name` the beginning of words of a name, `identifier` a unique identifier or the `urn:uuid:` of the document's row.
    Source: FHIR R4 search 3.1.1.4.
    """

    field: str
    values: tuple[str, ...]


class SeenBy(msgspec.Struct, frozen=True, array_like=True):
    """A professional whose view is asked for: his number, the structure he signs in for, his profession's code."""

    number: str
    structure: str = ""
    profession: str = ""


class ListParams(msgspec.Struct, frozen=True):
    """One page of the list, most recent first: of those that fit every filter.

    `status`: "current" leaves out the documents replaced by one this reader may see, "superseded" gives only those, "both"
    gives all. `as_seen_by`: the person herself, or who acts for her, asks for what that professional would be shown.
    """

    offset: int = 0
    count: int = 50
    status: str = "current"
    filters: tuple[Filter, ...] = ()
    as_seen_by: SeenBy | None = None


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One permitted line: the document's public id and its metadata (MessagePack of DocumentMeta).

    `masked` is told to the person alone: hidden from at least one professional. `category`, `replaces`, `replaced_by`: as in
    ReadAnswer.
    """

    document: str
    meta: bytes
    masked: bool = False
    category: int = 0
    replaces: str = ""
    replaced_by: str = ""


class ListAnswer(msgspec.Struct, frozen=True):
    """The permitted lines of the page, and how many there are in all that this reader may see.

    `emergency`: until when (RFC 3339 UTC) his emergency access shows him lines of it, "" for none.
    `why`: of the view of somebody else, the rule by which he is shown no list at all, "" when he is shown one.
    """

    total: int
    lines: list[Line]
    emergency: str = ""
    why: str = ""


class AnnounceParams(msgspec.Struct, frozen=True):
    """Which document was told to her: the 16 bytes of its row."""

    row: bytes
