"""Her notices: the first accesses and what she says of them, what was sent to her, where, and what she wants to be told of.

Nothing is asked for. Guarantee: G5, G10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act
from espace_sante.actions.choose_notices import PACES, WAYS
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper.demand import ContactView, FirstView, PostView, SentView, WishView
from espace_sante.kernel.i18n import mark
from espace_sante.notices import LEGAL, WORDS, Kind
from espace_sante.web import forms
from espace_sante.web.attempts import Wrong, attempt
from espace_sante.web.edge import Door, Visit
from espace_sante.web.person.results import done

_CHANGE, _REMOVE, _CONFIRM, _CHOOSE, _EXPECT = (
    REGISTRY[act]
    for act in (
        ActId.CHANGE_CONTACT,
        ActId.REMOVE_CONTACT,
        ActId.CONFIRM_CONTACT,
        ActId.CHOOSE_NOTICES,
        ActId.EXPECT_ACCESS,
    )
)
_BACK = ("/moi/avis", mark("Revenir à vos avis"))
_SAVED = mark("Votre choix est enregistré")
_NAMES = MappingProxyType({"mail": mark("Adresse électronique"), "sms": mark("Téléphone mobile")})
_BY = MappingProxyType(
    {"mail": mark("message électronique"), "sms": mark("message sur mobile"), "letter": mark("lettre")}
)
_PACES = MappingProxyType(dict(PACES))
_HOW = MappingProxyType(
    {
        "waiting": mark("à envoyer"),
        "sent": mark("parti"),
        "failed": mark("pas arrivé : une lettre part"),
        "needless": mark("pas envoyé : ce contact ne servait plus"),
        "returned": mark("revenu : une lettre part"),
    }
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One contact as the page says it."""

    way: str
    name: str
    value: str
    proven: datetime | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """How she is told of one kind, in words; `legal`: it cannot be silenced everywhere."""

    kind: str
    name: str
    how: str
    legal: bool


async def notices(visit: Visit) -> Response:
    """Show her notices."""
    return await _page(visit, {})


async def choices(visit: Visit) -> Response:
    """Show what she is told of, with the form that changes one kind."""
    return await _choices(visit, {})


async def change(visit: Visit) -> Response:
    """Give a mailbox, a number, or both."""
    return await _done(visit, _CHANGE)


async def remove(visit: Visit) -> Response:
    """Be written to there no more."""
    return await _done(visit, _REMOVE)


async def confirm(visit: Visit) -> Response:
    """Say what the message said."""
    return await _done(visit, _CONFIRM)


async def expect(visit: Visit) -> Response:
    """Say that a first access was expected, in one press."""
    return await _done(visit, _EXPECT)


async def choose(visit: Visit) -> Response:
    """Say how she wants to be told of one kind."""
    found = await attempt(visit, _CHOOSE)
    if isinstance(found, Wrong):
        return await _choices(visit, found.errors, found.status)
    return await done(visit, found, title=_SAVED, to=_BACK)


DOORS = (
    Door("/moi/avis", notices, "person"),
    Door("/moi/avis/choix", choices, "person"),
    Door("/moi/avis/choix", choose, "person", "POST"),
    Door("/moi/avis/contact", change, "person", "POST"),
    Door("/moi/avis/sans-contact", remove, "person", "POST"),
    Door("/moi/avis/verifier", confirm, "person", "POST"),
    Door("/moi/avis/attendu", expect, "person", "POST"),
)


async def _done(visit: Visit, act: Act) -> Response:
    found = await attempt(visit, act)
    if isinstance(found, Wrong):
        return await _page(visit, found.errors, found.status)
    return await done(visit, found, title=_SAVED, to=_BACK)


async def _post(visit: Visit) -> tuple[PostView, str]:
    act = REGISTRY[ActId.READ_JOURNAL]
    asked = act.parse({"count": "1", "sent": "yes"})
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), asked)
    return outcome.result.post, outcome.entry


async def _page(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    post, entry = await _post(visit)
    found = [_shown(one, visit) for one in post.contacts]
    return visit.page(
        "person/notices.html",
        status=status,
        entry=entry,
        errors=errors,
        contacts=found,
        waits=any(one.waits for one in found),
        fields=forms.views(_CHANGE.fields, visit.values),
        words=forms.views(_CONFIRM.fields, visit.values),
        firsts=[_first(one) for one in post.firsts],
        sent=[_sent(one, visit) for one in post.sent],
    )


async def _choices(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    post, entry = await _post(visit)
    kinds = {one.kind for one in post.wishes}
    chosen = str(visit.values.get("notice") or visit.query("avis"))
    named = chosen if chosen in kinds else ""
    fields = tuple(replace(one, required=True) for one in _CHOOSE.fields if one.name != "notice")
    return visit.page(
        "person/notice_choices.html",
        status=status,
        entry=entry,
        errors=errors,
        choices=[_choice(one, visit) for one in post.wishes],
        named=named,
        named_name=visit.say(WORDS[Kind(named)].name) if named else "",
        fields=forms.views(fields, visit.values),
    )


def _shown(one: ContactView, visit: Visit) -> Shown:
    proven = datetime.fromisoformat(one.proven) if one.proven else None
    return Shown(one.way, visit.say(_NAMES[one.way]), one.value, proven, one.waits)


def _first(one: FirstView) -> dict[str, Any]:
    return {
        "entry": one.entry,
        "seq": one.seq,
        "at": datetime.fromisoformat(one.at),
        "name": one.name,
        "structure": one.structure,
        "said": one.said,
    }


def _sent(one: SentView, visit: Visit) -> tuple[str, str, datetime, str]:
    what = WORDS[Kind(one.kind)].screen if one.kind else mark("La vérification d’une adresse ou d’un numéro.")
    return visit.say(what), visit.say(_BY[one.way]), datetime.fromisoformat(one.at), visit.say(_HOW[one.state])


def _choice(one: WishView, visit: Visit) -> Choice:
    kind = Kind(one.kind)
    ways = [visit.say(_BY[way]) for way, _, _ in WAYS if way in one.ways]
    how = ", ".join([*ways, visit.say(_PACES[one.pace])]) if ways else visit.say(mark("dans cette page seulement"))
    return Choice(one.kind, visit.say(WORDS[kind].name), how, kind in LEGAL)
