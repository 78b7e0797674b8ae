"""Whom she lets read: what is in force, giving, taking back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.grant_access import PURPOSES
from espace_sante.actions.registry import REGISTRY
from espace_sante.consent.grant import ScopeKind
from espace_sante.consent.limits import BlockKind
from espace_sante.identity.practitioner import parse_rpps
from espace_sante.keeper.demand import BlockView, GrantView
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark, translator
from espace_sante.records.document import CATEGORIES
from espace_sante.web import forms
from espace_sante.web.documents import view_of
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.person.results import done

_GIVE = REGISTRY[ActId.GRANT_ACCESS]
_WITHDRAW = REGISTRY[ActId.WITHDRAW_ACCESS]
_NAMES = forms.names_of(_GIVE.fields)
_MONTH, _YEAR = 30, 365


@dataclass(frozen=True, slots=True)
class Allowed:
    """One professional she lets read: what, why, until when. Taking back takes everything back from him.

    `blocked`: he reads nothing all the same.
    """

    practitioner: str
    name: str
    grants: tuple[tuple[str, str, datetime], ...]
    blocked: bool


@dataclass(frozen=True, slots=True)
class Blocked:
    """One professional she blocks: from everything or from depositing, and since when (None: not known)."""

    practitioner: str
    name: str
    everything: bool
    since: datetime | None


async def allowed(visit: Visit) -> Response:
    """Show who may read, now."""
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    by_number: dict[str, list[GrantView]] = {}
    for grant in outcome.result.grants:
        by_number.setdefault(grant.practitioner, []).append(grant)
    blocked = [_blocked(visit, block) for block in outcome.result.blocks]
    unread = {one.practitioner for one in blocked if one.everything}
    people = [
        Allowed(number, visit.portal.name_of(number), tuple(_said(visit, one) for one in grants), number in unread)
        for number, grants in by_number.items()
    ]
    return visit.page("person/access.html", entry=outcome.entry, people=people, blocked=blocked)


async def give_form(visit: Visit) -> Response:
    """Show the form of a permission."""
    return await _form(visit, {})


async def give(visit: Visit) -> Response:
    """Give a permission to one named professional."""
    try:
        params = _GIVE.parse(forms.gathered(_GIVE.fields, visit.values))
        outcome = await _GIVE.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        return await _form(visit, forms.errors_of(problem, _NAMES, visit.say), STATUS[problem.kind])
    return await done(
        visit,
        outcome,
        title=mark("L’autorisation est donnée"),
        detail=who_is_named(visit, params.practitioner),
        to=("/moi/autorisations", mark("Voir qui peut lire")),
    )


async def withdraw(visit: Visit) -> Response:
    """Take everything back from one professional."""
    params = _WITHDRAW.parse(visit.values)
    outcome = await _WITHDRAW.perform(visit.portal.frame, visit.ask(), params)
    return await done(
        visit,
        outcome,
        title=mark("L’autorisation est retirée"),
        detail=who_is_named(visit, params.practitioner),
        to=("/moi/autorisations", mark("Voir qui peut lire")),
    )


DOORS = (
    Door("/moi/autorisations", allowed, "person"),
    Door("/moi/autorisations/donner", give_form, "person"),
    Door("/moi/autorisations/donner", give, "person", "POST"),
    Door("/moi/autorisations/retirer", withdraw, "person", "POST"),
)


async def _form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.LIST_DOCUMENTS]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "200"}))
    documents = [(one.document, view_of(one.document, one.meta).title) for one in outcome.result.lines]
    fields = {view.name: view for view in forms.views(_GIVE.fields, visit.values, documents=documents)}
    longest = visit.portal.frame.settings.grant_days_max
    days = [
        ("7", mark("Une semaine")),
        (str(_MONTH), mark("Un mois")),
        ("90", mark("Trois mois")),
        (str(_YEAR), mark("Un an")),
    ]
    offered = [(count, visit.say(words)) for count, words in days if int(count) <= longest]
    return visit.page(
        "person/grant.html", status=status, entry=outcome.entry, fields=fields, days=offered, errors=errors
    )


def who_is_named(visit: Visit, practitioner: str) -> str:
    """Return a professional as a page names him after an act about him."""
    number = parse_rpps(practitioner) or practitioner
    name = visit.portal.name_of(number)
    words = mark("%(name)s, numéro %(number)s") if name else mark("Professionnel numéro %(number)s")
    return visit.say(words) % {"name": name, "number": number}


def _blocked(visit: Visit, block: BlockView) -> Blocked:
    since = datetime.fromisoformat(block.since) if block.since else None
    everything = block.what != BlockKind.DEPOSITS.value
    return Blocked(block.practitioner, visit.portal.name_of(block.practitioner), everything, since)


def covered(visit: Visit, scope: str, categories: Sequence[int], documents: Sequence[str]) -> str:
    """Return what a permission, or an emergency, covers, in words."""
    match scope:
        case ScopeKind.EVERYTHING.value:
            return visit.say(mark("Tous vos documents, y compris ceux à venir"))
        case ScopeKind.CATEGORIES.value:
            return ", ".join(CATEGORIES[number] for number in categories)
        case _:
            count = len(documents)
            return translator(visit.language).ngettext("%(num)s document", "%(num)s documents", count) % {"num": count}


def _said(visit: Visit, grant: GrantView) -> tuple[str, str, datetime]:
    what = covered(visit, grant.scope, grant.categories, grant.documents)
    return what, PURPOSES.get(grant.purpose, grant.purpose), datetime.fromisoformat(grant.ends)
