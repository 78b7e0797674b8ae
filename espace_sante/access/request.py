"""The words a decision is asked in: who, which act, on what, in which circumstances.

Every value is closed or frozen, so that the decision can be compared with the public table over the full product.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from espace_sante.access.matrix import NO_MATRIX, Matrices
from espace_sante.access.order import OrderStanding
from espace_sante.consent.death import DemandStanding
from espace_sante.consent.emergency import GlassKind
from espace_sante.consent.recipient import Reader
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.consent.support import Standing
from espace_sante.identity.scopes import Scopes
from espace_sante.kernel.ids import AppGrantId


class ActId(StrEnum):
    """The acts that exist today; identifiers are those of INTERFACE (forms, journal, parity, registers)."""

    OPEN_SPACE = "open_space"
    REFUSE_SPACE = "refuse_space"
    DEPOSIT_DOCUMENT = "deposit_document"
    LIST_DOCUMENTS = "list_documents"
    READ_DOCUMENT = "read_document"
    WRITE_RESOURCE = "write_resource"
    READ_RESOURCE = "read_resource"
    GRANT_ACCESS = "grant_access"
    LIMIT_GRANT = "limit_grant"
    NAME_ADMINISTRATOR = "name_administrator"
    WITHDRAW_ACCESS = "withdraw_access"
    MASK = "mask"
    UNMASK = "unmask"
    BLOCK = "block"
    UNBLOCK = "unblock"
    KEEP_EPISODE = "keep_episode"
    END_EPISODE = "end_episode"
    ACCEPT_DEPOSITS = "accept_deposits"
    REFUSE_DEPOSITS = "refuse_deposits"
    LET_AUTHORS_READ = "let_authors_read"
    STOP_AUTHORS_READING = "stop_authors_reading"
    SHOW_NEW_DOCUMENTS = "show_new_documents"
    HIDE_NEW_DOCUMENTS = "hide_new_documents"
    UNSEAL_SPACE = "unseal_space"
    SEAL_SPACE = "seal_space"
    ALLOW_SECONDARY_USE = "allow_secondary_use"
    END_SECONDARY_USE = "end_secondary_use"
    READ_JOURNAL = "read_journal"
    CLOSE_SPACE = "close_space"
    INVITE = "invite"
    REQUEST_ACCESS = "request_access"
    USE_ACCESS_CARD = "use_access_card"
    BREAK_GLASS = "break_glass"
    CONFIRM_EMERGENCY = "confirm_emergency"
    ANNOUNCE_DOCUMENT = "announce_document"
    CONTEST_ACCESS = "contest_access"
    REPORT_MISTAKE = "report_mistake"
    LIST_CASES = "list_cases"
    ANSWER_CASE = "answer_case"
    CONFIRM_CASE_ANSWER = "confirm_case_answer"
    ALLOW_SUPPORT = "allow_support"
    END_SUPPORT = "end_support"
    OPEN_SUPPORT = "open_support"
    READ_SUPPORT = "read_support"
    SET_EMERGENCY_WILL = "set_emergency_will"
    REFUSE_EMERGENCY = "refuse_emergency"
    ISSUE_ACCESS_CARD = "issue_access_card"
    REVOKE_ACCESS_CARD = "revoke_access_card"
    ACCEPT_REQUEST = "accept_request"
    DECLINE_REQUEST = "decline_request"
    REOPEN_SPACE = "reopen_space"
    ERASE_CONTENT = "erase_content"
    REVERSE_REFUSAL = "reverse_refusal"
    EXPORT_JOURNAL = "export_journal"
    PROVE_JOURNAL = "prove_journal"
    RECORD_DELIVERY = "record_delivery"
    RECORD_RETURN = "record_return"
    LIST_LETTERS = "list_letters"
    RENEW_ACCOUNT = "renew_account"
    PRINT_LETTER = "print_letter"
    POST_LETTER = "post_letter"
    GIVE_ADDRESS = "give_address"
    REMOVE_ADDRESS = "remove_address"
    ASK_REMINDERS = "ask_reminders"
    STOP_REMINDERS = "stop_reminders"
    CHOOSE_LETTERS = "choose_letters"
    RETURN_LETTER = "return_letter"
    CHANGE_CONTACT = "change_contact"
    REMOVE_CONTACT = "remove_contact"
    CONFIRM_CONTACT = "confirm_contact"
    CHOOSE_NOTICES = "choose_notices"
    EXPECT_ACCESS = "expect_access"
    RECORD_ORDER = "record_order"
    CONFIRM_ORDER = "confirm_order"
    PROLONG_ORDER = "prolong_order"
    LIST_ORDERS = "list_orders"
    LIST_ORDERED = "list_ordered"
    READ_ORDERED = "read_ordered"
    OPEN_SANDBOX = "open_sandbox"
    RECEIVE_COUPON = "receive_coupon"
    HANDLE_PAGE = "handle_page"
    KEEP_SHEETS = "keep_sheets"
    AUTHORISE_APP = "authorise_app"
    END_APP = "end_app"
    ALLOW_AFTER_DEATH = "allow_after_death"
    REFUSE_AFTER_DEATH = "refuse_after_death"
    CONTEST_DEATH = "contest_death"
    RECORD_DEATH = "record_death"
    DEMAND_AFTER_DEATH = "demand_after_death"
    LIST_AFTER_DEATH = "list_after_death"
    READ_AFTER_DEATH = "read_after_death"
    RECORD_REPRESENTATION = "record_representation"
    CONFIRM_REPRESENTATION = "confirm_representation"
    END_REPRESENTATION = "end_representation"
    CONTEST_REPRESENTATION = "contest_representation"
    NAME_HELPER = "name_helper"
    CHECK_MANDATE = "check_mandate"
    ACCEPT_MANDATE = "accept_mandate"
    READ_MANDATE = "read_mandate"
    END_MANDATE = "end_mandate"
    NAME_TRUSTED_PERSON = "name_trusted_person"
    END_TRUSTED_PERSON = "end_trusted_person"


class ActorKind(StrEnum):
    """Who acts: the person, a professional, a counter or mail-room agent, the operator's staff, a software on trial, a helper.

    The software exists on a trial instance alone, and reaches invented spaces alone (access/sandbox.py). A helper is somebody
    whose trade is to help others with what they have to do: alone he may do nothing; a power of hers says what (access/powers.py).
    """

    PERSON = "person"
    PRACTITIONER = "practitioner"
    AGENT = "agent"
    OPERATOR = "operator"
    SANDBOX = "sandbox"
    HELPER = "helper"


class Channel(StrEnum):
    """By which way the act came."""

    WEB = "web"
    API = "api"
    COUNTER = "counter"
    PAPER = "paper"
    PHONE = "phone"


class Proof(StrEnum):
    """What was checked of the person's identity or will. Source: inclusion.md PAR-06."""

    NONE = "none"
    CONTACT = "contact"  # telephone: known contact and one personal element
    SIGNED_FORM = "signed_form"  # paper: signature and code checked
    IDENTITY_SEEN = "identity_seen"  # counter: identity document seen
    LOGIN = "login"  # signed in herself, level "substantial"
    PROFESSIONAL = "professional"  # a professional signed in


