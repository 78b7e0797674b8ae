"""The values a CDA header is made of: identifiers, codes, people. Frozen, texts as written, "" for what is not said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identifier:
    """An instance identifier: a root (an OID or a UUID) and, within it, an extension."""

    root: str = ""
    extension: str = ""

    def __bool__(self) -> bool:
        return bool(self.root)

    @property
    def text(self) -> str:
        """Return the root, then `^` and the extension when there is one."""
        return f"{self.root}^{self.extension}" if self.extension else self.root


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a system (an OID), with its words when the document gives them."""

    code: str = ""
    system: str = ""
    display: str = ""

    def __bool__(self) -> bool:
        return bool(self.code)


@dataclass(frozen=True, slots=True)
class Organization:
    """A structure: its identifier and its name."""

    identifier: Identifier = Identifier()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """Who wrote the document, or answers for it: a person, or a device (`device`), and for which structure.

    `specialty` is a profession with its know-how; `role` what was done for the patient; `time` an HL7 time stamp.
    """

    identifier: Identifier = Identifier()
    name: str = ""
    specialty: Code = Code()
    role: Code = Code()
    organization: Organization = Organization()
    device: bool = False
    time: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The person as the document knows her.

    `ins` is the first identifier under an INS root, `identifiers` all the others. `given_names` are all those of birth,
    `first_given` the first of them, `used_name` and `used_given` those she goes by, `married_name` another she has.
    `birth_date` is an HL7 time stamp, `birth_place` the code of a town or of a country (COG).
    """

    ins: Identifier = Identifier()
    ins_kind: str = ""
    ins_key_right: bool = False
    identifiers: tuple[Identifier, ...] = ()
    birth_name: str = ""
    used_name: str = ""
    married_name: str = ""
    given_names: str = ""
    first_given: str = ""
    used_given: str = ""
    sex: str = ""
    birth_date: str = ""
    birth_place: str = ""
    birth_town: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """Everything the header of a CDA says of its document. Time stamps are HL7's, as written.

    `service_*`, `practice_setting` are those of the main act (the first `documentationOf`); `events` the codes of every
    act; `replaces` the documents it takes the place of; `orders` the requests it answers, `accessions` its numbers in an
    imaging system; `encounter` the sender's number for the visit or the stay;
    `consents` what its header says was agreed to. `body_media_type` is what it wraps when it is not structured.
    """

    unique_id: Identifier
    set_id: Identifier
    version: str
    type: Code
    title: str
    created: str
    language: str
    confidentiality: tuple[Code, ...]
    templates: tuple[str, ...]
    patient: Patient
    authors: tuple[Participant, ...]
    authenticator: Participant
    custodian: Organization
    service_start: str
    service_stop: str
    events: tuple[Code, ...]
    practice_setting: Code
    facility_type: Code
    replaces: tuple[Identifier, ...]
    orders: tuple[Identifier, ...]
    accessions: tuple[Identifier, ...]
    encounter: Identifier
    consents: tuple[Code, ...]
    structured: bool
    body_media_type: str
    self_presentable: bool
