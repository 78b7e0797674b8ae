"""Her present answers, each with its day, what it does, and the one button that changes it. Guarantee: G2, G3, G10."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.choices import PAIRS
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.will_said import choice_said
from espace_sante.consent.choices import Choice
from espace_sante.consent.purposes import purposes
from espace_sante.keeper.demand import ChoiceView
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web.edge import Door, Visit
from espace_sante.web.person.emergency import answered
from espace_sante.web.person.results import done

_BACK = ("/moi/reglages", mark("Revenir à vos choix"))
_ACTS = {side.act for pair in PAIRS.values() for side in (pair.gives, pair.takes_back)}


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer ready to be shown: what holds now, since when (None: never said), and the act that changes it."""

    said: str
    since: datetime | None
    act: str
    button: str
    gives: bool
    purpose: str
    use: str
    law: str


async def settings(visit: Visit) -> Response:
    """Show every answer as it stands; the four about her space first, then each use of her data."""
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    shown = [_shown(visit, one) for one in outcome.result.choices]
    return visit.page(
        "person/choices.html",
        entry=outcome.entry,
        space=[one for one in shown if not one.purpose],
        uses=[one for one in shown if one.purpose],
        emergency=_in_emergency(visit, outcome.result),
    )


async def change(visit: Visit) -> Response:
    """Change one answer, and nothing else."""
    wanted = visit.request.path_params["act"]
    if wanted not in _ACTS:
        raise Problem(Kind.NOT_FOUND, "act-unknown")
    act = REGISTRY[ActId(wanted)]
    outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(visit.values))
    return await done(visit, outcome, title=mark("Votre choix est enregistré"), to=_BACK)


DOORS = (
    Door("/moi/reglages", settings, "person"),
    Door("/moi/reglages/{act}", change, "person", "POST"),
)


def _in_emergency(visit: Visit, page: JournalPage) -> str:
    """Return what an emergency gives today: what she said, or nothing while her space is in the chest."""
    if any(one.choice == Choice.CHEST and not one.gives for one in page.choices):
        return visit.say(mark("personne ne lit tant que votre espace est au coffre."))
    return visit.say(answered(visit, page.emergency).said)


def _shown(visit: Visit, view: ChoiceView) -> Shown:
    pair = PAIRS[Choice(view.choice)]
    side = pair.takes_back if view.gives else pair.gives
    use = purposes().get(view.purpose)
    return Shown(
        choice_said(view, visit.say),
        datetime.fromisoformat(view.since) if view.since else None,
        side.act.value,
        visit.say(side.name),
        view.gives,
        view.purpose,
        visit.say(use.words) if use else view.purpose,
        use.law if use else "",
    )
