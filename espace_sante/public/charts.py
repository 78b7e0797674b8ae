"""Bars drawn by the server, beside the table that says the same: no script, no picture to fetch, nothing said by colour alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for and how long it is, in thousandths of the longest of its chart."""

    words: str
    value: int
    length: int

    @property
    def width(self) -> str:
        """The length as SVG wants it; something is always seen of what is not nothing."""
        return f"{max(self.length, 5) / 10:g}%" if self.value > 0 else "0"


@dataclass(frozen=True, slots=True)
class Group:
    """What one label shows: a bar for each of its values."""

    label: str
    bars: tuple[Bar, ...]


def chart(rows: Iterable[tuple[str, tuple[tuple[str, int], ...]]]) -> tuple[Group, ...]:
    """Return the groups of a chart, from a label and its named values; what is negative has no length."""
    given = tuple(rows)
    longest = max((value for _, values in given for _, value in values), default=0)
    return tuple(Group(label, tuple(_bar(words, value, longest) for words, value in values)) for label, values in given)


def _bar(words: str, value: int, longest: int) -> Bar:
    return Bar(words, value, round(1000 * max(value, 0) / longest) if longest > 0 else 0)
