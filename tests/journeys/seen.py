"""Pages looked at as people meet them: accessible, light and dark, never wider than a telephone."""

from __future__ import annotations

import os
from collections.abc import Iterable

from playwright.sync_api import Page

from tests.pages.browser import axe, overflows


class Seen:
    """Checks each page it is shown; keeps a picture when asked to (`LOOK_AT=<folder>`)."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.names: list[str] = []

    def look(self, name: str, page: Page) -> None:
        self.names.append(name)
        for scheme, width in (("dark", 320), ("light", 1280)):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it takes
            self.faults += [f"{name}: {fault}" for fault in axe(page)]
            if overflows(page):
                self.faults.append(f"{name}: scrolls sideways at {width}")
        folder = os.environ.get("LOOK_AT")
        for width, scheme in ((360, "light"), (1280, "dark")) if folder else ():
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it takes
            page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)


def walked(pages: Iterable[tuple[str, Page]]) -> tuple[list[str], list[str]]:
    """Look at each page of a walk, dark and as narrow as the smallest telephone; return their names and the faults."""
    names, faults = [], []
    for name, page in pages:
        names.append(name)
        page.set_viewport_size({"width": 320, "height": 800})
        page.emulate_media(color_scheme="dark")
        faults += [f"{name}: {fault}" for fault in axe(page)]
        if overflows(page):
            faults.append(f"{name}: scrolls sideways")
        if page.title().startswith("500"):
            faults.append(f"{name}: {page.title()}")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
    return names, faults
