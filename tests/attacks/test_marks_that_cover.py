"""In a real browser: letters piled with marks, in a document, draw over nothing of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.fixtures_database import Databases
from tests.pages.browser import visit
from tests.served import ServedHouse, posted, served_house

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture(scope="module")
def whole(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True) as served:
        yield served


def test_a_document_draws_nothing_outside_its_own_place(whole: ServedHouse, browser: Browser) -> None:
    _, person, account = whole.opened()
    seen = []
    for marks in ("", "\u0300\u0316" * 400):
        words = f"R{marks}ien à signaler.\n"
        resource = posted(words.encode(), subject={"reference": f"Patient/{person}"})
        reply = whole.client("guerin").ask("POST", "/fhir/DocumentReference", resource)
        assert reply.status == 201
        with visit(browser, whole.address, width=900) as visited:
            visited.page.goto("/connexion")
            visited.page.locator(f"[value='{account.id}']").first.click()
            if "/connexion" in visited.page.url:
                visited.page.locator("main form button").first.click()
            visited.page.goto(f"/moi/documents/{reply.json['id']}")
            shown = visited.page.locator(".es-shown").bounding_box()
            button = visited.page.locator("a.govuk-button").first.bounding_box()
            assert shown and button and button["y"] < shown["y"]
            clip = {"x": 0, "y": button["y"], "width": 900, "height": shown["y"] - button["y"] - 1}
            seen.append(visited.page.screenshot(clip=clip, full_page=True))
    assert seen[0] == seen[1]
