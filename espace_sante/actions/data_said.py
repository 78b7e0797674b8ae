"""Care data in words, to be printed for the person: a table of what there is, and one of them whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from espace_sante.actions.read_resource import ResourcePage
from espace_sante.kernel.i18n import mark

_LONGEST = 100_000  # some thirty pages; beyond, only the table is printed
Table = tuple[Sequence[str], Sequence[Sequence[str]]]


def data_table(found: ResourcePage, say: Callable[[str], str] = str) -> Table:
    """Return the table of some care data: when, what kind, what about, and the number to ask for one by."""
    head = [say(words) for words in (mark("Date"), mark("Sorte"), mark("Quoi"), mark("Numéro"))]
    rows = []
    for one in found.found:
        said, when = one.said
        number = " ".join(one.resource[start : start + 8] for start in range(0, len(one.resource), 8))
        rows.append((when[:10] or f"{one.updated:%Y-%m-%d}", say(one.label), said, number))
    return head, rows


def data_whole(found: ResourcePage) -> list[str]:
    """Return the whole of one, as it was written, when one was asked for: line by line, every digit kept."""
    if not found.one:
        return []
    return [
        line
        for one in found.found
        if one.body and len(one.body) <= _LONGEST
        for line in msgspec.json.format(one.body, indent=1).decode().splitlines()
    ]
