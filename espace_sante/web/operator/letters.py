"""The mail room's page: how many letters wait, print them, print again those that were, say that they are posted.

No name on any page: the letters themselves are a file to print, and each printing is a line of the journal of who it is for.
Guarantee: G4, G5.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from espace_sante.access.request import ActId
from espace_sante.actions.refusals import LETTER_OVER, NOTHING
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper.demand import LettersAnswer, PrintedAnswer
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web import forms
from espace_sante.web.edge import Door, Visit, file_answer
from espace_sante.web.operator.letter_batches import drawn, job_of
from espace_sante.web.operator.letter_bundle import bundle, made
from espace_sante.web.operator.letter_files import archive
from espace_sante.web.operator.letter_words import Writer

_LIST, _PRINT, _POST = (REGISTRY[act] for act in (ActId.LIST_LETTERS, ActId.PRINT_LETTER, ActId.POST_LETTER))
_RETURN = REGISTRY[ActId.RETURN_LETTER]
AT_ONCE = 40  # letters of one file: what is put in envelopes in one go
_POSTED_AT_ONCE = 200
_PATH = "/exploitant/courrier"
# Posted or dropped since the list was read: nothing is left to do about it.
_OVER = frozenset({LETTER_OVER, NOTHING})


async def mail(visit: Visit) -> Response:
    """Show how many letters wait, and how many are printed and not posted."""
    return await _page(visit)


async def print_waiting(visit: Visit) -> Response:
    """Print what waits, the most urgent first, a file of a bounded number of letters."""
    listed, _ = await _listed(visit)
    return await _file(visit, listed.waiting, "lettres", again=False)


async def print_again(visit: Visit) -> Response:
    """Print again what was printed and not posted, as it was."""
    listed, _ = await _listed(visit)
    return await _file(visit, listed.printed, "lettres-encore", again=True)


async def print_batch(visit: Visit) -> Response:
    """Print what waits as a batch: the letters, their manifest, and the files that go with some of them, in one archive."""
    listed, _ = await _listed(visit)
    printed, entry = await _printed(visit, listed.waiting[:AT_ONCE], again=False)
    if not printed:
        return await _nothing(visit)
    writer, now = _writer(visit), visit.portal.frame.now()
    number = secrets.token_hex(6).upper()

    def packed() -> bytes:
        return archive(drawn(job_of(writer, made(writer, printed), number, now)).all_files(), now)

    data = await run_in_threadpool(packed)
    return file_answer(data, "application/zip", f"lot-{number}.zip", entry=entry)


async def posted(visit: Visit) -> Response:
    """Note that the letters this page counted are posted; those printed since are not among them."""
    done = 0
    for number in visit.text("letters").split(",")[:_POSTED_AT_ONCE]:
        try:
            asked = visit.ask("", keyed=False)
            await _POST.perform(visit.portal.frame, asked, _POST.parse({"letter": number}))
        except Problem as problem:
            if problem.code not in _OVER:
                raise
            continue
        done += 1
    return await _page(visit, visit.say(mark("Lettres notées comme postées : %(num)s.")) % {"num": done})


async def returned(visit: Visit) -> Response:
    """Note that a posted letter came back, by the number printed on it."""
    try:
        asked = visit.ask("", keyed=False)
        outcome = await _RETURN.perform(visit.portal.frame, asked, _RETURN.parse(visit.values))
    except Problem as problem:
        if problem.code not in _OVER and not forms.is_for_the_form(problem):
            raise
        words = mark(
            "Ce numéro n’est pas celui d’une lettre postée par nous depuis un an, ou son retour est déjà noté."
        )
        return await _page(visit, error=visit.say(words))
    return await _page(visit, visit.say(outcome.sentence))


DOORS = (
    Door(_PATH, mail, "operator"),
    Door(f"{_PATH}/lettres.pdf", print_waiting, "operator", "POST"),
    Door(f"{_PATH}/lot.zip", print_batch, "operator", "POST"),
    Door(f"{_PATH}/encore.pdf", print_again, "operator", "POST"),
    Door(f"{_PATH}/postees", posted, "operator", "POST"),
    Door(f"{_PATH}/revenue", returned, "operator", "POST"),
)


async def _listed(visit: Visit) -> tuple[LettersAnswer, str]:
    outcome = await _LIST.perform(visit.portal.frame, visit.ask("", keyed=False), _LIST.parse({}))
    assert isinstance(outcome.result, LettersAnswer)
    return outcome.result, outcome.entry


async def _page(visit: Visit, said: str = "", *, error: str = "") -> Response:
    listed, entry = await _listed(visit)
    settings = visit.portal.frame.settings
    return visit.page(
        "operator/letters.html",
        status=400 if error else 200,
        entry=entry,
        error=error,
        number=forms.views(_RETURN.fields, visit.values if error else {}),
        said=said,
        listed=listed,
        at_once=AT_ONCE,
        printed=",".join(listed.printed[:_POSTED_AT_ONCE]),
        reachable=bool(settings.contact_phone and settings.contact_post),
    )


async def _file(visit: Visit, numbers: Sequence[str], name: str, *, again: bool) -> Response:
    printed, entry = await _printed(visit, numbers[:AT_ONCE], again=again)
    if not printed:
        return await _nothing(visit)
    now = visit.portal.frame.now()
    found = await run_in_threadpool(bundle, _writer(visit), printed, now)
    data, media_type, named = found.as_file(name, now)
    return file_answer(data, media_type, named, entry=entry)


def _writer(visit: Visit) -> Writer:
    return Writer(visit.portal.frame.settings, visit.portal.name_of, visit.portal.undo)


async def _nothing(visit: Visit) -> Response:
    return await _page(visit, visit.say(mark("Rien à imprimer : ce qui attendait ne sert plus, ou est déjà parti.")))


async def _printed(visit: Visit, numbers: Sequence[str], *, again: bool) -> tuple[list[PrintedAnswer], str]:
    found, entry = [], ""
    for number in numbers:
        params = _PRINT.parse({"letter": number, "again": "yes" if again else "no"})
        try:
            outcome = await _PRINT.perform(visit.portal.frame, visit.ask("", keyed=False), params)
        except Problem as problem:
            if problem.code not in _OVER:
                raise
            continue
        found.append(outcome.result)
        entry = outcome.entry
    return found, entry
