"""The page of the counters in a real browser: who may take an envelope, and nothing of her kept or shown."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from starlette.routing import Route, Router

from espace_sante.envelopes.desks import Desks
from espace_sante.envelopes.mark_list import MarkList
from espace_sante.web.assets import serve_static
from espace_sante.web.debate.counter import Counter, routes
from espace_sante.web.debate.edge import House
from espace_sante.web.server import server_of
from tests.debate_house import noon
from tests.fixtures_database import Background, new_state_folders
from tests.pages.browser import SCHEMES, axe, overflows, press, visit

pytestmark = pytest.mark.browser
CODE = "902E-03M0-4R04-G000-Z"
TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with new_state_folders() as make:
        made = make()
        MarkList(made).open("couts")
        Desks(made).add(CODE, date(2026, 12, 31))
        yield made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    background = Background()
    house = House(Counter(MarkList(folder), Desks(folder)), lambda: noon(TODAY), frozenset({"127.0.0.1"}), True)
    server = server_of(Router(routes=[Route("/static/{path}", serve_static), *routes(house)]))
    listener = socket.create_server(("127.0.0.1", 0))

    async def started():
        return asyncio.create_task(server.serve(sockets=[listener]))

    async def stopped() -> None:
        server.should_exit = True
        await task

    task = background.run(started())
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    background.run(stopped())
    background.close()
    listener.close()


def fill(page: Page, code: str, name: str, born: date) -> None:
    page.goto("/debat/guichet")
    page.get_by_label("Code du guichet").fill(code)
    page.get_by_label("Dossier").select_option("couts")
    page.get_by_label("Nom de naissance").fill(name)
    page.get_by_label("Premier prénom").fill("Jeanne")
    for part, value in (("day", born.day), ("month", born.month), ("year", born.year)):
        page.locator(f"[name='born-{part}']").fill(str(value))
    page.get_by_label("Lieu de naissance").fill("Saint-Étienne")
    press(page, "Peut-elle prendre une enveloppe ?")


def test_a_person_takes_one_envelope_and_the_next_page_knows_nothing_of_her(address, folder, browser: Browser):
    with visit(browser, address) as visited:
        page = visited.page
        fill(page, CODE, "Lefèvre", date(1942, 3, 27))
        assert "prend elle-même une enveloppe fermée" in page.content()
        fill(page, CODE, "LEFEVRE", date(1942, 3, 27))
        assert "Non, elle en a déjà pris une" in page.content() and axe(page) == []
        fill(page, CODE, "Lefèvre", date(1942, 3, 28))
        assert "Oui, une enveloppe" in page.content() and axe(page) == []
        assert "Lef" not in page.content() and page.context.cookies() == []
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file()).lower()
    assert kept and b"1942" not in kept
    assert not any(name.encode() in kept for name in ("lefevre", "lefèvre", "jeanne"))


def test_without_the_code_of_a_counter_nothing_is_noted(address, folder, browser: Browser):
    before = MarkList(folder).number("couts")
    with visit(browser, address) as visited:
        for code in ("", "0000-0000-0000-0000-0"):
            fill(visited.page, code, "Moreau", date(1950, 1, 1))
            assert "n’est pas celui d’un guichet" in visited.page.content()
            assert visited.page.title().startswith("Erreur") and axe(visited.page) == []
    assert MarkList(folder).number("couts") == before
    assert not Desks(folder).knows(CODE, date(2027, 1, 1)) and Desks(folder).knows(CODE, date(2026, 12, 31))


def test_a_mistake_is_said_beside_its_field(address, browser: Browser):
    with visit(browser, address) as visited:
        page = visited.page
        fill(page, CODE, " - ", date(1950, 1, 1))
        assert "Il manque le nom" in page.content()
        page.goto("/debat/guichet")
        page.get_by_label("Code du guichet").fill(CODE)
        press(page, "Peut-elle prendre une enveloppe ?")
        assert "Choisissez un dossier." in page.content()
        page.get_by_label("Dossier").select_option("couts")
        press(page, "Peut-elle prendre une enveloppe ?")
        assert "Cette date n’existe pas." in page.content() and axe(page) == []


def test_the_page_is_accessible_and_fits_a_narrow_screen(address, browser: Browser):
    for scheme in SCHEMES:
        for width in (320, 1280):
            with visit(browser, address, width=width, scheme=scheme) as visited:
                visited.page.goto("/debat/guichet")
                assert axe(visited.page) == [] and not overflows(visited.page)
                assert visited.transferred_bytes() <= 60 * 1024 and visited.elsewhere == []
