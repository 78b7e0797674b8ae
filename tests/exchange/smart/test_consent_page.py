"""The page of an application in a real browser: the same weight for yes and no, readable small and dark, nothing ticked."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from espace_sante.identity.scopes import parse_scopes
from espace_sante.records.asked import items_of
from tests.exchange.resources import resource
from tests.exchange.smart.apps import Apps, Pkce
from tests.exchange.smart.small_app import small_app
from tests.journeys.seen import Seen
from tests.pages.browser import follow, press, visit

pytestmark = [pytest.mark.slow, pytest.mark.database, pytest.mark.browser]
DIALLO = "99900000011"
SCOPE = "launch/patient offline_access patient/*.rs"


def buttons(page: Page) -> list[dict[str, str]]:
    """Return how the two answers look."""
    read = """e => {
        const s = getComputedStyle(e);
        return {w: e.offsetWidth, h: e.offsetHeight, c: s.color, b: s.backgroundColor, f: s.fontSize};
    }"""
    return [page.locator(f"button[value={value}]").evaluate(read) for value in ("yes", "no")]


def test_the_page_of_consent_is_accessible_and_no_weighs_as_much_as_yes(apps: Apps, browser: Browser) -> None:
    _, _, account = apps.served.opened()
    seen = Seen()
    with visit(browser, apps.served.address, javascript=True) as visited:
        page = visited.page
        page.goto(f"/autorisation?{urlencode(apps.request(Pkce(), scope=SCOPE))}")
        page.locator(f"input[value={account.id}]").check()
        press(page, "Entrer")
        seen.look("application-consentement", page)
        assert page.locator("input:checked").count() == 0, "nothing is ticked beforehand"
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            yes, no = buttons(page)
            assert yes == no, "an answer is larger, or of another colour"
            assert int(yes["h"]) >= 44
        press(page, "Oui, j’autorise")
        seen.look("application-consentement-erreur", page)
        assert "Cochez au moins une chose" in page.content()
        follow(page.get_by_role("link", name="Cocher tout ce qu’elle demande"))
        assert page.locator("input[name=items]:checked").count() == len(items_of(parse_scopes("patient/*.rs")))
        follow(page.get_by_role("link", name="English"))
        assert page.locator("button[value=no]").count() == 1, "another language shows the same request"
        assert visited.elsewhere == []
    assert seen.faults == []


def test_somebody_goes_from_an_application_and_back_in_a_real_browser(apps: Apps, browser: Browser) -> None:
    """Without JavaScript on either side; the browser follows our answer to the application because our policy lets it."""
    _, person, account = apps.served.opened()
    written = apps.served.client("guerin").ask("POST", "/fhir/Observation", resource("Observation", person))
    with small_app(apps) as app, visit(browser, apps.served.address) as visited:
        app.wanted = written.json["id"]
        page = visited.page
        for answer, said in (("Non, je refuse", "non : access_denied"), ("Oui, j’autorise", "lu : Observation")):
            page.goto(f"{app.address}/entrer")
            follow(page.get_by_role("link", name="Entrer"))
            if page.locator(f"input[value={account.id}]").count():
                page.locator(f"input[value={account.id}]").check()
                press(page, "Entrer")
            page.get_by_label("Résultat d'analyse").check()
            press(page, answer)
            assert page.locator("h1").inner_text() == said
        assert app.given["patient"] == person


@pytest.mark.parametrize("has_pages", [False, True], ids=["redirects", "has pages"])
def test_a_professional_opens_an_application_and_comes_back_in_a_real_browser(
    apps: Apps, browser: Browser, has_pages: bool
) -> None:
    """His cookie does not follow another site's link: one button carries him over, and he does not sign in again."""
    client, person, account = apps.served.opened()
    client.done("grant_access", {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": "30"})
    written = apps.served.client("guerin").ask("POST", "/fhir/Observation", resource("Observation", person))
    seen = Seen()
    with small_app(apps) as app, visit(browser, apps.served.address) as visited:
        app.wanted, app.has_pages = written.json["id"], has_pages
        page = visited.page
        page.goto("/connexion")
        page.locator("input[value=diallo]").check()
        press(page, "Entrer")
        page.fill("#person", account.ins)
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        press(page, "Ouvrir dans Carnet navigateur")
        if has_pages:
            page.get_by_role("link", name="Continuer").click()
            seen.look("application-continuer", page)
            press(page, "Continuer")
        seen.look("application-ouvrir", page)
        assert "pour cette personne" in page.content()
        page.get_by_label("Résultat d'analyse").check()
        press(page, "Oui, j’autorise")
        assert page.locator("h1").inner_text() == "lu : Observation"
    assert app.given["patient"] == person
    assert seen.faults == []
