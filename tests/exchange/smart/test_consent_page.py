"""The page of an application in a real browser: the same weight for yes and no, readable small and dark, nothing ticked."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.exchange.smart.apps import Apps, Pkce
from tests.journeys.seen import Seen
from tests.pages.browser import press, visit

pytestmark = [pytest.mark.slow, pytest.mark.database, pytest.mark.browser]
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
        page.get_by_role("link", name="Cocher tout ce qu’elle demande").click()
        assert page.locator("input[name=items]:checked").count() == 22
        page.get_by_role("link", name="English").click()
        assert page.locator("button[value=no]").count() == 1, "another language shows the same request"
        assert visited.elsewhere == []
    assert seen.faults == []
