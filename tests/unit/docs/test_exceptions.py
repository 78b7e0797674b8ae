"""Every exception to the style or to the types says why it is one, on its line."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("bench", "espace_sante", "scripts", "tests", "verifier")
SOURCES = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))
ASKED = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
# The rules it leaves out, named, then the reason in words.
GIVEN = re.compile(
    r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[a-z-]+(?:, [a-z-]+)*\])\s+(?:# |[-—] |\()(?=.*\w{3})"
)


def unexplained(comment: str) -> bool:
    """Say whether a comment asks for an exception without naming it, or without its reason."""
    return any(GIVEN.match(comment, found.start()) is None for found in ASKED.finditer(comment))


def comments(source: Path) -> Iterator[tuple[int, str]]:
    if ASKED.search(source.read_text(encoding="utf-8")) is None:
        return
    with tokenize.open(source) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def test_every_exception_names_its_rule_and_its_reason() -> None:
    assert len(SOURCES) > 500
    found = [(source, line) for source in SOURCES for line, comment in comments(source) if unexplained(comment)]
    assert [f"{source.relative_to(ROOT)}:{line}" for source, line in found] == []


@pytest.mark.parametrize(
    ("comment", "is_wrong"),
    [
        ("# noqa: E402", True),
        ("# noqa", True),
        ("# noqa - the path", True),
        ("# noqa: E402 - ", True),
        ("# type: ignore", True),
        ("# type: ignore  # anything", True),
        ("# type: ignore[index]", True),
        ("# type: ignore[index]  # noqa: E501", True),
        ("# noqa: E402 - the path is set above", False),
        ("# noqa: E402, F401 — the path is set above", False),
        ("# noqa: SIM110 (a generator costs more)", False),
        ("# type: ignore[union-attr, operator]  # both are there", False),
    ],
)
def test_the_check_knows_an_exception_without_a_reason(comment: str, is_wrong: bool) -> None:
    assert unexplained(comment) is is_wrong
