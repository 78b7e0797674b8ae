"""What follows an act: what was done, the receipt, and where to go next. Drawn from the answer itself, never stored."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.actions.act import Outcome
from espace_sante.web.edge import Visit


async def done(
    visit: Visit, outcome: Outcome, *, title: str, to: tuple[str, str] = ("/", ""), detail: str = "", kept: bool = True
) -> Response:
    """Return the page of an act that was done; `to` is where to go next, `kept` whether we hold the receipt too."""
    visit.who = await visit.fresh()
    words, said = visit.say(title), visit.say(outcome.sentence)
    return visit.page(
        "person/result.html",
        entry=outcome.entry,
        title=words,
        said="" if said.rstrip(".") == words else said,
        detail=detail,
        receipt=outcome.receipt.decode(),
        reference=outcome.entry if kept else "",
        kept=kept,
        to=(to[0], visit.say(to[1])) if to[1] else None,
    )
