"""The edge of the pages: who asks, in which language, with which form; and every problem as a page.

A page is a function of a `Visit`; nothing but this module reads a cookie, a body or a header. Each door says who may stand
at it: that chooses pages, it never decides a right (the keeper does). Controls: C12 to C20, C54.
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from espace_sante.access.request import Channel, Proof
from espace_sante.actions import frame as acts
from espace_sante.actions.act import Value
from espace_sante.actions.posted_form import discard_files
from espace_sante.actions.refusals import sentence
from espace_sante.actions.sign_in import session_of, who_is
from espace_sante.keeper.demand import SessionAnswer
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import Language, choose_language, mark, translator
from espace_sante.kernel.place import place_of
from espace_sante.web import cookies
from espace_sante.web.body import read_form
from espace_sante.web.rendering import (
    ANTI_FORGERY_FIELD,
    CONTENT_SECURITY_POLICY,
    IDEMPOTENCY_FIELD,
    LANGUAGE_PARAMETER,
    PICTURES_POLICY,
    Link,
    Page,
    Visitor,
    policy_sending_to,
    render,
    render_error,
)
from espace_sante.web.turns import Turns

STATUS = MappingProxyType(
    {
        Kind.INVALID: 400,
        Kind.UNAUTHENTICATED: 401,
        Kind.FORBIDDEN: 403,
        Kind.NOT_FOUND: 404,
        Kind.CONFLICT: 409,
        Kind.GONE: 410,
        Kind.TOO_LARGE: 413,
        Kind.UNSUPPORTED_MEDIA: 415,
        Kind.UNPROCESSABLE: 422,
        Kind.TOO_MANY: 429,
        Kind.INTERNAL: 500,
        Kind.OUTSIDE_FAILURE: 503,
        Kind.BUSY: 503,
    }
)
# `same-origin` rather than `no-referrer`: under the second one browsers send `Origin: null` with our own forms, and the
# check below could not tell them from a stranger's. Nothing is sent to another host either way. Source: Fetch 3.2.5.
_ALWAYS = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
_LARGE_PAGE = 200_000  # compressed in some milliseconds; no page without a document is as large
_FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Where each kind of account begins, and what stands in its navigation.
HOMES = MappingProxyType(
    {"person": "/moi", "practitioner": "/pro", "agent": "/guichet", "operator": "/exploitant", "helper": "/pour"}
)
_NAVIGATION: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "person": (
            ("/moi", mark("Mon espace")),
            ("/moi/documents", mark("Documents")),
            ("/moi/autorisations", mark("Qui peut lire")),
            ("/moi/journal", mark("Journal")),
        ),
        "practitioner": (("/pro", mark("Chercher une personne")),),
        "agent": (
            ("/guichet", mark("Au guichet")),
            ("/guichet/courrier", mark("Par courrier")),
            ("/guichet/telephone", mark("Par téléphone")),
            ("/guichet/file", mark("Feuilles à lire")),
            ("/guichet/feuilles", mark("Feuilles numérotées")),
            ("/guichet/deces", mark("Décès")),
            ("/guichet/representants", mark("Représentants légaux")),
        ),
        "helper": (("/pour", mark("Pour qui j’agis")),),
        "operator": (
            ("/exploitant", mark("Inviter une personne")),
            ("/exploitant/dossiers", mark("Dossiers")),
            ("/exploitant/courrier", mark("Courrier")),
            ("/exploitant/aide", mark("Aide d’un ticket")),
            ("/exploitant/justice", mark("Décisions de justice")),
            ("/exploitant/deces", mark("Décès")),
            ("/exploitant/ayants-droit", mark("Ayants droit")),
            ("/exploitant/remise", mark("Lettre remise")),
            ("/exploitant/retour", mark("Lettre revenue")),
        ),
    }
)


class Account(Protocol):
    """An invented account, as the pages show it."""

    @property
    def id(self) -> str:
        """Its word in the list."""
        ...

    @property
    def kind(self) -> str:
        """person, practitioner, agent or operator."""
        ...

    @property
    def name(self) -> str:
        """How it is called."""
        ...

    @property
    def rpps(self) -> str:
        """A professional's number, or nothing."""
        ...

    @property
    def profession(self) -> str:
        """What a professional does, or nothing."""
        ...

    @property
    def structure(self) -> str:
        """Where, or nothing."""
        ...

    @property
    def profession_code(self) -> str:
        """The code of what he does, or nothing."""
        ...

    @property
    def structure_id(self) -> str:
        """The number of where, or nothing."""
        ...

    @property
    def why(self) -> str:
        """One line about it."""
        ...


