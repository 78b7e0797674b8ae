"""How long each act takes, by channel: counted in a few public classes, never as a row, and what is published of it.

By post, from the postmark (else the arrival) to the day of the effect, in French working days; by any other way, from when the keeper
received the demand to its effect. A median or a 95th centile is published as the upper bound of a class ("at most"), and only when
no number of ten or less could be told from it:

- of a month, an act and a channel whose own count is published (keeper/indicators.py), and of which every act was measured;
- a class counts as an answer only when it holds eleven acts or more;
- what is beyond it must fit in the share left, of the least that the published count may be. Classes of ten or fewer beyond it are
  taken for ten together when they are so few and are not two, for ten each otherwise: what is said stays true, and none is told.

So a median needs 21 acts at least, a 95th centile 201. The same rules stand, written apart, in `verifier/indicators.py`.
Guarantee: G9, G10, G14. Source: inclusion.md PAR-09, PAR-11; docs/decisions/0082; docs/specs/indicators.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from espace_sante.consent.postal import PostDays
from espace_sante.keeper.indicators import FEWEST, UNDOES, WAYS, Cell
from espace_sante.kernel.working_days import working_days_between

# Each class and its upper bound, in seconds then in working days; the last one has none.
_SECONDS = ((5, "5s"), (60, "1min"))
_DAYS = ((1, "1d"), (2, "2d"), (3, "3d"), (5, "5d"), (10, "10d"), (20, "20d"))
BEYOND = "more"
CLASSES = (*(word for _, word in _SECONDS), *(word for _, word in _DAYS), BEYOND)
DELAY, HANDLED = "delay", "handled"
# Of 20 acts, how many may take longer.
MEDIAN, CENTILE_95 = 10, 1
_OF = 20
# The least that the published count of acts may be: ten of them must fit in the share left.
FEWEST_FOR_HALF, FEWEST_FOR_MOST = 21, 201


class Delay(msgspec.Struct, frozen=True, array_like=True):
    """What is published of one act through one channel in one month (AAAA-MM): at least half of them, and at least 95 in 100, took
    no longer than a class. `most` "": not enough of them to say.
    """

    period: str
    act: str
    way: str
    half: str
    most: str = ""


def class_of_seconds(came: datetime, now: datetime) -> str:
    """Return the class of a delay between two instants."""
    seconds = (now - came).total_seconds()
    short = next((word for most, word in _SECONDS if seconds <= most), "")
    return short or class_of_days(came.date(), now.date())


def class_of_days(start: date, end: date) -> str:
    """Return the class of a delay between two days: the same day is within one working day."""
    days = working_days_between(start, end, most=_DAYS[-1][0] + 1)
    return next((word for most, word in _DAYS if days <= most), BEYOND)


def counted_delays(act: str, channel: str, came: datetime, now: datetime, post: PostDays | None) -> tuple[str, ...]:
    """Return what an act that takes effect now counts as: its delay, and by post the part of it that is the service's own."""
    if channel not in WAYS:
        return ()
    if post is None:
        return (f"{DELAY}:{act}:{channel}:{class_of_seconds(came, now)}",)
    own = class_of_days(post.arrived, now.date())
    return f"{DELAY}:{act}:{channel}:{class_of_days(post.since, now.date())}", f"{HANDLED}:{act}:{channel}:{own}"


def published_delays(counts: Iterable[tuple[date, str, int]], cells: Iterable[Cell]) -> list[Delay]:
    """Return what is published of the delays, given the counts of each day and the cells that are published of them."""
    by_month: dict[tuple[str, str], int] = {}
    for day, kind, number in counts:
        key = (f"{day:%Y-%m}", kind)
        by_month[key] = by_month.get(key, 0) + number
    found = []
    for cell in cells:
        act, _, way = cell.kind.partition(":")
        if act in UNDOES and cell.number is not None:
            classes = {one: by_month.get((cell.period, f"{DELAY}:{cell.kind}:{one}"), 0) for one in CLASSES}
            if sum(classes.values()) == by_month.get((cell.period, cell.kind), 0):
                half = bound_of(classes, cell.least, MEDIAN)
                found += [Delay(cell.period, act, way, half, bound_of(classes, cell.least, CENTILE_95))] if half else []
    return found


def bound_of(classes: Mapping[str, int], least: int, longer: int) -> str:
    """Return the first class of eleven or more that at most `longer` acts of 20 go beyond, "" when none tells it safely.

    `classes` from the shortest on; `least`: the least that their published count may be.
    """
    ordered = list(classes.items())
    for place, (one, number) in enumerate(ordered):
        if number >= FEWEST and _OF * _beyond([n for _, n in ordered[place + 1 :]]) <= longer * least:
            return one
    return ""


def _beyond(numbers: Sequence[int]) -> int:
    """Return for how many the acts of some classes are taken: never fewer than they are, and ten at least.

    Small classes stand for ten together, when they are so few and are not two; otherwise for ten each.
    """
    small = [number for number in numbers if number < FEWEST]
    together = sum(small) < FEWEST and len(small) != 2
    hidden = (FEWEST - 1) * (min(1, len(small)) if together else len(small))
    return max(FEWEST - 1, hidden + sum(number for number in numbers if number >= FEWEST))
