"""Which application asks, and how it proves it: a registered key, or nothing when it has none to keep.

A secret shared with us does not exist here. Source: SMART App Launch 2.2; RFC 6749 §2.3; RFC 9700 §2.5.
"""

from __future__ import annotations

from dataclasses import dataclass

from espace_sante.actions.frame import Frame
from espace_sante.actions.launching import say_once
from espace_sante.exchange.edge import Call, media_type_is, read_parameters
from espace_sante.formats.oauth.assertion import TYPE, claimed_client, verify_assertion
from espace_sante.formats.oauth.errors import Error, OAuthRefused
from espace_sante.formats.oauth.places import Places
from espace_sante.identity.application import AppKind, Application
from espace_sante.kernel.errors import Kind, Problem

_FORMS = frozenset({"application/x-www-form-urlencoded"})


@dataclass(frozen=True, slots=True)
class Form:
    """What was posted: each parameter once."""

    values: dict[str, str]

    def get(self, name: str) -> str:
        """Return a parameter, "" when absent."""
        return self.values.get(name, "")

    def due(self, name: str) -> str:
        """Return a parameter; raises OAuthRefused(invalid_request) when it is absent or empty."""
        value = self.get(name)
        if not value:
            raise OAuthRefused(Error.INVALID_REQUEST, f"{name} est dû")
        return value


async def read_form(frame: Frame, call: Call) -> Form:
    """Return the form of a call; raises OAuthRefused when a parameter stands twice, Problem when it is too heavy."""
    media_type_is(call, _FORMS)
    most = frame.settings.form_bytes
    body = await call.body(most, Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": most}))
    found: dict[str, str] = {}
    for name, value in read_parameters(body):
        if name in found:
            raise OAuthRefused(Error.INVALID_REQUEST, "un paramètre est dit deux fois")
        found[name] = value
    return Form(found)


async def asking_application(frame: Frame, call: Call, form: Form) -> Application:
    """Return the application that asks; raises OAuthRefused(invalid_client) for one that is not registered or not proven."""
    if call.header(b"authorization") or form.get("client_secret"):
        raise _refused("un secret partagé n'existe pas ici")
    if form.get("client_assertion") or form.get("client_assertion_type"):
        return await _proven(frame, form)
    app = frame.applications.find(form.get("client_id"), frame.now().date())
    if app is None or app.kind is not AppKind.PUBLIC:
        raise _refused("application inconnue, ou qui doit prouver qui elle est")
    return app


async def _proven(frame: Frame, form: Form) -> Application:
    assertion = form.get("client_assertion")
    if form.get("client_assertion_type") != TYPE:
        raise _refused("client_assertion_type est celui des jetons signés")
    client_id = claimed_client(assertion)
    app = frame.applications.find(client_id, frame.now().date())
    if app is None or app.kind is AppKind.PUBLIC or form.get("client_id") not in ("", client_id):
        raise _refused("application inconnue, ou qui n'a pas de clé")
    audience = Places(frame.settings.address).token
    proven = verify_assertion(assertion, client_id=client_id, keys=app.keys, audience=audience, now=frame.now())
    try:
        await say_once(frame.keeper, "assertion", client_id, proven.jti, proven.expires)
    except Problem as problem:
        if problem.code != "word-said":
            raise
        raise _refused("cette assertion a déjà servi") from None
    return app


def _refused(why: str) -> OAuthRefused:
    return OAuthRefused(Error.INVALID_CLIENT, why)
