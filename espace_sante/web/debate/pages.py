"""The pages on which the debate is read: themes, dossiers, moderation, the log as files. Guarantee: G14."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from espace_sante.debate.book import Dossier
from espace_sante.debate.shown import moderated, shown_dossier, shown_themes, wanted_texts
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web.debate.edge import Guest

_FILE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-cache"}


async def dossier_of(guest: Guest) -> Dossier:
    """Return the dossier of an address. Raises Problem."""
    found = (await guest.register.book()).dossiers.get(guest.request.path_params["dossier"])
    if found is None:
        raise Problem(Kind.NOT_FOUND, "debate-no-dossier")
    return found


async def index(guest: Guest) -> Response:
    """Show the four themes and their dossiers."""
    themes = shown_themes(await guest.register.book(), guest.today, guest.language)
    return guest.page("debate/index.html", themes=themes, before="/debat/dossiers/", after="", served=True)


async def one(guest: Guest) -> Response:
    """Show a dossier, whole."""
    dossier = await dossier_of(guest)
    texts = await guest.register.texts(wanted_texts(dossier))
    shown = shown_dossier(dossier, texts, guest.today, guest.language)
    return guest.page("debate/dossier.html", dossier=shown, index=guest.at("/debat"), served=True)


async def how(guest: Guest) -> Response:
    """Say how to take part, by each way, and what is known of whoever does."""
    return guest.page("debate/how.html", index=guest.at("/debat"), served=True)


async def moderation(guest: Guest) -> Response:
    """Show the public log of moderation: what is hidden, why, by which role."""
    lines = moderated(await guest.register.book())
    return guest.page("debate/moderation.html", lines=lines, index=guest.at("/debat"), served=True)


async def log(guest: Guest) -> Response:
    """Give the whole log in one file, with the texts that may be read and the signed head."""
    return Response(await guest.register.export(), media_type="application/x-ndjson", headers=_FILE)


async def head(guest: Guest) -> Response:
    """Give the signed head."""
    return Response(await guest.register.head(), media_type="text/plain; charset=utf-8", headers=_FILE)


async def key(guest: Guest) -> Response:
    """Give the public key under which heads are signed."""
    return PlainTextResponse(f"{guest.register.public_key}\n", headers=_FILE)


async def alive(guest: Guest) -> Response:
    """Say that the register answers."""
    await guest.register.head()
    return PlainTextResponse("prêt\n", headers={"Cache-Control": "no-store"})
