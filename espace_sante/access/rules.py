"""May this actor do this, now? One pure and total decision; whatever is not expressly permitted is refused.

The same rules stand in `table.csv`, in French, for whoever wants to check them; a test compares both over the full
product of facts. This module knows no clock, no key, no database, and remembers nothing between two questions.
The rules and their order are told in docs/specs/decision.md; what a professional may read, in `reading.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from espace_sante.access import apps, powers, reading
from espace_sante.access.death import OF_A_DEATH, STILL_DONE, decide_death
from espace_sante.access.order import OrderStanding
from espace_sante.access.outcomes import (
    ACCOUNT,
    AGENT_COUNTER,
    AGENT_PAPER,
    AGENT_PHONE_PROVISIONAL,
    AGENT_PHONE_STARTS,
    BLOCKED,
    CARD,
    CASE,
    CHEST,
    DECEASED,
    DEPOSIT,
    DEPOSITS_REFUSED,
    HOLDER,
    INVITE,
    LETTER,
    MAIL_ROOM,
    MANDATE,
    MANDATE_ACCEPTED,
    NO_GRANT,
    NO_POWER,
    NO_SPACE,
    NOT_ACTIVATED,
    NOT_ANNOUNCED,
    NOT_HOLDER,
    NOT_ON_BEHALF,
    NOT_THEIR_ACT,
    NOTHING_NAMED,
    ORDER,
    ORDER_ASKED,
    ORDER_CONFIRMED,
    ORDER_DOES_NOT_COVER,
    ORDER_NOT_CONFIRMED,
    PROOF,
    REPRESENTATION,
    REPRESENTATIVE,
    REQUEST,
    SANDBOX_ONLY,
    SECOND_ACCOUNT,
    SHEETS,
    SPACE_ARCHIVED,
    SPACE_CLOSED,
    SPACE_CLOSING,
    SPACE_EXISTS,
    SUPPORT,
    SUPPORT_ASKED,
    SUPPORT_NOT_ALLOWED,
    SUPPORT_OPENED,
)
from espace_sante.access.reading import Visible
from espace_sante.access.request import (
    ActId,
    ActorKind,
    Channel,
    Context,
    Decision,
    Effect,
    Proof,
    Refuse,
    Subject,
    Thing,
)
from espace_sante.access.sandbox import decide_sandbox, every_line
from espace_sante.consent.recipient import Reader
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.consent.support import Standing

RULES_VERSION = "2026-11-10"

# Acts that take something back from others: light proof is enough and doubt favours them. Source: inclusion.md PAR-06.
RESTRICTIVE = (
    *(ActId.REFUSE_SPACE, ActId.LIMIT_GRANT, ActId.WITHDRAW_ACCESS, ActId.MASK, ActId.BLOCK, ActId.CLOSE_SPACE),
    *(ActId.CONTEST_ACCESS, ActId.REPORT_MISTAKE, ActId.END_SUPPORT, ActId.END_EPISODE),
    *(ActId.REFUSE_EMERGENCY, ActId.REVOKE_ACCESS_CARD, ActId.DECLINE_REQUEST),
    *(ActId.REFUSE_DEPOSITS, ActId.STOP_AUTHORS_READING, ActId.HIDE_NEW_DOCUMENTS),
    *(ActId.SEAL_SPACE, ActId.END_SECONDARY_USE, ActId.END_APP, ActId.REFUSE_AFTER_DEATH),
    # What is open to whom, said to her at the address she gave: asking for it gives nobody anything, nor does taking it back.
    *(ActId.REMOVE_ADDRESS, ActId.ASK_REMINDERS, ActId.STOP_REMINDERS, ActId.CHOOSE_LETTERS),
    *(ActId.END_MANDATE, ActId.END_TRUSTED_PERSON),
    # Said of what was read already: it gives nobody anything.
    *(ActId.REMOVE_CONTACT, ActId.EXPECT_ACCESS),
    ActId.CONTEST_REPRESENTATION,
)

# Which proof goes with which channel. Source: inclusion.md PAR-06.
_SIGNED_IN = ((Channel.WEB, Proof.LOGIN), (Channel.API, Proof.LOGIN))
_PROFESSIONAL = ((Channel.WEB, Proof.PROFESSIONAL), (Channel.API, Proof.PROFESSIONAL))
_ON_BEHALF = {
    (Channel.COUNTER, Proof.IDENTITY_SEEN): AGENT_COUNTER,
    (Channel.PAPER, Proof.SIGNED_FORM): AGENT_PAPER,
    (Channel.PHONE, Proof.CONTACT): AGENT_PHONE_STARTS,
}
_BY_PROOF_SEEN = tuple(_ON_BEHALF)

# Members by name once: an attribute of an enumeration costs more than the whole rest of a refusal (Python 3.11).
_INVITE, _OPEN_SPACE, _REFUSE_SPACE = ActId.INVITE, ActId.OPEN_SPACE, ActId.REFUSE_SPACE
_DEPOSIT, _LIST, _READ = ActId.DEPOSIT_DOCUMENT, ActId.LIST_DOCUMENTS, ActId.READ_DOCUMENT
_WRITE_RESOURCE, _READ_RESOURCE = ActId.WRITE_RESOURCE, ActId.READ_RESOURCE
_BREAK_GLASS, _CONFIRM, _ANNOUNCE = ActId.BREAK_GLASS, ActId.CONFIRM_EMERGENCY, ActId.ANNOUNCE_DOCUMENT
_AUTHORISE_APP = ActId.AUTHORISE_APP
_REQUEST_ACCESS, _USE_CARD = ActId.REQUEST_ACCESS, ActId.USE_ACCESS_CARD
_LIST_CASES, _ANSWER_CASE, _CONFIRM_ANSWER = ActId.LIST_CASES, ActId.ANSWER_CASE, ActId.CONFIRM_CASE_ANSWER
_LIST_LETTERS, _PRINT, _POST = ActId.LIST_LETTERS, ActId.PRINT_LETTER, ActId.POST_LETTER
_RETURN, _KEEP_SHEETS = ActId.RETURN_LETTER, ActId.KEEP_SHEETS
_RENEW_ACCOUNT = ActId.RENEW_ACCOUNT
_OPEN_SUPPORT, _READ_SUPPORT = ActId.OPEN_SUPPORT, ActId.READ_SUPPORT
_CONFIRM_ORDER, _PROLONG_ORDER = ActId.CONFIRM_ORDER, ActId.PROLONG_ORDER
_NAMING_NO_ORDER = (ActId.LIST_ORDERS, ActId.RECORD_ORDER)
_OF_AN_ORDER = (*_NAMING_NO_ORDER, ActId.CONFIRM_ORDER, ActId.PROLONG_ORDER, ActId.LIST_ORDERED, ActId.READ_ORDERED)
_ABOUT_ITS_ABSENCE = (ActId.OPEN_SPACE, ActId.REFUSE_SPACE, ActId.REVERSE_REFUSAL, ActId.OPEN_SANDBOX)
_OPEN_SANDBOX = ActId.OPEN_SANDBOX
_ACCEPT_MANDATE = ActId.ACCEPT_MANDATE
# Of others than she: who would check her own word, or be her own helper.
_OF_A_REPRESENTATION = (ActId.RECORD_REPRESENTATION, ActId.CONFIRM_REPRESENTATION, ActId.END_REPRESENTATION)
_NEVER_HERS = (ActId.CHECK_MANDATE, ActId.READ_MANDATE)
_NEVER_FOR_HER = (ActId.ACCEPT_MANDATE, ActId.READ_MANDATE)
_OF_AN_ARCHIVE = (ActId.REOPEN_SPACE, ActId.ERASE_CONTENT)
_IN_AN_ARCHIVE = (*_OF_AN_ARCHIVE, ActId.READ_JOURNAL, *STILL_DONE)
_OF_THE_MAIL_ROOM = (ActId.INVITE, ActId.RECORD_DELIVERY, ActId.RECORD_RETURN, ActId.HANDLE_PAGE)
_HANDLE_PAGE = ActId.HANDLE_PAGE
_HELPER = ActorKind.HELPER
_PERSON, _PRACTITIONER, _AGENT, _OPERATOR, _SANDBOX = (
    ActorKind.PERSON,
    ActorKind.PRACTITIONER,
    ActorKind.AGENT,
    ActorKind.OPERATOR,
    ActorKind.SANDBOX,
)
_OPEN, _CLOSING, _CLOSED, _ARCHIVED = SpaceState.OPEN, SpaceState.CLOSING, SpaceState.CLOSED, SpaceState.ARCHIVED
_PHONE = Channel.PHONE
_STARTS = Effect.STARTS
_WHOLE = Thing()


def decide(subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime) -> Decision:
    """Say whether this subject may carry out this act on this thing at an instant, and by which rule.

    Whatever is not expressly permitted is refused; an application that acts for somebody is let through to less, never to more.
    `now` carries a time zone: without one nobody but the person and those who act for her gets anything. Depends on its
    arguments alone, never raises, changes nothing.
    Guarantee: G3. Source: docs/specs/decision.md; trust.md §3.2.
    """
    if subject.app is not None:
        narrowed = apps.refusal(subject.app, act, thing, context, now)
        if narrowed is not None:
            return narrowed
    kind = subject.kind
    if act in _OF_THE_MAIL_ROOM:
        return _decide_mail_room(kind, act, context)
    if act is _LIST_CASES or act is _LIST_LETTERS or act is _RENEW_ACCOUNT:
        return _decide_queue(kind, act, context)
    if act is _KEEP_SHEETS:
        return _decide_sheets(kind, context)
    if act in _OF_AN_ORDER:
        return _decide_order(kind, act, thing, context)
    if act in OF_A_DEATH:
        return decide_death(kind, act, thing, context)
    if act is _OPEN_SANDBOX and kind is not _SANDBOX:
        return NOT_THEIR_ACT
    refusal = _refuse_by_state(act, context)
    if refusal is not None:
        return refusal
    if context.rights is not None and context.rights.is_dead and act not in STILL_DONE:
        return DECEASED
    if kind is _SANDBOX:
        return decide_sandbox(act, context)
    if context.rights is not None and context.rights.sandbox:
        return SANDBOX_ONLY
    if act is _ACCEPT_MANDATE and (kind is _PERSON or kind is _HELPER):
        return _decide_acceptance(subject, context)
    if act in _OF_A_REPRESENTATION:
        return _decide_representation(kind, context)
    if kind is _PERSON:
        return _decide_person(subject, act, thing, context, now)
    if kind is _HELPER:
        return _decide_helper(subject, act, thing, context, now)
    if kind is _AGENT:
        return _decide_agent(subject, act, thing, context)
    if kind is _PRACTITIONER:
        return _decide_practitioner(subject.reader, act, thing, context, now)
    if kind is _OPERATOR:
        return _decide_operator(act, thing, context)
    return NOT_THEIR_ACT


def visible(subject: Subject, context: Context, now: datetime, of: str = "") -> Visible:
    """Return the question "may this subject be shown this line?", for the lines of one list.

    Answers true exactly when `decide` permits READ_DOCUMENT on that document with an effect that releases something; a
    document is listed to its author only when he may read it otherwise.
    `of`: the type of FHIR of the lines, for an application; without it, it is shown none.
    Made for long lists: the facts are read once, a line then costs less than a microsecond. Guarantee: G3, G11.
    """
    if subject.app is not None:
        if apps.is_ended(subject.app, context, now):
            return reading.nothing
        return apps.lines(subject.app, of, visible(replace(subject, app=None), context, now))
    decision = decide(subject, _LIST, _WHOLE, context, now)
    if isinstance(decision, Refuse) or decision.effect is _STARTS:
        return reading.nothing
    if subject.kind is _SANDBOX:
        return every_line
    if subject.power is not None and decision.rule in (MANDATE, REPRESENTATIVE):
        return powers.lines(subject.power, context)
    if decision.grant is None:
        return reading.announced  # the person herself, or who acts for her
    return reading.visible_lines(subject.reader, context, now)


def effect_of(act: ActId, channel: Channel) -> Effect:
    """Say how far an act goes in a channel when it is permitted there.

    By telephone a restrictive act takes effect at once, provisionally; a permissive or a reading one only starts.
    Guarantee: G10. Source: inclusion.md PAR-06, PAR-07.
    """
    if channel is not _PHONE or act is _INVITE:
        return Effect.IMMEDIATE
    return Effect.PROVISIONAL if act in RESTRICTIVE else Effect.STARTS


def _refuse_by_state(act: ActId, context: Context) -> Refuse | None:
    """Refuse what the state of the space excludes; opening and refusing are about its absence, all else needs it.

    An archive is reopened, erased, and its journal read: nothing else. A space that was opened without her word is one she may
    still say yes or no to.
    """
    state = context.state
    if state is _OPEN:
        if act in _OF_AN_ARCHIVE:
            return SPACE_EXISTS
        return SPACE_EXISTS if act in _ABOUT_ITS_ABSENCE and not _awaits_her_word(act, context.rights) else None
    if state is _CLOSING:
        return SPACE_CLOSING
    if state is _ARCHIVED:
        return None if act in _IN_AN_ARCHIVE else SPACE_ARCHIVED
    if act in _ABOUT_ITS_ABSENCE:
        return None
    return SPACE_CLOSED if state is _CLOSED else NO_SPACE


def _awaits_her_word(act: ActId, rights: Rights | None) -> bool:
    return rights is not None and rights.presumed and (act is _OPEN_SPACE or act is _REFUSE_SPACE)


def _decide_mail_room(kind: ActorKind, act: ActId, context: Context) -> Decision:
    """Let the operator's staff and the agents invite, whatever the state: the answer must not tell who has a space.

    What became of a letter is written by them too, signed in: the state is not looked at either. Nor is it for the pages that came
    back, which agents alone look at.
    """
    if kind is not _AGENT and (kind is not _OPERATOR or act is _HANDLE_PAGE):
        return NOT_THEIR_ACT
    way = (context.channel, context.proof)
    if act is not _INVITE:
        return MAIL_ROOM if way in _SIGNED_IN else PROOF
    return INVITE if way in _SIGNED_IN or (kind is _AGENT and way in _BY_PROOF_SEEN) else PROOF


def _decide_queue(kind: ActorKind, act: ActId, context: Context) -> Decision:
    """Let the operator's staff see what is to be answered, how many letters wait, and renew an account: nothing of it says of whom."""
    if kind is not _OPERATOR:
        return NOT_THEIR_ACT
    if (context.channel, context.proof) not in _SIGNED_IN:
        return PROOF
    if act is _RENEW_ACCOUNT:
        return ACCOUNT
    return CASE if act is _LIST_CASES else LETTER


