"""A browser for tests: Debian's Chromium, and what a page must never do, measured.

Each visit starts from a fresh profile. Every request is recorded; those to another host are kept apart, so that a
test can say there were none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, sync_playwright

# Both are Debian's, of one source and one version; the one without windows costs half the CPU.
_BINARIES = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
CHROMIUM = Path(os.environ.get("CHROMIUM") or next((one for one in _BINARIES if one.exists()), _BINARIES[-1]))
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# Levels A and AA of WCAG 2.0, 2.1 and 2.2.
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
WIDTHS = (360, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
Scheme = Literal["light", "dark"]
# What passes is neither worked out nor brought back: four times the work of what does not.
_RUN_AXE = (
    "async tags => (await axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})).violations"
)
_TWINS: dict[Browser, Page] = {}
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Visit:
    """A page open in a fresh profile, with what went over the wire."""

    page: Page
    context: BrowserContext
    host: str
    requests: list[str] = field(default_factory=list)
    finished: list[Request] = field(default_factory=list)

    @property
    def elsewhere(self) -> list[str]:
        """Requests to another host than the one visited, `data:` addresses left out."""
        return [url for url in self.requests if urlsplit(url).netloc not in {"", self.host}]

    def transferred_bytes(self) -> int:
        """Bytes received since the visit or the last `restart_count`: heads and bodies, as compressed on the wire."""
        self.page.wait_for_load_state("networkidle")
        sizes = [request.sizes() for request in self.finished]
        return sum(size["responseHeadersSize"] + max(size["responseBodySize"], 0) for size in sizes)

    def restart_count(self) -> None:
        """Count again from zero: for the pages after the first."""
        self.page.wait_for_load_state("networkidle")
        self.requests.clear()
        self.finished.clear()


def has_chromium() -> bool:
    """Say whether this machine can run the browser tests."""
    return CHROMIUM.exists()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; one per test session is enough, `visit` gives each test its own profile."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_FLAGS + root)
        try:
            yield browser
        finally:
            _TWINS.pop(browser, None)
            browser.close()


@contextmanager
def visit(
    browser: Browser, base_url: str, *, javascript: bool = False, width: int = 1280, scheme: Scheme = "light"
) -> Iterator[Visit]:
    """Open an empty tab in a fresh profile; navigate with `visit.page.goto("/…")`. JavaScript is off by default."""
    context = browser.new_context(
        base_url=base_url,
        java_script_enabled=javascript,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        locale="fr-FR",
        timezone_id="Europe/Paris",
    )
    try:
        page = context.new_page()
        visited = Visit(page, context, urlsplit(base_url).netloc)
        page.on("request", lambda request: visited.requests.append(request.url))
        page.on("requestfinished", lambda request: visited.finished.append(request))  # a built-in cannot be a handler
        yield visited
    finally:
        context.close()


def press(page: Page, words: str) -> None:
    """Press the first button of these words and wait for its page: a press alone returns when the answer begins."""
    page.get_by_role("button", name=words).first.click()
    page.wait_for_load_state()


def follow(link: Locator) -> None:
    """Click a link and wait for the page it leads to: a click alone returns while the former page may still be there, or none."""
    with link.page.expect_navigation():
        link.click()


def axe(page: Page, tags: tuple[str, ...] = AXE_TAGS) -> list[str]:
    """Return the accessibility violations of a page, one line each: rule, element, explanation.

    The document as it stands is shown again, at the same address and in the same size and scheme, in a tab where
    JavaScript works (axe needs it) and where the Content-Security-Policy lets it in. Our pages have no script of
    their own, so both tabs show the same thing.
    """
    page.wait_for_load_state()  # a link followed just now may still be a blank document
    html, browser = page.content(), page.context.browser
    assert browser is not None
    dark = _evaluate(page, "matchMedia('(prefers-color-scheme: dark)').matches")
    twin, url = _twin(browser), page.url
    if page.viewport_size is not None:
        twin.set_viewport_size(page.viewport_size)
    twin.emulate_media(color_scheme="dark" if dark else "light")
    twin.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    try:
        twin.goto(url)
    finally:
        twin.unroute(url)
    twin.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = twin.evaluate(_RUN_AXE, list(tags))
    twin.goto("about:blank")  # else the same address with another mark after `#` would show the same document again
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def _twin(browser: Browser) -> Page:
    """Return the tab where axe works: the same for all pages, since to open one costs more than to look at a page."""
    if browser not in _TWINS:
        _TWINS[browser] = browser.new_context(bypass_csp=True, locale="fr-FR").new_page()
    return _TWINS[browser]


def overflows(page: Page) -> bool:
    """Say whether the page scrolls sideways."""
    page.wait_for_load_state()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(_evaluate(page, wide))


def screenshots(browser: Browser, url: str, name: str, folder: Path) -> list[Path]:
    """Take a page light and dark, 360 and 1280 px wide; return the files, under `folder` and never committed."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    for scheme in SCHEMES:
        for width in WIDTHS:
            with visit(browser, base, width=width, scheme=scheme) as visited:
                visited.page.goto(url)
                taken.append(screenshot(visited.page, f"{name}-{scheme}-{width}", folder))
    return taken


def screenshot(page: Page, name: str, folder: Path) -> Path:
    """Take the whole page as it stands."""
    page.wait_for_load_state()
    target = folder / f"{name}.png"
    page.screenshot(path=str(target), full_page=True)
    return target


def _evaluate(page: Page, expression: str) -> object:
    session = page.context.new_cdp_session(page)
    answer: dict[str, Any] = session.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
    session.detach()
    value: object = answer["result"]["value"]
    return value
