"""The messages others send to the keeper, and what it answers: a frozen contract (tests/unit/keeper/test_demand.py).

On the wire: four bytes of length (big endian), then a MessagePack array of messages. Demands made during one turn of the
event loop leave as one array; answers come back the same way, in any order, matched by `number`.
Nothing here decides anything: a demand says what is asked, the keeper reads the facts itself.
Guarantee: G3, G5. Source: docs/specs/demand.md.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from espace_sante.keeper.indicators import Cell

# ---------------------------------------------------------------- what is asked


class Ask(msgspec.Struct, frozen=True, array_like=True, tag="ask"):
    """Ask for one act to be decided, journaled and done.

    `session` is the SHA-256 of the session token; `person` names whose space is concerned: "self", "id:<32 hex>",
    "ins:<15 digits>", "local:<number>", "code:<invitation code>" or "" (none); for the operator's staff "case:<32 hex>",
    "letter:<32 hex>" or "ticket:<number>"; `params` are the act's own, MessagePack.
    "ins:<15 digits>", "local:<number>", "code:<invitation code>", "card:<code>" or ""
    (none); `params` are the act's own, MessagePack.
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


class Counts(msgspec.Struct, frozen=True, array_like=True, tag="counts"):
    """Ask for the public counts: anybody may; nothing under eleven is in the answer."""

    number: int


class Destroyed(msgspec.Struct, frozen=True, array_like=True, tag="destroyed"):
    """Ask for a certificate of destruction, by the reference of the last entry of the journal: whoever holds it may."""

    number: int
    reference: str


Demand = Ask | SignIn | SignOut | WhoIs | Address | Maintain | Counts | Destroyed

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
    """Her answers, asked separately, and the exact words shown to her.

    `answers`: by question, those to the further questions of the notice; one that is not there was not answered, and is a no.
    """

    deposits: bool
    notice_version: str
    notice_language: str
    notice_sha256: str
    answers: dict[str, str] = {}


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


class GrantParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """To whom (a party as `consent.recipient` reads it), what, for what purpose and how many days.

    `starts`: the day it begins (AAAA-MM-JJ, in French time), "" for now. `endless`: her own words for a permission without
    end, "" when it ends; `days` is then 0. `episode`: the number of an episode, when `scope` is "episode".
    """

    practitioner: str
    scope: str
    categories: list[int]
    documents: list[bytes]
    purpose: str
    days: int
    starts: str = ""
    endless: str = ""
    episode: str = ""


class LimitParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which permission (16 bytes) becomes shorter or narrower: ends in `days` at most (0: as before), shows `scope` at most
    ("": as before).
    """

    grant: bytes
    days: int = 0
    scope: str = ""
    categories: list[int] = []
    documents: list[bytes] = []


class AdministratorParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which professional reads everything, what she hides from all too; for how many days, or her words for no end."""

    practitioner: str
    days: int
    endless: str = ""


class WithdrawParams(msgspec.Struct, frozen=True):
    """From whom everything granted is withdrawn."""

    practitioner: str


class MaskParams(msgspec.Struct, frozen=True):
    """What is hidden (16 bytes of a row, a category number, or the number of an episode), from whom ("" for every professional)."""

    document: bytes
    category: int
    practitioner: str
    episode: str = ""


class UnmaskParams(msgspec.Struct, frozen=True):
    """Which mask is taken back, as `MaskParams` made it; `versions`: from every version it followed, not this one alone."""

    document: bytes
    category: int
    practitioner: str
    versions: bool = False
    episode: str = ""


class KeepEpisodeParams(msgspec.Struct, frozen=True):
    """Which episode (its number, "" for a new one), its name ("": as before), the rows that go in it and `out` of it.

    `visit_of`: a row; every document of the same visit goes in it, and those that come later ("": of none).
    """

    number: str
    name: str
    documents: list[bytes]
    visit_of: bytes = b""
    out: list[bytes] = []


class EpisodeAnswer(msgspec.Struct, frozen=True):
    """The number of the episode, and whether a permission follows it. `receipt` as in ReceiptAnswer."""

    receipt: bytes
    number: str = ""
    shown: bool = False


class EndEpisodeParams(msgspec.Struct, frozen=True):
    """The number of the episode to undo."""

    number: str


class BlockParams(msgspec.Struct, frozen=True):
    """Who is blocked (a professional or a structure), and from what: a value of `consent.limits.BlockKind`."""

    practitioner: str
    what: str


