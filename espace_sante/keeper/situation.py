"""What the keeper knows when it decides one demand, and the plan it makes of it. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from espace_sante.access.matrix import NO_MATRIX, Matrices
from espace_sante.access.request import Channel, Context, Decision, PowerRole, Proof, Subject
from espace_sante.access.rules import RESTRICTIVE
from espace_sante.consent.rights import SpaceState
from espace_sante.consent.sheets import begins, late_day
from espace_sante.identity.person import PersonTraits
from espace_sante.identity.scopes import Scopes
from espace_sante.keeper.case_body import MovedCase, NewCase
from espace_sante.keeper.demand import Ask
from espace_sante.keeper.order_body import KeptOrder, OrderChange
from espace_sante.keeper.rights_body import Will
from espace_sante.kernel.ids import AppGrantId
from espace_sante.kernel.settings import OpeningPolicy
from espace_sante.vault.keys import ServiceKeys, SpaceKeys

_CHANNELS = {channel.value: channel for channel in Channel}
_PROOFS = {proof.value: proof for proof in Proof}


@dataclass(frozen=True, slots=True)
class AppSession:
    """The application a session was opened through. `family`: what its tokens come from, and end with.

    `space` and `patient`: whom it was opened about, None and "" for a software that acts for a structure. `grant`: the
    authorisation in her will it rests on; None for a professional's, which rests on the session `parent` (the hash of its token).
    """

    client: str
    name: str
    scopes: Scopes
    family: UUID
    space: UUID | None = None
    patient: str = ""
    grant: AppGrantId | None = None
    parent: bytes = b""

    @property
    def is_alone(self) -> bool:
        """Say whether it is a software of a structure, nobody at a screen."""
        return self.grant is None and not self.parent


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in account, as the keeper itself established it; `profession` and `structure` are words, their codes beside.

    `used`: when it was last written down that it serves, None when it never was. `app`: the application it was opened through.
    """

    kind: str
    issuer: str
    account: str
    identifier: str
    name: str
    profession: str
    structure: str
    expires: datetime
    ins: str = ""
    local: str = ""
    traits: PersonTraits | None = None
    profession_code: str = ""
    structure_id: str = ""
    used: datetime | None = None
    app: AppSession | None = None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One row of records.document."""

    row_id: UUID
    version: int
    category: int
    wrapped: bytes
    sealed: bytes
    origin: bytes | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation still waiting for its answer; `person` is "" for a letter that answers nothing.

    `first` is the day the first letter of this proposal was written (AAAA-MM-JJ), `delivered_on` that of a proven delivery.
    """

    invitation_id: UUID
    person: str
    traits: PersonTraits
    expires_on: date
    first: str = ""
    delivered_on: date | None = None


