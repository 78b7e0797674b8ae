"""The acts of the operator's staff under a judge's order: note it, confirm it from a second account, put it off, list, read.

Each is an entry of the institution's chain at once; what it says of her is sealed in it until the day she is told, when it is
copied into her own (keeper/reveal.py). Until then nothing of hers changes, is counted or waits.
Guarantee: G5, G6, G11. Source: docs/decisions/0043.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec

from espace_sante.access.order import Order, OrderStanding
from espace_sante.access.request import ActId, Channel, Context, Decision, Permit, Proof, Refuse, Thing
from espace_sante.keeper.acts.asked import decision_on
from espace_sante.keeper.acts.opening import normal_reference, reference_term
from espace_sante.keeper.compartment import ListLine, open_key, read_lines, shown_order
from espace_sante.keeper.demand import (
    ConfirmOrderParams,
    ListOrderedParams,
    OrderedAnswer,
    OrderedLine,
    OrderLine,
    OrderNoted,
    OrdersAnswer,
    OrderTerms,
    ProlongOrderParams,
    ReadAnswer,
    RecordOrderParams,
)
from espace_sante.keeper.order_body import (
    NOBODY,
    KeptOrder,
    OrderBody,
    OrderChange,
    OrderState,
    order_key,
    seal_line,
    seal_order,
    sealed_name,
)
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.records.document import CATEGORIES

PAGE = 200
WORDS_MOST = 200
_ENCODE = msgspec.msgpack.Encoder().encode


def record_order(s: Situation) -> Plan:
    """Note an order: it gives nothing before a second account confirms it. Said alike whether she has a space or not."""
    params: RecordOrderParams = s.params
    decision = decision_on(s, ActId.RECORD_ORDER)
    if isinstance(decision, Refuse):
        return Plan(decision)
    reference = normal_reference(s.ask.person)
    if reference is None:
        return Plan(Refuse("invalid"), code="reference-invalid")
    if code := _fault(s, params.terms):
        return Plan(Refuse("invalid"), code=code)
    if s.extra.order.recorded >= s.limits.orders_per_day:
        return Plan(Refuse("ceiling"), code="orders-too-many")
    order_id, today = UUID(bytes=s.random(16), version=4), s.now.date()
    terms = params.terms
    body = OrderBody(
        1,
        (s.extra.order.space or NOBODY).bytes,
        reference_term(s.service, reference),
        terms.authority.strip(),
        terms.number.strip(),
        terms.dated,
        terms.law.strip(),
        terms.attended.strip(),
        tuple(sorted(set(terms.categories))),
        terms.first,
        terms.last,
        today.isoformat(),
        s.session.identifier,
    )
    reveal = date.fromisoformat(terms.reveal)
    put = (order_id, today, reveal, seal_order(s.service, order_id, body))
    named = _objects(s, order_id, body, reveal)

    def write(_: str) -> tuple[Change, bytes]:
        return Change(order=OrderChange(put=put)), _ENCODE(OrderNoted(order_id.hex, False, terms.reveal))

    return Plan(decision, objects=named, write=write)


def confirm_order(s: Situation) -> Plan:
    """Confirm, from a second account, the order as it was read, about the person named again."""
    params: ConfirmOrderParams = s.params
    kept, today = s.extra.order.kept, s.now.date()
    standing = kept.order.to_confirm(s.session.identifier, today) if kept is not None else None
    decision = decision_on(s, ActId.CONFIRM_ORDER, Thing(order=standing))
    if isinstance(decision, Refuse) or kept is None:
        return _refused(decision)
    reference = normal_reference(s.ask.person)
    if reference is None or reference_term(s.service, reference) != kept.body.named:
        return Plan(Refuse("conflict"), code="order-of-another")
    if _terms(kept).digest != params.terms_sha256:
        return Plan(Refuse("conflict"), code="order-moved")
    body = msgspec.structs.replace(kept.body, confirmed=today.isoformat(), confirmed_by=s.session.identifier)
    return _moved(s, decision, kept, body, OrderState.SEALED)


def prolong_order(s: Situation) -> Plan:
    """Ask that she be told later, or confirm the very day another account asked; counted in public."""
    params: ProlongOrderParams = s.params
    kept, today = s.extra.order.kept, s.now.date()
    standing = kept.order.to_prolong(s.session.identifier, today) if kept is not None else None
    decision = decision_on(s, ActId.PROLONG_ORDER, Thing(order=standing))
    if isinstance(decision, Refuse) or kept is None:
        return _refused(decision)
    reveal = _day(params.reveal)
    if reveal is None or not kept.reveal_on < reveal <= today + timedelta(days=s.limits.order_days_max):
        return Plan(Refuse("invalid"), code="order-too-long")
    if standing is OrderStanding.CONFIRMED:
        asked = (reveal.isoformat(), s.session.identifier, today.isoformat())
        return _asked(s, decision, kept, _prolonging(kept.body, *asked))
    if kept.body.prolong_to != params.reveal:
        return Plan(Refuse("conflict"), code="order-moved")
    return _moved(s, decision, kept, _prolonging(kept.body, "", "", ""), OrderState.SEALED, reveal)


def list_orders(s: Situation) -> Plan:
    """Release the orders that are not over: never who they are about."""
    decision = decision_on(s, ActId.LIST_ORDERS)
    if isinstance(decision, Refuse):
        return Plan(decision)
    lines = tuple(_line(s, kept) for kept in s.extra.order.listed)
    return Plan(decision, objects=("orders",), release=lambda: _ENCODE(OrdersAnswer(lines)))


def list_ordered(s: Situation) -> Plan:
    """Release the list of what an order covers, after the entry that says so."""
    params: ListOrderedParams = s.params
    facts, kept = s.extra.order, s.extra.order.kept
    decision = _reading(s, ActId.LIST_ORDERED, _standing(s))
    if isinstance(decision, Refuse) or kept is None:
        return _refused(decision)

    def release() -> bytes:
        covered = sorted(_covered(s, kept.order), key=shown_order)
        page = covered[max(params.offset, 0) :][:PAGE]
        told = tuple(OrderedLine(line.row.hex(), line.category, line.meta) for line in page)
        return _ENCODE(OrderedAnswer(len(covered), told))

    assert facts.keys is not None  # the decision rests on the state of her space
    return _moved(s, decision, kept, kept.body, OrderState.SEALED, objects=("list",), release=release)


def read_ordered(s: Situation) -> Plan:
    """Release the key of one document an order covers, after the entry that names it."""
    facts, kept = s.extra.order, s.extra.order.kept
    row, keys, standing = facts.row, facts.keys, _standing(s)
    if kept is not None and row is not None and standing is OrderStanding.CONFIRMED:
        covered = any(line.row == row.row_id.bytes for line in _covered(s, kept.order))
        standing = standing if covered else OrderStanding.OUTSIDE
    decision = _reading(s, ActId.READ_ORDERED, standing)
    if isinstance(decision, Refuse) or kept is None:
        return _refused(decision)
    if row is None or keys is None:
        return Plan(Refuse("unknown"))

    def release() -> bytes:
        key, _ = open_key(keys, row)
        return _ENCODE(ReadAnswer(key, row.sealed, row.version, row.category))

    named = (f"document:{row.row_id.hex}",)
    return _moved(s, decision, kept, kept.body, OrderState.SEALED, objects=named, release=release)


def _reading(s: Situation, act: ActId, standing: OrderStanding | None) -> Decision:
    """Ask the decision about her space, whose will is not asked."""
    context = Context(s.extra.order.state, None, Channel(s.ask.channel), Proof(s.ask.proof), s.matrices)
    return decision_on(s, act, Thing(order=standing), context)


def _standing(s: Situation) -> OrderStanding | None:
    kept = s.extra.order.kept
    return kept.order.to_read(s.session.identifier, s.now.date()) if kept is not None else None


def _covered(s: Situation, order: Order) -> list[ListLine]:
    facts = s.extra.order
    every = read_lines(facts.keys, facts.summaries, facts.lines) if facts.keys is not None else []
    return [line for line in every if order.scope.covers(line.category, _made(line))]


def _made(line: ListLine) -> date:
    return datetime.fromtimestamp(line.date / 1000, UTC).date()


def _refused(decision: Decision) -> Plan:
    """Say a mistake of his own and nothing else: what stands with an order tells nothing of her."""
    refusal = decision if isinstance(decision, Refuse) else Refuse("unknown")
    return Plan(refusal, code="second-account" if refusal.rule == "second-account" else "")


def _asked(s: Situation, permit: Permit, kept: KeptOrder, body: OrderBody) -> Plan:
    move = (
        kept.order_id,
        kept.version,
        kept.state,
        kept.reveal_on,
        kept.prolonged,
        seal_order(s.service, kept.order_id, body),
    )
    answer = _ENCODE(OrderNoted(kept.order_id.hex, False, body.prolong_to))
    named = _objects(s, kept.order_id, body, kept.reveal_on)
    return Plan(permit, objects=named, write=lambda _: (Change(order=OrderChange(move=move)), answer))


def _moved(
    s: Situation,
    permit: Permit,
    kept: KeptOrder,
    body: OrderBody,
    state: OrderState,
    reveal: date | None = None,
    *,
    objects: tuple[str, ...] = (),
    release: Callable[[], bytes] | None = None,
) -> Plan:
    """Return the plan of an act whose entry will be copied into her chain: the order moves on with it, or neither is written."""
    after = msgspec.structs.replace(body, lines=body.lines + 1)
    order_id, until = kept.order_id, reveal or kept.reveal_on
    sealed = seal_order(s.service, order_id, after)
    move = (order_id, kept.version, state, until, kept.prolonged + (reveal is not None), sealed)
    held = (kept.space, s.extra.order.state) if release is not None and s.extra.order.state is not None else None

    def write(reference: str) -> tuple[Change, bytes]:
        line = (order_id, after.lines, seal_line(s.service, order_id, after.lines, s.keys.space, reference))
        change = Change(order=OrderChange(move=move, line=line, held=held))
        return change, b"" if release is not None else _ENCODE(OrderNoted(order_id.hex, True, until.isoformat()))

    return Plan(permit, objects=_objects(s, order_id, after, until, objects), write=write, release=release)


def _objects(
    s: Situation, order_id: UUID, body: OrderBody, reveal: date, objects: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Name an order in an entry of the institution's: its number, and sealed, what it says and whom it is about."""
    said = {
        "v": 1,
        "space": str(UUID(bytes=body.space)),
        "objects": list(objects),
        "authority": body.authority,
        "number": body.number,
        "dated": body.dated,
        "law": body.law,
        "attended": body.attended,
        "categories": list(body.categories),
        "first": body.first,
        "last": body.last,
        "reveal": reveal.isoformat(),
        "accounts": [one for one in (body.recorded_by, body.confirmed_by) if one],
    }
    name = sealed_name(order_key(s.service, order_id), order_id, said, random_bytes=s.random)
    return f"order:{order_id.hex}", name


