"""Where a running instance serves the public side. Nothing here knows who asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

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
from espace_sante.public.ledger import Damaged
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
    costs_csv="/couts.csv",
    costs_json="/couts.json",
)
_FILE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
# From the values of an address to its page, at once or after asking, or nothing when there is no such page.
Finder = Callable[[Mapping[str, str]], Content | Awaitable[Content | None] | None]
# Given by the assembly: makes the route of an address, with the frame, headers and errors of every other page.
Show = Callable[[str, Finder], BaseRoute]


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

    async def rights_by_channel(_: Mapping[str, str]) -> Content:
        found = await figures()
        return parity_page(parity(found.last_delays if found is not None else {}), ADDRESSES)

    def types() -> Types:
        return Types.of(CodeTables(home / "tables"))

    def now() -> Published:
        return replace(published, incident=incident_of(home))

    def materials(_: Request) -> Response:
        return Response(bill_of_materials(), media_type="application/vnd.cyclonedx+json", headers=_FILE)

    def here() -> tuple[Guarantee, ...]:
        return as_published(guarantees(), now())

    def one_profession(values: Mapping[str, str]) -> Content | None:
        version = versions_of(home)[-1]
        code = next((one for one in version.professions if page_name(one) == values["name"]), None)
        return profession_page(version, code, types(), ADDRESSES) if code else None

    async def file(request: Request) -> Response:
        found = next((one for one in versions_of(home) if one.name == request.path_params["name"]), None)
        if found is None:
            return Response(status_code=404, headers=_FILE)
        return Response(found.text.encode(), media_type="text/csv", headers=_FILE)

    async def costs(_: Mapping[str, str]) -> Content:
        return costs_page(ledger_of(home), ADDRESSES, await figures())

    async def costs_data(_: Request) -> Response:
        return Response(costs_json(ledger_of(home), await figures()), media_type="application/json", headers=_FILE)

    def costs_table(_: Request) -> Response:
        ledger = ledger_of(home)
        if isinstance(ledger, Damaged):  # never given as if it held
            return Response(status_code=503, headers=_FILE)
        return Response(as_csv(ledger).encode(), media_type="text/csv", headers=_FILE)

    def changed() -> tuple[Change, ...]:
        return changes_of((*here(), *public_texts()), versions_of(home), ledger_of(home), ADDRESSES)

    def feed(_: Request) -> Response:
        return Response(decisions_feed(changed(), ""), media_type="application/atom+xml", headers=_FILE)

    async def verifier(request: Request) -> Response:
        found = verifiers().get(request.path_params["name"])
        if found is None:
            return Response(status_code=404, headers=_FILE)
        return Response(found, media_type="text/plain; charset=utf-8", headers=_FILE)

    return [
        Route("/verifier/{name}", verifier),
        show("/matrice", lambda _: matrix_page(versions_of(home), types(), ADDRESSES)),
        Route("/matrice/{name}.csv", file),
        show("/matrice/{name}", one_profession),
        show("/garanties/parite", rights_by_channel),
        show("/garanties", lambda _: index_page(here(), NO_RESULTS, ADDRESSES)),
        show("/garanties/{name}", partial(_one, here)),
        show(
            "/transparence",
            lambda _: transparency_page(now(), ledger_of(home), root_of(home), utc_now().date(), ADDRESSES),
        ),
        show("/usages-seconds", lambda _: secondary_page(ADDRESSES)),
        show("/affiche", lambda _: poster_page(here(), ledger_of(home), root_of(home), ADDRESSES)),
        *(show(f"/{one.name}", partial(_text, one)) for one in public_texts()),
        Route("/nomenclature.json", materials),
        show("/decisions", lambda _: decisions_page(changed(), ADDRESSES)),
        Route("/decisions.atom", feed),
        show("/couts", costs),
        Route("/couts.csv", costs_table),
        Route("/couts.json", costs_data),
        *journal.routes(home),
    ]


def _text(one: PublicText, _: Mapping[str, str]) -> Content:
    return text_page(one, ADDRESSES)


def _one(here: Callable[[], tuple[Guarantee, ...]], values: Mapping[str, str]) -> Content | None:
    found = next((one for one in here() if one.name == values["name"]), None)
    return guarantee_page(found, NO_RESULTS, ADDRESSES) if found else None
