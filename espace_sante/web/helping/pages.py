"""Act for somebody: whom, what may be done, one form for each act, her documents when she said so. Guarantee: G3, G10."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from starlette.responses import Response

from espace_sante.access.powers import GIVING, NAMEABLE
from espace_sante.access.request import ActId
from espace_sante.actions.accept_mandate import CODE
from espace_sante.actions.act import Act
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.read_mandate import Held
from espace_sante.actions.registry import REGISTRY
from espace_sante.consent.mandates import TOLD, TOLD_BEFORE_ITS_END
from espace_sante.identity.legal_tables import Measure, measures
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web import forms
from espace_sante.web.documents import content_answer, in_list, opened
from espace_sante.web.edge import STATUS, Door, Visit, see_other
from espace_sante.web.helping.whom import KINDS, Whom, held, whom
from espace_sante.web.viewing import shown

_ACCEPT, _READ, _END = REGISTRY[ActId.ACCEPT_MANDATE], REGISTRY[ActId.READ_MANDATE], REGISTRY[ActId.END_MANDATE]
_LIST, _OPEN = REGISTRY[ActId.LIST_DOCUMENTS], REGISTRY[ActId.READ_DOCUMENT]
_PAGE = 20
# What a mandate may name: no other act has a form here.
_ACTS = frozenset((*NAMEABLE, *GIVING))


async def people(visit: Visit) -> Response:
    """Show for whom whoever is signed in may act, in his own words; nothing of any of them."""
    return await _people(visit, {})


async def accept(visit: Visit) -> Response:
    """Accept a mandate with the code that was handed over."""
    code = visit.text("code")
    try:
        params = _ACCEPT.parse(visit.values)
        outcome = await _ACCEPT.perform(visit.portal.frame, visit.ask(f"{CODE}{code}"), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, ("code", *forms.names_of(_ACCEPT.fields)), visit.say)
        return await _people(visit, errors, STATUS[problem.kind])
    return see_other(f"/pour/{outcome.result.reference}" if outcome.result else "/pour")


async def home(visit: Visit) -> Response:
    """Show what may be done for her, until when, and what was done: a line of her journal says that it was looked at."""
    one = await whom(visit)
    outcome = await _READ.perform(visit.portal.frame, visit.ask(one.asked, keyed=False), _READ.parse({}))
    found = outcome.result
    acts = [REGISTRY[act] for act in (*NAMEABLE, *GIVING) if act.value in found.acts]
    done = [
        (datetime.fromisoformat(line["at"]), REGISTRY[ActId(line["act"])].name, line["decision"]["result"] == "permit")
        for line in found.lines
    ]
    return visit.page(
        "helping/home.html",
        entry=outcome.entry,
        acting_for=one.label,
        whom=one,
        mandate=found,
        measure=visit.say(measures()[Measure(found.measure)].words) if found.measure else "",
        ends=datetime.fromisoformat(found.ends),
        acts=acts,
        done=done,
    )


async def act_form(visit: Visit) -> Response:
    """Show the form of one act, for her."""
    return _form(visit, await whom(visit), _asked(visit), {})


async def perform(visit: Visit) -> Response:
    """Do one act for her: what the mandate does not say is refused, whatever this page shows."""
    one, act = await whom(visit), _asked(visit)
    try:
        params = act.parse(forms.gathered(act.fields, visit.values))
        if isinstance(params, Deposit):
            params = replace(params, author_name=visit.signed_in.name)
        outcome = await act.perform(visit.portal.frame, visit.ask(one.asked), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(act.fields), visit.say)
        return _form(visit, one, act, errors, STATUS[problem.kind])
    code = getattr(outcome.result, "code", "")
    return visit.page(
        "helping/result.html",
        entry=outcome.entry,
        acting_for=one.label,
        whom=one,
        title=act.name,
        said=visit.say(outcome.sentence),
        receipt=outcome.receipt.decode(),
        code=code if isinstance(code, str) else "",
    )


async def documents(visit: Visit) -> Response:
    """Show a page of her list, as far as she said he may see it."""
    one, offset = await whom(visit), visit.query("offset")
    asked = {"offset": offset if offset.isdecimal() and len(offset) < 6 else "0", "count": str(_PAGE)}
    outcome = await _LIST.perform(visit.portal.frame, visit.ask(one.asked, keyed=False), _LIST.parse(asked))
    first, following = int(asked["offset"]), int(asked["offset"]) + _PAGE
    return visit.page(
        "helping/documents.html",
        entry=outcome.entry,
        acting_for=one.label,
        whom=one,
        documents=[in_list(line) for line in outcome.result.lines],
        previous=f"?offset={max(0, first - _PAGE)}" if first else "",
        next=f"?offset={following}" if following < outcome.result.total else "",
    )


async def document(visit: Visit) -> Response:
    """Show one of her documents; each page of it is a reading, and is journaled as one."""
    one = await whom(visit)
    params = _OPEN.parse({"document": visit.request.path_params["document"]})
    outcome = await _OPEN.perform(visit.portal.frame, visit.ask(one.asked, keyed=False), params)
    return visit.page(
        "helping/document.html",
        entry=outcome.entry,
        pictures=True,
        acting_for=one.label,
        whom=one,
        document=opened(outcome.result),
        view=await shown(visit, outcome.result),
    )


async def content(visit: Visit) -> Response:
    """Give the bytes of one of her documents, as a file."""
    one = await whom(visit)
    params = _OPEN.parse({"document": visit.request.path_params["document"]})
    return await content_answer(
        visit, await _OPEN.perform(visit.portal.frame, visit.ask(one.asked, keyed=False), params)
    )


async def give_up(visit: Visit) -> Response:
    """Give the mandate up: it ends now."""
    one = await whom(visit)
    await _END.perform(visit.portal.frame, visit.ask(one.asked), _END.parse({}))
    return see_other("/pour")


DOORS = (
    Door("/pour", people, KINDS),
    Door("/pour", accept, KINDS, "POST"),
    Door("/pour/{reference}", home, KINDS),
    Door("/pour/{reference}/demarche/{act}", act_form, KINDS),
    Door("/pour/{reference}/demarche/{act}", perform, KINDS, "POST", files=1),
    Door("/pour/{reference}/documents", documents, KINDS),
    Door("/pour/{reference}/documents/{document}", document, KINDS),
    Door("/pour/{reference}/documents/{document}/contenu", content, KINDS),
    Door("/pour/{reference}/finir", give_up, KINDS, "POST"),
)


async def _people(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    now = visit.portal.frame.now()
    shown_as = [(one, datetime.fromisoformat(one.ends), _ends_soon(one, now)) for one in await held(visit)]
    fields = forms.views(_ACCEPT.fields, visit.values)
    return visit.page(
        "helping/people.html", status=status, people=shown_as, fields=fields, code=visit.text("code"), errors=errors
    )


def _ends_soon(one: Held, now: datetime) -> bool:
    """Say whether the end of a long mandate is near: said thirty days before. Source: inclusion.md HLP-03."""
    return one.days in TOLD_BEFORE_ITS_END and datetime.fromisoformat(one.ends) - now <= TOLD


def _asked(visit: Visit) -> Act:
    wanted = visit.request.path_params["act"]
    if wanted not in {act.value for act in _ACTS}:
        raise Problem(Kind.NOT_FOUND, "act-unknown")
    return REGISTRY[ActId(wanted)]


def _form(visit: Visit, one: Whom, act: Act, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page(
        "helping/act.html",
        status=status,
        acting_for=one.label,
        whom=one,
        act=act,
        fields=forms.views(act.fields, visit.values),
        most=visit.portal.frame.settings.document_bytes,
        errors=errors,
    )