def _prolonging(body: OrderBody, to: str, by: str, on: str) -> OrderBody:
    return msgspec.structs.replace(body, prolong_to=to, prolonging_by=by, prolonging_on=on)


def _fault(s: Situation, terms: OrderTerms) -> str:
    """Return what is wrong with an order as it is noted, "" for nothing: what is not said is refused, never everything."""
    words = (terms.authority, terms.number, terms.law, terms.attended)
    if any(not 1 <= len(one.strip()) <= WORDS_MOST for one in words):
        return "order-invalid"
    if not terms.categories or not set(terms.categories) <= CATEGORIES.keys():
        return "order-scope"
    first, last = _day(terms.first), _day(terms.last)
    if (terms.first and first is None) or (terms.last and last is None) or (first and last and last < first):
        return "order-scope"
    today, dated, reveal = s.now.date(), _day(terms.dated), _day(terms.reveal)
    if dated is None or dated > today:
        return "order-invalid"
    if reveal is None or not today < reveal <= today + timedelta(days=s.limits.order_days_max):
        return "order-too-long"
    return ""


def _terms(kept: KeptOrder) -> OrderTerms:
    body = kept.body
    said = (body.authority, body.number, body.dated, body.law, body.attended)
    return OrderTerms(*said, body.categories, body.first, body.last, kept.reveal_on.isoformat())


def _line(s: Situation, kept: KeptOrder) -> OrderLine:
    body, mine = kept.body, s.session.identifier
    pending = kept.order.to_prolong(mine, s.now.date())
    waits = pending in (OrderStanding.ASKED_BY_HIM, OrderStanding.ASKED_BY_ANOTHER)
    return OrderLine(
        kept.order_id.hex,
        _terms(kept),
        body.recorded,
        kept.state is OrderState.SEALED,
        body.recorded_by == mine,
        body.lines,
        kept.prolonged,
        body.prolong_to if waits else "",
        waits and body.prolonging_by == mine,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
