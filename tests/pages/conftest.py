"""One browser for the whole session; each visit has its own profile."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from browser import chromium, has_chromium  # type: ignore[import-not-found]  # stands beside this file
from playwright.sync_api import Browser
from sample import served  # type: ignore[import-not-found]  # stands beside this file


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not has_chromium():
        pytest.skip("chromium (apt install chromium)")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def samples() -> Iterator[str]:
    with served() as address:
        yield address
