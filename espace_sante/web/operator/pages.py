"""Inviting a person: a letter and a code, nothing more. The letter is drawn from what the page just showed; none is kept."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.answers import notice_here
from espace_sante.actions.registry import REGISTRY
from espace_sante.consent.evidence import NoticeLanguage
from espace_sante.formats.letter import plain_letter
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark, say_date
from espace_sante.kernel.settings import OpeningPolicy
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit, file_answer

_INVITE = REGISTRY[ActId.INVITE]


async def invite_form(visit: Visit) -> Response:
    """Ask whom to invite."""
    return _form(visit, {})


async def invite(visit: Visit) -> Response:
    """Invite, and show the code once."""
    try:
        params = _INVITE.parse(forms.gathered(_INVITE.fields, visit.values))
        outcome = await _INVITE.perform(visit.portal.frame, visit.ask(""), params)
    except Problem as problem:
        if problem.code != "space-exists" and not forms.is_for_the_form(problem):
            raise
        return _form(visit, forms.errors_of(problem, forms.names_of(_INVITE.fields), visit.say), STATUS[problem.kind])
    return visit.page(
        "operator/invited.html",
        entry=outcome.entry,
        code=outcome.result.code,
        until=date.fromisoformat(outcome.result.expires_on),
        name=f"{visit.text('first_given')} {visit.text('birth_name')}",
    )


async def letter(visit: Visit) -> Response:
    """Return the invitation as a letter: the whole notice, the code, and its last day."""
    code, until, name = visit.text("code"), visit.text("until"), visit.text("name")
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise Problem(Kind.INVALID, "demand-invalid") from None
    if not code or len(code) > 20 or len(name) > 500:
        raise Problem(Kind.INVALID, "demand-invalid")
    settings = visit.portal.frame.settings
    notice = notice_here(settings, NoticeLanguage(visit.language.value))
    words = _WITHOUT_ANSWER[settings.opening_policy]
    answer = visit.say(words) % {"code": code, "day": say_date(day, visit.language)}
    body = [text for part in notice.sections for text in (part.title, *part.paragraphs) if text]
    asked = [text for one in notice.questions for text in (one.title, *one.explanation, *(w for _, w in one.choices))]
    pdf = await run_in_threadpool(plain_letter, notice.title, [answer, *body, *asked], lines=[name])
    return file_answer(pdf, "application/pdf", "invitation.pdf")


async def mail_form(visit: Visit) -> Response:
    """Ask what became of a letter: it is in her hands, or it came back."""
    return _mail_form(visit, {})


async def mail(visit: Visit) -> Response:
    """Note it; the answer is the same whether a letter waits or not."""
    act = REGISTRY[_MAIL[visit.request.url.path]]
    try:
        params = act.parse(forms.gathered(act.fields, visit.values))
        outcome = await act.perform(visit.portal.frame, visit.ask(""), params)
    except Problem as problem:
        if problem.code != "policy-consent" and not forms.is_for_the_form(problem):
            raise
        return _mail_form(visit, forms.errors_of(problem, forms.names_of(act.fields), visit.say), STATUS[problem.kind])
    return visit.page("operator/noted.html", entry=outcome.entry, title=act.name, said=visit.say(outcome.sentence))


_MAIL = MappingProxyType({"/exploitant/remise": ActId.RECORD_DELIVERY, "/exploitant/retour": ActId.RECORD_RETURN})
_WITHOUT_ANSWER = MappingProxyType(
    {
        OpeningPolicy.CONSENT: mark(
            "Votre code : %(code)s. Il sert à répondre, oui ou non, jusqu’au %(day)s. Sans réponse, rien n’est ouvert."
        ),
        OpeningPolicy.SIX_WEEK_PRESUMPTION: mark(
            "Votre code : %(code)s. Il sert à répondre, oui ou non, jusqu’au %(day)s. Sans réponse six semaines après la "
            "remise de cette lettre, un espace est ouvert sans votre oui. Personne n’y lit tant que vous n’avez pas dit oui."
        ),
    }
)
DOORS = (
    Door("/exploitant", invite_form, "operator"),
    Door("/exploitant", invite, "operator", "POST"),
    *(Door(path, mail_form, "operator") for path in _MAIL),
    *(Door(path, mail, "operator", "POST") for path in _MAIL),
    Door("/exploitant/lettre.pdf", letter, "operator", "POST"),
)


def _mail_form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    path = visit.request.url.path
    act = REGISTRY[_MAIL[path]]
    fields = forms.views(act.fields, visit.values)
    return visit.page("operator/mail.html", status=status, act=act, path=path, fields=fields, errors=errors)


def _form(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page(
        "operator/invite.html", status=status, fields=forms.views(_INVITE.fields, visit.values), errors=errors
    )
