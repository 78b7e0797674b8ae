"""Documents she keeps together: the list of her episodes, making one, changing it, undoing it. Source: docs/decisions/0030."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act
from espace_sante.actions.party_said import party_titled
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper.demand import EpisodeView
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.documents import view_of
from espace_sante.web.edge import STATUS, Door, Visit, see_other
from espace_sante.web.person.results import done

_KEEP, _END, _SHOW = REGISTRY[ActId.KEEP_EPISODE], REGISTRY[ActId.END_EPISODE], REGISTRY[ActId.UNMASK]
_PAGE = "/moi/episodes"
_BACK = (_PAGE, mark("Voir mes épisodes de soins"))
_MOST = "200"


@dataclass(frozen=True, slots=True)
class EpisodeShown:
    """One episode as her page shows it: its documents (id, title), who reads by it, from whom it is hidden (party, words)."""

    number: str
    name: str
    documents: tuple[tuple[str, str], ...]
    readers: tuple[str, ...]
    hidden: tuple[tuple[str, str], ...]
    follows: bool


async def episodes(visit: Visit) -> Response:
    """Show every episode."""
    page, entry = await _journal(visit)
    titles = (await _titles(visit))[0] if page.episodes else {}
    found = [_shown(visit, one, page, titles) for one in page.episodes]
    return visit.page("person/episodes.html", entry=entry, episodes=found)


async def keep_form(visit: Visit) -> Response:
    """Show the form of a new episode, or of one to change (`number`), or of a document's visit (`visit_of`)."""
    return await _form(visit, {})


async def keep(visit: Visit) -> Response:
    """Make an episode, or change one."""
    try:
        params = _KEEP.parse(forms.gathered(_KEEP.fields, visit.values))
        outcome = await _KEEP.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        names = forms.names_of(_KEEP.fields)
        return await _form(visit, forms.errors_of(problem, names, visit.say), STATUS[problem.kind])
    return await done(visit, outcome, title=mark("C’est gardé ensemble"), to=_BACK)


async def end(visit: Visit) -> Response:
    """Undo an episode; undone already, there is only the list to see."""
    return await _or_list(visit, _END, mark("L’épisode est défait"), "episode-unknown")


async def show(visit: Visit) -> Response:
    """Show an episode again to those it was hidden from."""
    return await _or_list(visit, _SHOW, mark("Votre choix est repris"), "not-hidden")


DOORS = (
    Door(_PAGE, episodes, "person"),
    Door(f"{_PAGE}/garder", keep_form, "person"),
    Door(f"{_PAGE}/garder", keep, "person", "POST"),
    Door(f"{_PAGE}/defaire", end, "person", "POST"),
    Door(f"{_PAGE}/montrer", show, "person", "POST"),
)


async def _or_list(visit: Visit, act: Act, title: str, over: str) -> Response:
    try:
        outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(visit.values))
    except Problem as problem:
        if problem.code != over:
            raise
        return see_other(_PAGE)
    return await done(visit, outcome, title=title, to=_BACK)


async def _form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    number, visit_of = (visit.text(name) or visit.query(name) for name in ("number", "visit_of"))
    titles, entry = await _titles(visit)
    inside: tuple[str, ...] = ()
    name = visit.text("name")
    if number:
        page, _ = await _journal(visit)
        one = next((one for one in page.episodes if one.number == number), None)
        if one is None:
            return see_other(_PAGE)
        inside, name = tuple(one.documents), name or one.name
    return visit.page(
        "person/episode_form.html",
        status=status,
        entry=entry,
        number=number,
        name=name,
        visit_of=visit_of if visit_of in titles else "",
        visit_title=titles.get(visit_of, ""),
        outside=[(document, title) for document, title in titles.items() if document not in inside],
        inside=[(document, titles[document]) for document in inside if document in titles],
        ticked=visit.text("documents").split(","),
        unticked=visit.text("documents_out").split(","),
        errors=errors,
    )


async def _journal(visit: Visit) -> tuple[JournalPage, str]:
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    page: JournalPage = outcome.result
    return page, outcome.entry


async def _titles(visit: Visit) -> tuple[dict[str, str], str]:
    act = REGISTRY[ActId.LIST_DOCUMENTS]
    params = act.parse({"count": _MOST, "status": "both"})
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), params)
    return {one.document: view_of(one.document, one.meta).title for one in outcome.result.lines}, outcome.entry


def _shown(visit: Visit, one: EpisodeView, page: JournalPage, titles: dict[str, str]) -> EpisodeShown:
    def named(party: str) -> str:
        return party_titled(party, visit.say, visit.portal.name_of)

    return EpisodeShown(
        one.number,
        one.name,
        tuple((document, titles[document]) for document in one.documents if document in titles),
        tuple(dict.fromkeys(named(grant.practitioner) for grant in page.grants if grant.follows == one.number)),
        tuple(
            (party, named(party) if party else visit.say(mark("Tous les professionnels"))) for party in one.hidden_from
        ),
        one.follows,
    )
