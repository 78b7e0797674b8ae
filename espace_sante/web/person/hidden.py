"""What she hides: from whom, since when, and showing it again. Hers alone to see. Guarantee: G11."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.party_said import party_titled
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper.demand import MaskView
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES
from espace_sante.web.documents import view_of
from espace_sante.web.edge import Door, Visit, see_other
from espace_sante.web.person.results import done

_SHOW = REGISTRY[ActId.UNMASK]
_MOST = "200"


@dataclass(frozen=True, slots=True)
class HiddenThing:
    """One thing she hides: a document (its id and title) or a category, from one party or ("") from all.

    `name`: that party in words.

    `versions`: other versions of the document are hidden by the same will, and may be shown with it.
    """

    what: str
    document: str
    category: int
    practitioner: str
    name: str
    since: datetime | None
    versions: bool
    episode: str


async def hidden(visit: Visit) -> Response:
    """Show everything she hides."""
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    page: JournalPage = outcome.result
    titles = await _titles(visit) if any(mask.document for mask in page.masks) else {}
    wills = Counter(mask.mask for mask in page.masks)
    things = [_thing(visit, mask, titles, wills[mask.mask] > 1) for mask in reversed(page.masks)]
    return visit.page("person/hidden.html", entry=outcome.entry, things=things)


async def show(visit: Visit) -> Response:
    """Show one thing again, to those it was hidden from; shown already, there is only the list to see."""
    try:
        outcome = await _SHOW.perform(visit.portal.frame, visit.ask(), _SHOW.parse(visit.values))
    except Problem as problem:
        if problem.code != "not-hidden":
            raise
        return see_other("/moi/caches")
    # Another mask may still hide it: the title says what was done, the sentence what holds now.
    title, to = mark("Votre choix est repris"), ("/moi/caches", mark("Voir ce que je cache"))
    return await done(visit, outcome, title=title, to=to)


DOORS = (
    Door("/moi/caches", hidden, "person"),
    Door("/moi/montrer", show, "person", "POST"),
)


async def _titles(visit: Visit) -> dict[str, str]:
    act = REGISTRY[ActId.LIST_DOCUMENTS]
    params = act.parse({"count": _MOST, "status": "both"})
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), params)
    return {one.document: view_of(one.document, one.meta).title for one in outcome.result.lines}


def _thing(visit: Visit, mask: MaskView, titles: dict[str, str], versions: bool) -> HiddenThing:
    if mask.document:
        number = visit.say(mark("Document numéro %(number)s")) % {"number": mask.document[32:40]}
        what = titles.get(mask.document) or number
    else:
        words = mark("Toute la catégorie « %(name)s »")
        what = visit.say(words) % {"name": CATEGORIES.get(mask.category, str(mask.category))}
    return HiddenThing(
        what,
        mask.document,
        mask.category,
        mask.practitioner,
        party_titled(mask.practitioner, visit.say, visit.portal.name_of) if mask.practitioner else "",
        datetime.fromisoformat(mask.since) if mask.since else None,
        versions,
        mask.episode,
    )
