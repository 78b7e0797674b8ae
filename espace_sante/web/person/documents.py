"""Her documents: the list, one of them, its bytes, adding one, hiding one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act, Field, FieldKind, Outcome
from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import finding, forms
from espace_sante.web.documents import content_answer, in_list, opened
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.person.results import done
from espace_sante.web.viewing import shown

_PAGE = 20
_DEPOSIT = REGISTRY[ActId.DEPOSIT_DOCUMENT]
_HIDE = REGISTRY[ActId.MASK]
_CATEGORY = Field("category", mark("Quelle catégorie voulez-vous cacher ?"), FieldKind.CATEGORY, required=False)


async def documents(visit: Visit) -> Response:
    """Show a page of her list, most recent first: of everything, or of what she looks for."""
    act, search = REGISTRY[ActId.LIST_DOCUMENTS], finding.search_of(visit.query)
    try:
        params = finding.wanted(act, search, _PAGE)
    except Problem as problem:
        return _list(visit, search, None, 400, finding.errors_of(problem, visit.say))
    return _list(visit, search, await act.perform(visit.portal.frame, visit.ask(keyed=False), params))


async def document(visit: Visit) -> Response:
    """Show one document and what is known of it; each page of it is a reading, and is journaled as one."""
    act = REGISTRY[ActId.READ_DOCUMENT]
    identifier = visit.request.path_params["document"]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"document": identifier}))
    return visit.page(
        "person/document.html",
        entry=outcome.entry,
        pictures=True,
        document=opened(outcome.result),
        view=await shown(visit, outcome.result),
    )


async def content(visit: Visit) -> Response:
    """Give the bytes of one document, as a file."""
    act = REGISTRY[ActId.READ_DOCUMENT]
    identifier = visit.request.path_params["document"]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"document": identifier}))
    return await content_answer(visit, outcome)


async def deposit_form(visit: Visit) -> Response:
    """Show the form of a deposit, with the limits."""
    return _form(visit, _DEPOSIT, "person/deposit.html", {})


async def deposit(visit: Visit) -> Response:
    """Deposit a document of hers."""
    values = forms.gathered(_DEPOSIT.fields, visit.values)
    try:
        params = replace(_DEPOSIT.parse(values), author_name=visit.signed_in.name)
        outcome = await _DEPOSIT.perform(visit.portal.frame, visit.ask(), params)
    except Problem as problem:
        return _again(visit, _DEPOSIT, "person/deposit.html", problem)
    return await done(
        visit, outcome, title=mark("Le document est déposé"), to=("/moi/documents", mark("Voir mes documents"))
    )


async def hide_form(visit: Visit) -> Response:
    """Show the form that hides a category."""
    return _hiding(visit, {})


async def hide(visit: Visit) -> Response:
    """Hide a document or a category, from one professional or from all."""
    values = dict(visit.values)
    errors = {}
    whom = visit.text("whom")
    if whom not in ("all", "one", "structure", "representatives"):
        errors["whom"] = visit.say(mark("Dites à qui le cacher."))
    elif whom == "one" and not visit.text("practitioner"):
        errors["practitioner"] = visit.say(mark("Écrivez le numéro du professionnel."))
    elif whom == "structure" and not visit.text("structure"):
        errors["structure"] = visit.say(mark("Écrivez le numéro de l’établissement."))
    values["representatives"] = "yes" if whom == "representatives" else ""
    values |= {name: "" for name, kind in (("practitioner", "one"), ("structure", "structure")) if whom != kind}
    if errors:
        return _hiding(visit, errors, 400)
    try:
        outcome = await _HIDE.perform(visit.portal.frame, visit.ask(), _HIDE.parse(values))
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        return _hiding(
            visit,
            forms.errors_of(problem, ("category", "practitioner", "structure", "episode"), visit.say),
            STATUS[problem.kind],
        )
    detail = visit.say(mark("Pour les autres, c’est comme si cela n’existait pas. Vous, vous le voyez toujours."))
    return await done(
        visit, outcome, title=mark("C’est caché"), detail=detail, to=("/moi/documents", mark("Voir mes documents"))
    )


DOORS = (
    Door("/moi/documents", documents, "person"),
    Door("/moi/documents/deposer", deposit_form, "person"),
    Door("/moi/documents/deposer", deposit, "person", "POST", files=1),
    Door("/moi/documents/{document}", document, "person"),
    Door("/moi/documents/{document}/contenu", content, "person"),
    Door("/moi/cacher", hide_form, "person"),
    Door("/moi/cacher", hide, "person", "POST"),
)


def _list(
    visit: Visit,
    search: finding.Search,
    outcome: Outcome | None,
    status: int = 200,
    errors: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    found: DocumentList = outcome.result if outcome else DocumentList(0, 0, ())
    before, following = max(0, search.offset - _PAGE), search.offset + _PAGE
    return visit.page(
        "person/documents.html",
        status=status,
        entry=outcome.entry if outcome else "",
        documents=[in_list(one) for one in found.lines],
        search=search,
        categories=forms.CATEGORY_CHOICES,
        previous=search.address("/moi/documents", before) if search.offset else "",
        next=search.address("/moi/documents", following) if following < found.total else "",
        errors=errors,
    )


def _hiding(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page(
        "person/hide.html",
        status=status,
        field=forms.views((_CATEGORY,), visit.values)[0],
        document=visit.text("document"),
        title=visit.text("title"),
        episode=visit.text("episode") or visit.query("episode"),
        whom=visit.text("whom"),
        practitioner=visit.text("practitioner"),
        structure=visit.text("structure"),
        errors=errors,
    )


def _form(visit: Visit, act: Act, template: str, errors: dict[str, str], status: int = 200) -> Response:
    fields = forms.views(act.fields, visit.values)
    most = visit.portal.frame.settings.document_bytes
    return visit.page(template, status=status, fields=fields, most=most, errors=errors)


def _again(visit: Visit, act: Act, template: str, problem: Problem) -> Response:
    if not forms.is_for_the_form(problem):
        raise problem
    return _form(
        visit, act, template, forms.errors_of(problem, forms.names_of(act.fields), visit.say), STATUS[problem.kind]
    )
