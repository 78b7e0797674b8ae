"""May this actor do this, now? One pure and total decision; whatever is not expressly permitted is refused.

The same rules stand in `table.csv`, in French, for whoever wants to check them; a test compares both over the full
product of facts. This module knows no clock, no key, no database, and remembers nothing between two questions.
The rules and their order are told in docs/specs/decision.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from espace_sante.access.request import (
    ActId,
    ActorKind,
    Channel,
    Context,
    Decision,
    Effect,
    Permit,
    Proof,
    Refuse,
    Subject,
    Thing,
)
from espace_sante.consent.rights import Grant, Rights, ScopeKind, SpaceState

RULES_VERSION = "2026-11-2"

# Acts that take something back from others: light proof is enough and doubt favours them. Source: inclusion.md PAR-06.
RESTRICTIVE = (ActId.REFUSE_SPACE, ActId.WITHDRAW_ACCESS, ActId.MASK, ActId.BLOCK, ActId.CLOSE_SPACE)

HOLDER = Permit("holder")
AGENT_COUNTER = Permit("agent-counter", notify=True)
AGENT_PAPER = Permit("agent-paper", notify=True)
AGENT_PHONE_PROVISIONAL = Permit("agent-phone-provisional", Effect.PROVISIONAL, notify=True)
AGENT_PHONE_STARTS = Permit("agent-phone-starts", Effect.STARTS)
DEPOSIT = Permit("deposit")
INVITE = Permit("invite")

NO_SPACE = Refuse("no-space")
SPACE_CLOSING = Refuse("space-closing")
SPACE_CLOSED = Refuse("space-closed")
SPACE_EXISTS = Refuse("space-exists")
PROOF = Refuse("proof")
NOT_HOLDER = Refuse("not-holder")
NOT_ON_BEHALF = Refuse("not-on-behalf")
NOT_THEIR_ACT = Refuse("not-their-act")
NOTHING_NAMED = Refuse("nothing-named")
DEPOSITS_REFUSED = Refuse("deposits-refused")
BLOCKED = Refuse("blocked")
MASKED = Refuse("masked")
NO_GRANT = Refuse("no-grant")

# Every rule that can answer, by its stable name; a permission to read answers "grant" with the grant used.
RULES = (
    *(permit.rule for permit in (HOLDER, AGENT_COUNTER, AGENT_PAPER, AGENT_PHONE_PROVISIONAL, AGENT_PHONE_STARTS)),
    *(permit.rule for permit in (DEPOSIT, INVITE)),
    "grant",
    *(refuse.rule for refuse in (NO_SPACE, SPACE_CLOSING, SPACE_CLOSED, SPACE_EXISTS, PROOF, NOT_HOLDER)),
    *(refuse.rule for refuse in (NOT_ON_BEHALF, NOT_THEIR_ACT, NOTHING_NAMED, DEPOSITS_REFUSED, BLOCKED, MASKED)),
    NO_GRANT.rule,
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
_PERSON, _PRACTITIONER, _AGENT, _OPERATOR = (
    ActorKind.PERSON,
    ActorKind.PRACTITIONER,
    ActorKind.AGENT,
    ActorKind.OPERATOR,
)
_OPEN, _CLOSING, _CLOSED = SpaceState.OPEN, SpaceState.CLOSING, SpaceState.CLOSED
_PHONE = Channel.PHONE
_STARTS = Effect.STARTS
_EVERYTHING, _CATEGORIES = ScopeKind.EVERYTHING, ScopeKind.CATEGORIES
_WHOLE = Thing()


def decide(subject: Subject, act: ActId, thing: Thing, context: Context, now: datetime) -> Decision:
    """Say whether this subject may carry out this act on this thing at an instant, and by which rule.

    Whatever is not expressly permitted is refused. `now` carries a time zone: without one nobody but the person and
    those who act for her gets anything. Depends on its arguments alone, never raises, changes nothing.
    Guarantee: G3. Source: docs/specs/decision.md; trust.md §3.2.
    """
    kind = subject.kind
    if act is _INVITE:
        return _decide_invitation(kind, context)
    refusal = _refuse_by_state(act, context.state)
    if refusal is not None:
        return refusal
    if kind is _PERSON:
        return _decide_person(subject, context)
    if kind is _AGENT:
        return _decide_agent(subject, act, context)
    if kind is _PRACTITIONER:
        return _decide_practitioner(subject.identifier, act, thing, context, now)
    return NOT_THEIR_ACT


def visible(subject: Subject, context: Context, now: datetime) -> Callable[[int | None, UUID | None], bool]:
    """Return the question "may this subject be shown this line?" (category, document), for the lines of one list.

    Answers true exactly when `decide` permits READ_DOCUMENT on that document with an effect that releases something.
    Made for long lists: the facts are read once, a line then costs less than a microsecond. Guarantee: G3, G11.
    """
    decision = decide(subject, _LIST, _WHOLE, context, now)
    if isinstance(decision, Refuse) or decision.effect is _STARTS:
        return _nothing
    if decision.grant is None:
        return _all  # the person herself, or who acts for her
    assert context.rights is not None  # a grant was found in them
    return _visible_by_grants(subject.identifier, context.rights, now)


def effect_of(act: ActId, channel: Channel) -> Effect:
    """Say how far an act goes in a channel when it is permitted there.

    By telephone a restrictive act takes effect at once, provisionally; a permissive or a reading one only starts.
    Guarantee: G10. Source: inclusion.md PAR-06, PAR-07.
    """
    if channel is not _PHONE or act is _INVITE:
        return Effect.IMMEDIATE
    return Effect.PROVISIONAL if act in RESTRICTIVE else Effect.STARTS


def _refuse_by_state(act: ActId, state: SpaceState | None) -> Refuse | None:
    """Refuse what the state of the space excludes; opening and refusing are about its absence, all else needs it."""
    if state is _CLOSING:
        return SPACE_CLOSING
    if act is _OPEN_SPACE or act is _REFUSE_SPACE:
        return SPACE_EXISTS if state is _OPEN else None
    if state is _OPEN:
        return None
    return SPACE_CLOSED if state is _CLOSED else NO_SPACE


def _decide_invitation(kind: ActorKind, context: Context) -> Decision:
    """Let the operator's staff and the agents invite, whatever the state: the answer must not tell who has a space."""
    way = (context.channel, context.proof)
    if kind is _OPERATOR:
        return INVITE if way in _SIGNED_IN else PROOF
    if kind is _AGENT:
        return INVITE if way in _SIGNED_IN or way in _BY_PROOF_SEEN else PROOF
    return NOT_THEIR_ACT


