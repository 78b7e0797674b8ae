"""A promise shown as held without a test fails here; the others say "pas encore construit"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted((ROOT / "docs" / "guarantees").glob("*.md"))
PARTS = (
    "La promesse",
    "Ce que cela veut dire pour vous",
    "Comment c'est tenu",
    "Ce que cela ne couvre pas",
    "Les tests",
)
STATES = (
    "**État : tenue.**",
    "**État : tenue en partie.**",
    "**Non tenue ici**",
    "**Pas encore construit.**",
    "**Pas encore construit**",
)
_PATH = re.compile(r"`(tests/[^`]+\.py)`")


def parts_of(page: Path) -> dict[str, str]:
    _, *parts = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {title.strip(): body.strip() for title, _, body in (part.partition("\n") for part in parts)}


def state_of(page: Path) -> str:
    first = page.read_text(encoding="utf-8").splitlines()[2]
    return next((state for state in STATES if first.startswith(state)), "")


def test_there_are_fifteen_promises_each_with_its_page() -> None:
    assert [page.name[:4] for page in PAGES] == [f"g{n:02d}-" for n in range(1, 16)]
    for number, page in enumerate(PAGES, 1):
        assert page.read_text(encoding="utf-8").startswith(f"# G{number}. ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_its_state_first_and_has_every_part(page: Path) -> None:
    assert state_of(page), "the first line says whether the promise holds"
    assert tuple(parts_of(page)) == PARTS
    assert all(parts_of(page).values())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_promise_shown_as_held_names_tests_that_exist(page: Path) -> None:
    tests = parts_of(page)["Les tests"]
    named = _PATH.findall(tests)
    for name in named:
        assert (ROOT / name).is_file(), f"{name} does not exist"
    if state_of(page).startswith("**État"):
        assert named, "held without a test"
    else:
        assert named or "pas encore construit" in tests.lower()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_test_of_a_promise_is_named_on_its_page(page: Path) -> None:
    for test in (ROOT / "tests" / "guarantees").glob(f"test_{page.name[:3]}_*.py"):
        assert f"`tests/guarantees/{test.name}`" in parts_of(page)["Les tests"]


def test_a_trial_that_keeps_its_master_key_beside_its_data_says_so_first() -> None:
    assert state_of(PAGES[6]) == "**Non tenue ici**"
    assert "pas encore relu par un cryptographe extérieur" in PAGES[5].read_text(encoding="utf-8").splitlines()[2]


def test_the_code_named_by_a_page_exists() -> None:
    package = ROOT / "espace_sante"
    for page in PAGES:
        for word in re.findall(r"`([a-z_0-9/]+\.(?:py|sql|csv|md))`", page.read_text(encoding="utf-8")):
            assert (package / word).is_file() or (ROOT / word).is_file(), f"{page.name}: {word}"
