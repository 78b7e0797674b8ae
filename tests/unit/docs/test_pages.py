"""The pages beside the code stay true to it: decisions, requirements, state, no path of a machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
FAMILIES = {"D": 35, "E": 17, "P": 38, "R": 19, "O": 10}


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == sorted(set(numbers)) and numbers[0] == 1


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_says_what_was_rejected_and_what_it_costs(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:4]}. ")
    assert re.search(r"^Date: \d{4}-\d\d-\d\d\. Status: \w+", text, flags=re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == [
        "Context",
        "Options",
        "Decision",
        "Consequences",
        "Guarantee touched",
    ]
    public = text.rpartition("\n> ")[2].strip()
    assert 2 <= len(re.findall(r"[.!?](?:\s|$)", public)) <= 3, "two sentences in French for the public"


def test_every_decision_cited_by_the_code_exists() -> None:
    numbers = {page.name[:4] for page in DECISIONS}
    sources = [
        *(ROOT / "espace_sante").rglob("*.py"),
        *(ROOT / "espace_sante").rglob("*.sql"),
        *(ROOT / "migrations").rglob("*.sql"),
        *PAGES,
    ]
    for source in sources:
        for number in re.findall(r"(?:decisions/|[dD]écisions? )(\d{4})", source.read_text(encoding="utf-8")):
            assert number in numbers, f"{source.name}: decision {number}"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_requirement_has_its_line(family: str) -> None:
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    found = re.findall(rf"^\| {family}(\d+) \| [^|]+ \| ([^|]+) \|", text, flags=re.MULTILINE)
    assert [int(number) for number, _ in found] == list(range(1, FAMILIES[family] + 1))
    for number, state in found:
        assert state.strip().startswith(("fait", "en partie", "à venir", "écarté", "sans objet")), f"{family}{number}"


def test_every_test_named_by_a_page_exists() -> None:
    for page in PAGES:
        for name in re.findall(r"`(tests/[\w/.-]+)`", page.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), f"{page.name}: {name}"


def test_no_page_names_a_place_of_a_machine() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(?:work|tmp|home)/", text), page.name
        assert not re.search(r"(?<![\w`])/root/", text), page.name
