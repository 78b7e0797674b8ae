"""The look of every page, checked on sample pages in Chromium: accessibility, weight, width, no other host."""

import pytest
from playwright.sync_api import Browser

from tests.pages.browser import SCHEMES, axe, overflows, visit

pytestmark = pytest.mark.browser
PATHS = ("/", "/pieces", "/erreurs", "/404")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_has_no_accessibility_violation_light_or_dark_narrow_or_wide(
    browser: Browser, samples: str, path: str
) -> None:
    for scheme in SCHEMES:
        for width in (360, 1280):
            with visit(browser, samples, width=width, scheme=scheme) as visited:
                visited.page.goto(path)
                assert axe(visited.page) == []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_never_scrolls_sideways_even_at_400_percent_zoom(browser: Browser, samples: str, path: str) -> None:
    with visit(browser, samples, width=320) as visited:
        visited.page.goto(path)
        assert not overflows(visited.page)


def test_a_first_visit_is_light_and_asks_nothing_of_another_host(browser: Browser, samples: str) -> None:
    with visit(browser, samples) as visited:
        visited.page.goto("/")
        assert 4 * 1024 < visited.transferred_bytes() <= 60 * 1024
        visited.restart_count()
        visited.page.goto("/pieces")
        assert visited.transferred_bytes() <= 15 * 1024
        assert visited.elsewhere == []


def test_the_first_key_press_offers_to_skip_to_the_content(browser: Browser, samples: str) -> None:
    with visit(browser, samples) as visited:
        visited.page.goto("/pieces")
        visited.page.keyboard.press("Tab")
        assert visited.page.locator(":focus").inner_text() == "Aller au contenu"


def test_buttons_and_links_of_the_navigation_are_at_least_44_pixels_high(browser: Browser, samples: str) -> None:
    with visit(browser, samples, width=360) as visited:
        visited.page.goto("/pieces")
        for selector in (".govuk-button", ".es-nav a", ".es-top__tools a", ".es-foot__links a", ".govuk-input"):
            for one in visited.page.locator(selector).all():
                box = one.bounding_box()
                assert box and box["height"] >= 44, (selector, one.inner_text(), box)