def _decide_person(subject: Subject, context: Context) -> Decision:
    if not subject.holder or subject.on_behalf:
        return NOT_HOLDER
    return HOLDER if (context.channel, context.proof) in _SIGNED_IN else PROOF


def _decide_agent(subject: Subject, act: ActId, context: Context) -> Decision:
    if not subject.on_behalf:
        return NOT_ON_BEHALF
    permit = _ON_BEHALF.get((context.channel, context.proof))
    if permit is None:
        return PROOF
    if permit is AGENT_PHONE_STARTS and act in RESTRICTIVE:
        return AGENT_PHONE_PROVISIONAL
    return permit


def _decide_practitioner(who: str, act: ActId, thing: Thing, context: Context, now: datetime) -> Decision:
    """Let a professional deposit when she accepts it, and read what she granted: neither gives the other."""
    if not who or (context.channel, context.proof) not in _PROFESSIONAL:
        return PROOF
    rights = context.rights
    if act is _DEPOSIT:
        return _decide_deposit(who, rights)
    if act is _READ:
        if thing.category is None or thing.document is None:
            return NOTHING_NAMED
        return _decide_covered(who, thing.category, thing.document, rights, now)
    if act is not _LIST:
        return NOT_THEIR_ACT
    if thing.category is not None:
        return _decide_covered(who, thing.category, thing.document, rights, now)
    return _decide_listing(who, rights, now) if thing.document is None else NOTHING_NAMED


def _decide_deposit(who: str, rights: Rights | None) -> Decision:
    """Whom she blocked deposits nothing, even when she accepts deposits."""
    if rights is None:
        return DEPOSITS_REFUSED
    if rights.blocks_deposits_of(who):
        return BLOCKED
    return DEPOSIT if rights.accepts_deposits else DEPOSITS_REFUSED


def _decide_covered(who: str, category: int, document: UUID | None, rights: Rights | None, now: datetime) -> Decision:
    """Whom she blocks is blocked before what she hides is hidden, and that before what she grants is granted."""
    if rights is None:
        return NO_GRANT
    if rights.blocks_reading_by(who):
        return BLOCKED
    for mask in rights.masks:
        if mask.hides(who, category, document):
            return MASKED
    used: Grant | None = None
    for grant in rights.grants:
        if grant.given_to(who, now) and grant.scope.covers(category, document):
            used = _later(used, grant)
    return NO_GRANT if used is None else Permit("grant", grant=used.grant_id)


def _decide_listing(who: str, rights: Rights | None, now: datetime) -> Decision:
    """May he ask for the list at all: any grant that covers something will do; each line is decided apart."""
    if rights is None:
        return NO_GRANT
    if rights.blocks_reading_by(who):
        return BLOCKED
    used: Grant | None = None
    for grant in rights.grants:
        if grant.given_to(who, now) and not grant.scope.is_empty:
            used = _later(used, grant)
    return NO_GRANT if used is None else Permit("grant", grant=used.grant_id)


def _later(one: Grant | None, other: Grant) -> Grant:
    """Of two grants, the one that ends last, then of greater id: so that the grant named is always the same."""
    if one is None or (one.ends, one.grant_id) < (other.ends, other.grant_id):
        return other
    return one


def _visible_by_grants(who: str, rights: Rights, now: datetime) -> Callable[[int | None, UUID | None], bool]:
    scopes = [grant.scope for grant in rights.grants if grant.given_to(who, now)]
    everything = any(scope.kind is _EVERYTHING for scope in scopes)
    categories = frozenset(c for scope in scopes if scope.kind is _CATEGORIES for c in scope.categories)
    documents = frozenset(d for scope in scopes if scope.kind is ScopeKind.DOCUMENTS for d in scope.documents)
    masks = [mask for mask in rights.masks if mask.concerns(who)]
    if any(mask.names_nothing for mask in masks):
        return _nothing
    hidden_categories = frozenset(mask.category for mask in masks)
    hidden_documents = frozenset(mask.document for mask in masks)

    def shown(category: int | None, document: UUID | None) -> bool:
        # A mask of a document has no category and the reverse: None is in the hidden sets, and a line without
        # category or document is never shown either.
        if category is None or document is None or category in hidden_categories or document in hidden_documents:
            return False
        return everything or category in categories or document in documents

    return shown


def _nothing(_category: int | None, _document: UUID | None) -> bool:
    return False


def _all(_category: int | None, _document: UUID | None) -> bool:
    return True
