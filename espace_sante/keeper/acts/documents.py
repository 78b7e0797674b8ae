"""The acts that give documents: list, read. A reading releases, after the commit, what the entry names and nothing more.

What a document replaced, or was replaced by, is told only to who may see that other document: the replacement of a document
by one he may not see is, for him, no replacement. Guarantee: G3, G5, G11.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from espace_sante.access.apps import DOCUMENT
from espace_sante.access.outcomes import EMERGENCY, NOT_ANNOUNCED
from espace_sante.access.reading import glass_in_force
from espace_sante.access.request import ActId, ActorKind, Refuse, Thing
from espace_sante.access.rules import visible
from espace_sante.identity.practitioner import parse_rpps
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.seen_by import seen_by
from espace_sante.keeper.compartment import ListLine, open_key, read_lines, shown_order
from espace_sante.keeper.demand import Line, ListAnswer, ListParams, ReadAnswer
from espace_sante.keeper.named import name_of, sealed_name
from espace_sante.keeper.narrowing import FilterInvalid, narrowed
from espace_sante.keeper.origin import Facts, Origin, deposited_by, open_origin
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import DocumentRow, Lighter, Plan, Situation

STATUSES = frozenset({"current", "superseded", "both"})
_ENCODE = msgspec.msgpack.Encoder().encode
# What is marked as hidden in a list, for her alone: documents, and whole categories.
Marks = tuple[frozenset[bytes], frozenset[int]]
_NO_MARKS: Marks = (frozenset(), frozenset())


def read_document(s: Situation) -> Plan:
    """Release the key of one document."""
    row = s.row
    if row is None:
        return Plan(Refuse("unknown"))
    origin = open_origin(row.origin, s.keys, row.row_id)
    thing = thing_of(s, row, origin)
    found = decided(s, ActId.READ_DOCUMENT, thing)
    if found == NOT_ANNOUNCED:  # her own journal tells her no more of it than of a document that is not there
        return Plan(Refuse("unknown"))
    named = (touched(s, row.row_id, origin, thing),)
    if isinstance(found, Refuse):
        return Plan(found, objects=named)
    permit, will = found
    glass = glass_in_force(s.subject.reader, s.context(), s.now) if permit.rule == EMERGENCY else None
    lighter: list[Lighter] = []

    def release() -> bytes:
        key, fresh = open_key(s.keys, row)
        if fresh is not None:
            lighter.append(Lighter(s.keys.space, row.row_id, row.wrapped, fresh))
        chain, until = _chain(s, will, row, origin), instant(glass.ends) if glass else ""
        withheld = origin is not None and is_withheld(s, row.row_id, origin.facts)
        return _ENCODE(ReadAnswer(key, row.sealed, row.version, row.category, *chain, until, withheld))

    return Plan(permit, objects=named, release=release, lighter=lighter)


def thing_of(s: Situation, row: DocumentRow, origin: Origin | None) -> Thing:
    """Return a document in the decision's words."""
    if origin is None:
        return Thing(row.category, row.row_id)
    return Thing(
        row.category,
        row.row_id,
        origin.facts.type_code,
        author=deposited_by(s.session, origin),
        born_hidden=origin.facts.born_hidden,
        withheld=is_withheld(s, row.row_id, origin.facts),
    )


def touched(s: Situation, row: UUID, origin: Origin | None, thing: Thing) -> str:
    """Return how an entry names what somebody asks for: sealed while it waits to be announced to her."""
    return sealed_name(s, row, origin.facts) if origin is not None and thing.withheld else name_of(row)


def is_withheld(s: Situation, document: UUID, facts: Facts) -> bool:
    """Say whether what is to be told to her by somebody is still withheld from her."""
    if facts.release <= s.now.timestamp() * 1000:
        return False
    return s.will is None or document not in s.will.rights.announced


