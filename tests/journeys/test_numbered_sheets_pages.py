"""Numbered sheets by the counter's pages, in Chromium, without JavaScript: printed, taken on a visit, lost, entered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from espace_sante.identity.ages import day_in_paris
from tests.journeys.seen import Seen
from tests.journeys.test_orders_pages import dated
from tests.journeys.walk import Walk
from tests.pdf_text import text
from tests.people import DIALLO
from tests.served import ServedHouse

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
NUMBER = re.compile(r"\d{5} \d{3} \d{2}")


def numbers(page: Page) -> list[str]:
    return NUMBER.findall(page.locator("main").inner_text())


def filled(page: Page, act: str, ins: str, sheet: str, whole: ServedHouse) -> None:
    """Copy what stands on a sheet, up to what is read back."""
    page.goto(f"/guichet/demarche/feuille/{act}")
    page.locator("input[name=checked]").check()
    page.fill("#sheet", sheet)
    dated(page, "written", day_in_paris(whole.house.now()))
    page.locator("input[name=tie][value=no]").check()
    page.locator("input[value=ins]").check()
    page.fill("#person_number", ins)
    page.fill("#practitioner", DIALLO)


def permitted(walk: Walk, page: Page, ins: str, sheet: str, whole: ServedHouse) -> None:
    filled(page, "grant_access", ins, sheet, whole)
    page.locator("input[name=scope][value=everything]").check()
    page.locator("input[name=purpose][value=care]").check()
    page.fill("#days", "30")
    walk.press(page, "Relire")
    page.locator("input[name=aloud]").check()


def test_sheets_are_printed_taken_and_entered(whole: ServedHouse, browser: Browser) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    _, _, account = whole.opened()
    back = day_in_paris(whole.house.now()) + timedelta(days=2)
    with walk.stack:
        agent = walk.person("petit")
        agent.goto("/guichet/feuilles")
        agent.fill("#count", "200")
        walk.press(agent, "Donner leurs numéros")
        assert agent.title().startswith("Erreur")
        agent.fill("#count", "3")
        walk.press(agent, "Donner leurs numéros")
        made = numbers(agent)
        assert len(made) == 3
        form = {"form": "ES-06", "sheets": agent.locator("input[name=sheets]").input_value()}
        pdf = agent.request.post("/guichet/formulaires/numerotes.pdf", form=form)
        assert pdf.ok and all(number in text(pdf.body()) for number in made)
        agent.fill("#taken", "2")
        dated(agent, "back", back)
        walk.press(agent, "Prendre ces feuilles")
        one, two = numbers(agent)[:2]
        agent.fill("#numbers", two)
        agent.locator("input[name=what][value=lost]").check()
        walk.press(agent, "Le noter")
        assert "ne serviront jamais" in agent.content()
        seen.look("feuilles", agent)

        agent.goto("/guichet/feuille")
        assert "Voir la liste" not in agent.locator("main").inner_text(), "nothing is read from a sheet"
        agent.goto("/guichet/demarche/feuille/block")
        walk.press(agent, "Relire")
        seen.look("feuille-erreur", agent)
        permitted(walk, agent, account.ins, one, whole)
        walk.press(agent, "Elle dit oui")
        assert "La feuille attend un autre agent" in agent.content()
        seen.look("feuille-attend", agent)
        permitted(walk, agent, account.ins, two, whole)
        walk.press(agent, "Elle dit oui")
        assert agent.title().startswith("Erreur") and "perdue ou annulée" in agent.content()
    assert seen.faults == []
