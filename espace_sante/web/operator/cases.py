"""What the operator's staff has to answer, and its help for a ticket: no page here says whose it is. Guarantee: G3, G5."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

import orjson
from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.answer_case import OUTCOMES
from espace_sante.actions.contest_access import REASONS as CONTESTS
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.report_mistake import REASONS as MISTAKES
from espace_sante.keeper.demand import CaseLine
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit

_LIST, _ANSWER = REGISTRY[ActId.LIST_CASES], REGISTRY[ActId.ANSWER_CASE]
_CONFIRM, _OPEN = REGISTRY[ActId.CONFIRM_CASE_ANSWER], REGISTRY[ActId.OPEN_SUPPORT]
_READ = REGISTRY[ActId.READ_SUPPORT]
_PAGE, _MOST = 50, 200
_KINDS = MappingProxyType(
    {
        "emergency": mark("Accès en urgence"),
        "contest": mark("Accès contesté"),
        "mistake": mark("Erreur signalée"),
    }
)
_REASONS = MappingProxyType(dict((*MISTAKES, *CONTESTS)))
_CHOICES = MappingProxyType(
    {
        "accepts_deposits": mark("Accepte les dépôts"),
        "authors_read": mark("Les auteurs relisent leurs dépôts"),
        "chest": mark("Espace scellé"),
        "hides_new": mark("Cache les nouveaux documents"),
        "presumed": mark("Espace ouvert sans son oui"),
        "emergency_bedside": mark("Urgence auprès d’elle permise"),
        "emergency_regulator": mark("Appel d’urgence permis"),
        "grants": mark("Autorisations"),
        "grants_to_structures": mark("dont à des structures"),
        "grants_to_teams": mark("dont à des équipes"),
        "cards": mark("Cartes d’accès"),
        "requests": mark("Demandes d’accès"),
        "blocks": mark("Blocages"),
    }
)


@dataclass(frozen=True, slots=True)
class Queued:
    """One case of the queue as the page shows it."""

    line: CaseLine
    number: str
    title: str
    who: str
    reason: str
    opened: date
    due: date
    outcome: str


async def queue(visit: Visit) -> Response:
    """Show what has to be answered, the nearest deadline first."""
    values = {"after_due": visit.query("du"), "after": visit.query("apres"), "count": str(_PAGE)}
    outcome = await _LIST.perform(visit.portal.frame, visit.ask("", keyed=False), _LIST.parse(values))
    cases = [_queued(visit, line) for line in outcome.result.cases]
    last = cases[-1].line if len(cases) == _PAGE else None
    following = f"/exploitant/dossiers?du={last.due}&apres={last.case}" if last else ""
    return visit.page("operator/cases.html", entry=outcome.entry, cases=cases, next=following)


async def case_form(visit: Visit) -> Response:
    """Show one case: answer it, or confirm what another account answered."""
    return await _case_page(visit, visit.query("dossier"), {})


async def answer(visit: Visit) -> Response:
    """Write the answer of a case."""
    try:
        outcome = await _ANSWER.perform(visit.portal.frame, visit.ask(), _ANSWER.parse(visit.values))
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, ["outcome", "text"], visit.say)
        return await _case_page(visit, visit.text("case"), errors, STATUS[problem.kind])
    return visit.page(
        "operator/done.html", entry=outcome.entry, said=visit.say(outcome.sentence), to="/exploitant/dossiers"
    )


async def confirm(visit: Visit) -> Response:
    """Confirm the answer another account wrote, as it was shown."""
    outcome = await _CONFIRM.perform(visit.portal.frame, visit.ask(), _CONFIRM.parse(visit.values))
    return visit.page(
        "operator/done.html", entry=outcome.entry, said=visit.say(outcome.sentence), to="/exploitant/dossiers"
    )


async def support_form(visit: Visit) -> Response:
    """Ask for a ticket's number."""
    return visit.page("operator/support.html", seen=None, ticket="")


async def open_support(visit: Visit) -> Response:
    """Ask to open the help of a ticket, or confirm what another account asked."""
    outcome = await _OPEN.perform(visit.portal.frame, visit.ask(), _OPEN.parse(visit.values))
    return visit.page(
        "operator/done.html", entry=outcome.entry, said=visit.say(outcome.sentence), to="/exploitant/aide"
    )


async def read_support(visit: Visit) -> Response:
    """Show what she allowed for a ticket."""
    outcome = await _READ.perform(visit.portal.frame, visit.ask(keyed=False), _READ.parse(visit.values))
    seen = outcome.result
    words = {"yes": visit.say(mark("oui")), "no": visit.say(mark("non"))}
    choices = [
        (visit.say(_CHOICES[name]), words.get(said, said)) for name, said in seen.choices.items() if name in _CHOICES
    ]
    return visit.page(
        "operator/support.html",
        entry=outcome.entry,
        seen=choices,
        ends=datetime.fromisoformat(seen.ends),
        records=[_record(one) for one in seen.records],
        ticket=visit.text("ticket").upper(),
    )


DOORS = (
    Door("/exploitant/dossiers", queue, "operator"),
    Door("/exploitant/dossiers/repondre", case_form, "operator"),
    Door("/exploitant/dossiers/repondre", answer, "operator", "POST"),
    Door("/exploitant/dossiers/confirmer", confirm, "operator", "POST"),
    Door("/exploitant/aide", support_form, "operator"),
    Door("/exploitant/aide", open_support, "operator", "POST"),
    Door("/exploitant/aide/voir", read_support, "operator", "POST"),
)


async def _case_page(visit: Visit, case: str, errors: dict[str, str], status: int = 200) -> Response:
    params = _LIST.parse({"count": str(_MOST)})
    outcome = await _LIST.perform(visit.portal.frame, visit.ask("", keyed=False), params)
    line = next((one for one in outcome.result.cases if one.case == case), None)
    if line is None:
        raise Problem(Kind.NOT_FOUND, "page-unknown")
    fields = {one.name: one for one in forms.views(_ANSWER.fields, visit.values)}
    return visit.page(
        "operator/case.html", status=status, entry=outcome.entry, one=_queued(visit, line), fields=fields, errors=errors
    )


def _record(record: bytes) -> tuple[datetime, str, str]:
    """Return a line of her journal as the support sees it: when, what, permitted or refused."""
    said = orjson.loads(record)
    act = (
        REGISTRY[ActId(said["act"])].name
        if said["act"] in set(ActId) and ActId(said["act"]) in REGISTRY
        else said["act"]
    )
    return datetime.fromisoformat(said["at"]), act, said["decision"]["result"]


def _queued(visit: Visit, line: CaseLine) -> Queued:
    number = visit.say(mark("numéro %(number)s")) % {"number": line.practitioner} if line.practitioner else ""
    name = line.name or visit.portal.name_of(line.practitioner)
    return Queued(
        line,
        " ".join(line.case[start : start + 8] for start in range(0, len(line.case), 8)),
        visit.say(_KINDS[line.kind]),
        ", ".join(part for part in (name, number, line.structure) if part),
        visit.say(_REASONS[line.reason]) if line.reason in _REASONS else line.reason,
        date.fromisoformat(line.opened),
        date.fromisoformat(line.due),
        visit.say(dict(OUTCOMES)[line.outcome]) if line.outcome else "",
    )