@dataclass(frozen=True, slots=True)
class AppUse:
    """An application acting for a user. `scopes`: what it may be let through to in this space; nothing more than he may himself.

    `grant`: the authorisation it rests on, which must stand in her will; None for one that rests on a professional's own session.
    `alone`: a software of a structure, nobody at a screen.
    """

    scopes: Scopes
    grant: AppGrantId | None = None
    alone: bool = False


class PowerRole(StrEnum):
    """By what somebody acts in another person's space; no role inherits another. Source: inclusion.md HLP-01."""

    HELPER = "helper"  # a mandate she gave
    REPRESENTATIVE = "representative"  # a decision or the law says so, for as long as it says so


@dataclass(frozen=True, slots=True)
class Power:
    """By what whoever asks acts in her space, as her own sealed will says it. `starts` and `ends`: excluded at its end.

    `acts`: those named, whatever the role may never do besides (access/powers.py). `may_read`: her documents too; `sees_hidden`:
    those she hides from all as well. `joint`: acts that this power does not do alone; `agreed_until`: until when another holder's
    own word for exactly this demand stands, None without one.
    """

    power_id: UUID
    role: PowerRole
    acts: frozenset[ActId]
    may_read: bool
    sees_hidden: bool
    starts: datetime
    ends: datetime
    joint: frozenset[ActId] = frozenset()
    agreed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks. `holder`: the signed-in person is the one the space belongs to (or is being opened for).

    `identifier` is the professional's national number for a practitioner, `structure` and `profession` the codes his
    sign-in vouches for; `on_behalf` says that an agent acts for the person concerned, at her request. `app`: the application
    that acts for whoever asks, None when nobody stands between. `power`: by what somebody else acts in this space, as her own
    will says it; None when it says nothing of whoever asks.
    """

    kind: ActorKind
    identifier: str
    holder: bool = False
    on_behalf: bool = False
    structure: str = ""
    profession: str = ""
    app: AppUse | None = None
    power: Power | None = None

    @property
    def reader(self) -> Reader:
        """Return this professional as her will sees him."""
        return Reader(self.identifier, self.structure, self.profession)


@dataclass(frozen=True, slots=True)
class Thing:
    """On what: a whole space (no category), or one document with its category and the code of its type ("" unknown).

    `author`: whoever asks deposited it, and nothing has replaced it; `born_hidden`: deposited while new documents were to be
    hidden; `withheld`: to be told to her by somebody before she reads it, and the time for that is not over. `emergency`: the
    kind of emergency access asked for. `support`: where an operator's account stands with the help she allowed.
    `order`: where it stands with what a judge ordered to be read; `after_death`: with what an heir asked. `types` and `letter`:
    for an application, the types of FHIR asked for and what is done with them, one of c, r, u, d, s ("" when it was not said,
    and then it is let through to nothing).
    """

    category: int | None = None
    document: UUID | None = None
    type_code: str = ""
    author: bool = False
    born_hidden: bool = False
    withheld: bool = False
    emergency: GlassKind | None = None
    support: Standing | None = None
    order: OrderStanding | None = None
    after_death: DemandStanding | None = None
    types: tuple[str, ...] = ()
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """In which circumstances: the space's state (None: no space), the person's will, the channel, the proof, the matrix."""

    state: SpaceState | None
    rights: Rights | None
    channel: Channel
    proof: Proof
    matrices: Matrices = NO_MATRIX


class Effect(StrEnum):
    """How far a permitted act goes in its channel."""

    IMMEDIATE = "immediate"
    PROVISIONAL = "provisional"
    STARTS = "starts"


@dataclass(frozen=True, slots=True)
class Permit:
    """Permitted, by the rule named, with this effect.

    `grant` is the permission used when there is one; for the rule "emergency", the emergency access used.
    """

    rule: str
    effect: Effect = Effect.IMMEDIATE
    grant: UUID | None = None
    notify: bool = False


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refused, by the rule named. The reason is for the journal, never for the one refused (guarantee G3, G11)."""

    rule: str


Decision = Permit | Refuse
