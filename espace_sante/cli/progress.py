"""How far a long command is, on a terminal and nowhere else: one line, written over."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
_WIDTH = 30


def counted(things: Sequence[T], words: str) -> Iterator[T]:
    """Yield each thing, and say how many are done on the error output when it is a terminal."""
    yield from counted_of(things, len(things), words)


def counted_of(things: Iterable[T], total: int, words: str) -> Iterator[T]:
    """Yield each of things that come by themselves, and say how many of `total` came."""
    shown = sys.stderr.isatty() and total > 0
    for done, one in enumerate(things):
        if shown:
            _write(words, done, total)
        yield one
    if shown:
        _write(words, total, total)
        sys.stderr.write("\n")


def _write(words: str, done: int, total: int) -> None:
    filled = _WIDTH * done // total
    sys.stderr.write(f"\r{words} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total}")
    sys.stderr.flush()