def _decide_sheets(kind: ActorKind, context: Context) -> Decision:
    """Let an agent, signed in, say what becomes of the numbered sheets of his counter: they are about nobody."""
    if kind is not _AGENT:
        return NOT_THEIR_ACT
    return SHEETS if (context.channel, context.proof) in _SIGNED_IN else PROOF


def _decide_operator(act: ActId, thing: Thing, context: Context) -> Decision:
    """Let the operator's staff answer a case, write to her, and look, two accounts together, at what she allowed for a ticket.

    Nobody writes to a person who never said yes. Guarantee: G2.
    """
    if act not in (_ANSWER_CASE, _CONFIRM_ANSWER, _OPEN_SUPPORT, _READ_SUPPORT, _PRINT, _POST, _RETURN):
        return NOT_THEIR_ACT
    if (context.channel, context.proof) not in _SIGNED_IN:
        return PROOF
    if act is _PRINT or act is _POST or act is _RETURN:
        return NOT_ACTIVATED if context.rights is None or context.rights.presumed else LETTER
    if act is _OPEN_SUPPORT:
        return _OPENINGS.get(thing.support, SUPPORT_NOT_ALLOWED)
    if act is _READ_SUPPORT:
        return SUPPORT if thing.support is Standing.OPENED_WITH_HIM else SUPPORT_NOT_ALLOWED
    return CASE


