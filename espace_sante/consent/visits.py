"""What one day with agents gave in her name, kept so that "it was not my choice" ends all of it in one gesture.

A visit says no more than where her will stood before it and after it, and which lines of her journal it wrote. Pure values.
Guarantee: G2, G10. Source: inclusion.md HLP-16; docs/decisions/0083.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from espace_sante.consent.postal import lengthened

# How long she may still say so by naming one line, and how many days are kept: what any letter told her.
KEPT_DAYS = 180
KEPT = lengthened(KEPT_DAYS)
VISITS_MOST = 24
# More than an agent has anybody do in a day; her journal holds the others.
LINES_MOST = 30


@dataclass(frozen=True, slots=True)
class Visit:
    """One day (UTC). `before` and `after`: the numbers of her will, 0 when her space was opened in it.

    `lines`: references of what was done, in their order. `told`: a letter about it is due, or was sent. `moved`: something done in it
    changed where her letters go.
    """

    day: date
    before: int
    after: int
    lines: tuple[str, ...] = ()
    told: bool = False
    moved: bool = False

    def with_line(self, line: str, after: int) -> Visit:
        """Return it with one more thing done, her will being of another number since."""
        return replace(self, after=after, lines=(*self.lines, line)[:LINES_MOST])


def visit_of(visits: tuple[Visit, ...], day: date) -> Visit | None:
    """Return the visit of a day."""
    return next((one for one in visits if one.day == day), None)


def visit_with(visits: tuple[Visit, ...], lines: frozenset[str]) -> Visit | None:
    """Return the visit that wrote one of these lines."""
    return next((one for one in visits if lines.intersection(one.lines)), None)


def kept_visits(visits: tuple[Visit, ...], today: date) -> tuple[Visit, ...]:
    """Return those she may still speak of: the most recent ones, not older than so many days."""
    lasting = sorted((one for one in visits if one.day > today - KEPT), key=lambda one: one.day)
    return tuple(lasting[-VISITS_MOST:])


def put_visit(visits: tuple[Visit, ...], visit: Visit) -> tuple[Visit, ...]:
    """Return the visits with one of them as it is now."""
    return kept_visits((*(one for one in visits if one.day != visit.day), visit), visit.day)
