"""What she contests and reports: the forms, and her cases with their deadline and answers. Guarantee: G3, G5."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.answer_case import OUTCOMES
from espace_sante.actions.contest_access import REASONS as CONTESTS
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.report_mistake import REASONS as MISTAKES
from espace_sante.keeper.demand import CaseSeen
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.person.results import done

_CONTEST = REGISTRY[ActId.CONTEST_ACCESS]
_REPORT = REGISTRY[ActId.REPORT_MISTAKE]
_BACK = ("/moi/contestations", mark("Voir mes demandes et leurs réponses"))
_KINDS = MappingProxyType(
    {
        "emergency": mark("Un accès en urgence est revu"),
        "contest": mark("Un accès que vous contestez"),
        "mistake": mark("Une erreur que vous avez signalée"),
    }
)
_REASONS = MappingProxyType(dict((*MISTAKES, *CONTESTS)))


@dataclass(frozen=True, slots=True)
class CaseShown:
    """One case as the page shows it; `left` days before its deadline, when it waits."""

    title: str
    number: str
    who: str
    reason: str
    opened: date
    due: date
    left: int
    state: str
    entries: tuple[str, ...]
    answers: tuple[tuple[str, str, datetime], ...]


async def cases(visit: Visit) -> Response:
    """Show her cases: what was asked, until when an answer is due, what was answered."""
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"count": "1"}))
    today = visit.portal.frame.now().date()
    shown = [_shown(visit, one, today) for one in outcome.result.cases]
    return visit.page("person/cases.html", entry=outcome.entry, cases=shown)


async def contest_form(visit: Visit) -> Response:
    """Show the form of a contest, its line named already when it comes from the journal."""
    return _contest_form(visit, {"entries": visit.query("ligne")[:40]}, {})


async def contest(visit: Visit) -> Response:
    """Open a contest, and block when she says so."""
    try:
        params = _CONTEST.parse(visit.values)
        outcome = await _CONTEST.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_CONTEST.fields), visit.say)
        return _contest_form(visit, visit.values, errors, STATUS[problem.kind])
    return await done(visit, outcome, title=mark("Votre contestation est ouverte"), to=_BACK)


async def report_form(visit: Visit) -> Response:
    """Show the form that reports a mistake, its document named already when it comes from its page."""
    return _report_form(visit, {"document": visit.query("document")[:64]}, {})


async def report(visit: Visit) -> Response:
    """Report a mistake, and hide the document when she says so."""
    try:
        params = _REPORT.parse(forms.gathered(_REPORT.fields, visit.values))
        outcome = await _REPORT.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_REPORT.fields), visit.say)
        return _report_form(visit, visit.values, errors, STATUS[problem.kind])
    return await done(visit, outcome, title=mark("L’erreur est signalée"), to=_BACK)


DOORS = (
    Door("/moi/contestations", cases, "person"),
    Door("/moi/contester", contest_form, "person"),
    Door("/moi/contester", contest, "person", "POST"),
    Door("/moi/signaler", report_form, "person"),
    Door("/moi/signaler", report, "person", "POST"),
)


def _contest_form(visit: Visit, values: forms.Given, errors: dict[str, str], status: int = 200) -> Response:
    fields = forms.views(_CONTEST.fields, values)
    return visit.page("person/contest.html", status=status, fields=fields, errors=errors)


def _report_form(visit: Visit, values: forms.Given, errors: dict[str, str], status: int = 200) -> Response:
    fields = forms.views(_REPORT.fields, values)
    return visit.page("person/mistake.html", status=status, fields=fields, errors=errors)


def _shown(visit: Visit, case: CaseSeen, today: date) -> CaseShown:
    due = date.fromisoformat(case.due)
    name = case.name or visit.portal.name_of(case.practitioner)
    number = visit.say(mark("numéro %(number)s")) % {"number": case.practitioner} if case.practitioner else ""
    outcomes = dict(OUTCOMES)
    return CaseShown(
        visit.say(_KINDS[case.kind]),
        case.case,
        ", ".join(part for part in (name, number, case.structure) if part),
        visit.say(_REASONS.get(case.reason, "")) if case.reason in _REASONS else "",
        date.fromisoformat(case.opened),
        due,
        (due - today).days,
        "answered" if case.answered else "late" if case.late else "open",
        case.entries if case.kind == "contest" else (),
        tuple((visit.say(outcomes[a.outcome]), a.text, datetime.fromisoformat(a.at)) for a in case.answers),
    )