# One account asks, another confirms: the same one never does both, and a third has nothing to open.
_OPENINGS: Mapping[Standing | None, Decision] = MappingProxyType(
    {
        Standing.ALLOWED: SUPPORT_ASKED,
        Standing.ASKED_BY_HIM: SECOND_ACCOUNT,
        Standing.ASKED_BY_ANOTHER: SUPPORT_OPENED,
    }
)


def _decide_order(kind: ActorKind, act: ActId, thing: Thing, context: Context) -> Decision:
    """Let the operator's staff note what a judge ordered, and read it once a second account confirmed it: her will is not asked.

    Noting and confirming look at no state: the answer must not tell who has a space. Guarantee: G5. Source: docs/decisions/0043.
    """
    if kind is not _OPERATOR:
        return NOT_THEIR_ACT
    if (context.channel, context.proof) not in _SIGNED_IN:
        return PROOF
    if act in _NAMING_NO_ORDER:
        return ORDER
    if act is _CONFIRM_ORDER:
        return _CONFIRMATIONS.get(thing.order, ORDER_NOT_CONFIRMED)
    if act is _PROLONG_ORDER:
        return ORDER_ASKED if thing.order is _CONFIRMED else _CONFIRMATIONS.get(thing.order, ORDER_NOT_CONFIRMED)
    if context.state is not _OPEN and context.state is not _ARCHIVED:
        return NO_SPACE
    return _READINGS.get(thing.order, ORDER_NOT_CONFIRMED)