class Provider(Protocol):
    """The development identity provider, when there is one."""

    @property
    def accounts(self) -> Mapping[str, Account]:
        """Every invented account, by its word."""
        ...

    def assertion(self, account: Any) -> str:
        """Return a signed assertion for an account."""
        ...


@dataclass(slots=True)
class Visit:
    """One request, read: who asks, in which language, with which values."""

    portal: Portal
    request: Request
    language: Language
    salt: bytes
    token: str = ""
    who: SessionAnswer | None = None
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def signed_in(self) -> SessionAnswer:
        """Return who is signed in; raises Problem(UNAUTHENTICATED) when nobody is."""
        if self.who is None:
            raise Problem(Kind.UNAUTHENTICATED, "unauthenticated")
        return self.who

    def count_upload(self) -> None:
        """Count one upload of whoever is signed in; raises Problem(TOO_MANY) beyond the limit."""
        self.portal.frame.uploads.count(self.account)

    @property
    def account(self) -> str:
        """Return the word that names who is signed in, among all accounts."""
        return f"{self.signed_in.kind}|{self.signed_in.identifier}"

    @property
    def anti_forgery(self) -> str:
        """Return the word every form of this page carries."""
        return cookies.anti_forgery(self.token, self.salt)

    def say(self, words: str) -> str:
        """Return a French sentence in the language of the page."""
        return translator(self.language).gettext(words)

    def text(self, name: str) -> str:
        """Return a text that was posted, "" when absent."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def query(self, name: str) -> str:
        """Return a parameter of the address, "" when absent."""
        return self.request.query_params.get(name, "")

    def new_key(self) -> str:
        """Return a fresh idempotency key for a form."""
        return self.portal.frame.random(16).hex()

    async def fresh(self) -> SessionAnswer | None:
        """Ask again who is signed in: an act may have opened or closed her space."""
        return await who_is(self.portal.frame.keeper, session_of(self.token))

    def ask(self, person: str = "self", *, keyed: bool = True) -> acts.Request:
        """Return the request of an act by whoever is signed in, with the form's key when it changes something."""
        proof = Proof.PROFESSIONAL if self.signed_in.kind == "practitioner" else Proof.LOGIN
        key = self.text(IDEMPOTENCY_FIELD) if keyed else ""
        return acts.Request(session_of(self.token), Channel.WEB, proof, person, False, key, "web")

    def ask_on_behalf(
        self,
        channel: Channel,
        proof: Proof,
        person: str,
        key: str,
        client: str = "guichet",
        days: tuple[str, str] = ("", ""),
        tie: str = "",
    ) -> acts.Request:
        """Return the request of an act done by an agent for a person, at her request; `days`: its form's arrival and postmark."""
        return acts.Request(session_of(self.token), channel, proof, person, True, key, client, *days, tie=tie)

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        entry: str = "",
        acting_for: str = "",
        pictures: bool = False,
        sent_to: Iterable[str] = (),
        read_again: str = "",
        **values: object,
    ) -> Response:
        """Return a page; `key` and `token` are given to its forms, each with its own fresh key by `new_key`.

        `pictures`: it shows a document, whose pictures stand inside the page. `sent_to`: the origins of applications to which
        an answer to its forms sends the browser; it would not follow there otherwise. `read_again`: where the page is read again,
        when that is not the address of the request without its parameters.
        """
        given = {"key": self.new_key(), "new_key": self.new_key, "token": self.anti_forgery, "errors": {}} | values
        html = render(template, self.language, page=self.around(acting_for, read_again), **given)
        headers = {"Journal-Entry": entry} if entry else {}
        if pictures:
            headers["Content-Security-Policy"] = PICTURES_POLICY
        if sent_to:
            headers["Content-Security-Policy"] = policy_sending_to(sent_to)
        return HTMLResponse(html, status, headers)

    def around(self, acting_for: str = "", path: str = "") -> Page:
        """Return what surrounds a page: banner, navigation, who is signed in."""
        path = path or self.request.url.path
        shown = (
            path if self.request.method == "GET" or "?" in path else HOMES.get(self.who.kind if self.who else "", "/")
        )
        links: tuple[Link, ...] = ()
        visitor = None
        if self.who is not None:
            visitor = Visitor(self.who.name, "/deconnexion", self.anti_forgery)
            if self.who.kind != "person" or self.who.person:
                home = HOMES[self.who.kind]
                links = tuple(
                    Link(href, self.say(words), path == href or (href != home and path.startswith(href)))
                    for href, words in _NAVIGATION[self.who.kind]
                )
        return Page(shown, self.portal.provider is not None, links, visitor, acting_for)

    def problem(self, problem: Problem) -> Response:
        """Return a problem as a page, with what to do next."""
        status = STATUS[problem.kind]
        said = "" if problem.code in ("internal", "page-unknown") else sentence(problem, self.say)
        then = None
        if problem.code == "wrong-role":
            said = self.say(mark("Cette partie est pour un autre rôle que le vôtre."))
            then = Link("/connexion", self.say(mark("Changez de compte.")))
        reference = problem.entry or str(problem.fields.get("reference", ""))
        html = render_error(status, self.language, page=self.around(), reference=reference, sentence=said, then=then)
        headers = {"Journal-Entry": problem.entry} if problem.entry else {}
        if problem.kind in (Kind.BUSY, Kind.TOO_MANY):
            headers["Retry-After"] = str(problem.fields.get("seconds", 2))
        return HTMLResponse(html, status, headers)


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Door:
    """One address of the portal: its method, who may stand at it ("" for anybody, kinds parted by "|"), what answers.

    `files` is how many documents may come with the form; a door that is `free` of the anti-forgery word has no session yet.
    """

    path: str
    handler: Handler
    kind: str = ""
    method: str = "GET"
    files: int = 0
    free: bool = False