class UnblockParams(msgspec.Struct, frozen=True):
    """Who is unblocked."""

    practitioner: str


class IssueCardParams(msgspec.Struct, frozen=True):
    """What a card shows, for what purpose, how many uses, how many hours each gives; `days` 0: until tonight; `pin` "": none."""

    scope: str
    categories: list[int]
    documents: list[bytes]
    purpose: str
    uses: int
    hours: int
    days: int
    pin: str = ""


class CardAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A card's code, given once and kept nowhere, its public number, its end (RFC 3339 UTC), and the receipt, which has no code."""

    receipt: bytes
    code: str = ""
    number: str = ""
    ends: str = ""


class UseCardParams(msgspec.Struct, frozen=True):
    """The secret number she says, "" for none; which card is the demand's `person`."""

    pin: str = ""


class CardUsedAnswer(msgspec.Struct, frozen=True):
    """Whose card it was (her public id), until when it shows what she said (RFC 3339 UTC), and the receipt."""

    person: str
    ends: str
    receipt: bytes


class RevokeCardParams(msgspec.Struct, frozen=True):
    """The number of the card to stop, "" for all of them."""

    number: str = ""


class RequestParams(msgspec.Struct, frozen=True):
    """What a professional asks her to let him read, for what purpose and how many days. No words of his own."""

    scope: str
    categories: list[int]
    purpose: str
    days: int


class AskedAnswer(msgspec.Struct, frozen=True):
    """Nothing: the same whether she will read the request or there is nobody to read it."""


class AcceptRequestParams(msgspec.Struct, frozen=True):
    """The number of a request, and less than it asks for if she wants: fewer days (0: as asked), some categories only."""

    number: str
    days: int = 0
    categories: list[int] = []


class DeclineRequestParams(msgspec.Struct, frozen=True):
    """The number of a request she says no to."""

    number: str


class ChoiceParams(msgspec.Struct, frozen=True):
    """One answer changed alone; `purpose` is the code of the use it is about, "" for the answers about her whole space."""

    purpose: str = ""


class AnnounceParams(msgspec.Struct, frozen=True):
    """Which document was told to her: the 16 bytes of its row."""

    row: bytes


class JournalParams(msgspec.Struct, frozen=True):
    """One page of the journal, most recent first: entries before number `before` (0: from the end)."""

    before: int = 0
    count: int = 50


class JournalAnswer(msgspec.Struct, frozen=True):
    """Records in canonical JSON, most recent first, with their public references; `n` is how many there are in all.

    `blocks` and `masks` are her other wills: MessagePack of list[BlockView] and of list[MaskView], "" for none.
    `cards` and `requests`: the same of list[CardView] and of list[RequestView].
    `blocks`, `masks` and `choices` are her other wills: MessagePack of list[BlockView], of list[MaskView] and of
    list[ChoiceView], "" for none.
    `documents`: by record, the public id of the document it is about, "" for none that she may know of.
    """

    n: int
    records: list[bytes]
    references: list[str]
    grants: bytes  # MessagePack of list[GrantView]: whom she lets read, shown beside
    blocks: bytes = b""
    masks: bytes = b""
    cases: bytes = b""  # MessagePack of list[CaseSeen]
    support: bytes = b""  # MessagePack of list[SupportView]: one, or none
    emergency: bytes = b""  # MessagePack of EmergencyView
    cards: bytes = b""
    requests: bytes = b""
    choices: bytes = b""
    episodes: bytes = b""  # MessagePack of list[EpisodeView]
    documents: list[str] = []
    post: bytes = b""  # MessagePack of PostView


class GrantView(msgspec.Struct, frozen=True):
    """A permission as shown to her; instants RFC 3339 UTC. `grant`: its number (32 hex), by which it is made shorter.

    `sees_hidden`: its holder also reads what she hides from all. `matrix`: the version it was given under.
    `episode`: the name of the episode it `follows` (its number), "" for none.
    """

    practitioner: str
    scope: str
    categories: list[int]
    documents: list[str]
    purpose: str
    starts: str
    ends: str
    grant: str = ""
    sees_hidden: bool = False
    matrix: str = ""
    episode: str = ""
    follows: str = ""


class BlockView(msgspec.Struct, frozen=True):
    """A blocked professional as shown to her; `since` RFC 3339 UTC, "" when it is not known."""

    practitioner: str
    what: str
    since: str


