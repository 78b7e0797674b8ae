"""Sample pages made of every macro, served on loopback: what the look is checked on before any real page exists."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from espace_sante.kernel.i18n import Language
from espace_sante.web.assets import serve_static
from espace_sante.web.policy import Here
from espace_sante.web.rendering import (
    CONTENT_SECURITY_POLICY,
    Link,
    Page,
    Visitor,
    environment,
    render,
    render_error,
)

SINK = Path(__file__).with_name("sample.html")
NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)


def surroundings(path: str) -> Page:
    """Everything that may surround a page, at once."""
    return Page(
        path=path,
        development=True,
        navigation=(
            Link("/moi", "Accueil"),
            Link("/moi/documents", "Documents", current=True),
            Link("/moi/autorisations", "Qui peut lire"),
            Link("/moi/journal", "Journal"),
        ),
        visitor=Visitor("Jeanne Petit", "/sortir", "t-0"),
        acting_for="Paul Petit",
    )


def sample_pages(language: Language = Language.FR) -> dict[str, str]:
    """Return the sample pages by address."""
    errors = {"name": "Écrivez votre nom", "birth": "Le 31 février n’existe pas"}
    sink = environment(language).from_string(SINK.read_text(encoding="utf-8"))
    pages = {
        "/": render("base/home.html", language, page=Page(development=True), here=Here(False, 24)),
        "/aide": render("base/help.html", language, phone="", counter="", post=""),
        "/pieces": sink.render(page=surroundings("/pieces"), errors={}, now=NOW, day=NOW.date()),
        "/erreurs": sink.render(page=surroundings("/erreurs"), errors=errors, now=NOW, day=NOW.date()),
    }
    for status in (400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503):
        pages[f"/{status}"] = render_error(status, language, page=surroundings(f"/{status}"), reference="7F3A-9C21")
    return pages


@contextmanager
def served() -> Iterator[str]:
    """Serve the sample pages on a free loopback port, under the policy of the real ones; give the address."""
    pages = sample_pages()

    async def page(request: Request) -> Response:
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return HTMLResponse(pages[request.url.path], headers=headers)

    routes = [Route("/static/{path}", serve_static), *(Route(path, page) for path in pages)]
    app = Starlette(routes=routes, middleware=[Middleware(GZipMiddleware)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
