"""Decisions of judges: noted by one account, confirmed by another, what they cover taken out as files. Nobody's name is shown.

The only pages of the operator that give a document: as a file to hand over, never shown here. Guarantee: G5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act, Outcome
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper.demand import OrderLine, OrdersAnswer
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import CATEGORIES
from espace_sante.web import forms
from espace_sante.web.attempts import Wrong, attempt
from espace_sante.web.documents import content_answer, view_of
from espace_sante.web.edge import Door, Visit

_RECORD, _CONFIRM, _PROLONG = (REGISTRY[act] for act in (ActId.RECORD_ORDER, ActId.CONFIRM_ORDER, ActId.PROLONG_ORDER))
_LIST, _COVERED, _READ = (REGISTRY[act] for act in (ActId.LIST_ORDERS, ActId.LIST_ORDERED, ActId.READ_ORDERED))
_PATH = "/exploitant/justice"
_OF_THE_FORMS = frozenset({"order-of-another", "order-moved", "orders-too-many"})


@dataclass(frozen=True, slots=True)
class Noted:
    """One decision as the page shows it."""

    line: OrderLine
    number: str
    seen: str
    categories: str
    dated: date
    first: date | None
    last: date | None
    reveal: date
    asked: date | None


async def page(visit: Visit) -> Response:
    """Show the decisions that are not over."""
    listed, entry = await _listed(visit)
    return visit.page("operator/orders.html", entry=entry, orders=[_noted(visit, line) for line in listed.orders])


async def record_form(visit: Visit) -> Response:
    """Ask what the decision says."""
    return _record_page(visit, {})


async def record(visit: Visit) -> Response:
    """Note it; the answer is the same whether the person has a space or not."""
    outcome = await _attempted(visit, _RECORD)
    if isinstance(outcome, Wrong):
        return _record_page(visit, outcome.errors, outcome.status)
    return visit.page("operator/done.html", entry=outcome.entry, said=visit.say(outcome.sentence), to=_PATH)


async def one(visit: Visit) -> Response:
    """Show one decision: confirm it, put its day off, or see what it covers."""
    return await _one_page(visit, visit.query("decision"), {})


async def confirm(visit: Visit) -> Response:
    """Confirm it as it was shown, the person named again."""
    outcome = await attempt(visit, _CONFIRM, asked=visit.ask(""), names=("ins", "local"), told=_OF_THE_FORMS)
    if isinstance(outcome, Wrong):
        return await _one_page(visit, visit.text("order"), outcome.errors, outcome.status)
    return visit.page("operator/done.html", entry=outcome.entry, said=visit.say(outcome.sentence), to=_PATH)


async def prolong(visit: Visit) -> Response:
    """Ask a later day, or confirm the one another account asked."""
    outcome = await _attempted(visit, _PROLONG, names=("reveal",))
    if isinstance(outcome, Wrong):
        return await _one_page(visit, visit.text("order"), outcome.errors, outcome.status)
    return visit.page("operator/done.html", entry=outcome.entry, said=visit.say(outcome.sentence), to=_PATH)


async def covered(visit: Visit) -> Response:
    """Show what the decision covers; each look is an entry."""
    outcome = await _COVERED.perform(visit.portal.frame, visit.ask("", keyed=False), _COVERED.parse(visit.values))
    found = outcome.result
    documents = [(row, view_of("0" * 32 + row, meta)) for row, meta in found.lines]
    return visit.page(
        "operator/ordered.html", entry=outcome.entry, order=found.order, total=found.total, documents=documents
    )


async def take(visit: Visit) -> Response:
    """Return one document as a file, once its entry is written."""
    outcome = await _READ.perform(visit.portal.frame, visit.ask("", keyed=False), _READ.parse(visit.values))
    return await content_answer(visit, outcome)


DOORS = (
    Door(_PATH, page, "operator"),
    Door(f"{_PATH}/noter", record_form, "operator"),
    Door(f"{_PATH}/noter", record, "operator", "POST"),
    Door(f"{_PATH}/decision", one, "operator"),
    Door(f"{_PATH}/confirmer", confirm, "operator", "POST"),
    Door(f"{_PATH}/repousser", prolong, "operator", "POST"),
    Door(f"{_PATH}/documents", covered, "operator", "POST"),
    Door(f"{_PATH}/document", take, "operator", "POST"),
)


async def _attempted(visit: Visit, act: Act, names: tuple[str, ...] = ()) -> Outcome | Wrong:
    typed = forms.gathered(act.fields, visit.values)
    return await attempt(visit, act, values=typed, asked=visit.ask(""), names=names, told=_OF_THE_FORMS)


async def _listed(visit: Visit) -> tuple[OrdersAnswer, str]:
    outcome = await _LIST.perform(visit.portal.frame, visit.ask("", keyed=False), _LIST.parse({}))
    assert isinstance(outcome.result, OrdersAnswer)
    return outcome.result, outcome.entry


def _record_page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields = forms.views(_RECORD.fields, visit.values)
    most = visit.portal.frame.settings.order_days_max
    return visit.page("operator/order_form.html", status=status, fields=fields, errors=errors, most=most)


async def _one_page(visit: Visit, order: str, errors: dict[str, str], status: int = 200) -> Response:
    listed, entry = await _listed(visit)
    line = next((line for line in listed.orders if line.order == order), None)
    if line is None:
        raise Problem(Kind.NOT_FOUND, "page-unknown")
    whose = [field for field in _CONFIRM.fields if field.name in ("ins", "local")]
    later = [field for field in _PROLONG.fields if field.name == "reveal"]
    return visit.page(
        "operator/order.html",
        status=status,
        entry=entry,
        one=_noted(visit, line),
        whose=forms.views(whose, visit.values),
        later=forms.views(later, visit.values),
        errors=errors,
    )


def _noted(visit: Visit, line: OrderLine) -> Noted:
    terms = line.terms
    return Noted(
        line,
        " ".join(line.order[start : start + 8] for start in range(0, len(line.order), 8)),
        terms.digest.hex(),
        ", ".join(visit.say(CATEGORIES[number]) for number in terms.categories),
        date.fromisoformat(terms.dated),
        date.fromisoformat(terms.first) if terms.first else None,
        date.fromisoformat(terms.last) if terms.last else None,
        date.fromisoformat(terms.reveal),
        date.fromisoformat(line.asked) if line.asked else None,
    )
