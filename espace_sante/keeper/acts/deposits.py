"""The act of depositing: one document, or the documents of one submission; new ones, or in the place of another.

A deposit arrives already sealed: the keeper never sees its bytes, and whoever deposited never holds what opens it again.
Whether a document is hidden changes nothing of what its author is answered when he replaces it (docs/decisions/0020).
Guarantee: G3, G11, G13.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid5

import msgspec
from asyncpg import Record

from espace_sante.access.apps import DOCUMENT
from espace_sante.access.request import ActId, ActorKind, Effect, Permit, PowerRole, Refuse, Thing
from espace_sante.access.rules import visible
from espace_sante.consent.limits import Mask
from espace_sante.consent.recipient import REPRESENTATIVES
from espace_sante.identity.person import PersonTraits, same_person
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.documents import is_withheld
from espace_sante.keeper.acts.notices import notice, reminders
from espace_sante.keeper.demand import DepositAnswer, DepositParams, Traits
from espace_sante.keeper.named import name_of, sealed_name
from espace_sante.keeper.origin import (
    NO_FACTS,
    Depositor,
    Facts,
    Origin,
    UniqueTerms,
    depositor_of,
    is_author,
    may_replace,
    open_origin,
    seal_origin,
    unique_terms,
    visit_terms,
)
from espace_sante.keeper.receipts import Field, instant, late_said, signed
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.keeper.telling import is_receipt
from espace_sante.kernel.ids import DocumentId, MaskId, parse_document_id, public_document_id
from espace_sante.records.document import CATEGORIES, SUBMISSION_MOST
from espace_sante.vault.keys import term

# What is to be told to her by a professional is hers to read after this time, told or not. Source: CSP R1111-53.
WITHHELD = timedelta(days=30)
_ENCODE = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Replaced:
    """The document whose place is taken: its row, its category, and where it came from."""

    row: UUID
    category: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Placed:
    """One document of a deposit, where it goes, and what it takes the place of. `kept`: the facts of one that is there already."""

    params: DepositParams
    row: UUID
    category: int
    unique: bytes
    content: bytes
    existing: bool
    replaced: Replaced | None
    kept: Facts | None = None


def deposited(params: DepositParams) -> tuple[DepositParams, ...]:
    """Return every document of a deposit, in order."""
    return (params, *params.others)


def deposit_document(s: Situation) -> Plan:
    """Add sealed documents, all or none. Same identifier and bytes: the first one is given again; other bytes: a conflict.

    Both only of a document that this depositor deposited or may read: of any other he is told as if it were not there.
    """
    items = deposited(s.params)
    decision = _decided(s, items)
    if isinstance(decision, Refuse):
        return Plan(decision)
    permit, will = decision
    if permit.effect is Effect.STARTS:  # by telephone a deposit is only announced
        return Plan(permit, write=lambda reference: (Change(), b""))
    if len(items) > SUBMISSION_MOST or any(one.others for one in items[1:]) or not all(_complete(one) for one in items):
        return Plan(Refuse("invalid"), code="deposit-invalid")
    if not all(_identity_agrees(s, one) for one in items):
        return Plan(Refuse("identity"), code="identity-not-matched")
    who = depositor_of(s.subject, s.session)
    placed: list[Placed] = []
    for one in items:
        found = _placed(s, will, one, who, placed)
        if isinstance(found, str):
            return Plan(Refuse("conflict" if found == "unique-id-conflict" else "replacement"), code=found)
        placed.append(found)
    objects = _named_in_entry(s, who, placed)

    def write(reference: str) -> tuple[Change, bytes]:
        first, *others = [_answer(s, will, permit, reference, one) for one in placed]
        answer = msgspec.structs.replace(first, others=tuple(others))
        change = _change(s, will, who, placed)
        if is_receipt(s.ask):
            change = replace(change, notice=notice(s, reference))
        return change, _ENCODE(answer)

    return Plan(permit, objects=objects, write=write)


def _named_in_entry(s: Situation, who: Depositor, placed: Sequence[Placed]) -> tuple[str, ...]:
    """Name what is deposited; by another, in the same form whether or not it waits to be announced to her, and no chain."""
    if who.kind != ActorKind.PERSON:
        return tuple(sealed_name(s, one.row, one.kept or _facts(s, who, one)) for one in placed)
    replaced = (name_of(one.replaced.row, "replaced") for one in placed if one.replaced and not one.existing)
    return (*(name_of(one.row) for one in placed), *replaced)


def _decided(s: Situation, items: Sequence[DepositParams]) -> tuple[Permit, Will] | Refuse:
    for one in items:
        decision = decided(s, ActId.DEPOSIT_DOCUMENT, Thing(one.category))
        if isinstance(decision, Refuse):
            return decision
    return decision


def _complete(one: DepositParams) -> bool:
    return len(one.row) == 16 and one.category in CATEGORIES and len(one.sha256) == 32 and bool(one.unique_id)


def _placed(s: Situation, will: Will, one: DepositParams, who: Depositor, before: Sequence[Placed]) -> Placed | str:
    """Return where a document goes, or the code of what refuses it."""
    same, unique = _same(s, one.unique_id, who)
    content = term(s.keys.term_key, "content", one.sha256.hex())
    row = UUID(bytes=one.row)
    if any(unique == other.unique or row == other.row for other in before):
        return "unique-id-conflict"
    if same is not None:
        return _again(s, will, one, same, unique, content, who)
    replaced = _replaced(s, will, one.replaces, who) if one.replaces else None
    taken = {other.replaced.row for other in before if other.replaced}
    if replaced is not None and replaced.row in taken:
        replaced = None
    if one.replaces and replaced is None and not one.if_possible:
        return "replacement-refused"
    category = replaced.category if replaced else one.category
    return Placed(one, row, category, unique, content, False, replaced)


def _same(s: Situation, unique_id: str, who: Depositor) -> tuple[Record | None, bytes]:
    """Return the document that stands under an identifier for this depositor, and the term one of his is kept under."""
    terms = unique_terms(s.keys, s.session, unique_id)
    own, first = _own(s, terms, who), s.extra.held.get(terms.taken)
    if own is not None:
        return own, terms.apart
    if first is None or _is_told(s, first, who):
        return first, terms.taken
    return None, terms.apart


def _own(s: Situation, terms: UniqueTerms, who: Depositor) -> Record | None:
    """Return what this depositor keeps apart; what was kept by a name, before numbers, is looked at for whose it is."""
    own = s.extra.held.get(terms.apart)
    if own is not None:
        return own
    before = s.extra.held.get(terms.before)
    origin = open_origin(before["origin"], s.keys, before["row_id"]) if before is not None else None
    return before if origin is not None and is_author(who, origin) else None


def _is_told(s: Situation, first: Record, who: Depositor) -> bool:
    """Say whether this depositor may be told that a document is there: he deposited it, or may read it."""
    origin = open_origin(first["origin"], s.keys, first["row_id"])
    facts = origin.facts if origin is not None else NO_FACTS
    if origin is not None and is_author(who, origin):
        return True
    if s.subject.holder or s.subject.on_behalf:  # what she is to be told of first is, for her, not there yet
        withheld = is_withheld(s, first["row_id"], facts)
        if withheld or s.subject.app is None:
            return not withheld
    may_see = visible(s.subject, s.context(), s.now, DOCUMENT)
    withheld = is_withheld(s, first["row_id"], facts)
    return may_see(first["category"], first["row_id"], facts.type_code, facts.born_hidden, withheld)


def _again(
    s: Situation, will: Will, one: DepositParams, same: Record, unique: bytes, content: bytes, who: Depositor
) -> Placed | str:
    """A document that is there already is given again, as the same and in the place of the same; else it is refused."""
    if same["content_term"] != content:
        return "unique-id-conflict"
    row, category, origin = same["row_id"], same["category"], open_origin(same["origin"], s.keys, same["row_id"])
    facts = origin.facts if origin else NO_FACTS
    alone = Placed(one, row, category, unique, content, True, None, facts)
    if not one.replaces:
        return alone
    target = _named(s, will, one.replaces, who)
    if target is None or origin is None or origin.replaces != target["row_id"]:
        return alone if one.if_possible else "replacement-refused"
    return replace(alone, replaced=Replaced(target["row_id"], target["category"], origin))


def _replaced(s: Situation, will: Will, text: str, who: Depositor) -> Replaced | None:
    """Return what a text names when this depositor may replace it; unknown, another's, replaced already: None."""
    target = _named(s, will, text, who)
    if target is None:
        return None
    origin = open_origin(target["origin"], s.keys, target["row_id"])
    if origin is None or not may_replace(who, origin):
        return None
    return Replaced(target["row_id"], target["category"], origin)


