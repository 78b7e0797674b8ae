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
from espace_sante.consent.letters import is_address
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit, file_answer
from espace_sante.web.operator.invitation_letter import Invited, invitation_pdf

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
    """Return the invitation as a letter: one page to answer with a pen, then the whole notice. The address is kept nowhere."""
    code, until, name = visit.text("code"), visit.text("until"), visit.text("name")
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise Problem(Kind.INVALID, "demand-invalid") from None
    if not code or len(code) > 20 or len(name) > 500:
        raise Problem(Kind.INVALID, "demand-invalid")
    address = tuple(line for line in (visit.text(one).strip() for one in _ADDRESS) if line)
    if address and not is_address(address):
        raise Problem(Kind.INVALID, "address-invalid")
    settings = visit.portal.frame.settings
    notice = notice_here(settings, NoticeLanguage(visit.language.value))
    invited = Invited(name, address, code, day, large=visit.text("size") == "large")
    pdf = await run_in_threadpool(invitation_pdf, settings, visit.say, visit.language, notice, invited)
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
# Of the envelope, under her name. Source: NF Z 10-011.
_ADDRESS = ("more", "street", "place", "town", "country")
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