_CONFIRMED = OrderStanding.CONFIRMED
_CONFIRMATIONS: Mapping[OrderStanding | None, Decision] = MappingProxyType(
    {
        OrderStanding.ASKED_BY_HIM: SECOND_ACCOUNT,
        OrderStanding.ASKED_BY_ANOTHER: ORDER_CONFIRMED,
    }
)
_READINGS: Mapping[OrderStanding | None, Decision] = MappingProxyType(
    {OrderStanding.CONFIRMED: ORDER, OrderStanding.OUTSIDE: ORDER_DOES_NOT_COVER}
)


def _decide_person(subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime) -> Decision:
    """Let the holder do what is hers; somebody else, what a power of hers says and nothing more."""
    if subject.on_behalf:
        return NOT_HOLDER
    if not subject.holder:
        power = subject.power
        return NOT_HOLDER if power is None else powers.decide_power(power, act, thing, context, now)
    if (context.channel, context.proof) not in _SIGNED_IN:
        return PROOF
    if act in _NEVER_HERS:
        return NOT_THEIR_ACT
    return _withheld(act, thing) or HOLDER


def _decide_representation(kind: ActorKind, context: Context) -> Decision:
    """Let agents, signed in, record from a decision or the family record who acts for her by law; she is told each time."""
    if kind is not _AGENT:
        return NOT_THEIR_ACT
    if (context.channel, context.proof) not in _SIGNED_IN:
        return PROOF
    return NOT_ACTIVATED if context.rights is None or context.rights.presumed else REPRESENTATION


