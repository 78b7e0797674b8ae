"""Her care data and her applications in Chromium: seen empty and full, hidden, permitted, ended; accessible in four ways. G2, G12."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.exchange.resources import observation, resource
from tests.journeys.seen import Seen
from tests.journeys.walk import Walk
from tests.served import ServedHouse

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]


def test_her_data_and_her_applications_are_read_and_changed_without_a_script(
    whole: ServedHouse, browser: Browser
) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    _, person, account = whole.opened()
    author = whole.client("guerin")
    with walk.stack:
        page = walk.person(account.id)
        page.goto("/moi/donnees")
        seen.look("donnees-aucune", page)
        assert author.ask("POST", "/fhir/Observation", observation(person)).status == 201
        long = {"text": "Vaccin contre " + "la-coqueluche-et-le-tétanos-" * 6}
        assert (
            author.ask("POST", "/fhir/Immunization", resource("Immunization", person, vaccineCode=long)).status == 201
        )
        page.goto("/moi/donnees")
        seen.look("donnees", page)
        page.get_by_role("button", name="Cacher à tous les professionnels : Glycémie à jeun").click()
        seen.look("donnees-cachee", page)
        page.goto("/moi/applications")
        seen.look("applications-aucune", page)
        page.get_by_role("link", name="Permettre une application").or_(
            page.get_by_role("button", name="Permettre une application")
        ).first.click()
        seen.look("applications-permettre", page)
        walk.press(page, "Permettre cette application")
        assert page.title().startswith("Erreur")
        seen.look("applications-permettre-erreur", page)
        page.fill("input[name=app]", "Carnet-Sante")
        page.fill("input[name=owner]", "Carnet SAS")
        page.locator("input[name=days]").first.check()
        what = page.locator("[name=what]").first
        what.select_option(index=1) if what.evaluate("e => e.tagName") == "SELECT" else what.check()
        walk.press(page, "Permettre cette application")
        seen.look("applications-permise", page)
        page.goto("/moi/applications")
        assert "Carnet" in page.content()
        seen.look("applications", page)
        page.get_by_role("button", name="Arrêter").first.click()
        page.goto("/moi/applications")
        assert "Vous n’avez permis aucune application." in page.content()
    assert seen.faults == []
    assert walk.elsewhere() == []
