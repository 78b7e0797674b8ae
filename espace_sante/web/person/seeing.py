"""What a professional would be shown: the very list, decided as if he asked, for her alone. Guarantee: G3, G11.

His number is posted, never in an address.
"""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.matrix_cells import published
from espace_sante.access.request import ActId
from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.party_said import party_said
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.view_said import view_said
from espace_sante.identity.practitioner import parse_rpps
from espace_sante.kernel.errors import Problem
from espace_sante.web import forms
from espace_sante.web.documents import in_list
from espace_sante.web.edge import STATUS, Door, Visit

_LIST = REGISTRY[ActId.LIST_DOCUMENTS]
_NAMES = ("seen_by", "seen_by_profession", "seen_by_structure")
_BY_CODE = {"practitioner-invalid": "seen_by", "structure-invalid": "seen_by_structure"}


async def choose(visit: Visit) -> Response:
    """Show the form: who."""
    return _page(visit)


async def see(visit: Visit) -> Response:
    """Show what he would be shown today, and why nothing when it is nothing."""
    values = dict(visit.values) | {"count": "200"}
    known = visit.portal.account_of(parse_rpps(visit.text("seen_by")) or "")
    if known is not None:  # what he signs in with, where this instance knows it and she says nothing else
        values["seen_by_structure"] = visit.text("seen_by_structure") or known.structure_id
        values["seen_by_profession"] = visit.text("seen_by_profession") or known.profession_code
    try:
        if not visit.text("seen_by"):
            values["seen_by"] = "?"
        outcome = await _LIST.perform(visit.portal.frame, visit.ask(keyed=False), _LIST.parse(values))
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, _NAMES, visit.say)
        field = _BY_CODE.get(problem.code)
        return _page(
            visit, errors={field: next(iter(errors.values()))} if field else errors, status=STATUS[problem.kind]
        )
    return _page(visit, outcome.result, entry=outcome.entry)


DOORS = (
    Door("/moi/autorisations/vu-par", choose, "person"),
    Door("/moi/autorisations/vu-par", see, "person", "POST"),
)


def _page(
    visit: Visit,
    found: DocumentList | None = None,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    entry: str = "",
) -> Response:
    fields = {view.name: view for view in forms.views(_LIST.fields, visit.values)}
    professions = published(visit.portal.frame.settings.home)[-1].professions
    return visit.page(
        "person/seen_by.html",
        status=status,
        entry=entry,
        fields=fields,
        profession=visit.text("seen_by_profession"),
        professions=list(professions.items()),
        whom=party_said(found.seen_by, visit.say, visit.portal.name_of) if found else "",
        said=view_said(found, visit.say) if found else [],
        documents=[in_list(one) for one in found.lines] if found else [],
        errors=errors or {},
    )