class MaskView(msgspec.Struct, frozen=True):
    """Something hidden as shown to her: a document's public id or a category, from whom ("" for all), since when.

    Masks of one `mask` are one will about several versions of a document. `episode`: the name of the episode it follows.
    """

    mask: str
    document: str
    category: int
    practitioner: str
    since: str
    episode: str = ""


class EpisodeView(msgspec.Struct, frozen=True):
    """An episode as shown to her: its number, its name, its documents (public ids), from whom it is hidden ("" for all).

    `follows`: the later documents of a visit join it by themselves.
    """

    number: str
    name: str
    documents: list[str]
    hidden_from: list[str]
    follows: bool


class ContestParams(msgspec.Struct, frozen=True):
    """Which entries of her journal she did not expect (their references or numbers), why (a code), her words, and whether to block him."""

    entries: list[str]
    reason: str
    words: str = ""
    block: bool = False


class MistakeParams(msgspec.Struct, frozen=True):
    """Which document is wrong (16 bytes of its row), in what (a code), her words, and whether to hide it from all."""

    document: bytes
    reason: str
    words: str = ""
    hide: bool = False


class CaseOpened(msgspec.Struct, frozen=True):
    """The number of her case (32 hex), the last day of its answer (AAAA-MM-JJ), and her receipt."""

    receipt: bytes
    case: str = ""
    due: str = ""


class CaseSaid(msgspec.Struct, frozen=True):
    """An answer she received: its code, its words, when (RFC 3339 UTC)."""

    outcome: str
    text: str
    at: str


class CaseSeen(msgspec.Struct, frozen=True):
    """A case as shown to her; days AAAA-MM-JJ. `late`: the last day is over and nobody answered."""

    case: str
    kind: str
    practitioner: str
    name: str
    structure: str
    entries: tuple[str, ...]
    reason: str
    opened: str
    due: str
    answered: bool
    late: bool
    answers: tuple[CaseSaid, ...]


class CaseListParams(msgspec.Struct, frozen=True):
    """One page of what the operator has to answer, the nearest deadline first, after a day (AAAA-MM-JJ) and a number."""

    after_due: str = ""
    after: str = ""
    count: int = 50


class CaseLine(msgspec.Struct, frozen=True):
    """A case as shown to the operator. `waits`: its answer is written and waits for a second account; `mine`: written by you."""

    case: str
    kind: str
    practitioner: str
    name: str
    structure: str
    entries: tuple[str, ...]
    reason: str
    opened: str
    due: str
    late: bool
    waits: bool
    mine: bool
    outcome: str = ""
    text: str = ""


class CaseListAnswer(msgspec.Struct, frozen=True):
    """The cases of the page."""

    cases: tuple[CaseLine, ...]


class AnswerCaseParams(msgspec.Struct, frozen=True):
    """What is answered: a code, and the words she will read."""

    outcome: str
    text: str


class ConfirmCaseParams(msgspec.Struct, frozen=True):
    """Confirm the answer that waits: the SHA-256 of its words, so that what is confirmed is what was read."""

    text_sha256: bytes


class CaseMoved(msgspec.Struct, frozen=True):
    """Whether the answer was sent to her; if not, it waits for a second account."""

    sent: bool


class AllowSupportParams(msgspec.Struct, frozen=True):
    """The ticket's number, for how many hours, and whether her journal may be seen besides the state of her choices."""

    ticket: str
    hours: int
    journal: bool = False


class EndSupportParams(msgspec.Struct, frozen=True):
    """End the help: nothing more to say."""


class OpenSupportParams(msgspec.Struct, frozen=True):
    """Open what she allowed for the ticket named as the person ("ticket:<number>")."""


class SupportOpened(msgspec.Struct, frozen=True):
    """Whether it is open; if not, it waits for a second account. `ends` RFC 3339 UTC."""

    opened: bool
    ends: str


class ReadSupportParams(msgspec.Struct, frozen=True):
    """See what she allowed: the state of her choices, and when she said so a page of her journal, as in JournalParams."""

    before: int = 0
    count: int = 50


class SupportAnswer(msgspec.Struct, frozen=True):
    """The state of her choices as numbers and words, never a name or a title; and records of her journal when allowed."""

    ends: str
    choices: dict[str, str]
    records: tuple[bytes, ...] = ()


