"""Signing in with an invented account, and signing out.

The list exists with the development identity provider only; a real provider comes with its own door. The session's token
goes into a cookie and nowhere else.
"""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.actions.sign_in import session_of, sign_in, sign_out
from espace_sante.formats.oauth.places import AUTHORIZE
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web.cookies import give_session, take_session
from espace_sante.web.edge import HOMES, Door, Provider, Visit, see_other

_KINDS = (
    ("person", mark("Une personne")),
    ("practitioner", mark("Un professionnel de santé")),
    ("agent", mark("Un agent de guichet")),
    ("helper", mark("Un aidant professionnel")),
    ("operator", mark("L’organisme gestionnaire")),
)
# An application's request, which goes on once somebody is signed in; whoever it is, the page says whether it is for them.
_APPLICATION = f"{AUTHORIZE}?"


async def choose(visit: Visit) -> Response:
    """Show the invented people, by kind; those asked for by the page one comes from stand first."""
    return _list(visit, _destination(visit.query("vers")), {})


async def enter(visit: Visit) -> Response:
    """Sign an invented account in, and lead to where it begins."""
    provider = _provider(visit)
    account = provider.accounts.get(visit.text("account"))
    wanted = _destination(visit.text("vers"))
    if account is None or account.kind not in HOMES:
        return _list(visit, wanted, {"account": visit.say(mark("Choisissez une identité d’essai."))}, 400)
    settings, keeper = visit.portal.frame.settings, visit.portal.frame.keeper
    session = await sign_in(keeper, provider.assertion(account))
    if visit.token:
        await sign_out(keeper, session_of(visit.token))
    home = HOMES[session.kind]
    follows = wanted == home or wanted.startswith((f"{home}/", _APPLICATION))
    response = see_other(wanted if follows else home)
    give_session(response, session.token, session.kind, settings)
    return response


async def leave(visit: Visit) -> Response:
    """End the session here and at the keeper's."""
    await sign_out(visit.portal.frame.keeper, session_of(visit.token))
    response = see_other(f"/{visit.language.value}")
    take_session(response, visit.portal.frame.settings)
    return response


DOORS = (
    Door("/connexion", choose),
    Door("/connexion", enter, method="POST", free=True),
    Door("/deconnexion", leave, method="POST"),
)


def _list(visit: Visit, wanted: str, errors: dict[str, str], status: int = 200) -> Response:
    accounts = _provider(visit).accounts.values()
    groups = []
    for kind, words in _KINDS:
        people = [
            (one.id, one.name, _about(one.profession, one.structure, one.why)) for one in accounts if one.kind == kind
        ]
        groups.append((kind, visit.say(words), people))
    first = next((kind for kind, home in HOMES.items() if wanted.startswith(home)), "person")
    groups.sort(key=lambda group: group[0] != first)
    return visit.page("sign_in/choose.html", status=status, groups=groups, wanted=wanted, errors=errors)


def _about(*parts: str) -> str:
    return " · ".join(part[0].upper() + part[1:] for part in parts if part)


def _provider(visit: Visit) -> Provider:
    if visit.portal.provider is None:
        raise Problem(Kind.FORBIDDEN, "development-provider-off")
    return visit.portal.provider


def _destination(asked: str) -> str:
    """Keep only an address of ours that follows a sign-in: never another site's."""
    plain = asked.isascii() and not set(asked) & set("\\\r\n\t ") and "//" not in asked
    ours = any(asked == home or asked.startswith(f"{home}/") for home in HOMES.values())
    return asked if plain and (ours or asked.startswith(_APPLICATION)) else ""
