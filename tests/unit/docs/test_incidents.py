"""The page of incidents has one line each, and every test it names exists; every scenario is on the page."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "incidents.md").read_text(encoding="utf-8")


def test_each_incident_names_its_scenario_and_its_bound() -> None:
    lines = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][1:]
    assert all(len(line) == 6 and re.search(r"\d", line[3]) for line in lines), "a bound is a figure"
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "incidents").glob("test_*.py"))
    assert sorted(line[5].strip("`") for line in lines) == sorted(re.findall(r"^def (test_\w+)", written, re.MULTILINE))