def _chain(s: Situation, will: Will, row: DocumentRow, origin: Origin | None) -> tuple[str, str]:
    """Return the public ids of the documents before and after one, "" for none that this reader may see."""
    if origin is None:
        return "", ""
    may_see = visible(s.subject, s.context(), s.now, DOCUMENT)

    def told(document: UUID | None, category: int, facts: Facts) -> str:
        if document is None:
            return ""
        withheld = is_withheld(s, document, facts)
        shown = may_see(category, document, facts.type_code, facts.born_hidden, withheld)
        return will.person.hex + document.hex if shown else ""

    return told(origin.replaces, row.category, origin.before), told(
        origin.replaced_by, origin.replaced_in, origin.after
    )


def list_documents(s: Situation) -> Plan:
    """Release one page of the lines this reader may see; what he may not see changes neither count nor page."""
    params: ListParams = s.params
    context = s.context()
    found = decided(s, ActId.LIST_DOCUMENTS)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    him = params.as_seen_by
    if him is not None and (s.subject.app is not None or not (s.subject.holder or s.subject.on_behalf)):
        return Plan(Refuse("not-their-act"))
    if him is not None and parse_rpps(him.number) is None:
        return Plan(Refuse("invalid"), code="practitioner-invalid")
    try:
        fits = narrowed(params.filters) if params.filters else None
    except FilterInvalid:
        return Plan(Refuse("invalid"), code="demand-invalid")
    if params.status not in STATUSES:
        return Plan(Refuse("invalid"), code="demand-invalid")
    by_number = s.subject.kind is ActorKind.PRACTITIONER
    glass = glass_in_force(s.subject.reader, context, s.now) if by_number else None

    def release() -> bytes:
        # One question asked of every line; it equals `decide` on each of them (a property test says so).
        may_see, why = (
            (visible(s.subject, context, s.now, DOCUMENT), "") if him is None else seen_by(him, context, s.now)
        )
        every = read_lines(s.keys, s.extra.summaries, s.extra.lines)
        # One instant and one set for all lines: a list has hundreds of them.
        milliseconds, announced = s.now.timestamp() * 1000, {one.bytes for one in will.rights.announced}
        seen = [
            line
            for line in every
            if may_see(
                line.category,
                UUID(bytes=line.row),
                line.type_code,
                line.born_hidden,
                line.release > milliseconds and line.row not in announced,
            )
        ]
        after = {line.replaces: line.row for line in seen if line.replaces}
        asked = _of_status(seen, after, params.status)
        if fits is not None:
            asked = [line for line in asked if fits(line)]
        asked.sort(key=shown_order)
        start, count = max(params.offset, 0), min(max(params.count, 0), s.limits.page_size)
        page = asked[start : start + count]
        marks = _masked(will) if him is None and (s.subject.holder or s.subject.on_behalf) else _NO_MARKS
        ends = instant(glass.ends) if glass else ""
        return _ENCODE(ListAnswer(len(asked), _told(will, page, seen, after, marks), ends, why))

    # A list that a permission opens may also show what only an emergency shows: its line in the journal says so.
    named = ("list", *([f"glass:{glass.glass_id.hex}"] if glass else ()))
    return Plan(permit, objects=named if him is None else ("list", f"practitioner:{him.number}"), release=release)


def _of_status(seen: list[ListLine], after: dict[bytes, bytes], status: str) -> list[ListLine]:
    if status == "superseded":
        return [line for line in seen if line.row in after]
    if status == "current" and after:
        return [line for line in seen if line.row not in after]
    return seen


def _told(
    will: Will, page: Sequence[ListLine], seen: Sequence[ListLine], after: dict[bytes, bytes], hidden: Marks
) -> list[Line]:
    person = will.person.hex
    known = {line.row for line in seen} if any(line.replaces for line in page) else frozenset()
    return [
        Line(
            person + line.row.hex(),
            line.meta,
            line.row in hidden[0] or line.category in hidden[1],
            line.category,
            person + line.replaces.hex() if line.replaces in known else "",
            person + after[line.row].hex() if line.row in after else "",
        )
        for line in page
    ]


def _masked(will: Will) -> Marks:
    masks = will.rights.masks
    return (
        frozenset(m.document.bytes for m in masks if m.document is not None),
        frozenset(m.category for m in masks if m.category is not None),
    )
