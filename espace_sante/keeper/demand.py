"""The messages others send to the keeper, and what it answers: a frozen contract (tests/unit/keeper/test_demand.py).

On the wire: four bytes of length (big endian), then a MessagePack array of messages. Demands made during one turn of the
event loop leave as one array; answers come back the same way, in any order, matched by `number`.
Nothing here decides anything: a demand says what is asked, the keeper reads the facts itself.
Guarantee: G3, G5. Source: docs/specs/demand.md.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

# ---------------------------------------------------------------- what is asked


class Ask(msgspec.Struct, frozen=True, array_like=True, tag="ask"):
    """Ask for one act to be decided, journaled and done.

    `session` is the SHA-256 of the session token; `person` names whose space is concerned: "self", "id:<32 hex>",
    "ins:<15 digits>", "local:<number>", "code:<invitation code>" or "" (none); `params` are the act's own, MessagePack.
    `idempotency` is the caller's key (empty for readings); `body` the SHA-256 of what the caller sent.
    """

    number: int
    act: str
    session: bytes
    person: str
    channel: str
    proof: str
    params: bytes
    on_behalf: bool = False
    idempotency: bytes = b""
    body: bytes = b""
    client: str = ""


class SignIn(msgspec.Struct, frozen=True, array_like=True, tag="signin"):
    """Present a provider's signed assertion; the keeper verifies it and makes the session itself."""

    number: int
    assertion: str


class SignOut(msgspec.Struct, frozen=True, array_like=True, tag="signout"):
    """End a session, by the SHA-256 of its token."""

    number: int
    session: bytes


class WhoIs(msgspec.Struct, frozen=True, array_like=True, tag="whois"):
    """Ask who a session belongs to (for the page's heading and the choice of menu; never for a decision)."""

    number: int
    session: bytes


class Address(msgspec.Struct, frozen=True, array_like=True, tag="address"):
    """Ask for the public key to seal a deposit to. Answered alike whether the person has a space or not."""

    number: int
    session: bytes
    person: str


class Maintain(msgspec.Struct, frozen=True, array_like=True, tag="maintain"):
    """Do one round of upkeep: erase closing spaces, sweep orphan keys, expired letters, sessions, idempotency keys."""

    number: int
    kind: str


Demand = Ask | SignIn | SignOut | WhoIs | Address | Maintain

# ---------------------------------------------------------------- what is answered


class Done(msgspec.Struct, frozen=True, array_like=True, tag="done"):
    """Permitted, journaled, committed: the entry's public reference and the act's own answer (MessagePack)."""

    number: int
    entry: str
    effect: str
    payload: bytes


class Refused(msgspec.Struct, frozen=True, array_like=True, tag="refused"):
    """Refused and journaled. `code` is "" unless the caller may know why (its own mistake, never a right)."""

    number: int
    entry: str
    code: str = ""


class Failed(msgspec.Struct, frozen=True, array_like=True, tag="failed"):
    """Neither done nor refused: nothing was released and nothing changed; may be tried again."""

    number: int
    code: str


Answer = Done | Refused | Failed

# ---------------------------------------------------------------- what each act carries


class Traits(msgspec.Struct, frozen=True, omit_defaults=True):
    """Identity traits, as in the INS: names in capitals, birth date AAAA-MM-JJ (may be partial), sex M, F or I."""

    birth_name: str
    first_given: str
    birth_date: str
    sex: str
    used_name: str = ""
    birth_place: str = ""


class InviteParams(msgspec.Struct, frozen=True):
    """Whom to invite: an INS or a local number given at a counter, her traits, and by which way she gets it ("letter",
    "counter", "professional", "web"; "" when nobody said).
    """

    person: str
    traits: Traits
    way: str = ""


class InviteAnswer(msgspec.Struct, frozen=True):
    """The code printed on the letter, and the last day it answers (AAAA-MM-JJ)."""

    code: str
    expires_on: str


class OpenParams(msgspec.Struct, frozen=True):
    """Her answers, asked separately, and the exact words shown to her."""

    deposits: bool
    notice_version: str
    notice_language: str
    notice_sha256: str


class OpenAnswer(msgspec.Struct, frozen=True):
    """Her public id (32 hex) and the signed receipt (canonical JSON)."""

    person: str
    receipt: bytes


class RefuseParams(msgspec.Struct, frozen=True):
    """The exact words shown to her; `remember`: she asks that nobody propose it again."""

    notice_version: str
    notice_language: str
    notice_sha256: str
    remember: bool = False


class ReverseRefusalParams(msgspec.Struct, frozen=True):
    """She may be proposed a space again: nothing more to say."""


class DeliveryParams(msgspec.Struct, frozen=True):
    """How a letter is known to be in her hands ("registered", "counter"), and on which day (AAAA-MM-JJ)."""

    proof: str
    day: str


class ReturnParams(msgspec.Struct, frozen=True):
    """A letter came back, or a message bounced: nothing more to say."""


class NotedAnswer(msgspec.Struct, frozen=True):
    """It is noted: said alike whether there was a letter or not."""


class ReopenParams(msgspec.Struct, frozen=True):
    """Her answer to the question of deposits, asked again."""

    deposits: bool


class EraseParams(msgspec.Struct, frozen=True):
    """Erase an archive now: nothing more to say."""


class ReceiptAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The signed receipt (canonical JSON). `still`: another will of hers keeps this act without its effect.

    A permission to somebody she blocks, or a mask taken back from what another mask still hides.
    """

    receipt: bytes
    still: bool = False


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
    the sender's own record of it.
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


class DepositParams(msgspec.Struct, frozen=True):
    """A document already sealed by whoever deposits it: the key sealed by HPKE, the metadata and the list's line sealed
    under that key. `unique_id` and `sha256` are compared with what the space already holds; `claimed` is the identity
    written by the sender, compared with hers. `replaces` names the document it takes the place of, by its unique identifier
    or its public id: the new one then takes the category of the old; `type_code` the code of its type, which the matrix asks
    for; `hidden`: its sender asks that no other professional see it; `withheld`: that she be told of it before she reads it;
    `if_possible`: what may not be replaced is left as it is,
    and the new document kept all the same. `others` are the further documents of one submission
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
    before and after it in its chain of versions, each told only to who may see that document.
    """

    key: bytes
    sealed: bytes
    version: int
    category: int = 0
    replaces: str = ""
    replaced_by: str = ""


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


class ListParams(msgspec.Struct, frozen=True):
    """One page of the list, most recent first: of those that fit every filter.

    `status`: "current" leaves out the documents replaced by one this reader may see, "superseded" gives only those, "both"
    gives all.
    """

    offset: int = 0
    count: int = 50
    status: str = "current"
    filters: tuple[Filter, ...] = ()


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
    """The permitted lines of the page, and how many there are in all that this reader may see."""

    total: int
    lines: list[Line]


class GrantParams(msgspec.Struct, frozen=True):
    """To whom (national number), what, for what purpose and how many days."""

    practitioner: str
    scope: str
    categories: list[int]
    documents: list[bytes]
    purpose: str
    days: int


class WithdrawParams(msgspec.Struct, frozen=True):
    """From whom everything granted is withdrawn."""

    practitioner: str


class MaskParams(msgspec.Struct, frozen=True):
    """What is hidden (16 bytes of a row, or a category number) and from whom ("" for every professional)."""

    document: bytes
    category: int
    practitioner: str


class UnmaskParams(msgspec.Struct, frozen=True):
    """Which mask is taken back, as `MaskParams` made it; `versions`: from every version it followed, not this one alone."""

    document: bytes
    category: int
    practitioner: str
    versions: bool = False


class BlockParams(msgspec.Struct, frozen=True):
    """Who is blocked, and from what: "everything" or "deposits"."""

    practitioner: str
    what: str


class UnblockParams(msgspec.Struct, frozen=True):
    """Who is unblocked."""

    practitioner: str


class JournalParams(msgspec.Struct, frozen=True):
    """One page of the journal, most recent first: entries before number `before` (0: from the end)."""

    before: int = 0
    count: int = 50


class JournalAnswer(msgspec.Struct, frozen=True):
    """Records in canonical JSON, most recent first, with their public references; `n` is how many there are in all.

    `blocks` and `masks` are her other wills: MessagePack of list[BlockView] and of list[MaskView], "" for none.
    """

    n: int
    records: list[bytes]
    references: list[str]
    grants: bytes  # MessagePack of list[GrantView]: whom she lets read, shown beside
    blocks: bytes = b""
    masks: bytes = b""


class GrantView(msgspec.Struct, frozen=True):
    """A permission as shown to her; instants RFC 3339 UTC."""

    practitioner: str
    scope: str
    categories: list[int]
    documents: list[str]
    purpose: str
    starts: str
    ends: str


class BlockView(msgspec.Struct, frozen=True):
    """A blocked professional as shown to her; `since` RFC 3339 UTC, "" when it is not known."""

    practitioner: str
    what: str
    since: str


class MaskView(msgspec.Struct, frozen=True):
    """Something hidden as shown to her: a document's public id or a category, from whom ("" for all), since when.

    Masks of one `mask` are one will about several versions of a document.
    """

    mask: str
    document: str
    category: int
    practitioner: str
    since: str


class CloseParams(msgspec.Struct, frozen=True):
    """Close: erase (no year, the default), or keep as an archive that nobody reads for so many years, ten at most."""

    archive_years: int = 0


class ExportParams(msgspec.Struct, frozen=True):
    """One part of what she takes away: lines of the journal before number `before` (0: from the end)."""

    before: int = 0


class Proved(msgspec.Struct, frozen=True, array_like=True):
    """One line of the journal with what chains it: number, tag, commitment, record in canonical JSON."""

    seq: int
    tag: bytes
    com: bytes
    record: bytes


class ExportAnswer(msgspec.Struct, frozen=True):
    """Lines of the journal, most recent first; with the first part, every receipt kept for her. `n`: lines in all."""

    n: int
    lines: list[Proved]
    receipts: list[bytes]


class SessionAnswer(msgspec.Struct, frozen=True):
    """Who a session belongs to. `token` is given once, at sign-in; `person` is her public id when she has an open space.

    `state`: "presumed" when it was opened without her word, "archived" when she keeps it closed until the day `until`.
    """

    kind: str
    identifier: str
    name: str
    profession: str
    structure: str
    person: str = ""
    invited: bool = False
    token: str = ""
    state: str = ""
    until: str = ""


class AddressAnswer(msgspec.Struct, frozen=True):
    """The public key to seal to: the person's, or one of the service's when there is nothing to say."""

    public: bytes


class MaintainAnswer(msgspec.Struct, frozen=True):
    """How many things one round of upkeep did, by name."""

    done: dict[str, int]


class Keeper(Protocol):
    """What the rest of the house knows of the keeper: it asks, and is answered."""

    async def ask(self, demand: Demand) -> Answer:
        """Send one demand (its `number` is set by the link) and wait for its answer.

        Raises Problem(BUSY) when the keeper cannot be reached; then nothing was released and a change may have been
        done or not: the idempotency key tells at the next try.
        """
        ...


ENCODER = msgspec.msgpack.Encoder()
DEMANDS = msgspec.msgpack.Decoder(list[Demand])
ANSWERS = msgspec.msgpack.Decoder(list[Answer])
