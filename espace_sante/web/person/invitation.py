"""Her answer to an invitation: three answers of the same weight, and the further questions only after a yes.

No is one step; yes is two, because each question is asked apart; later changes nothing at all. Nothing is ticked beforehand,
and a question left without an answer is a no that is said to her as such. Guarantee: G1, G2.
"""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from espace_sante.access.request import ActId
from espace_sante.actions.answers import notice_here
from espace_sante.actions.department import DEPARTMENT
from espace_sante.actions.registry import REGISTRY
from espace_sante.consent.evidence import Notice, NoticeLanguage, Opening, every_notice
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.edge import Door, Visit, see_other
from espace_sante.web.person.results import done
from espace_sante.web.policy import policy_here


async def ask(visit: Visit) -> Response:
    """Show the notice and the first question."""
    return _question(visit) if visit.signed_in.invited or _is_presumed(visit) else see_other("/moi")


async def answer(visit: Visit) -> Response:
    """Take the first answer: a no is done at once, a yes leads to the page of the further questions."""
    match visit.text("opening"):
        case Opening.YES.value:
            return _questions(visit, {})
        case Opening.NO.value:
            act = REGISTRY[ActId.REFUSE_SPACE]
            values = _said(visit) | {"remember": "yes" if visit.text("remember") == "yes" else "no"}
            outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(values))
            return await done(visit, outcome, title=mark("Votre refus est enregistré"), kept=False)
        case Opening.LATER.value:
            return visit.page("person/later.html", here=policy_here(visit.portal.frame.settings))
        case _:
            return _question(visit, {"opening": visit.say(mark("Choisissez une réponse."))}, 400)


async def open_space(visit: Visit) -> Response:
    """Take the further answers, and open."""
    act, notice = REGISTRY[ActId.OPEN_SPACE], _notice(visit)
    given = _given(visit)
    wrong = {
        question.name: visit.say(mark("Choisissez une réponse de la liste."))
        for question in notice.questions[1:]
        if given[question.name] and given[question.name] not in dict(question.choices)
    }
    if wrong:
        return _questions(visit, wrong, 400)
    outcome = await act.perform(visit.portal.frame, visit.ask(), act.parse(_said(visit) | given))
    visit.who = await visit.fresh()
    answers = [(one.title, dict(one.choices).get(given[one.name], "")) for one in notice.questions[1:]]
    return visit.page(
        "person/opened.html",
        entry=outcome.entry,
        answers=answers,
        receipt=outcome.receipt.decode(),
        reference=outcome.entry,
    )


async def words(visit: Visit) -> Response:
    """Give the exact words of a notice ever shown, by the hash a receipt carries."""
    notice = every_notice().get(visit.request.path_params["sha256"])
    if notice is None:
        raise Problem(Kind.NOT_FOUND, "page-unknown")
    return PlainTextResponse(notice.words)


DOORS = (
    Door("/notices/{sha256}", words),
    Door("/moi/invitation", ask, "person"),
    Door("/moi/invitation", answer, "person", "POST"),
    Door("/moi/invitation/reponses", open_space, "person", "POST"),
)


def _question(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return visit.page(
        "person/invitation.html",
        status=status,
        notice=_notice(visit),
        presumed=_is_presumed(visit),
        department=_department(visit),
        errors=errors or {},
    )


def _is_presumed(visit: Visit) -> bool:
    return visit.signed_in.state == "presumed"


def _questions(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    asked = _notice(visit).questions[1:]
    return visit.page(
        "person/questions.html",
        status=status,
        questions=asked,
        given=_given(visit),
        department=_department(visit),
        errors=errors,
    )


def _given(visit: Visit) -> dict[str, str]:
    return {question.name: visit.text(question.name) for question in _notice(visit).questions[1:]}


def _notice(visit: Visit) -> Notice:
    return notice_here(visit.portal.frame.settings, NoticeLanguage(visit.language.value))


def _said(visit: Visit) -> dict[str, str]:
    """Return what both answers carry: the language of the words shown, and her department if she said it."""
    return {"language": visit.language.value, DEPARTMENT.name: visit.text(DEPARTMENT.name)}


def _department(visit: Visit) -> forms.FieldView:
    return forms.department_view(visit.text(DEPARTMENT.name))
