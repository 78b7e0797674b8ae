"""Her care data besides documents: the list, and each as a file in the form it was sent in. Guarantee: G3, G12."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.act import Outcome
from espace_sante.actions.read_resource import ClearResource, ResourcePage, Wanted
from espace_sante.actions.refusals import NOTHING
from espace_sante.actions.registry import REGISTRY
from espace_sante.formats.fhir.resource import given
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import say_date, say_month
from espace_sante.web.edge import Door, Visit, file_answer

_PAGE = 20
_ACT = REGISTRY[ActId.READ_RESOURCE]


@dataclass(frozen=True, slots=True)
class DataView:
    """One line of the list: what kind of data, what it is about, when, its category, when it was written, and its address."""

    id: str
    label: str
    said: str
    when: str
    category: int
    updated: datetime


async def resources(visit: Visit) -> Response:
    """Show a page of her care data, the most recently written first."""
    text = visit.query("offset")
    offset = int(text) if text.isdecimal() and len(text) < 7 else 0
    outcome = await _asked(visit, Wanted(offset=offset, count=_PAGE))
    page: ResourcePage = outcome.result
    following = offset + _PAGE
    return visit.page(
        "person/resources.html",
        entry=outcome.entry,
        found=[view_of(one, visit) for one in page.found],
        total=page.total,
        previous=f"/moi/donnees?offset={max(0, offset - _PAGE)}" if offset else "",
        next=f"/moi/donnees?offset={following}" if following < page.total else "",
    )


async def content(visit: Visit) -> Response:
    """Give one of them as a file, as it was sent."""
    outcome = await _asked(visit, Wanted(visit.request.path_params["resource"]))
    page: ResourcePage = outcome.result
    if len(page.found) != 1:
        raise Problem(Kind.NOT_FOUND, NOTHING, entry=outcome.entry)
    (one,) = page.found
    if one.deleted:
        raise Problem(Kind.GONE, "resource-deleted", entry=outcome.entry)
    body = given(one.body, one.resource, one.version, one.updated.isoformat(timespec="milliseconds"))
    return file_answer(body, "application/fhir+json", f"{one.type}-{one.resource[32:40]}.json", entry=outcome.entry)


DOORS = (
    Door("/moi/donnees", resources, "person"),
    Door("/moi/donnees/{resource}", content, "person"),
)


def view_of(one: ClearResource, visit: Visit) -> DataView:
    """Return one line ready to be shown; a date that is not one is shown as it was written."""
    said, when = one.said
    return DataView(one.resource, visit.say(one.label), said, day_said(when, visit), one.category, one.updated)


def day_said(when: str, visit: Visit) -> str:
    """Return a day or a month in words, the text itself when it is a year, or nothing."""
    try:
        if len(when) == len("2026-11"):
            return say_month(date.fromisoformat(f"{when}-01"), visit.language)
        if len(when) < len("2026-11-26"):
            return when
        day = datetime.fromisoformat(when) if "T" in when else date.fromisoformat(when)
        return say_date(day, visit.language)
    except ValueError:
        return when


async def _asked(visit: Visit, wanted: Wanted) -> Outcome:
    return await _ACT.perform(visit.portal.frame, visit.ask(keyed=False), wanted)
