"""Every address of the portal, as Starlette routes. The assembly calls `routes`; nothing else does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from types import MappingProxyType
from typing import Any, Protocol

from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from espace_sante.actions.frame import Frame
from espace_sante.actions.sign_in import who_is
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import Language
from espace_sante.web import applications, destruction, indicators, receipts, recognising, sign_in
from espace_sante.web.assets import serve_static
from espace_sante.web.cookies import keep_language
from espace_sante.web.counter import pages as counter
from espace_sante.web.counter import queue as counter_queue
from espace_sante.web.counter import representatives as counter_representatives
from espace_sante.web.counter import sheets, station
from espace_sante.web.edge import Door, Portal, Provider, Visit, routes_of
from espace_sante.web.helping import pages as helping
from espace_sante.web.operator import cases, deaths, letters, orders
from espace_sante.web.operator import pages as operator
from espace_sante.web.person import (
    access,
    apps,
    archive,
    blocking,
    cards,
    choices,
    closing,
    contesting,
    documents,
    emergency,
    episodes,
    helpers,
    hidden,
    home,
    invitation,
    journal,
    limiting,
    notices,
    post,
    proof,
    representatives,
    requests,
    resources,
    seeing,
    still_alive,
    support,
    trusted,
)
from espace_sante.web.policy import policy_here
from espace_sante.web.practitioner import asking, launching
from espace_sante.web.practitioner import emergency as glass
from espace_sante.web.practitioner import pages as practitioner

_NOBODY = bytes(32)
_LANGUAGES: Mapping[str, Language] = MappingProxyType({f"/{language.value}": language for language in Language})


async def front(visit: Visit) -> Response:
    """Show the public home."""
    return visit.page("base/home.html", here=policy_here(visit.portal.frame.settings))


async def front_in(visit: Visit) -> Response:
    """Show the public home in the language of its address, and remember the choice."""
    visit.language = _LANGUAGES[visit.request.url.path]
    response = visit.page("base/home.html", here=policy_here(visit.portal.frame.settings))
    keep_language(response, visit.language, visit.portal.frame.settings)
    return response


async def help_page(visit: Visit) -> Response:
    """Show how to be helped without a screen."""
    settings = visit.portal.frame.settings
    post = ", ".join(part.strip() for part in settings.contact_post.split("|") if part.strip())
    return visit.page("base/help.html", phone=settings.contact_phone, counter="", post=post)


async def alive(visit: Visit) -> Response:
    """Say that this process answers."""
    return PlainTextResponse("vivant\n", headers={"Cache-Control": "no-store"})


async def ready(visit: Visit) -> Response:
    """Say whether a page can be served: the keeper answers, even if only that it knows nobody."""
    try:
        await who_is(visit.portal.frame.keeper, _NOBODY)
    except Problem as problem:
        if problem.kind is not Kind.UNAUTHENTICATED:
            return PlainTextResponse("pas encore\n", 503, headers={"Cache-Control": "no-store"})
    return PlainTextResponse("prêt\n", headers={"Cache-Control": "no-store"})


async def nothing(visit: Visit) -> Response:
    """Answer any other address."""
    raise Problem(Kind.NOT_FOUND, "page-unknown")


DOORS: tuple[Door, ...] = (
    Door("/", front),
    *(Door(path, front_in) for path in _LANGUAGES),
    Door("/aide", help_page),
    *recognising.DOORS,
    Door("/sante/live", alive),
    Door("/sante/ready", ready),
    *sign_in.DOORS,
    *receipts.DOORS,
    *home.DOORS,
    *invitation.DOORS,
    *documents.DOORS,
    *hidden.DOORS,
    *access.DOORS,
    *limiting.DOORS,
    *seeing.DOORS,
    *blocking.DOORS,
    *emergency.DOORS,
    *journal.DOORS,
    *proof.DOORS,
    *resources.DOORS,
    *contesting.DOORS,
    *support.DOORS,
    *post.DOORS,
    *notices.DOORS,
    *closing.DOORS,
    *cards.DOORS,
    *apps.DOORS,
    *helpers.DOORS,
    *trusted.DOORS,
    *helping.DOORS,
    *episodes.DOORS,
    *requests.DOORS,
    *asking.DOORS,
    *choices.DOORS,
    *representatives.DOORS,
    *counter_representatives.DOORS,
    *counter_queue.DOORS,
    *still_alive.DOORS,
    *archive.DOORS,
    *practitioner.DOORS,
    *glass.DOORS,
    *launching.DOORS,
    *applications.DOORS,
    *counter.DOORS,
    *station.DOORS,
    *sheets.DOORS,
    *operator.DOORS,
    *cases.DOORS,
    *orders.DOORS,
    *deaths.DOORS,
    *letters.DOORS,
    *indicators.DOORS,
    *destruction.DOORS,
)
_ELSEWHERE = tuple(Door("/{path:path}", nothing, method=method) for method in ("GET", "POST", "PUT", "DELETE", "PATCH"))


def routes(frame: Frame, provider: Provider | None, *, undo: Mapping[str, str] | None = None) -> list[BaseRoute]:
    """Return every route of the portal, the last ones answering any address nobody else took.

    `undo`: for each act, one sentence on how it is taken back, for letters.
    """
    portal = Portal(frame, provider, undo=undo or {})
    return [Route("/static/{path}", serve_static), *routes_of(portal, DOORS), *routes_of(portal, _ELSEWHERE)]


class PublicContent(Protocol):
    """A page of the public side: which template shows it, with which values."""

    @property
    def template(self) -> str:
        """Its name under `templates`."""
        ...

    @property
    def values(self) -> Mapping[str, Any]:
        """What it shows."""
        ...


def public_route(
    frame: Frame,
    provider: Provider | None,
    path: str,
    find: Callable[[Mapping[str, str]], PublicContent | Awaitable[PublicContent | None] | None],
) -> BaseRoute:
    """Return the route of a page that others wrote, with the frame, headers and errors of ours."""

    async def show(visit: Visit) -> Response:
        found = find(visit.request.path_params)
        content = await found if isawaitable(found) else found
        if content is None:
            raise Problem(Kind.NOT_FOUND, "page-unknown")
        return visit.page(content.template, frame="base/layout.html", **content.values)

    return Portal(frame, provider).route(Door(path, show))