def _named(s: Situation, will: Will, text: str, who: Depositor) -> Record | None:
    public = parse_document_id(text)
    if public is None:
        terms = unique_terms(s.keys, s.session, text)
        return _own(s, terms, who) or s.extra.held.get(terms.taken)
    return s.extra.named.get(public[1]) if public[0] == will.person else None


def _answer(s: Situation, will: Will, permit: Permit, reference: str, one: Placed) -> DepositAnswer:
    document = public_document_id(will.person, DocumentId(one.row))
    replaces = public_document_id(will.person, DocumentId(one.replaced.row)) if one.replaced else ""
    payload: dict[str, Field] = {
        "v": 1,
        "kind": "receipt",
        "act": s.ask.act,
        "at": instant(s.now),
        "channel": s.ask.channel,
        "effect": permit.effect.value,
        "entry": reference,
        "document": document,
        "sha256": one.params.sha256.hex(),
        **late_said(s),
    }
    if replaces:
        payload["replaces"] = replaces
    return DepositAnswer(document, signed(s.service, payload), one.existing, one.category, replaces)


def _change(s: Situation, will: Will, who: Depositor, placed: Sequence[Placed]) -> Change:
    """Return what is written: rows, lines, the other ends of the chains, and her will about what was replaced.

    The will is written again at each replacement and for each visit, named in it or not: the work never tells what she
    hides or keeps together, and two replacements decided on the same facts cannot both stand.
    """
    fresh = [one for one in placed if not one.existing]
    rights = will.rights
    for one in fresh:
        if one.replaced:
            rights = rights.with_replacement(DocumentId(one.replaced.row), DocumentId(one.row))
        if not _facts(s, who, one).release:  # what is to be told to her first joins once it was
            rights = rights.with_visited(_visit(s, who, one), DocumentId(one.row))
        if one.params.apart and _may_keep_back(who):  # at her request: whoever represents her does not see it
            since = Mask(MaskId(uuid5(one.row, "apart")), DocumentId(one.row), None, REPRESENTATIVES, s.now)
            rights = rights.with_mask(since)
    named = any(one.replaced or one.params.visit or one.params.apart for one in fresh)
    return Change(
        will=replace(will, rights=rights, version=will.version + 1) if named else None,
        documents=tuple(_row(s, who, one) for one in fresh),
        lines=tuple((one.row, one.category, one.params.line) for one in fresh),
        later=tuple(line for one in fresh if _facts(s, who, one).release for line in reminders(s, one.row, who)),
        origins=tuple(_followed(s, who, one.replaced, one) for one in fresh if one.replaced),
    )


