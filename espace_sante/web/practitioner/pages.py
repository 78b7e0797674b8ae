"""One person at a time: found by a number she gives, shown what she allows, handed what is for her.

Whoever looks for someone unknown, someone who granted nothing and someone who closed sees the same page. The person's
reference travels in forms, never in an address: addresses stay in histories. Guarantee: G3, G11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions import fields as read
from espace_sante.actions.act import Field, FieldKind, Outcome
from espace_sante.actions.depositing import HIDDEN, WITHHELD, Deposit
from espace_sante.actions.further import Further
from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.refusals import NOT_DELIVERED, NOTHING, sentence
from espace_sante.actions.registry import REGISTRY
from espace_sante.formats.oauth.addresses import origin_of
from espace_sante.keeper.demand import Traits
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.kernel.ids import parse_document_id
from espace_sante.web import finding, forms
from espace_sante.web.documents import content_answer, in_list, opened
from espace_sante.web.edge import STATUS, Door, Visit
from espace_sante.web.practitioner.launching import launchable
from espace_sante.web.practitioner.whom import moment_of, reference_in, shown_as
from espace_sante.web.viewing import shown

_PAGE = 50
_NONE = DocumentList(0, 0, ())
_NO_SEARCH = finding.Search()
_DEPOSIT = REGISTRY[ActId.DEPOSIT_DOCUMENT]
_SEX = {"F": mark("féminin"), "M": mark("masculin"), "I": mark("indéterminé")}
# What a sender may ask about who sees a document; none is what is usual.
_ASKED = (
    (HIDDEN, mark("Cacher ce document aux autres professionnels")),
    (WITHHELD, mark("Ne pas le montrer à la personne avant de lui en avoir parlé (un mois au plus)")),
)
_IDENTITY = (
    Field("birth_name", mark("Nom de naissance"), required=False),
    Field("first_given", mark("Premier prénom"), required=False),
    Field("birth_date", mark("Date de naissance"), FieldKind.DATE, required=False),
    Field("sex", mark("Sexe"), FieldKind.CHOICE, required=False, choices=tuple(_SEX.items())),
)


async def find(visit: Visit) -> Response:
    """Ask for the number a person gives."""
    return _find(visit, {})


async def person(visit: Visit) -> Response:
    """Show what this professional may see of one person, or the one answer there is when it is nothing."""
    try:
        reference = reference_in(visit)
    except Problem as problem:
        return _find(visit, {"person": sentence(problem, visit.say)}, STATUS[problem.kind])
    act, search = REGISTRY[ActId.LIST_DOCUMENTS], finding.search_of(visit.text)
    try:
        params = finding.wanted(act, search, _PAGE)
    except Problem as problem:
        return _person(visit, reference, search, 400, errors=finding.errors_of(problem, visit.say))
    try:
        outcome = await act.perform(visit.portal.frame, visit.ask(reference, keyed=False), params)
    except Problem as problem:
        if problem.code != NOTHING:
            raise
        return nothing_to_show(visit, reference, problem, search)
    return _person(visit, reference, search, 200, outcome.result, outcome.entry)


def nothing_to_show(visit: Visit, reference: str, problem: Problem, search: finding.Search = _NO_SEARCH) -> Response:
    """Return the one page there is when nothing may be shown of a person, whatever the reason."""
    return _person(visit, reference, search, 404, entry=problem.entry, nothing=sentence(problem, visit.say))


async def document(visit: Visit) -> Response:
    """Show one document and what is known of it; each page of it is a reading, and is journaled as one."""
    reference, outcome = await _read(visit)
    return visit.page(
        "practitioner/document.html",
        entry=outcome.entry,
        pictures=True,
        view=await shown(visit, outcome.result),
        document=opened(outcome.result),
        person=shown_as(reference),
        emergency=moment_of(outcome.result.emergency),
    )


async def content(visit: Visit) -> Response:
    """Give the bytes of one document, as a file."""
    _, outcome = await _read(visit)
    return await content_answer(visit, outcome)


async def announce(visit: Visit) -> Response:
    """Say that the person was told of one document: she reads it from then on."""
    reference, act = reference_in(visit), REGISTRY[ActId.ANNOUNCE_DOCUMENT]
    params = act.parse({"document": visit.text("document")})
    outcome = await act.perform(visit.portal.frame, visit.ask(reference), params)
    return visit.page(
        "practitioner/announced.html",
        entry=outcome.entry,
        said=visit.say(outcome.sentence),
        receipt=outcome.receipt.decode(),
        person=shown_as(reference),
    )


async def deposit_form(visit: Visit) -> Response:
    """Show the form of a deposit for one person."""
    return _form(visit, reference_in(visit), {})


async def deposit(visit: Visit) -> Response:
    """Deposit for one person; whoever deposits does not read."""
    reference = reference_in(visit)
    values = forms.gathered((*_DEPOSIT.fields, *_IDENTITY), visit.values)
    try:
        params = _signed(visit, _DEPOSIT.parse(values), reference, _claimed(values))
        outcome = await _DEPOSIT.perform(visit.portal.frame, visit.ask(reference), params)
    except Problem as problem:
        if problem.code == NOT_DELIVERED:
            return visit.page(
                "practitioner/not_delivered.html", status=404, entry=problem.entry, person=shown_as(reference)
            )
        if not forms.is_for_the_form(problem):
            raise
        names = (*forms.names_of((*_DEPOSIT.fields, *_IDENTITY)), "confidentiality")
        return _form(visit, reference, forms.errors_of(problem, names, visit.say), STATUS[problem.kind])
    return visit.page(
        "practitioner/deposited.html",
        entry=outcome.entry,
        said=visit.say(outcome.sentence),
        receipt=outcome.receipt.decode(),
        withheld=WITHHELD in params.further.confidentiality,
        person=shown_as(reference),
    )


DOORS = (
    Door("/pro", find, "practitioner"),
    Door("/pro/personne", person, "practitioner", "POST"),
    Door("/pro/document", document, "practitioner", "POST"),
    Door("/pro/annoncer", announce, "practitioner", "POST"),
    Door("/pro/contenu", content, "practitioner", "POST"),
    Door("/pro/deposer", deposit_form, "practitioner", "POST"),
    Door("/pro/deposer/envoyer", deposit, "practitioner", "POST", files=1),
)


def _find(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page("practitioner/find.html", status=status, typed=visit.text("person"), errors=errors)


def _person(
    visit: Visit,
    reference: str,
    search: finding.Search,
    status: int,
    found: DocumentList = _NONE,
    entry: str = "",
    *,
    nothing: str = "",
    errors: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    following = search.offset + _PAGE
    apps = [] if nothing else launchable(visit)
    return visit.page(
        "practitioner/person.html",
        status=status,
        sent_to=[origin_of(app.launch_uri) for app in apps],
        apps=apps,
        entry=entry,
        documents=[in_list(one) for one in found.lines],
        search=search,
        categories=forms.CATEGORY_CHOICES,
        nothing=nothing,
        previous=str(max(0, search.offset - _PAGE)) if search.offset else "",
        next=str(following) if following < found.total else "",
        person=shown_as(reference),
        errors=errors,
        emergency=moment_of(found.emergency),
    )


async def _read(visit: Visit) -> tuple[str, Outcome]:
    reference, wanted = reference_in(visit), visit.text("document")
    found = parse_document_id(wanted)
    if reference.startswith("id:") and found is not None and found[0].hex != reference.removeprefix("id:"):
        raise Problem(Kind.INVALID, "patient-twice")
    act = REGISTRY[ActId.READ_DOCUMENT]
    params = act.parse({"document": wanted})
    return reference, await act.perform(visit.portal.frame, visit.ask(reference, keyed=False), params)


def _form(visit: Visit, reference: str, errors: dict[str, str], status: int = 200) -> Response:
    return visit.page(
        "practitioner/deposit.html",
        status=status,
        fields=forms.views(_DEPOSIT.fields, visit.values),
        asked=_ASKED,
        chosen=visit.text("confidentiality").split(","),
        identity=forms.views(_IDENTITY, visit.values),
        most=visit.portal.frame.settings.document_bytes,
        errors=errors,
        person=shown_as(reference),
    )


def _claimed(values: forms.Given) -> Traits | None:
    """Return the identity written on the form: all four traits, or none."""
    names = forms.names_of(_IDENTITY)
    if not any(values.get(name) for name in names):
        return None
    return Traits(
        read.text(values, "birth_name", "nom de naissance"),
        read.text(values, "first_given", "premier prénom"),
        read.day(values, "birth_date", "date de naissance").isoformat(),
        read.choice(values, "sex", "sexe", _SEX),
    )


def _signed(visit: Visit, params: Deposit, reference: str, claimed: Traits | None) -> Deposit:
    who, asked = visit.signed_in, visit.text("confidentiality").split(",")
    kind, _, value = reference.partition(":")
    return replace(
        params,
        author_id=who.identifier,
        author_name=who.name,
        structure=who.structure,
        further=Further(confidentiality=tuple(code for code, _ in _ASKED if code in asked)),
        claimed=claimed,
        claimed_ins=value if kind == "ins" and claimed else "",
    )
