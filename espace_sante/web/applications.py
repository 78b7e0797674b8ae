"""The page where somebody answers an application: who it is, item by item, for how long; no as easy as yes.

The page decides nothing: a yes is the act `authorise_app`, which the keeper decides and writes in the journal.
Guarantee: G2, G3. Source: SMART App Launch 2.2, "Obtain authorization code".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.launching import launched_about
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.sign_in import session_of
from espace_sante.formats.oauth.addresses import origin_of
from espace_sante.formats.oauth.authorize import NAMES
from espace_sante.formats.oauth.errors import Error, OAuthRefused
from espace_sante.formats.oauth.places import AUTHORIZE
from espace_sante.identity.scopes import OFFLINE, Scopes
from espace_sante.keeper.demand import AuthoriseAppParams
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.records.asked import Item, given, items_of
from espace_sante.web.application_request import Pairs, Wish, application_in, back, refused, wish_in
from espace_sante.web.edge import Door, Visit, see_other
from espace_sante.web.person.access import offered_days
from espace_sante.web.practitioner.whom import shown_as

ANSWER = f"{AUTHORIZE}/reponse"
_EVERY = "tout"  # the parameter by which the reader asks for every item ticked
_NONE: Mapping[str, str] = MappingProxyType({})


async def ask(visit: Visit) -> Response:
    """Show what an application asks, to whoever is signed in; first sign in whoever is not."""
    pairs = visit.request.query_params.multi_items()
    app = application_in(visit, pairs)
    try:
        wish = wish_in(visit, app, pairs)
    except OAuthRefused as fault:
        return refused(visit, pairs, fault)
    if visit.who is None:
        return _first_sign_in(visit, wish)
    about = await _about(visit, wish, use=False)
    every = {item.key for item in items_of(wish.scopes)} if visit.query(_EVERY) else set()
    return _page(visit, wish, about, ticked=every)


async def answer(visit: Visit) -> Response:
    """Carry out a yes, or send a no back; an answer that is not whole is asked again."""
    pairs = [(name, visit.text(name)) for name in NAMES if visit.text(name)]
    app = application_in(visit, pairs)
    try:
        wish = wish_in(visit, app, pairs)
        if visit.text("answer") == "no":
            raise OAuthRefused(Error.ACCESS_DENIED, "la personne a dit non")
    except OAuthRefused as fault:
        return refused(visit, pairs, fault)
    chosen = set(visit.text("items").split(","))
    days = _days(visit, wish)
    left = given(wish.scopes, chosen)
    errors = {}
    if not left.items or visit.text("answer") != "yes":
        errors["items"] = visit.say(mark("Cochez au moins une chose, ou répondez non."))
    if days is None:
        errors["days"] = visit.say(mark("Dites pendant combien de temps."))
    if errors or days is None:
        about = await _about(visit, wish, use=False)
        return _page(visit, wish, about, ticked=chosen, errors=errors, status=400)
    return await _authorised(visit, wish, left, days, pairs)


async def _authorised(visit: Visit, wish: Wish, left: Scopes, days: int, pairs: Pairs) -> Response:
    """Do the act, and send the browser back with what it gives: a code, good once, for this address and this challenge."""
    person = await _about(visit, wish, use=True)
    app, asked = wish.app, wish.asked
    scopes = left if days else Scopes(left.items, left.fixed - {OFFLINE})
    params = AuthoriseAppParams(
        app.client_id, app.name, app.owner, scopes.text, days > 0, days, asked.redirect_uri, asked.challenge
    )
    outcome = await REGISTRY[ActId.AUTHORISE_APP].perform(visit.portal.frame, visit.ask(person), params)
    return back(visit, pairs, {"code": outcome.result.code})


DOORS = (Door(AUTHORIZE, ask), Door(ANSWER, answer, method="POST"))


def _first_sign_in(visit: Visit, wish: Wish) -> Response:
    """Lead to the door; a professional's session does not follow another site's link, so he is asked to go on first."""
    if wish.asked.launch and visit.request.headers.get("sec-fetch-site", "") == "cross-site":
        parameters = list(wish.asked.parameters().items())
        return visit.page("application/continue.html", read_again=wish.path, app=wish.app, parameters=parameters)
    return see_other(f"/connexion?{urlencode({'vers': wish.path})}")


async def _about(visit: Visit, wish: Wish, *, use: bool) -> str:
    """Return whom it is about: herself, or the person a launch says; raises Problem for anybody else."""
    kind = visit.signed_in.kind
    if kind == "person":
        if wish.asked.launch:
            raise Problem(Kind.CONFLICT, "launch-unknown")
        if not visit.signed_in.person:
            raise Problem(Kind.CONFLICT, "app-no-space")
        return "self"
    if kind != "practitioner":
        raise Problem(Kind.FORBIDDEN, "wrong-role")
    if not wish.asked.launch:
        raise Problem(Kind.CONFLICT, "app-not-launched")
    keeper = visit.portal.frame.keeper
    return await launched_about(keeper, session_of(visit.token), wish.app.client_id, wish.asked.launch, use=use)


def _page(
    visit: Visit,
    wish: Wish,
    about: str,
    *,
    ticked: set[str],
    errors: Mapping[str, str] = _NONE,
    status: int = 200,
) -> Response:
    items = [(one.key, _said(visit, one)) for one in items_of(wish.scopes)]
    origin = origin_of(wish.asked.redirect_uri)
    return visit.page(
        "application/consent.html",
        status=status,
        read_again=wish.path,
        sent_to=[origin],
        app=wish.app,
        site=origin,
        parameters=list(wish.asked.parameters().items()),
        items=items,
        ticked=ticked,
        every=f"{wish.path}&{_EVERY}=oui",
        days=offered_days(visit) if _asks_days(visit, wish) else [],
        chosen=visit.text("days"),
        about="" if about == "self" else shown_as(about),
        errors=errors,
    )


def _said(visit: Visit, item: Item) -> str:
    words = visit.say(item.label)
    return visit.say(mark("%(what)s : en ajouter et en changer")) % {"what": words} if item.writes else words


def _asks_days(visit: Visit, wish: Wish) -> bool:
    return wish.lasting and visit.signed_in.kind == "person"


def _days(visit: Visit, wish: Wish) -> int | None:
    """Return for how many days, 0 for a token that is not renewed; None for an answer that is not one of those offered."""
    if not _asks_days(visit, wish):
        return 0
    chosen = visit.text("days")
    return int(chosen) if chosen in dict(offered_days(visit)) else None
