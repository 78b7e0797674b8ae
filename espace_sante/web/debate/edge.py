"""The edge of the debate's pages: in which language, with which form; every refusal as a page. Reads no cookie.

A visitor has no account here: nothing is remembered of one page on the next but what its address says. Guarantee: G14.
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from espace_sante.debate.refused import sentence
from espace_sante.kernel.clock import Clock
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import Language, choose_language, translator
from espace_sante.kernel.place import place_of
from espace_sante.web.rendering import CONTENT_SECURITY_POLICY, LANGUAGE_PARAMETER, Page, render, render_error

if TYPE_CHECKING:  # the process of the counters of envelopes never loads the register
    from espace_sante.debate.register import Register

PARIS = ZoneInfo("Europe/Paris")
FORM_BYTES = 64 * 1024  # the longest text, four bytes a letter, written as a form: under that
_MOST_FIELDS = 200
_STATUS = MappingProxyType(
    {
        Kind.INVALID: 400,
        Kind.FORBIDDEN: 403,
        Kind.NOT_FOUND: 404,
        Kind.CONFLICT: 409,
        Kind.TOO_LARGE: 413,
        Kind.UNPROCESSABLE: 422,
        Kind.BUSY: 503,
    }
)
_ALWAYS = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Vary": "Accept-Encoding, Accept-Language",
    }
)


# What a process works with: the register of the debate, or the lists of envelopes.
Work = TypeVar("Work")


@dataclass(slots=True)
class Guest(Generic[Work]):
    """One request, read: in which language, on which day, with which values. Whose it is, nobody here can tell."""

    request: Request
    register: Work
    language: Language
    today: date
    hour: int
    development: bool
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text that was posted, "" when absent."""
        return self.values.get(name, "")

    def say(self, words: str) -> str:
        """Return a French sentence in the language of the page."""
        return translator(self.language).gettext(words)

    def at(self, path: str) -> str:
        """Return an address of the debate, which goes on in the language chosen on this page."""
        if LANGUAGE_PARAMETER not in self.request.query_params:
            return path
        return f"{path}?{urlencode({LANGUAGE_PARAMETER: self.language.value})}"

    def page(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """Return a page."""
        around = Page(path=self.request.url.path, development=self.development)
        written = render(template, self.language, page=around, frame="base/layout.html", at=self.at, **values)
        return HTMLResponse(written, status)

    def refusal(self, problem: Problem) -> HTMLResponse:
        """Return the page of a refusal."""
        around = Page(path=self.request.url.path, development=self.development)
        status = _STATUS.get(problem.kind, 500)
        return HTMLResponse(
            render_error(status, self.language, page=around, sentence=sentence(problem, self.language)), status
        )


Reader: TypeAlias = "Guest[Register]"
Handler: TypeAlias = Callable[[Guest[Work]], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class House(Generic[Work]):
    """What the pages work with."""

    register: Work
    now: Clock
    hosts: frozenset[str]
    development: bool

    def route(self, path: str, handler: Handler[Work], method: str = "GET") -> Route:
        """Return the route of a page."""

        async def answer(request: Request) -> Response:
            guest = self._guest(request)
            try:
                response = await self._answer(guest, handler)
            except Problem as problem:
                response = guest.refusal(problem)
            if isinstance(response, HTMLResponse):
                _pack(request, response)
            for name, value in _ALWAYS.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Cache-Control", "no-store" if method == "POST" else "no-cache")
            return response

        return Route(path, answer, methods=[method])

    async def _answer(self, guest: Guest[Work], handler: Handler[Work]) -> Response:
        if place_of(f"//{guest.request.headers.get('host', '')}").hostname not in self.hosts:
            raise Problem(Kind.INVALID, "debate-form-stale")
        if guest.request.method == "POST":
            _refuse_strangers(guest.request)
            guest.values = await read_form(guest.request)
        try:
            return await handler(guest)
        except OSError:
            raise Problem(Kind.BUSY, "debate-busy") from None

    def _guest(self, request: Request) -> Guest[Work]:
        # No cookie is looked at, not even for the language.
        language = choose_language(
            asked=request.query_params.get(LANGUAGE_PARAMETER, ""),
            accepted=request.headers.get("accept-language", ""),
        )
        local = self.now().astimezone(PARIS)
        return Guest(request, self.register, language, local.date(), local.hour, self.development)


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the values of a small form. Raises Problem for anything else, and for a name that stands twice."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Problem(Kind.INVALID, "debate-form-stale")
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > FORM_BYTES:
                raise Problem(Kind.TOO_LARGE, "debate-text-length")
        pairs = parse_qsl(body.decode("ascii"), True, errors="strict", max_num_fields=_MOST_FIELDS)
    except (ValueError, ClientDisconnect):
        raise Problem(Kind.INVALID, "debate-form-stale") from None
    if len(dict(pairs)) != len(pairs):
        raise Problem(Kind.INVALID, "debate-form-stale")
    return dict(pairs)


def _refuse_strangers(request: Request) -> None:
    """Refuse a form that another site had the browser send. Source: Fetch Metadata; OWASP CSRF Prevention."""
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    place = place_of(origin).netloc
    ours = site in ("", "same-origin", "none") and place in ("", request.headers.get("host", ""))
    if not ours or (origin and not place) or not (site or origin):
        raise Problem(Kind.FORBIDDEN, "debate-form-stale")


def _pack(request: Request, response: HTMLResponse) -> None:
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(bytes(response.body), 6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))


def day_in_paris(now: datetime) -> date:
    """Return the day it is in Paris."""
    return now.astimezone(UTC).astimezone(PARIS).date()
