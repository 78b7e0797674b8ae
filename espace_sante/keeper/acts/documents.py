"""The acts on documents: deposit, list, read.

A deposit arrives already sealed: the keeper never sees its bytes, and whoever deposited never holds what opens it again.
A reading releases, after the commit, what the entry names and nothing more.
Guarantee: G3, G5, G11, G13.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Effect, Refuse, Thing
from espace_sante.access.rules import decide, visible
from espace_sante.identity.person import PersonTraits, same_person
from espace_sante.keeper.compartment import open_key, read_lines, shown_order
from espace_sante.keeper.demand import (
    DepositAnswer,
    DepositParams,
    Line,
    ListAnswer,
    ListParams,
    ReadAnswer,
    Traits,
)
from espace_sante.keeper.receipts import Field, instant, signed
from espace_sante.keeper.situation import Change, Lighter, Plan, Situation
from espace_sante.kernel.ids import DocumentId, public_document_id
from espace_sante.records.document import CATEGORIES
from espace_sante.vault.keys import term

_ENCODE = msgspec.msgpack.Encoder().encode


def deposit_document(s: Situation) -> Plan:
    """Add a sealed document. Same identifier and same bytes: the first one is given again; other bytes: a conflict."""
    params: DepositParams = s.params
    permit = decide(s.subject, ActId.DEPOSIT_DOCUMENT, Thing(params.category), s.context(), s.now)
    will = s.will
    if isinstance(permit, Refuse) or will is None:
        return Plan(permit)
    if permit.effect is Effect.STARTS:  # by telephone a deposit is only announced
        return Plan(permit, write=lambda reference: (Change(), b""))
    if len(params.row) != 16 or params.category not in CATEGORIES or len(params.sha256) != 32 or not params.unique_id:
        return Plan(Refuse("invalid"), code="deposit-invalid")
    if not _identity_agrees(s, params):
        return Plan(Refuse("identity"), code="identity-not-matched")
    row_id = UUID(bytes=params.row)
    unique = term(s.keys.term_key, "unique", params.unique_id)
    content = term(s.keys.term_key, "content", params.sha256.hex())
    existing = s.extra.same is not None
    if s.extra.same is not None:
        if s.extra.same["content_term"] != content:
            return Plan(Refuse("conflict"), code="unique-id-conflict")
        row_id = s.extra.same["row_id"]
    document = public_document_id(will.person, DocumentId(row_id))

    def write(reference: str) -> tuple[Change, bytes]:
        payload: dict[str, Field] = {
            "v": 1,
            "kind": "receipt",
            "act": s.ask.act,
            "at": instant(s.now),
            "channel": s.ask.channel,
            "effect": permit.effect.value,
            "entry": reference,
            "document": document,
            "sha256": params.sha256.hex(),
        }
        answer = _ENCODE(DepositAnswer(document, signed(s.service, payload), existing))
        if existing:
            return Change(), answer
        return (
            Change(
                document=(row_id, 1, params.category, unique, content, b"H" + params.wrapped, params.sealed),
                line=(row_id, params.category, params.line),
            ),
            answer,
        )

    return Plan(permit, objects=(f"document:{row_id.hex}",), write=write)


def read_document(s: Situation) -> Plan:
    """Release the key of one document."""
    row = s.row
    if row is None:
        return Plan(Refuse("unknown"))
    named = (f"document:{row.row_id.hex}",)
    permit = decide(s.subject, ActId.READ_DOCUMENT, Thing(row.category, row.row_id), s.context(), s.now)
    if isinstance(permit, Refuse):
        return Plan(permit, objects=named)

    lighter: list[Lighter] = []

    def release() -> bytes:
        key, fresh = open_key(s.keys, row)
        if fresh is not None:
            lighter.append(Lighter(s.keys.space, row.row_id, row.wrapped, fresh))
        return _ENCODE(ReadAnswer(key, row.sealed, row.version))

    return Plan(permit, objects=named, release=release, lighter=lighter)


def list_documents(s: Situation) -> Plan:
    """Release one page of the lines this reader may see; what he may not see changes neither count nor page."""
    params: ListParams = s.params
    context = s.context()
    permit = decide(s.subject, ActId.LIST_DOCUMENTS, Thing(), context, s.now)
    will = s.will
    if isinstance(permit, Refuse) or will is None:
        return Plan(permit)

    def release() -> bytes:
        # One question asked of every line; it equals `decide` on each of them (a property test says so).
        may_see = visible(s.subject, context, s.now)
        every = read_lines(s.keys, s.extra.summaries, s.extra.lines)
        seen = [line for line in every if may_see(line.category, UUID(bytes=line.row))]
        seen.sort(key=shown_order)
        start, count = max(params.offset, 0), min(max(params.count, 0), s.limits.page_size)
        hidden = _masked(s) if s.subject.holder or s.subject.on_behalf else (frozenset(), frozenset())
        person = will.person.hex
        lines = [
            Line(person + line.row.hex(), line.meta, line.row in hidden[0] or line.category in hidden[1])
            for line in seen[start : start + count]
        ]
        return _ENCODE(ListAnswer(len(seen), lines))

    return Plan(permit, objects=("list",), release=release)


def _masked(s: Situation) -> tuple[frozenset[bytes], frozenset[int]]:
    masks = s.will.rights.masks if s.will else ()
    return (
        frozenset(m.document.bytes for m in masks if m.document is not None),
        frozenset(m.category for m in masks if m.category is not None),
    )


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