# A coupon about to be printed: what it is found by, its last day, what its boxes ask (sealed).
CouponRow = tuple[bytes, date, bytes]
# A page that came by the post: its space (zero: nobody's), number, state, day, the key of its picture and what is known of it, sealed.
PageRow = tuple[UUID, UUID, int, date, bytes, bytes]
# What becomes of one that waited: its space and number, as it was read, then state, last day, what is known of it now.
PageMove = tuple[UUID, UUID, bytes, int, date | None, bytes]
# A part of her journal: a year and the number of its quarter, 0 for the whole year.
Period = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """What the proof of a journal is made from: its year of opening, that of its last line, the line each year begins with.

    `low`: the first line of the years asked for; `rows`: a part of them, most recent first, each with the number of its leaf.
    """

    opening: int
    year: int
    starts: dict[int, int]
    low: int
    rows: list[Record]


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What an act about a judge's order rests on: the order named, how the space it is about stands, its list, one row of it.

    `listed`: those that are not over; `recorded`: how many were recorded today; `space`: that of the person named now.
    """

    kept: KeptOrder | None = None
    keys: SpaceKeys | None = None
    state: SpaceState | None = None
    row: DocumentRow | None = None
    summaries: tuple[Record, ...] = ()
    lines: tuple[Record, ...] = ()
    listed: tuple[KeptOrder, ...] = ()
    recorded: int = 0
    space: UUID | None = None


@dataclass(slots=True)
class Extra:
    """The further facts some acts need, read after the head so that any change since is caught by its move."""

    summaries: list[Record] = field(default_factory=list)
    lines: list[Record] = field(default_factory=list)
    entries: list[Record] = field(default_factory=list)
    held: dict[bytes, Record] = field(default_factory=dict)  # documents of the space, by keyed unique identifier
    named: dict[UUID, Record] = field(default_factory=dict)  # and by row
    resource: Record | None = None  # the present version of the resource asked about
    present: dict[UUID, Record] = field(default_factory=dict)  # of each resource that is to be written, by row
    versions: list[Record] = field(default_factory=list)  # and the versions of it that are asked for
    resources: list[Record] = field(default_factory=list)  # the present version of each, for a list
    seen: Record | None = None  # who read in her space already, and her first accesses
    sent: list[Record] = field(default_factory=list)  # what was sent to her
    told: dict[UUID, Record] = field(default_factory=dict)  # documents that her will names, for what she is shown of it
    person: PersonTraits | None = None
    first_answer: tuple[bytes, bytes | None] | None = None
    invitation: Invitation | None = None
    categories: dict[UUID, int] = field(default_factory=dict)
    terms: frozenset[bytes] = frozenset()
    cases: list[Record] = field(default_factory=list)
    rests: bool = False  # she refused and wants it remembered, or was proposed a space too short a time ago
    receipts: list[Record] = field(default_factory=list)
    proof: ProofFacts | None = None
    # How many lines, and the most recent ones.
    years: dict[Period, tuple[int, list[Record]]] = field(default_factory=dict)
    leaf: Record | None = None  # the most recent line a letter is the receipt of, with its leaf in the public journal
    order: OrderFacts = field(default_factory=OrderFacts)
    given: Any = None  # what was counted before of the agent who asks (pressure.Given)
    proved: dict[bytes, int] = field(default_factory=dict)  # messages that proved a contact today, by term
    wills: dict[int, Will] = field(default_factory=dict)  # her will at the versions that something is to be undone from
    pages: list[Record] = field(default_factory=list)  # those that wait for a person
    page: Record | None = None  # the one a line of her journal was made from
    sheet: Any = None  # the numbered sheet it is entered from (sheet_body.SheetFacts)
    sheets: tuple[Any, ...] = ()  # those of the counter of who asks (sheet_body.KeptSheet)
    account: bytes = b""  # the term of the account that is to be renewed, empty when it never served
    asked: bool = False  # the number that would be asked for a yes by message is asked something already (asking.py)
    coupons_over: tuple[bytes, ...] = ()  # the coupons that serve no more once this is done (coupons_over.py)
    sheet_used: bool = False  # it is entered by hand from a coupon that has served
    behind: bool = False  # what is read behind a permission was read (behind.py)
    outbox: list[Record] = field(
        default_factory=list
    )  # what is due by post: to her, or for the mail room's list, to all


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything known about one demand at the instant it is decided."""

    ask: Ask
    params: Any
    session: Session
    subject: Subject
    space: UUID | None
    state: SpaceState | None
    will: Will | None
    keys: SpaceKeys
    service: ServiceKeys
    row: DocumentRow | None
    seq: int
    extra: Extra
    now: datetime
    random: Callable[[int], bytes]
    limits: Limits
    matrices: Matrices = NO_MATRIX
    coupon: Any = None  # gathered.Coupon: the page that came back this demand was made of
    page: Any = None  # page_body.KeptPage: the page it names
    bears: Any = None  # coupon_body.KeptCoupon: the coupon of a page that just came to wait

    def context(self) -> Context:
        """Return the circumstances in the decision's words."""
        rights = self.will.rights if self.will else None
        return Context(self.state, rights, Channel(self.ask.channel), Proof(self.ask.proof), self.matrices)

    @property
    def since(self) -> datetime:
        """Return the instant from which what takes something back counts: the day written on its sheet, else now."""
        written = late_day(self.ask.sheet, self.ask.since, self.now.date())
        return min(self.now, begins(written)) if written is not None and self.ask.act in RESTRICTIVE else self.now

    @property
    def is_by_law(self) -> bool:
        """Say whether it is asked by whoever acts for her by law: what he gives shows nothing that she keeps from him."""
        return self.subject.power is not None and self.subject.power.role is PowerRole.REPRESENTATIVE


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings plans need."""

    grant_days_max: int
    invitation_days: int
    idempotency_days: int
    page_size: int
    fold_threshold: int
    emergency_delay_minutes: int = 30
    emergency_hours: int = 24
    review_days: int = 8
    card_days_max: int = 365
    reproposal_months: int = 24
    policy: OpeningPolicy = OpeningPolicy.CONSENT
    new_persons_per_hour: int = 60
    new_persons_per_day: int = 300
    order_days_max: int = 365
    orders_per_day: int = 10
    agent_gives_per_day: int = 60
    pressure_letter_days: int = 6
    account_unused_days: int = 90
    agent_new_persons_per_day: int = 60
    agent_pages_per_day: int = 200
    development: bool = False  # the development identity provider may exist here, and what it alone signs in


@dataclass(frozen=True, slots=True)
class Change:
    """What one changing act writes, by kind; every field is written by one named statement for the whole batch.

    `told_once`: its answer holds what is kept nowhere; asked again under the same key, it is not given again.
    `lost`: a will and a notice that nobody is to read, sealed and sent as hers would be, and kept for nobody.
    """

    will: Will | None = None
    lost: tuple[Will, tuple[UUID, bytes]] | None = None
    documents: tuple[tuple[Any, ...], ...] = ()
    resources: tuple[tuple[Any, ...], ...] = ()
    lines: tuple[tuple[Any, ...], ...] = ()
    origins: tuple[tuple[UUID, bytes], ...] = ()
    receipt: tuple[UUID, bytes] | None = None
    notice: tuple[UUID, bytes] | None = None
    urgent: bool = False  # her notice is due on paper at once
    later: tuple[tuple[UUID, date, bytes], ...] = ()
    printed: tuple[tuple[UUID, UUID], ...] = ()  # notices, each with the letter it is printed in
    put_off: tuple[tuple[UUID, date], ...] = ()  # notices that are due again later
    drop_notices: tuple[UUID, ...] = ()
    take_invitation: UUID | None = None
    put_invitation: tuple[Any, ...] | None = None
    told_once: bool = False
    put_terms: tuple[tuple[bytes, date], ...] = ()  # each with the last day it leads to her
    end_terms: tuple[tuple[bytes, date], ...] = ()
    drop_terms: tuple[bytes, ...] = ()
    deliver: tuple[UUID, date, date] | None = None
    remember: tuple[tuple[bytes, date], ...] = ()
    forget: tuple[bytes, ...] = ()
    archive: date | None = None
    unarchive: bool = False
    new_space: NewSpace | None = None
    case: NewCase | None = None
    moved_case: MovedCase | None = None
    put_ticket: tuple[bytes, date] | None = (
        None  # the term that leads from a support ticket to this space, its last day
    )
    drop_tickets: tuple[bytes, ...] = ()
    order: OrderChange | None = None
    put_app: AppCode | None = None
    put_held: tuple[tuple[bytes, UUID, date, bytes], ...] = ()  # of an account: for whom it may act (held_power.py)
    drop_held: tuple[tuple[bytes, UUID], ...] = ()
    drop_apps: tuple[UUID, ...] = ()  # families of tokens that end with this change
    put_coupon: CouponRow | None = None
    void_coupons: tuple[bytes, ...] = ()  # those that serve no more, none of them having come back
    put_page: PageRow | None = None
    page_terms: tuple[bytes, ...] = ()  # what leads from that page to her
    move_page: PageMove | None = None
    take_coupon: bytes | None = None  # the term of a number that serves now, and never again
    gave: Any = None  # an act to count of the agent who does it (pressure.Gave)
    sheets: Any = None  # those printed, and those that move (sheet_body.SheetChange)
    put_print: tuple[bytes, bytes, date, bytes] | None = None  # its term, its station's, its last day, which reading
    take_print: bytes = b""
    drop_print: bytes = b""  # of what is made by the station: nothing of it is left waiting
    counts: tuple[str, ...] = ()  # one more of each of these today (counts.daily)
    messages: tuple[NewMessage, ...] = ()
    proves: tuple[tuple[bytes, date], ...] = ()  # what each message that proves a contact is counted by (provings.py)
    seen: tuple[int, bytes] | None = None  # its next version, sealed
    renew: tuple[bytes, date] | None = None  # an account that serves again, from a day
    question: tuple[UUID, date, bytes] | None = None  # a yes that is asked by message: its number, last day, sealed

    @property
    def notices_due(self) -> int:
        """How many notices this change is to write."""
        return (self.notice is not None) + len(self.later) + (self.lost is not None)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message that is to leave: its number, the way as its row says it, when, its sealed body, before or after which others."""

    message_id: UUID
    way: int
    due: datetime
    sealed: bytes
    turn: int


