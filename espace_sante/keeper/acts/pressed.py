"""The letter about a day when a second agent had to come: what was given, sent where she was written to before that day.

Guarantee: G10. Source: inclusion.md HLP-16; docs/decisions/0083.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from espace_sante.consent.rights import Rights
from espace_sante.consent.visits import visit_of
from espace_sante.journal.entry import open_record, reference
from espace_sante.keeper.demand import Letter, LetterItem
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Situation
from espace_sante.keeper.visits import rights_around

# What a page in large type holds beside what she can do.
SHOWN_MOST = 4


def tells_something(rights: Rights, day: date) -> bool:
    """Say whether something was given on that day that she has not taken back since."""
    visit = visit_of(rights.visits, day)
    return visit is not None and bool(visit.lines)


def pressed_letters(
    s: Situation, will: Will, day: date, hers: Letter, for_paper: Callable[[dict[str, Any]], bytes]
) -> list[Letter]:
    """Return the letters of that day: one, or two when nothing says where she was written to before it."""
    visit = visit_of(will.rights.visits, day)
    if visit is None:
        return []
    items = [one for line in visit.lines if (one := _item(s, line, for_paper)) is not None]
    letter = msgspec.structs.replace(
        hers, items=tuple(items[:SHOWN_MOST]), pressed=day.isoformat(), more=len(items[SHOWN_MOST:])
    )
    before, after = rights_around(will, visit, s.extra.wills)
    return [msgspec.structs.replace(letter, address=one) for one in addresses(will.rights, before, after)]


def addresses(now: Rights, before: Rights, after: Rights) -> list[tuple[str, ...]]:
    """Return where a letter about a day goes, no line at all for the counter: as before that day, when that day changed it.

    Where nothing was known before it, both to what was said on that day and to the counter: one of them is hers.
    """
    counter = before.letters.counter if before.letters.counter != after.letters.counter else now.letters.counter
    if counter:
        return [()]
    if before.address == after.address:
        return [now.address]
    return [before.address] if before.address else [after.address, ()]


def _item(s: Situation, line: str, for_paper: Callable[[dict[str, Any]], bytes]) -> LetterItem | None:
    for row in s.extra.entries:
        if reference(row["com"]) == line:
            record = open_record(s.keys.record_key, s.keys.space, row["seq"], row["sealed"])
            return LetterItem(record["act"], record["at"], for_paper(record), line, row["seq"])
    return None
