"""The pages on which the debate is read: themes, dossiers, moderation, the log as files. Guarantee: G14."""

from __future__ import annotations

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from espace_sante.debate.dossier import Dossier
from espace_sante.debate.shown import (
    changed,
    decisions_feed,
    moderated,
    proposals_of,
    shown_dossier,
    shown_themes,
    shown_witnesses,
    wanted_texts,
)
from espace_sante.debate.words import CHOICES, SORTS, TO
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import Language, say_date
from espace_sante.web.debate.edge import Reader

# The address of the letters is on the sheet of the envelope; a blank form is for whoever has lost that page.
_FILE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-cache"}


async def dossier_of(guest: Reader) -> Dossier:
    """Return the dossier of an address. Raises Problem."""
    found = (await guest.register.book()).dossiers.get(guest.request.path_params["dossier"])
    if found is None:
        raise Problem(Kind.NOT_FOUND, "debate-no-dossier")
    return found


async def index(guest: Reader) -> Response:
    """Show the four themes and their dossiers."""
    book = await guest.register.book()
    themes = shown_themes(book, guest.today, guest.language)
    signed = shown_witnesses(await guest.register.witnesses(), book.size)
    return guest.page(
        "debate/index.html", themes=themes, witnesses=signed, before="/debat/dossiers/", after="", served=True
    )


async def one(guest: Reader) -> Response:
    """Show a dossier, whole."""
    dossier = await dossier_of(guest)
    texts = await guest.register.texts(wanted_texts(dossier))
    shown = shown_dossier(dossier, texts, guest.today, guest.language)
    return guest.page("debate/dossier.html", dossier=shown, index=guest.at("/debat"), served=True)


async def how(guest: Reader) -> Response:
    """Say how to take part, by each way, and what is known of whoever does."""
    return guest.page("debate/how.html", index=guest.at("/debat"), served=True)


async def moderation(guest: Reader) -> Response:
    """Show the public log of moderation: what is hidden, why, by which role."""
    lines = moderated(await guest.register.book(), guest.today)
    return guest.page(
        "debate/moderation.html",
        lines=lines,
        before="/debat/dossiers/",
        after="",
        index=guest.at("/debat"),
        served=True,
    )


async def decisions(guest: Reader) -> Response:
    """Show what changed in the service by the debate, each with its decision."""
    lines = changed(await guest.register.book())
    return guest.page(
        "debate/decisions.html", lines=lines, before="/debat/dossiers/", after="", index=guest.at("/debat"), served=True
    )


async def feed(guest: Reader) -> Response:
    """Give the decisions, and what they changed, as a feed."""
    found = decisions_feed(await guest.register.book(), "/debat/dossiers/", "")
    return Response(found, media_type="application/atom+xml", headers=_FILE)


async def log(guest: Reader) -> Response:
    """Give the whole log in one file, with the texts that may be read and the signed head."""
    return Response(await guest.register.export(), media_type="application/x-ndjson", headers=_FILE)


async def head(guest: Reader) -> Response:
    """Give the signed head."""
    return Response(await guest.register.head(), media_type="text/plain; charset=utf-8", headers=_FILE)


async def key(guest: Reader) -> Response:
    """Give the public key under which heads are signed."""
    return PlainTextResponse(f"{guest.register.public_key}\n", headers=_FILE)


async def blank_form(guest: Reader) -> Response:
    """Give the form of a text, without a code (ES-110, PDF)."""
    # Here and not above: the drawing of letters weighs more than all the pages.
    from espace_sante.formats.debate_sheet import blank_pdf

    return _pdf(await run_in_threadpool(blank_pdf, list(SORTS.values()), [TO]))


async def blank_ballot(guest: Reader) -> Response:
    """Give the ballot of a vote, without a code (ES-111, PDF)."""
    from espace_sante.formats.debate_sheet import ballot_pdf

    dossier = await dossier_of(guest)
    if dossier.vote is None:
        raise Problem(Kind.NOT_FOUND, "debate-no-vote")
    texts = dict(proposals_of(dossier, await guest.register.texts(wanted_texts(dossier))))
    rows = [(number, texts.get(number, "")) for number in dossier.vote.proposals]
    until = say_date(dossier.vote.closes_on, Language.FR)
    said = (dossier.opened.title, rows, list(CHOICES.values()), [TO])
    return _pdf(await run_in_threadpool(partial(ballot_pdf, *said, until=until)))


def _pdf(data: bytes) -> Response:
    return Response(data, media_type="application/pdf", headers=_FILE)


async def alive(guest: Reader) -> Response:
    """Say that the register answers."""
    await guest.register.head()
    return PlainTextResponse("prêt\n", headers={"Cache-Control": "no-store"})
