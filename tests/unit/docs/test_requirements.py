"""Each requirement has one line, which names tests and pages that exist."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if re.match(r"\| (?:[DEPRO]\d|[A-Z]{2,3}-\d)", line)]
_ID = re.compile(r"([A-Z]{2,3}-|[DEPRO])(\d+)(?: à (?:[A-Z]{2,3}-)?(\d+))?")


def identifiers(row: str) -> list[str]:
    """Return the identifiers a row is about, those of a span included."""
    found = []
    for kind, first, last in _ID.findall(row.split("|")[1]):
        found += [f"{kind}{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def test_each_requirement_has_one_line_and_none_is_forgotten() -> None:
    found = Counter(one for row in ROWS for one in identifiers(row))
    assert [one for one, times in found.items() if times > 1] == []
    wanted = {"D": 35, "E": 17, "P": 38, "R": 19, "O": 10, "PAR-": 20, "HLP-": 18, "LET-": 10, "CPN-": 10}
    wanted |= {"ACC-": 12, "WGT-": 5, "VOX-": 3, "UX-": 20}
    assert set(found) == {f"{kind}{number}" for kind, last in wanted.items() for number in range(1, last + 1)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_what_a_line_names_exists(row: str) -> None:
    for path in re.findall(r"`(tests/[^`:]+)", row):
        assert list(ROOT.glob(path.rstrip("/"))), path
    for path in re.findall(r"\]\(([^)#]+\.md)", row):
        assert (ROOT / "docs" / path).is_file(), path
