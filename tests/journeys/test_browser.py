"""The whole story in Chromium, without and with JavaScript: accessible, light, and nothing asked of another host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.seen import walked
from tests.journeys.walk import Walk
from tests.pages.browser import visit
from tests.served import ServedHouse

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]


def test_the_whole_story_without_javascript_is_accessible_and_never_scrolls_sideways(
    whole: ServedHouse, browser: Browser
) -> None:
    walk = Walk(browser, whole, javascript=False)
    _, faults = walked(walk.pages())
    assert faults == []
    assert walk.elsewhere() == []


@pytest.fixture
def anew(databases, whole) -> Iterator[ServedHouse]:  # type: ignore[no-untyped-def]  # after `whole`: emptied again
    from tests.served import served_house

    with served_house(databases, whole=True) as served:
        yield served


def test_the_whole_story_with_javascript_is_the_same(anew: ServedHouse, browser: Browser) -> None:
    walk = Walk(browser, anew, javascript=True)
    names = [name for name, page in walk.pages() if not page.title().startswith("500")]
    assert len(names) == len(set(names)) > 35
    assert walk.elsewhere() == []


def test_a_first_visit_and_the_next_ones_are_light(whole: ServedHouse, browser: Browser) -> None:
    with visit(browser, whole.address) as visited:
        visited.page.goto("/")
        assert visited.transferred_bytes() <= 60 * 1024
        for path in ("/connexion", "/aide", "/rien"):
            visited.restart_count()
            visited.page.goto(path)
            assert visited.transferred_bytes() <= 15 * 1024, path
