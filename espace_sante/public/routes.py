"""Where a running instance serves the public side. Nothing here knows who asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from espace_sante.access.matrix_cells import Version
from espace_sante.access.matrix_cells import published as versions_of
from espace_sante.actions.indicators import Indicators
from espace_sante.formats.code_tables import CodeTables
from espace_sante.keeper.delays import Delay
from espace_sante.kernel.clock import utc_now
from espace_sante.public import journal
from espace_sante.public.changes import Change, changes_of, decisions_feed, decisions_page
from espace_sante.public.costs import costs_json
from espace_sante.public.guarantee import Guarantee, guarantees
from espace_sante.public.incident import incident_of
from espace_sante.public.ledger import Damaged, Ledger
from espace_sante.public.ledger_file import as_csv, ledger_of
from espace_sante.public.matrix import Types, matrix_page, page_name, profession_page
from espace_sante.public.pages import Addresses, Content, costs_page, guarantee_page, index_page
from espace_sante.public.parity import parity_page
from espace_sante.public.published import Published, as_published
from espace_sante.public.results import NO_RESULTS
from espace_sante.public.shipped import bill_of_materials
from espace_sante.public.texts import PublicText, public_texts, text_page
from espace_sante.public.transparency import poster_page, root_of, secondary_page, transparency_page
from espace_sante.public.verifiers import verifiers

ADDRESSES = Addresses(
    "/garanties",
    "/couts",
    "/garanties/",
    "",
    matrix="/matrice",
    matrix_before="/matrice/",
    debate="/debat",
    destruction="/effacement",
    costs_csv="/couts.csv",
    costs_json="/couts.json",
)
_FILE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
# From the values of an address to its page, at once or after asking, or nothing when there is no such page.
Finder = Callable[[Mapping[str, str]], Content | Awaitable[Content | None] | None]
# Given by the assembly: makes the route of an address, with the frame, headers and errors of every other page.
Show = Callable[[str, Finder], BaseRoute]


@dataclass(frozen=True)
class _Instance:
    """What this instance shows, read again at each request: the files that the operator keeps in its folder."""

    home: Path
    told: Published
    parity: Callable[[Mapping[tuple[str, str], Delay]], Mapping[str, Any]]
    figures: Callable[[], Awaitable[Indicators | None]]

    def published(self) -> Published:
        return replace(self.told, incident=incident_of(self.home))

    def guarantees(self) -> tuple[Guarantee, ...]:
        return as_published(guarantees(), self.published())

    def types(self) -> Types:
        return Types.of(CodeTables(self.home / "tables"))

    def ledger(self) -> Ledger | Damaged:
        return ledger_of(self.home)

    def versions(self) -> tuple[Version, ...]:
        return versions_of(self.home)

    def changes(self) -> tuple[Change, ...]:
        return changes_of((*self.guarantees(), *public_texts()), self.versions(), self.ledger(), ADDRESSES)


def routes(
    show: Show,
    published: Published,
    home: Path,
    parity: Callable[[Mapping[tuple[str, str], Delay]], Mapping[str, Any]],
    figures: Callable[[], Awaitable[Indicators | None]],
) -> list[BaseRoute]:
    """Return the routes of the public side. `/garanties/parite.json` is another channel's: it must come before.

    `parity`: the table, with the delays that were measured; `figures`: the public counts, None when they cannot be said now.
    """
    here = _Instance(home, published, parity, figures)
    return [
        *_of_the_matrix(show, here),
        *_of_the_guarantees(show, here),
        *_of_what_it_is_made_of(show, here),
        *_of_the_decisions(show, here),
        *_of_the_costs(show, here),
        *(show(f"/{one.name}", partial(_text, one)) for one in public_texts()),
        *journal.routes(home),
    ]


def _of_the_matrix(show: Show, here: _Instance) -> list[BaseRoute]:
    def profession(values: Mapping[str, str]) -> Content | None:
        version = here.versions()[-1]
        code = next((one for one in version.professions if page_name(one) == values["name"]), None)
        return profession_page(version, code, here.types(), ADDRESSES) if code else None

    async def table(request: Request) -> Response:
        found = next((one for one in here.versions() if one.name == request.path_params["name"]), None)
        return _file(found.text.encode(), "text/csv") if found is not None else _refused(404)

    return [
        show("/matrice", lambda _: matrix_page(here.versions(), here.types(), ADDRESSES)),
        Route("/matrice/{name}.csv", table),
        show("/matrice/{name}", profession),
    ]


def _of_the_guarantees(show: Show, here: _Instance) -> list[BaseRoute]:
    async def rights_by_channel(_: Mapping[str, str]) -> Content:
        found = await here.figures()
        return parity_page(here.parity(found.last_delays if found is not None else {}), ADDRESSES)

    def one(values: Mapping[str, str]) -> Content | None:
        found = next((one for one in here.guarantees() if one.name == values["name"]), None)
        return guarantee_page(found, NO_RESULTS, ADDRESSES) if found else None

    def poster(_: Mapping[str, str]) -> Content:
        return poster_page(here.guarantees(), here.published(), here.ledger(), root_of(here.home), ADDRESSES)

    return [
        show("/garanties/parite", rights_by_channel),
        show("/garanties", lambda _: index_page(here.guarantees(), NO_RESULTS, ADDRESSES)),
        show("/garanties/{name}", one),
        show("/affiche", poster),
    ]


def _of_what_it_is_made_of(show: Show, here: _Instance) -> list[BaseRoute]:
    def everything(_: Mapping[str, str]) -> Content:
        return transparency_page(here.published(), here.ledger(), root_of(here.home), utc_now().date(), ADDRESSES)

    def materials(_: Request) -> Response:
        return _file(bill_of_materials(), "application/vnd.cyclonedx+json")

    async def verifier(request: Request) -> Response:
        found = verifiers().get(request.path_params["name"])
        return _file(found, "text/plain; charset=utf-8") if found is not None else _refused(404)

    return [
        show("/transparence", everything),
        show("/usages-seconds", lambda _: secondary_page(ADDRESSES)),
        Route("/nomenclature.json", materials),
        Route("/verifier/{name}", verifier),
    ]


def _of_the_decisions(show: Show, here: _Instance) -> list[BaseRoute]:
    def feed(_: Request) -> Response:
        return _file(decisions_feed(here.changes(), ""), "application/atom+xml")

    return [show("/decisions", lambda _: decisions_page(here.changes(), ADDRESSES)), Route("/decisions.atom", feed)]


def _of_the_costs(show: Show, here: _Instance) -> list[BaseRoute]:
    async def page(_: Mapping[str, str]) -> Content:
        return costs_page(here.ledger(), ADDRESSES, await here.figures())

    async def data(_: Request) -> Response:
        return _file(costs_json(here.ledger(), await here.figures()), "application/json")

    def table(_: Request) -> Response:
        ledger = here.ledger()
        # Never given as if it held.
        return _refused(503) if isinstance(ledger, Damaged) else _file(as_csv(ledger).encode(), "text/csv")

    return [show("/couts", page), Route("/couts.csv", table), Route("/couts.json", data)]


def _file(content: bytes, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers=_FILE)


def _refused(status: int) -> Response:
    return Response(status_code=status, headers=_FILE)


def _text(one: PublicText, _: Mapping[str, str]) -> Content:
    return text_page(one, ADDRESSES)
