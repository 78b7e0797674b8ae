"""The arrays a will is kept as: element by element, in the order of docs/specs/rows.md. Elements are only added at the end."""

from __future__ import annotations

import msgspec


class PartyRow(msgspec.Struct, frozen=True, array_like=True):
    """Whom something is about, when it is not one professional."""

    kind: str
    identifier: str
    members: list[str]
    name: str


class GrantRow(msgspec.Struct, frozen=True, array_like=True):
    """One permission."""

    grant_id: bytes
    practitioner: str
    scope: str
    categories: list[int]
    documents: list[bytes]
    purpose: str
    starts: int
    ends: int
    party: PartyRow | None = None  # when it is not one professional
    matrix: str = ""
    card: bytes = b""
    episode: bytes = b""
    sees_hidden: bool = False
    by_law: bool = False


class MaskRow(msgspec.Struct, frozen=True, array_like=True):
    """One thing she hides, from one party or from all."""

    mask_id: bytes
    document: bytes
    category: int
    practitioner: str
    since: int = 0
    party: PartyRow | None = None
    episode: bytes = b""


class BlockRow(msgspec.Struct, frozen=True, array_like=True):
    """Whom she blocks, and from what."""

    practitioner: str
    what: str
    since: int
    party: PartyRow | None = None


class ScopeRow(msgspec.Struct, frozen=True, array_like=True):
    """Which documents."""

    kind: str
    categories: list[int]
    documents: list[bytes]


class EmergencyRow(msgspec.Struct, frozen=True, array_like=True):
    """Who may read in an emergency, and what."""

    regulator: bool
    bedside: bool
    hidden: bool
    scope: ScopeRow
    since: int


class GlassRow(msgspec.Struct, frozen=True, array_like=True):
    """One emergency access."""

    glass_id: bytes
    who: str
    kind: str
    starts: int
    ends: int
    second: str
    account: bytes = b""


class MailingRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.cards.Mailing`."""

    notice: bytes
    letter: bytes = b""
    place: bytes = b""
    posted: int = 0


class CardRow(msgspec.Struct, frozen=True, array_like=True):
    """One card or code she handed over."""

    card_id: bytes
    number: str
    term: bytes
    pin: bytes
    scope: ScopeRow
    purpose: str
    uses_left: int
    hours: int
    since: int
    ends: int
    matrix: str
    wrong: int = 0
    by_law: bool = False
    mailing: MailingRow | None = None


class RequestRow(msgspec.Struct, frozen=True, array_like=True):
    """One request to read that waits for her answer."""

    request_id: bytes
    practitioner: str
    name: str
    profession: str
    structure: str
    scope: ScopeRow
    purpose: str
    days: int
    made: int


class EpisodeRow(msgspec.Struct, frozen=True, array_like=True):
    """Documents she keeps together."""

    episode_id: bytes
    name: str
    key: bytes
    documents: list[bytes]
    hides: list[MaskRow] = []


class SupportRow(msgspec.Struct, frozen=True, array_like=True):
    """The help she allows for a ticket."""

    ticket: str
    starts: int
    ends: int
    sees_journal: bool
    asked_by: str
    opened_by: str


class ReminderRow(msgspec.Struct, frozen=True, array_like=True):
    """The letter she asked for, and how often."""

    months: int
    notice: bytes
    since: int


class QuarterlyRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.letters.Quarterly`."""

    notice: bytes
    since: int


class AppRow(msgspec.Struct, frozen=True, array_like=True):
    """One application she lets act for her."""

    grant_id: bytes
    app: str
    name: str
    owner: str
    scopes: str
    offline: bool
    starts: int
    ends: int
    waiting: bool


class LettersRow(msgspec.Struct, frozen=True, array_like=True):
    """How her letters are written."""

    large: bool
    simple: bool
    braille: bool
    audio: bool
    counter: bool
    inside: bool


class DemandRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.death.AfterDeath`."""

    demand_id: bytes
    who: str
    quality: str
    proof: str
    ground: str
    why: str
    categories: list[int]
    first: str
    last: str
    noted_on: str
    noted_by: str
    confirmed_on: str
    confirmed_by: str
    lines: int


class DeathRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.death.Death`."""

    died_on: str
    certificate: str
    noted_at: int
    noted_by: str
    confirmed_by: str
    demands: list[DemandRow]
    put_off: list[bytes] = []
    told: list[str] = []
    contested_by: str = ""
    contested_on: str = ""


class MandateRow(msgspec.Struct, frozen=True, array_like=True):
    """One mandate; `starts` 0 and `notice` empty for none yet. Without `by_law` she gave it herself."""

    mandate_id: bytes
    name: str
    acts: list[str]
    reads: bool
    hidden: bool
    days: int
    made: int
    ends: int
    code: bytes
    holder: bytes
    way: bytes
    helper: str
    structure: str
    starts: int
    recorded_by: bytes
    checked_by: bytes
    notice: bytes
    by_law: bool = False


class PointRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.contact.Point`."""

    value: str
    since: int
    proven: int = 0
    counter: bool = False
    word: str = ""
    until: int = 0
    wrong: int = 0


class ContactRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.contact.Contact`."""

    mail: PointRow | None
    sms: PointRow | None


class WishRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.wishes.Wish`."""

    kind: str
    ways: list[str]
    pace: str


class TrustedRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.trusted.TrustedPerson`."""

    name: str
    contact: str
    signed: bool
    since: int


class RepresentationRow(msgspec.Struct, frozen=True, array_like=True):
    """`identity.representation.Representation`."""

    representation_id: bytes
    name: str
    measure: str
    power: str
    starts: str
    ends: str
    sole: bool
    named: list[str]
    recorded_by: str
    confirmed_by: str
    contested: int
    basis: str


class ProposedRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.proposed.Proposed`."""

    act: str
    body: bytes
    by: bytes
    at: int


class VisitRow(msgspec.Struct, frozen=True, array_like=True):
    """`consent.visits.Visit`; `day`: days since 1970."""

    day: int
    before: int
    after: int
    lines: list[str]
    told: bool
    moved: bool = False


class WillRow(msgspec.Struct, frozen=True, array_like=True):
    """Her whole will; what a body from an earlier version does not say gives nothing."""

    person: bytes
    accepts_deposits: bool
    grants: list[GrantRow]
    masks: list[MaskRow]
    blocks: list[BlockRow] = []
    authors_read: bool = False
    chest: bool = False
    hides_new: bool = False
    shown: list[bytes] = []
    announced: list[bytes] = []
    presumed: bool = False
    emergency: EmergencyRow | None = None
    glasses: list[GlassRow] = []
    cards: list[CardRow] = []
    requests: list[RequestRow] = []
    purposes: list[str] = []
    episodes: list[EpisodeRow] = []
    cases: list[bytes] = []
    support: SupportRow | None = None
    said: list[tuple[str, int]] = []
    address: list[str] = []
    reminder: ReminderRow | None = None
    quarterly: QuarterlyRow | None = None
    sandbox: bool = False
    apps: list[AppRow] = []
    heirs_refused: bool = False
    death: DeathRow | None = None
    mandates: list[MandateRow] = []
    letters: LettersRow | None = None
    returns: int = 0
    contact: ContactRow | None = None
    wishes: list[WishRow] = []
    trusted: TrustedRow | None = None
    representations: list[RepresentationRow] = []
    proposed: list[ProposedRow] = []
    visits: list[VisitRow] = []
    ties: list[bytes] = []