class SupportView(msgspec.Struct, frozen=True):
    """The help she allows, as shown to her; instants RFC 3339 UTC. `opened`: two accounts opened it."""

    ticket: str
    ends: str
    journal: bool
    opened: bool


class EmergencyParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Her answers for an emergency, each asked apart, and what may be read then (as a permission says it, "" for nothing).

    `regulator`: the doctor who answers the emergency call; `bedside`: a professional beside her; `hidden`: what she hides
    from all too. The opening carries the same answers.
    """

    regulator: bool
    bedside: bool
    hidden: bool
    scope: str = ""
    categories: list[int] = []
    documents: list[bytes] = []


class NoEmergencyParams(msgspec.Struct, frozen=True):
    """Never, for everything: nothing more to say."""


class BreakGlassParams(msgspec.Struct, frozen=True):
    """Which emergency ("bedside" or "regulator"), whether he is beside her now, why (a code), and in his own words."""

    kind: str
    beside: bool
    ground: str
    reason: str


class ConfirmEmergencyParams(msgspec.Struct, frozen=True):
    """Whose emergency access is confirmed: the national number of the colleague who opened it."""

    practitioner: str


class GlassAnswer(msgspec.Struct, frozen=True):
    """The professional's receipt, and from when to when the access holds (RFC 3339 UTC).

    `waits`: it has not begun, and a colleague may confirm it at once.
    """

    receipt: bytes
    starts: str
    ends: str
    waits: bool


class EmergencyView(msgspec.Struct, frozen=True):
    """Her answers for an emergency as shown to her; `since` RFC 3339 UTC, "" when she never answered."""

    regulator: bool
    bedside: bool
    hidden: bool
    scope: str
    categories: list[int]
    documents: list[str]
    since: str


class CardUse(msgspec.Struct, frozen=True):
    """Who used a card, and from when to when it shows him something (RFC 3339 UTC)."""

    practitioner: str
    starts: str
    ends: str


class CardView(msgspec.Struct, frozen=True):
    """A card as shown to her; instants RFC 3339 UTC. `dead`: too many wrong secret numbers. Never its code."""

    number: str
    scope: str
    categories: list[int]
    documents: list[str]
    purpose: str
    uses_left: int
    hours: int
    since: str
    ends: str
    pin: bool
    dead: bool
    uses: list[CardUse]


class RequestView(msgspec.Struct, frozen=True):
    """A request as shown to her: who asks, as his sign-in says it, what, why, for how long, and until when it waits."""

    number: str
    practitioner: str
    name: str
    profession: str
    structure: str
    scope: str
    categories: list[int]
    purpose: str
    days: int
    made: str
    ends: str


class ChoiceView(msgspec.Struct, frozen=True):
    """One answer as shown to her: which (consent.choices), about which use, whether it gives, and since when ("" never)."""

    choice: str
    purpose: str
    gives: bool
    since: str


class LettersParams(msgspec.Struct, frozen=True):
    """How many letters wait to be printed, and which are printed and not posted."""


class LettersAnswer(msgspec.Struct, frozen=True):
    """What is due by post today. `waiting` and `printed`: numbers of letters, which say nothing of anybody.

    `urgent` of those waiting are due at once (an emergency), `late` since yesterday or before; there are `more` than are listed.
    """

    urgent: int
    late: int
    waiting: tuple[str, ...]
    printed: tuple[str, ...]
    more: bool = False


class PrintLetterParams(msgspec.Struct, frozen=True):
    """Print the letter named; `again`: one that was printed already, as it was, and nothing else.

    `size`: how many leaves the public journal has, for the receipt that a letter of her journal bears; 0 when nothing is published.
    """

    again: bool = False
    size: int = 0


class PostLetterParams(msgspec.Struct, frozen=True):
    """The letter named is posted, or handed over at the counter."""


class LetterItem(msgspec.Struct, frozen=True):
    """One thing a letter says. `record`: the line of her journal, canonical JSON, without what nobody else may read.

    `categories`: the kinds of what was read since under an emergency; `document`: the one its author is reminded of; `outcome`
    and `words`: what the operator answered her.
    """

    act: str
    at: str
    record: bytes = b""
    entry: str = ""
    number: int = 0
    categories: tuple[int, ...] = ()
    document: str = ""
    outcome: str = ""
    words: str = ""


class PublishedLine(msgspec.Struct, frozen=True, array_like=True):
    """One line of the journal that is in the public journal: number, its leaf's, tag, commitment, record in canonical JSON."""

    seq: int
    index: int
    tag: bytes
    com: bytes
    record: bytes


