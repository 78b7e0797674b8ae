"""The letter about a day when a second agent had to come: what was given, sent where she was written to before that day.

When agents have changed since where she is written to, whoever did so may be who pressed her, or she may have fled from where she was.
The letter then goes where she was and says nothing of what was given, nor to whom; the whole of it waits at the counter.
Guarantee: G10. Source: inclusion.md HLP-16; docs/decisions/0083.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from espace_sante.consent.rights import Rights
from espace_sante.consent.visits import Visit, visit_of
from espace_sante.journal.entry import open_record, reference
from espace_sante.keeper.demand import Letter, LetterItem
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Situation
from espace_sante.keeper.visits import rights_around, since

# What a page in large type holds beside what she can do.
SHOWN_MOST = 4
# The lines of an address, none for the counter; None when nothing was ever said of it.
Place = tuple[str, ...] | None


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
    was, now = place_before(will, visit, s.extra.wills), place_of(will.rights)
    if was in (now, ()):
        return [msgspec.structs.replace(letter, address=was or ())]
    if was is None:  # nothing is known of where she was: one of the two is hers
        return [msgspec.structs.replace(letter, address=one) for one in dict.fromkeys((now or (), ()))]
    brief = msgspec.structs.replace(letter, address=was, items=(), more=0)
    return [brief, msgspec.structs.replace(letter, address=())]


def place_of(rights: Rights) -> Place:
    """Return where she is written to; None when she never said."""
    return _place(counter=rights.letters.counter, address=rights.address)


def place_before(will: Will, visit: Visit, kept: Mapping[int, Will]) -> Place:
    """Return where she was written to before a day that moved it; else now, but for what agents changed since.

    What she changed herself since, without an agent, is where she is written to.
    """
    first, then = (place_of(rights) for rights in rights_around(will, visit, kept))
    if first != then:
        return first
    counter, address = will.rights.letters.counter, will.rights.address
    for one in sorted(since(will.rights.visits, visit.day), key=lambda each: each.day, reverse=True):
        before, after = rights_around(will, one, kept)
        counter = before.letters.counter if after.letters.counter == counter else counter
        address = before.address if after.address == address else address
    return _place(counter=counter, address=address)


def _place(*, counter: bool, address: tuple[str, ...]) -> Place:
    return () if counter else address or None


def _item(s: Situation, line: str, for_paper: Callable[[dict[str, Any]], bytes]) -> LetterItem | None:
    for row in s.extra.entries:
        if reference(row["com"]) == line:
            record = open_record(s.keys.record_key, s.keys.space, row["seq"], row["sealed"])
            return LetterItem(record["act"], record["at"], for_paper(record), line, row["seq"])
    return None
