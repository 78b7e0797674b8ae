"""The addresses of SMART App Launch for software. The page where a person answers is `web`'s, at the address of AUTHORIZE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from espace_sante.actions.frame import Frame
from espace_sante.exchange.edge import Edge
from espace_sante.exchange.smart.crossing import Crossing
from espace_sante.exchange.smart.server import SmartServer, problem_answer
from espace_sante.formats.oauth.discovery import smart_configuration
from espace_sante.formats.oauth.places import AUTHORIZE, INTROSPECT, REVOKE, TOKEN, Places
from espace_sante.records.asked import supported_scopes

DISCOVERY = ("/.well-known/smart-configuration", "/fhir/.well-known/smart-configuration")
_PUBLIC = frozenset({*DISCOVERY, "/fhir/metadata"})


def crossing_of(frame: Frame) -> Callable[[ASGIApp], Crossing]:
    """Return what says to browsers which pages may read an application's answers."""

    def is_registered(origin: str) -> bool:
        return frame.applications.of_origin(origin, frame.now().date())

    return lambda application: Crossing(application, is_registered, _PUBLIC)


def routes(frame: Frame, crossing: Callable[[ASGIApp], Crossing]) -> list[BaseRoute]:
    """Return the routes of discovery, tokens, revocation and introspection, and of a request that comes as a form."""
    server = SmartServer(frame, smart_configuration(Places(frame.settings.address), supported_scopes()))
    edge = Edge(server.dispatch, problem_answer, frame.settings.url_bytes)
    return [
        *(Route(path, endpoint=crossing(edge)) for path in (*DISCOVERY, TOKEN, REVOKE)),
        Route(INTROSPECT, endpoint=_Alone(edge)),
        Route(AUTHORIZE, endpoint=_Alone(edge), methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class _Alone:
    """An edge that pages of other sites may not read; an object, which Starlette takes for an application as it is."""

    edge: Edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self.edge(scope, receive, send)