class YearLines(msgspec.Struct, frozen=True):
    """Her journal of one year, for a letter: its lines as a letter says them, most recent first, and how many there are in all.

    `com`: the last commitment of that year, "" without a line. `last`: the last line that is in the state of the public journal
    asked for, without its record. Whoever prints adds what is public: the `receipt` of that line, and the state of the journal.
    """

    year: int
    records: tuple[bytes, ...]
    count: int
    com: bytes = b""
    last: PublishedLine | None = None
    receipt: bytes = b""
    size: int = 0
    root: bytes = b""
    seen: str = ""


class Letter(msgspec.Struct, frozen=True):
    """One letter to print. `to`: "person" or "author"; `address`: no line for one to be handed over at the counter.

    `number` is the author's. `months`: it says what is open to whom, as the next one will so many months later; `grants`,
    `emergency` and `cards` are then MessagePack, as in JournalAnswer. `year`: it shows her journal of that year.
    """

    to: str
    name: str
    birth_date: str
    address: tuple[str, ...]
    items: tuple[LetterItem, ...]
    number: str = ""
    months: int = 0
    grants: bytes = b""
    emergency: bytes = b""
    cards: bytes = b""
    year: YearLines | None = None


class PrintedAnswer(msgspec.Struct, frozen=True):
    """The letters of one printing, and the number that is written on them and in her journal."""

    letter: str
    letters: tuple[Letter, ...]
    again: bool = False


class LetterPosted(msgspec.Struct, frozen=True):
    """It is noted."""


class AddressParams(msgspec.Struct, frozen=True):
    """Where letters reach her: the lines under her name, one to five; none: at the counter."""

    lines: tuple[str, ...] = ()


class RemindersParams(msgspec.Struct, frozen=True):
    """Every how many months she wants the letter of what is open to whom; 0 for no more."""

    months: int = 0


class PostView(msgspec.Struct, frozen=True):
    """What she wants by post: the lines of her address, every how many months the letter (0: never), since when."""

    address: tuple[str, ...] = ()
    months: int = 0
    since: str = ""


class CloseParams(msgspec.Struct, frozen=True):
    """Close: erase (no year, the default), or keep as an archive that nobody reads for so many years, ten at most."""

    archive_years: int = 0


class ExportParams(msgspec.Struct, frozen=True):
    """One part of what she takes away: lines of the journal before number `before` (0: from the end)."""

    before: int = 0


class ProveParams(msgspec.Struct, frozen=True):
    """One part of the proof of her journal: lines of the years `first` to `last` before number `before` (0: from the end).

    0 for `first`: the year of opening; for `last`: this year. `size`: how many leaves of the public journal the proof is about;
    0: nothing is published, nothing is released. `line`: one line alone, for its receipt, without any key; -1 for none.
    """

    first: int = 0
    last: int = 0
    before: int = 0
    size: int = 0
    line: int = -1


class ProvedYear(msgspec.Struct, frozen=True, array_like=True):
    """One year: its key, the hashes that show it among those promised at opening, the number of its first line.

    Without a line that year, the number where the next one's begin.
    """

    year: int
    key: bytes
    path: list[bytes]
    first: int


class ProofAnswer(msgspec.Struct, frozen=True):
    """One part of a proof: lines, most recent first; with the first part, the keys of the years.

    `cj`: what was committed to at opening, in the year `opening`. `later`: lines of this part that are not in that state of the
    public journal. `before`: where the next part begins, 0 for nothing more. Nothing of all this is given to whoever acts for
    her: the letter is then written to her.
    """

    cj: bytes
    opening: int
    space: bytes
    years: list[ProvedYear]
    lines: list[PublishedLine]
    later: int
    before: int


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


class CountsAnswer(msgspec.Struct, frozen=True):
    """The published cells (keeper/indicators.py), and each day reconciled with its number of gaps (keeper/reckon.py)."""

    cells: tuple[Cell, ...]
    reckoned: tuple[tuple[str, int], ...] = ()


class DestroyedAnswer(msgspec.Struct, frozen=True):
    """A certificate (docs/specs/entry.md §7), its place in the list, and the public key that checks it."""

    payload: bytes
    signature: bytes
    line: int
    key: bytes


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
