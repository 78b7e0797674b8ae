"""Her cards: the list, making one, its code shown once with the card to print, stopping one. Guarantee: G3, G10."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Outcome
from espace_sante.actions.issue_access_card import IssuedCard, MailedCard
from espace_sante.actions.printed_card import printed_card
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.will_said import mailed_said, shown_said
from espace_sante.keeper.demand import CardView
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.documents import view_of
from espace_sante.web.edge import STATUS, Door, Visit, file_answer
from espace_sante.web.person.results import done

_ISSUE = REGISTRY[ActId.ISSUE_ACCESS_CARD]
_REVOKE = REGISTRY[ActId.REVOKE_ACCESS_CARD]
_NAMES = forms.names_of(_ISSUE.fields)
_BACK = ("/moi/cartes", mark("Voir mes cartes"))
_CARD_BYTES = 4_000
_ENCODE, _DECODE = msgspec.json.Encoder().encode, msgspec.json.Decoder(IssuedCard).decode
_DAYS = (
    ("0", mark("Jusqu’à ce soir")),
    ("7", mark("Une semaine")),
    ("30", mark("Un mois")),
    ("365", mark("Un an")),
)


@dataclass(frozen=True, slots=True)
class CardShown:
    """One card as her page shows it; `uses` are who used it, when, and until when he reads."""

    number: str
    what: str
    uses_left: int
    hours: int
    ends: datetime
    pin: bool
    serves: bool
    dead: bool
    uses: tuple[tuple[str, datetime, datetime], ...]
    mailed: str


async def cards(visit: Visit) -> Response:
    """Show her cards, and who used them."""
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    found = [_shown(visit, one) for one in outcome.result.cards]
    return visit.page("person/cards.html", entry=outcome.entry, cards=found)


async def issue_form(visit: Visit) -> Response:
    """Show the form of a card. Nothing is chosen beforehand."""
    return await _form(visit, {})


async def issue(visit: Visit) -> Response:
    """Make a card; this page is the only place where its code is shown."""
    try:
        params = _ISSUE.parse(forms.gathered(_ISSUE.fields, visit.values))
        outcome = await _ISSUE.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        return await _form(visit, forms.errors_of(problem, _NAMES, visit.say), STATUS[problem.kind])
    if isinstance(outcome.result, MailedCard):
        number = visit.say(mark("Carte numéro %(number)s")) % {"number": outcome.result.number}
        return await done(visit, outcome, title=mark("Votre carte vient par courrier"), to=_BACK, detail=number)
    return _made(visit, outcome)


async def as_pdf(visit: Visit) -> Response:
    """Give the card of the page just shown, to print: it travels in the form, because its code is kept nowhere."""
    posted = visit.text("card").encode()
    try:
        card = _DECODE(posted) if len(posted) <= _CARD_BYTES else None
    except msgspec.MsgspecError:
        card = None
    if card is None:
        raise Problem(Kind.INVALID, "demand-invalid")
    now = visit.portal.frame.now()
    pdf = await run_in_threadpool(printed_card, card, visit.say, language=visit.language.value, at=now)
    return file_answer(pdf, "application/pdf", "carte.pdf")


async def revoke(visit: Visit) -> Response:
    """Stop one card."""
    if not visit.text("number").strip():  # every card at once is asked for by other ways, never by a form half read
        raise Problem(Kind.INVALID, "demand-invalid")
    outcome = await _REVOKE.perform(visit.portal.frame, visit.ask(), _REVOKE.parse(visit.values))
    return await done(visit, outcome, title=mark("La carte est arrêtée"), to=_BACK)


DOORS = (
    Door("/moi/cartes", cards, "person"),
    Door("/moi/cartes/faire", issue_form, "person"),
    Door("/moi/cartes/faire", issue, "person", "POST"),
    Door("/moi/cartes/imprimer", as_pdf, "person", "POST"),
    Door("/moi/cartes/arreter", revoke, "person", "POST"),
)


def _made(visit: Visit, outcome: Outcome) -> Response:
    card = outcome.result
    assert isinstance(card, IssuedCard)
    return visit.page(
        "person/card.html",
        entry=outcome.entry,
        card=card,
        what=shown_said(card.scope, card.categories, visit.say),
        ends=datetime.fromisoformat(card.ends),
        sealed=_ENCODE(card).decode(),
        receipt=outcome.receipt.decode(),
    )


def _shown(visit: Visit, card: CardView) -> CardShown:
    uses = tuple(
        (
            visit.portal.name_of(one.practitioner) or one.practitioner,
            datetime.fromisoformat(one.starts),
            datetime.fromisoformat(one.ends),
        )
        for one in card.uses
    )
    return CardShown(
        card.number,
        shown_said(card.scope, card.categories, visit.say),
        card.uses_left,
        card.hours,
        datetime.fromisoformat(card.ends),
        card.pin,
        card.uses_left > 0 and not card.dead,
        card.dead,
        uses,
        " ".join(mailed_said(card, visit.say)),
    )


async def _form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.LIST_DOCUMENTS]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "200"}))
    documents = [(one.document, view_of(one.document, one.meta).title) for one in outcome.result.lines]
    fields = {view.name: view for view in forms.views(_ISSUE.fields, visit.values, documents=documents)}
    most = visit.portal.frame.settings.card_days_max
    days = [(count, visit.say(words)) for count, words in _DAYS if int(count) <= most]
    return visit.page(
        "person/card_form.html", status=status, entry=outcome.entry, fields=fields, days=days, errors=errors
    )
