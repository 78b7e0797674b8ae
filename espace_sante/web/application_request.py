"""What an application asks when it sends somebody here, read against the register: who it is, what is left of what it asks.

Nobody is sent back to an address that is not registered, whatever else is wrong. Source: RFC 9700 §4.11; SMART App Launch 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from espace_sante.formats.oauth.addresses import with_parameters
from espace_sante.formats.oauth.authorize import Asked, is_registered, read_request, said, state_of
from espace_sante.formats.oauth.errors import Error, OAuthRefused
from espace_sante.formats.oauth.places import AUTHORIZE, Places
from espace_sante.identity.application import AppKind, Application
from espace_sante.identity.scopes import OFFLINE, Scopes, parse_scopes
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.asked import sayable
from espace_sante.web.edge import Visit

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wish:
    """One request that can be answered: `scopes` is what the register leaves of it, about one person's record."""

    app: Application
    asked: Asked
    scopes: Scopes

    @property
    def lasting(self) -> bool:
        """Say whether it asks to read while nobody is there."""
        return OFFLINE in self.scopes.fixed

    @property
    def path(self) -> str:
        """Return the address that asks the same again."""
        return f"{AUTHORIZE}?{urlencode(self.asked.parameters())}"


def application_in(visit: Visit, pairs: Pairs) -> Application:
    """Return the registered application a request is from, its address its own; raises Problem, and nobody is sent back."""
    frame = visit.portal.frame
    app = frame.applications.find(said(pairs, "client_id"), frame.now().date())
    if app is None or app.kind is AppKind.BACKEND:
        raise Problem(Kind.INVALID, "app-unknown")
    if not is_registered(said(pairs, "redirect_uri"), app.redirect_uris):
        raise Problem(Kind.INVALID, "app-address")
    return app


def wish_in(visit: Visit, app: Application, pairs: Pairs) -> Wish:
    """Return what is left to answer; raises OAuthRefused for what is asked wrongly, or beyond the register altogether."""
    asked = read_request(pairs, Places(visit.portal.frame.settings.address).bases)
    most = parse_scopes(" ".join(app.scopes))
    scopes = sayable(parse_scopes(" ".join(asked.scopes)).narrowed_to(most)).of("patient")
    if not scopes.items:
        raise OAuthRefused(Error.INVALID_SCOPE, "rien de ce qui est demandé ne peut être donné ici")
    if bool(asked.launch) is not ("launch" in scopes.fixed):
        raise OAuthRefused(Error.INVALID_REQUEST, "launch et son droit vont ensemble")
    return Wish(app, asked, scopes)


def back(visit: Visit, pairs: Pairs, answer: dict[str, str]) -> Response:
    """Send the browser back to the application, its address checked already, with who answers (RFC 9207)."""
    issuer = {"iss": Places(visit.portal.frame.settings.address).issuer}
    return RedirectResponse(with_parameters(said(pairs, "redirect_uri"), answer | state_of(pairs) | issuer), 303)


def refused(visit: Visit, pairs: Pairs, fault: OAuthRefused) -> Response:
    """Send the browser back with the word of a refusal."""
    return back(visit, pairs, {"error": fault.error.value, "error_description": fault.described})