@dataclass(frozen=True, slots=True)
class Portal:
    """What every page is made from."""

    frame: acts.Frame
    provider: Provider | None
    turns: Turns = field(default_factory=Turns)
    undo: Mapping[str, str] = field(default_factory=dict)  # how each act is taken back, in one sentence

    def route(self, door: Door) -> Route:
        """Return the route of a door: its visits read, its problems turned into pages, its headers set."""

        async def endpoint(request: Request) -> Response:
            return await self._serve(door, request)

        return Route(door.path, endpoint, methods=[door.method])

    def name_of(self, party: str) -> str:
        """Return the name of a professional or of a structure ("structure:…") when this instance knows it, "" otherwise."""
        accounts = self.provider.accounts.values() if self.provider else ()
        kind, _, number = party.partition(":")
        if kind == "structure":
            return next((account.structure for account in accounts if number and account.structure_id == number), "")
        return next((account.name for account in accounts if party and account.rpps == party), "")

    def account_of(self, rpps: str) -> Account | None:
        """Return what this instance knows of a professional, None when it knows nothing."""
        accounts = self.provider.accounts.values() if self.provider else ()
        return next((account for account in accounts if rpps and account.rpps == rpps), None)

    async def _serve(self, door: Door, request: Request) -> Response:
        settings = self.frame.settings
        language = choose_language(
            asked=request.query_params.get(LANGUAGE_PARAMETER, ""),
            kept=request.cookies.get(cookies.LANGUAGE, ""),
            accepted=request.headers.get("accept-language", ""),
        )
        visit = Visit(self, request, language, self.frame.random(16), cookies.session_token(request, settings))
        try:
            response = await self._answer(door, visit)
        except Problem as problem:
            response = self._refusal(door, visit, problem)
        finally:
            await discard_files(self.frame, visit.values.values())
        if isinstance(response, HTMLResponse):
            await _pack(request, response)
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        private = bool(visit.token) or door.kind or request.method != "GET"
        response.headers.setdefault("Cache-Control", "no-store" if private else "private, no-cache")
        if cookies.is_secure(settings):
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if request.query_params.get(LANGUAGE_PARAMETER) == language.value:
            cookies.keep_language(response, language, settings)
        return response

    async def _answer(self, door: Door, visit: Visit) -> Response:
        request, settings = visit.request, self.frame.settings
        if len(request.scope.get("raw_path") or b"") + len(request.scope["query_string"]) > settings.url_bytes:
            raise Problem(Kind.INVALID, "demand-invalid")
        if place_of(f"//{request.headers.get('host', '')}").hostname not in settings.hosts:
            raise Problem(Kind.INVALID, "demand-invalid")
        if visit.token:
            visit.who = await self._who(visit)
        if door.method == "POST":
            _refuse_strangers(request, must_say=door.free)
            if door.files:
                _before_files(door, visit)
            visit.values = await read_form(request, self.frame, files=door.files)
            if not door.free and not cookies.is_genuine(visit.text(ANTI_FORGERY_FIELD), visit.token):
                raise Problem(Kind.FORBIDDEN, "form-stale")
        _refuse_others(door, visit)
        return await door.handler(visit)

    async def _who(self, visit: Visit) -> SessionAnswer | None:
        try:
            found = await who_is(self.frame.keeper, session_of(visit.token))
            if found.kind in HOMES:
                return found
        except Problem as problem:
            if problem.kind is not Kind.UNAUTHENTICATED:
                raise
        visit.token = ""  # nobody, or an account that no page is for
        return None

    def _refusal(self, door: Door, visit: Visit, problem: Problem) -> Response:
        stale = problem.code == "form-stale" and visit.who is None
        if (problem.kind is Kind.UNAUTHENTICATED or stale) and door.kind:
            back = visit.request.url.path if door.method == "GET" else HOMES[door.kind.partition("|")[0]]
            return RedirectResponse(f"/connexion?vers={quote(back)}", 303)
        return visit.problem(problem)


