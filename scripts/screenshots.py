#!/usr/bin/env python3
"""Take every page of the portal: light and dark, 360 and 1280 px wide, and say what axe finds and what pages weigh.

    scripts/screenshots.py [FOLDER]     PAGES=sample for a few pages only

A house of its own is started in a temporary folder, with invented people; nothing of yours is touched. The images go to
FOLDER (var/screenshots), never into the tree. The last line: `N violations, first visit X KiB, later Y KiB`.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.fixtures_database import _running, new_state_folders  # noqa: E402 - the tree is only importable once it is on the path
from tests.journeys.walk import SAMPLE, Walk  # noqa: E402 - the tree is only importable once it is on the path
from tests.pages.browser import SCHEMES, WIDTHS, axe, chromium, overflows, visit  # noqa: E402 - the tree is only importable once it is on the path
from tests.served import ServedHouse, served_house  # noqa: E402 - the tree is only importable once it is on the path


def main() -> int:
    """Walk through the story and take every page; exit 1 when one of them is at fault."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    sample = os.environ.get("PAGES") == "sample"
    faults: list[str] = []
    with (
        new_state_folders() as make,
        contextmanager(_running)(make()) as databases,
        served_house(databases, whole=True) as house,
        chromium() as browser,
    ):
        first, later = weights(browser, house)
        walk = Walk(browser, house, javascript=False)
        for name, page in walk.pages():
            if not sample or name in SAMPLE:
                faults += take(page, name, folder)
        faults += [f"asked elsewhere: {url}" for url in walk.elsewhere()]
    for fault in faults:
        print(fault)
    ending = " sample" if sample else ""
    print(f"{len(faults)} violations, first visit {first:.1f} KiB, later {later:.1f} KiB{ending}")
    return 1 if faults else 0


def take(page, name: str, folder: Path) -> list[str]:  # type: ignore[no-untyped-def]  # a Playwright page
    """Take one page as it stands, in four ways; return what is wrong with it."""
    faults = []
    for scheme in SCHEMES:
        for width in WIDTHS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=str(folder / f"{name}-{scheme}-{width}.png"), full_page=True)
            faults += [f"{name} {scheme} {width}: {fault}" for fault in axe(page)]
            if overflows(page):
                faults.append(f"{name} {scheme} {width}: scrolls sideways")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})
    print(f"{name}: {'ok' if not faults else len(faults)}", flush=True)
    return faults


def weights(browser, house: ServedHouse) -> tuple[float, float]:  # type: ignore[no-untyped-def]  # a Playwright browser
    """Return the KiB of a first visit (home, nothing cached) and of the page after it."""
    with visit(browser, house.address) as visited:
        visited.page.goto("/")
        first = visited.transferred_bytes()
        visited.restart_count()
        visited.page.goto("/connexion")
        return first / 1024, visited.transferred_bytes() / 1024


if __name__ == "__main__":
    raise SystemExit(main())
