"""The proof of her journal as a file, and the receipt of one line as a code: what they are, and how to check them without us.

Guarantee: G6, G10. Source: docs/specs/proof.md.
"""

from __future__ import annotations

from itertools import chain

from markupsafe import Markup
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import Response, StreamingResponse

from espace_sante.access.request import ActId
from espace_sante.actions.act import Outcome
from espace_sante.actions.prove_journal import LineReceipt, Proof
from espace_sante.actions.registry import REGISTRY
from espace_sante.formats.letter import svg_code
from espace_sante.formats.line_receipt import line_receipt_pdf
from espace_sante.keeper.demand import ProveParams
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark, say_short_moment
from espace_sante.web import forms
from espace_sante.web.edge import STATUS, Door, Visit, file_answer, file_headers

_ACT = REGISTRY[ActId.PROVE_JOURNAL]
_PATH = "/moi/journal/preuve"
_RECEIPT = "/moi/journal/recu"
_LONGEST_NUMBER = 9


async def ask(visit: Visit) -> Response:
    """Say what the file is, what checks it, and ask for which years."""
    return _form(visit, {})


async def receive(visit: Visit) -> Response:
    """Give the proof as a file, made line by line while it is sent."""
    try:
        params = _ACT.parse(forms.gathered(_ACT.fields, visit.values))
        outcome = await _ACT.perform(visit.portal.frame, visit.ask(keyed=False), params)
    except Problem as problem:
        if not forms.is_for_the_form(problem):
            raise
        errors = forms.errors_of(problem, forms.names_of(_ACT.fields), visit.say)
        return _form(visit, errors, STATUS[problem.kind])
    proof = outcome.result
    if not isinstance(proof, Proof):
        return _form(visit, {}, said=visit.say(outcome.sentence), entry=outcome.entry)
    pieces = proof.pieces()
    # The first line is made before anything is answered: what is not ready is then said on a page, not in a file cut short.
    first = await run_in_threadpool(next, pieces)
    headers = file_headers(f"preuve-{visit.portal.frame.now():%Y-%m-%d}.txt", outcome.entry)
    return StreamingResponse(iterate_in_threadpool(chain((first,), pieces)), 200, headers, "application/octet-stream")


async def receipt(visit: Visit) -> Response:
    """Show the code of one line, and what it proves."""
    outcome = await _one_line(visit)
    made = outcome.result
    if not isinstance(made, LineReceipt):
        return _receipt_page(visit, outcome, None, "")
    title = visit.say(mark("Code du reçu, à lire par une machine"))
    drawn = await run_in_threadpool(svg_code, made.data, title)
    return _receipt_page(visit, outcome, made, Markup(drawn))  # noqa: S704 - drawn by us, from bytes


async def printed(visit: Visit) -> Response:
    """Give the same on a page to print."""
    outcome = await _one_line(visit)
    made = outcome.result
    if not isinstance(made, LineReceipt):
        return _receipt_page(visit, outcome, None, "")
    say, language = visit.say, visit.language
    values = {"number": made.number, "reference": made.reference, "size": made.size}
    values |= {"seen": say_short_moment(made.seen, language)}
    now = visit.portal.frame.now()

    def drawn() -> bytes:
        return line_receipt_pdf(
            say(mark("Reçu d’une ligne de votre journal")),
            made.data,
            lines=(say_short_moment(now, language),),
            paragraphs=[say(words) % values for words in WHAT],
            reference=say(REFERENCE) % values,
            after=[say(words) % values for words in HOW],
            alt=say(mark("Code du reçu, à lire par une machine")),
            language=language.value,
            at=now,
        )

    pdf = await run_in_threadpool(drawn)
    return file_answer(pdf, "application/pdf", f"recu-ligne-{made.number}.pdf", entry=outcome.entry)


DOORS = (
    Door(_PATH, ask, "person"),
    Door(_PATH, receive, "person", "POST"),
    Door(_RECEIPT, receipt, "person", "POST"),
    Door(f"{_RECEIPT}.pdf", printed, "person", "POST"),
)
WHAT = (
    mark("Ce code montre que la ligne %(number)s de votre journal est dans le journal public, et qu’elle y reste."),
    mark("Il ne dit rien de ce que la ligne contient."),
)
REFERENCE = mark("Référence de la ligne : %(reference)s. Journal public : %(size)s lignes, le %(seen)s.")
HOW = (
    mark(
        "Pour le vérifier sans nous : lisez le code avec un téléphone ou un ordinateur, gardez les octets dans un fichier,"
        " et donnez-le au programme verify.py avec la liste des signataires."
    ),
    mark("Comparez la référence qu’il écrit avec celle de cette page."),
)


def _form(visit: Visit, errors: dict[str, str], status: int = 200, *, said: str = "", entry: str = "") -> Response:
    fields = forms.views(_ACT.fields, visit.values)
    return visit.page("person/proof.html", status=status, errors=errors, fields=fields, said=said, entry=entry)


async def _one_line(visit: Visit) -> Outcome:
    text = visit.text("line")
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise Problem(Kind.NOT_FOUND, "page-unknown")
    return await _ACT.perform(visit.portal.frame, visit.ask(keyed=False), ProveParams(line=int(text)))


def _receipt_page(visit: Visit, outcome: Outcome, made: LineReceipt | None, drawn: Markup | str) -> Response:
    return visit.page(
        "person/line_receipt.html", entry=outcome.entry, made=made, drawn=drawn, said=visit.say(outcome.sentence)
    )