def see_other(path: str) -> Response:
    """Send the browser to another of our pages."""
    return RedirectResponse(path, 303)


def file_answer(data: bytes, media_type: str, name: str, *, entry: str = "") -> Response:
    """Return a file to keep: never shown inside a page of ours, never guessed, never able to do anything."""
    return Response(data, media_type=media_type, headers=file_headers(name, entry))


def file_headers(name: str, entry: str = "") -> dict[str, str]:
    """Return the headers of a file to keep. `name` holds letters, digits, points and dashes only."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": _FILE_POLICY}
    return headers | ({"Journal-Entry": entry} if entry else {})


def routes_of(portal: Portal, doors: Iterable[Door]) -> list[Route]:
    """Return the routes of several doors."""
    return [portal.route(door) for door in doors]


async def _pack(request: Request, response: HTMLResponse) -> None:
    """Compress a page for whoever reads gzip; a large one, which shows a document, apart: nobody else waits for it."""
    response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = bytes(response.body)
        response.body = await run_in_threadpool(_packed, body) if len(body) > _LARGE_PAGE else _packed(body)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


def _before_files(door: Door, visit: Visit) -> None:
    """Say whether files may come at all, before a byte of them is read; an agent's are not counted."""
    _refuse_others(door, visit)
    if door.kind in ("person", "practitioner"):
        visit.count_upload()


def _refuse_others(door: Door, visit: Visit) -> None:
    if door.kind and visit.signed_in.kind not in door.kind.split("|"):
        raise Problem(Kind.FORBIDDEN, "wrong-role")


def _refuse_strangers(request: Request, *, must_say: bool) -> None:
    """Refuse a form that another site had the browser send. Source: Fetch Metadata; OWASP CSRF Prevention."""
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    place = place_of(origin).netloc
    ours = site in ("", "same-origin", "none") and place in ("", request.headers.get("host", ""))
    if not ours or (origin and not place) or (must_say and not site and not origin):
        raise Problem(Kind.FORBIDDEN, "form-stale")