def _decide_helper(subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime) -> Decision:
    """Let whoever helps others by trade do what a power says, and nothing by himself."""
    if subject.power is None or subject.holder or subject.on_behalf:
        return NO_POWER
    return powers.decide_power(subject.power, act, thing, context, now)


def _decide_acceptance(subject: Subject, context: Context) -> Decision:
    """Let somebody accept what she named him for, herself never; which mandate it is, its one-time code alone says."""
    if subject.holder or subject.on_behalf:
        return NOT_THEIR_ACT
    if (context.channel, context.proof) not in _SIGNED_IN:
        return PROOF
    if context.rights is None:
        return NO_POWER
    return NOT_ACTIVATED if context.rights.presumed else MANDATE_ACCEPTED


def _decide_agent(subject: Subject, act: ActId, thing: Thing, context: Context) -> Decision:
    if not subject.on_behalf:
        return NOT_ON_BEHALF
    if act in _NEVER_FOR_HER:
        return NOT_THEIR_ACT
    permit = _ON_BEHALF.get((context.channel, context.proof))
    if permit is None:
        return PROOF
    if permit is AGENT_PHONE_STARTS and act in RESTRICTIVE:
        return AGENT_PHONE_PROVISIONAL
    return _withheld(act, thing) or permit


def _withheld(act: ActId, thing: Thing) -> Refuse | None:
    """What is to be announced to her by somebody is not read by her before; the time for that is short, and over alone."""
    return NOT_ANNOUNCED if act is _READ and thing.withheld else None


def _decide_practitioner(who: Reader, act: ActId, thing: Thing, context: Context, now: datetime) -> Decision:
    """Let a professional deposit when she accepts it, and read what she granted: neither gives the other."""
    if not who.number or (context.channel, context.proof) not in _PROFESSIONAL:
        return PROOF
    if act is _READ or act is _ANNOUNCE:
        if thing.category is None or thing.document is None:
            return NOTHING_NAMED
        return reading.decide_covered(who, thing, context, now)
    if act is _LIST or act is _READ_RESOURCE or act is _AUTHORISE_APP:
        if thing.category is not None:
            return reading.decide_covered(who, thing, context, now)
        return reading.decide_listing(who, context, now) if thing.document is None else NOTHING_NAMED
    if act is _DEPOSIT or act is _WRITE_RESOURCE:
        return _decide_deposit(who, context.rights)
    if act is _BREAK_GLASS or act is _CONFIRM:
        return reading.decide_glass(who, thing.emergency, context)
    if act is _REQUEST_ACCESS or act is _USE_CARD:
        return _decide_asking(who, act, context.rights)
    return NOT_THEIR_ACT


def _decide_deposit(who: Reader, rights: Rights | None) -> Decision:
    """Whom she blocked deposits nothing, even when she accepts deposits."""
    if rights is None:
        return DEPOSITS_REFUSED
    if rights.blocks_deposits_of(who):
        return BLOCKED
    return DEPOSIT if rights.accepts_deposits else DEPOSITS_REFUSED


def _decide_asking(who: Reader, act: ActId, rights: Rights | None) -> Decision:
    """Let him ask her, or show the card she handed him: whom she blocks does neither, and a sealed chest takes no card."""
    if rights is None:
        return NO_GRANT
    if rights.presumed:
        return NOT_ACTIVATED
    if rights.blocks_reading_by(who):
        return BLOCKED
    if act is _REQUEST_ACCESS:
        return REQUEST
    return CHEST if rights.chest else CARD
