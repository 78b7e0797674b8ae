"""Whom she lets read: what is in force, giving, taking back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.grant_access import EPISODE, PURPOSES
from espace_sante.actions.party_said import party_titled
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.sharing_said import is_endless, what_is_shown
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
_NAME = REGISTRY[ActId.NAME_ADMINISTRATOR]
_WITHDRAW = REGISTRY[ActId.WITHDRAW_ACCESS]
_NAMES = forms.names_of(_GIVE.fields)
_BACK = ("/moi/autorisations", mark("Voir qui peut lire"))
DAYS = (
    ("7", mark("Une semaine")),
    ("30", mark("Un mois")),
    ("90", mark("Trois mois")),
    ("365", mark("Un an")),
)
BLOCKED = {
    BlockKind.EVERYTHING.value: mark("Tout : il ne lit rien, même en urgence, et ne dépose rien."),
    BlockKind.EVERYTHING_BUT_EMERGENCY.value: mark("Tout, sauf en urgence."),
    BlockKind.READING.value: mark("Ses lectures, même en urgence. Il peut déposer."),
    BlockKind.READING_BUT_EMERGENCY.value: mark("Ses lectures, sauf en urgence. Il peut déposer."),
    BlockKind.DEPOSITS.value: mark("Ses dépôts seulement."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One permission: its number, what, why, from when when that is to come, until when (None: no end)."""

    grant: str
    what: str
    why: str
    starts: datetime | None
    ends: datetime | None
    administrator: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    """One party she lets read: a professional, a structure or a team. Taking back takes everything back from it.

    `party`: as forms write it; `title`: in words; `blocked`: nothing is read all the same; `alone`: one professional.
    """

    party: str
    title: str
    grants: tuple[Shown, ...]
    blocked: bool
    alone: bool

    @property
    def can_be_blocked(self) -> bool:
        """Say whether it can be blocked as it stands: a professional or a structure, not a team."""
        return not self.party.startswith("team:")


@dataclass(frozen=True, slots=True)
class Blocked:
    """One party she blocks: in words, from what, and since when (None: not known)."""

    party: str
    title: str
    what: str
    reading: bool
    since: datetime | None


async def allowed(visit: Visit) -> Response:
    """Show who may read, now."""
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    by_number: dict[str, list[GrantView]] = {}
    for grant in outcome.result.grants:
        by_number.setdefault(grant.practitioner, []).append(grant)
    blocked = [_blocked(visit, block) for block in outcome.result.blocks]
    unread = {one.party for one in blocked if one.reading}
    people = [
        Allowed(
            party,
            party_titled(party, visit.say, visit.portal.name_of),
            tuple(shown(visit, one) for one in grants),
            party in unread,
            ":" not in party,
        )
        for party, grants in by_number.items()
    ]
    return visit.page("person/access.html", entry=outcome.entry, people=people, blocked=blocked)


async def give_form(visit: Visit) -> Response:
    """Show the form of a permission."""
    return await _form(visit, {})


async def give(visit: Visit) -> Response:
    """Give a permission to one party."""
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
        to=_BACK,
    )


async def withdraw(visit: Visit) -> Response:
    """Take everything back from one party."""
    params = _WITHDRAW.parse(visit.values)
    outcome = await _WITHDRAW.perform(visit.portal.frame, visit.ask(), params)
    return await done(
        visit,
        outcome,
        title=mark("L’autorisation est retirée"),
        detail=who_is_named(visit, params.practitioner),
        to=_BACK,
    )


async def name_form(visit: Visit) -> Response:
    """Show what an administrator is, and the form that names one."""
    return _administrator(visit, {})


async def name(visit: Visit) -> Response:
    """Let one professional read what she hides from all too."""
    try:
        params = _NAME.parse(visit.values)
        outcome = await _NAME.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_NAME.fields), visit.say)
        return _administrator(visit, errors, STATUS[problem.kind])
    detail = who_is_named(visit, params.practitioner)
    return await done(visit, outcome, title=mark("L’administrateur est nommé"), detail=detail, to=_BACK)


DOORS = (
    Door("/moi/autorisations", allowed, "person"),
    Door("/moi/autorisations/donner", give_form, "person"),
    Door("/moi/autorisations/donner", give, "person", "POST"),
    Door("/moi/autorisations/administrateur", name_form, "person"),
    Door("/moi/autorisations/administrateur", name, "person", "POST"),
    Door("/moi/autorisations/retirer", withdraw, "person", "POST"),
)


async def _form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    act = REGISTRY[ActId.LIST_DOCUMENTS]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "200"}))
    documents = [(one.document, view_of(one.document, one.meta).title) for one in outcome.result.lines]
    episode = visit.query("episode")
    values = visit.values or ({"scope": EPISODE, "episode": episode} if episode else {})
    fields = {view.name: view for view in forms.views(_GIVE.fields, values, documents=documents)}
    return visit.page(
        "person/grant.html", status=status, entry=outcome.entry, fields=fields, days=offered_days(visit), errors=errors
    )


def _administrator(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    fields = {view.name: view for view in forms.views(_NAME.fields, visit.values)}
    return visit.page(
        "person/administrator.html", status=status, fields=fields, days=offered_days(visit), errors=errors
    )


def offered_days(visit: Visit, most: int | None = None) -> list[tuple[str, str]]:
    """Return the durations offered, the shortest first, none longer than allowed."""
    longest = visit.portal.frame.settings.grant_days_max if most is None else most
    return [(count, visit.say(words)) for count, words in DAYS if int(count) <= longest]


def who_is_named(visit: Visit, party: str) -> str:
    """Return a party as a page names it after an act about it."""
    return party_titled(parse_rpps(party) or party, visit.say, visit.portal.name_of)


def _blocked(visit: Visit, block: BlockView) -> Blocked:
    since = datetime.fromisoformat(block.since) if block.since else None
    title = party_titled(block.practitioner, visit.say, visit.portal.name_of)
    what = visit.say(BLOCKED.get(block.what, BLOCKED[BlockKind.EVERYTHING.value]))
    return Blocked(block.practitioner, title, what, block.what != BlockKind.DEPOSITS.value, since)


def covered(visit: Visit, scope: str, categories: Sequence[int], documents: Sequence[str]) -> str:
    """Return what an emergency covers, in words."""
    match scope:
        case ScopeKind.EVERYTHING.value:
            return visit.say(mark("Tous vos documents, y compris ceux à venir"))
        case ScopeKind.CATEGORIES.value:
            return ", ".join(CATEGORIES[number] for number in categories)
        case _:
            count = len(documents)
            return translator(visit.language).ngettext("%(num)s document", "%(num)s documents", count) % {"num": count}


def shown(visit: Visit, grant: GrantView) -> Shown:
    """Return a permission as pages show it."""
    starts = datetime.fromisoformat(grant.starts)
    return Shown(
        grant.grant,
        what_is_shown(grant, visit.say),
        PURPOSES.get(grant.purpose, grant.purpose),
        starts if starts > visit.portal.frame.now() else None,
        None if is_endless(grant) else datetime.fromisoformat(grant.ends),
        grant.sees_hidden,
    )
