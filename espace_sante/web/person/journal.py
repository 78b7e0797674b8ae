"""Her journal: one plain sentence a line. Guarantee: G5, G6."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.registry import REGISTRY
from espace_sante.web.edge import Door, Visit
from espace_sante.web.person.journal_line import line_of

_PAGE = 25


async def journal(visit: Visit) -> Response:
    """Show a page of the journal, most recent first."""
    before = text if (text := visit.query("avant")).isdecimal() and len(text) <= 9 else ""
    act = REGISTRY[ActId.READ_JOURNAL]
    params = act.parse({"before": before, "count": str(_PAGE)})
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), params)
    page: JournalPage = outcome.result
    lines = [
        line_of(record, reference, document, visit.say, visit.portal.name_of)
        for record, reference, document in zip(page.records, page.references, page.documents, strict=True)
    ]
    last = lines[-1].number if lines else 0
    return visit.page(
        "person/journal.html",
        entry=outcome.entry,
        lines=lines,
        previous="/moi/journal" if before else "",
        next=f"/moi/journal?avant={last}" if last else "",
    )


DOORS = (Door("/moi/journal", journal, "person"),)
