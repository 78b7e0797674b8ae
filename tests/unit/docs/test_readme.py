"""What the first page says exists: its commands, its links, its people, its addresses."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from espace_sante.adapters.dev_provider import builtin_accounts
from espace_sante.cli.demo import TO_DO
from espace_sante.cli.words import parser
from espace_sante.demo.documents import PAPERS
from espace_sante.records.document import CATEGORIES

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANUAL = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "UPGRADE.md", *(ROOT / "docs" / "operate").glob("*.md")]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


def commands_of(text: str) -> str:
    return "\n".join(re.findall(r"`{1,3}[^`]+`{1,3}", text))


def blocks_of(text: str) -> list[str]:
    """The lines of a page that are shown to be typed: between fences, or moved four spaces to the right."""
    fenced = "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)).splitlines()
    return fenced + re.findall(r"^ {4}(\S.*)$", text, flags=re.MULTILINE)


def test_every_make_target_named_exists() -> None:
    for page in MANUAL:
        for target in re.findall(r"\bmake ([a-z]+)\b", commands_of(page.read_text(encoding="utf-8"))):
            assert target in TARGETS | {"git"}, f"{page.name}: make {target}"


def test_every_command_of_the_operator_exists() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "espace_sante.assembly", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    known = set(re.findall(r"^ {4}([a-z]+)\b", shown, flags=re.MULTILINE))
    for page in MANUAL:
        for word in re.findall(r"(?<!/srv/)espace-sante ([a-z]+)\b", commands_of(page.read_text(encoding="utf-8"))):
            assert word in known, f"{page.name}: espace-sante {word}"


def test_every_command_can_be_typed_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the program, whole: nothing installs `espace-sante` on the path, and an option that went is refused."""
    monkeypatch.setattr("sys.stdin", StringIO("lu à l'entrée"))
    reader, typed = parser(), 0
    for page in MANUAL:
        text = page.read_text(encoding="utf-8")
        bare = re.findall(r"(?<![\w/-])espace-sante [a-z][a-z-]*", commands_of(text) + "\n".join(blocks_of(text)))
        assert not bare, f"{page.name}: {bare[0]}"
        for line in blocks_of(text):
            command = re.match(r"(?:ESPACE_SANTE_\w+=\S+ )*\.venv/bin/espace-sante (.*)", line)
            if command:
                reader.parse_args(shlex.split(command[1].partition(" < ")[0], comments=True))
                typed += 1
    assert typed > 40


def test_every_link_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_three_people_to_be_exist() -> None:
    lists = sorted((ROOT / "espace_sante" / "adapters").glob("dev_*.json"))
    names = {one["name"] for each in lists for one in json.loads(each.read_text(encoding="utf-8"))}
    assert {"Jeanne Aubertin", "Dr Awa Diallo", "Mme Petit"} <= names
    assert all(name in README for name in ("Jeanne Aubertin", "Dr Awa Diallo", "Mme Petit"))


def test_the_demonstration_prints_the_addresses_the_people_and_the_steps_of_the_first_page() -> None:
    addresses = re.findall(r"<http://127\.0\.0\.1:8000(/\w+)>", README)
    assert len(addresses) == 3 and re.findall(r"^  \{url\}(/\w+) ", TO_DO, flags=re.MULTILINE) == addresses
    steps = re.findall(r"^(\d)\. \*\*(.+?)\*\*", README, flags=re.MULTILINE)
    assert len(steps) == 5 and re.findall(r"^  (\d)\. (.+?)(?: :|,)", TO_DO, flags=re.MULTILINE) == steps
    for words in ("Trois personnes à être", "Cinq choses à faire", "Jeanne Aubertin", "Dr Awa Diallo", "Mme Petit"):
        assert words in README and words in TO_DO


def test_the_demonstration_holds_what_the_first_page_says() -> None:
    assert "trente personnes" in README and "quatre-vingts documents" in README and "quinze catégories" in README
    assert len([account for account in builtin_accounts() if account.kind == "person"]) == 30
    assert len(PAPERS) == 80 and {paper.category for paper in PAPERS} == set(CATEGORIES)


def test_the_first_page_follows_its_order_and_says_it_is_not_the_other_one() -> None:
    titles = re.findall(r"^## (.+)$", README, flags=re.MULTILINE)
    assert titles == [
        "Ce qu'il refuse",
        "Essayer",
        "Ce qu'il garantit, et ce qui n'est pas fait",
        "Installer",
        "Comment c'est fait",
        "Prendre part",
        "Licence",
        "In English",
    ]
    assert "sans lien avec Mon espace santé" in README


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert [int(n) for n in re.findall(r"^(\d+)\.[A-Z]", text, flags=re.MULTILINE)] == list(range(1, 16))
    assert "v. 1.2" in text and "Appendix" in text