def _row(s: Situation, who: Depositor, one: Placed) -> tuple[object, ...]:
    facts = _facts(s, who, one)
    old = one.replaced
    origin = Origin(who, old.row, facts=facts, before=old.origin.facts) if old else Origin(who, facts=facts)
    sealed = seal_origin(origin, s.keys, one.row)
    wrapped = b"H" + one.params.wrapped
    return (one.row, 1, one.category, one.unique, one.content, wrapped, one.params.sealed, sealed)


def _facts(s: Situation, who: Depositor, one: Placed) -> Facts:
    """Return what is fixed about a document when it comes; only whoever treats her may keep it from her or from others."""
    rights, visit = s.will.rights if s.will else None, _visit(s, who, one)
    release = s.now + WITHHELD if one.params.withheld and _may_keep_back(who) else None
    hides = rights is not None and (rights.hides_new or (release is not None and rights.hides_visit(visit)))
    return Facts(
        one.params.type_code,
        hides or (one.params.hidden and _may_keep_back(who)),
        round(release.timestamp() * 1000) if release else 0,
        visit,
    )


def _may_keep_back(who: Depositor) -> bool:
    """Say whether a depositor may ask to hide: not she, who hides by her own act, nor whoever acts for her, who would hide from her."""
    return who.kind not in (ActorKind.PERSON.value, *PowerRole)


def _visit(s: Situation, who: Depositor, one: Placed) -> bytes:
    """Return what the visit of a document is known by: as before numbers of structures, in an episode that she began then."""
    terms = visit_terms(s.keys, who, one.params.visit)
    followed = {episode.key for episode in s.will.rights.episodes} if s.will is not None else set()
    return terms.before if terms.before in followed else terms.own


def _followed(s: Situation, who: Depositor, old: Replaced, new: Placed) -> tuple[UUID, bytes]:
    after = _facts(s, who, new)
    origin = replace(old.origin, replaced_by=new.row, replaced_in=new.category, after=after)
    return old.row, seal_origin(origin, s.keys, old.row)


def _identity_agrees(s: Situation, params: DepositParams) -> bool:
    """Compare the identity the sender wrote with hers; a sender who wrote none is not compared."""
    known = s.extra.person
    if params.claimed is not None and (known is None or not same_person(known, traits_value(params.claimed))):
        return False
    if not params.claimed_ins:
        return True
    return term(s.service.directory, "ins", params.claimed_ins) in s.extra.terms


def traits_value(traits: Traits) -> PersonTraits:
    """Return the domain's value of traits that came in a message."""
    return PersonTraits(
        traits.birth_name, traits.first_given, traits.birth_date, traits.sex, traits.used_name, traits.birth_place
    )