@dataclass(frozen=True, slots=True)
class AppCode:
    """What an authorisation begins with: a family of tokens until a day, and the one code that opens it (hashed, sealed)."""

    family: UUID
    ends_on: date
    code_hash: bytes
    code_ends_on: date
    sealed: bytes


@dataclass(frozen=True, slots=True)
class NewSpace:
    """A space about to open: its keys (the blob is written first), her sealed traits, the terms that lead to it."""

    keys: SpaceKeys
    person: bytes
    will: Will
    terms: tuple[bytes, ...]
    year: int


@dataclass(frozen=True, slots=True)
class Lighter:
    """A key that was opened as deposited, and its wrapping under the compartment's key, to be written behind the answer."""

    space: UUID
    row: UUID
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be journaled, and then done or released.

    `write(reference)` gives what a change writes and what it answers, once the entry's reference is known; `release()`
    gives what a reading releases, and is called only after the commit. `despite(reference)` gives what a refusal writes all
    the same, in the transaction of its entry; `told`: a refusal answered as a permission would be, so that neither is known.
    `code` is told to whoever is refused only when it speaks of his own mistake. `repeat`: the first answer of an
    idempotency key, given again. `lighter` is filled in by `release`. `app`: the application the act
    is about, its id and its name.
    """

    decision: Decision
    objects: tuple[str, ...] = ()
    code: str = ""
    state: SpaceState | None = None
    write: Callable[[str], tuple[Change, bytes]] | None = None
    release: Callable[[], bytes] | None = None
    despite: Callable[[str], Change] | None = None
    told: bytes | None = None
    repeat: bytes | None = None
    new_space: NewSpace | None = None
    lighter: list[Lighter] = field(default_factory=list)
    app: tuple[str, str] | None = None
