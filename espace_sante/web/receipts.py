"""Receipts as files: what a page has just shown, given back as a page to print or as signed data.

Nothing is stored and nothing is checked here: the receipt travels in the form that asks for it, because that of a refusal
exists nowhere else (guarantee G2). Its signature is what proves it, wherever it is.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from espace_sante.actions.registry import REGISTRY
from espace_sante.formats.letter import NotAReceipt, receipt_pdf
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web.edge import Door, Visit, file_answer

_NAMES = {act.id.value: act.name for act in REGISTRY.values()}


async def as_pdf(visit: Visit) -> Response:
    """Return the receipt posted, drawn."""
    receipt, undo = _posted(visit), visit.portal.undo
    try:
        pdf = await run_in_threadpool(receipt_pdf, receipt, names=_NAMES, undo=undo)
        return file_answer(pdf, "application/pdf", "recu.pdf")
    except NotAReceipt:
        raise Problem(Kind.INVALID, "demand-invalid") from None


async def as_json(visit: Visit) -> Response:
    """Return the receipt posted, byte for byte."""
    return file_answer(_posted(visit), "application/json", "recu.json")


DOORS = (
    Door("/recu.pdf", as_pdf, method="POST"),
    Door("/recu.json", as_json, method="POST"),
)


def _posted(visit: Visit) -> bytes:
    receipt = visit.text("receipt").encode()
    if not receipt.startswith(b'{"payload":') or len(receipt) > 20_000:
        raise Problem(Kind.INVALID, "demand-invalid")
    return receipt
