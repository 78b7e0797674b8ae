"""What a command prints: a sentence and a table for a person, JSON in UTF-8 for a machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def say(words: str) -> None:
    """Print a line on the standard output."""
    print(words, flush=True)


def complain(words: str) -> None:
    """Print a line on the error output."""
    print(words, file=sys.stderr, flush=True)


def as_json(value: Mapping[str, Any]) -> None:
    """Print an object as one line of JSON, letters as they are; what could command a terminal is escaped."""
    said = json.dumps(value, ensure_ascii=False)
    say(said if said.isprintable() else "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in said))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns as wide as their longest cell."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
