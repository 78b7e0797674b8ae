"""The same invented houses by department, what a guesser knows of both tables together, and another house for what is not shown.

The guesser knows more than anybody could: nobody moves, and whoever said her department when she closed had said it when she opened.
It knows nothing of who did not say. Uses none of the code it attacks, but for the shape of a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from random import Random

from espace_sante.keeper.departments import DepartmentCell
from espace_sante.keeper.indicators import WAYS, Cell
from tests.disclosure import Bounds, Counts, Guesser, another, days_of, explain, guess_from, lives, months, true_of

ACTS = ("open_space", "refuse_space", "close_space")
PLACES = ("01", "13", "2A", "2B", "33", "35", "48", "63", "75", "87", "974", "986")
# What no department says: whoever did not say hers, or lives elsewhere.
UNSAID = ""
Shown = Mapping[tuple[str, str, str], int]


def with_departments(counts: Counts, random: Random) -> dict[tuple[date, str], int]:
    """Return the counts of the same house, in which some said their department: few of them, most, or everybody.

    In a house of three it is as tight as it can be: everybody says one of a few, and the channels are as many as they are shown to be.
    """
    tight = random.random() < 1 / 3
    if tight:
        counts = _filled(counts, random)
    found = dict(counts)
    places = random.sample(PLACES, random.randint(1, 3 if tight else len(PLACES)))
    weights = [random.choice((1, 1, 2, 5, 20)) for _ in places]
    says = 1.0 if tight else random.choice((0.1, 0.6, 0.95, 1.0))
    standing = dict.fromkeys(places, 0)
    for day, kind in sorted(counts, key=lambda key: (key[0], key[1].partition(":")[0] == "close_space")):
        act = kind.partition(":")[0]
        for _ in range(counts[day, kind] if act in ACTS else 0):
            place = _place(random, act, places, weights, standing)
            if place and random.random() < says:
                if act == "open_space":
                    standing[place] += 1
                found[day, f"{act}@{place}"] = found.get((day, f"{act}@{place}"), 0) + 1
    return found


def _filled(counts: Counts, random: Random) -> dict[tuple[date, str], int]:
    """Return the same counts with as many openings and refusals more as it takes for a channel to be what is shown at the most."""
    found = dict(counts)
    for period, act, way in product(months(), ("open_space", "refuse_space"), WAYS):
        number = true_of(counts, period, f"{act}:{way}")
        more = -number % 5 if number > 10 else 10 - number
        if more and random.random() < 0.8:
            key = (days_of(period)[-1], f"{act}:{way}")
            found[key] = found.get(key, 0) + more
    return found


def _place(
    random: Random, act: str, places: Sequence[str], weights: Sequence[int], standing: dict[str, int]
) -> str | None:
    """Return where somebody lives; who closes where she said she opened, if anybody there is left."""
    if act != "close_space":
        return random.choices(places, weights)[0]
    left = [place for place in places if standing[place]]
    if not left:
        return None
    place = random.choices(left, [standing[one] for one in left])[0]
    standing[place] -= 1
    return place


def guessed_together(cells: Sequence[Cell], shown: Iterable[DepartmentCell]) -> Guesser:
    """Return what a guesser knows of every cell of both tables: the channels and the departments of a month add up to the same."""
    guesser = Guesser()
    bounds = {(one.period, one.act, one.department): (one.least, one.number) for one in shown}
    for period in sorted({cell.period for cell in cells if len(cell.period) == 7}):
        for act in ACTS:
            channels = [((c.period, c.kind), 1) for c in cells if c.period == period and c.kind.startswith(f"{act}:")]
            places = [((period, act, place), -1) for place in (*PLACES, UNSAID)]
            for name, _ in places:
                guesser.learn([(name, 1)], *bounds.get(name, (0, None)))
            guesser.learn([*channels, *places], 0, 0)
            if act == "close_space":
                for place in PLACES:
                    so_far = [month for month in months() if month <= period]
                    done = [((month, "open_space", place), 1) for month in so_far]
                    undone = [((month, act, place), -1) for month in so_far]
                    guesser.learn([*done, *undone], 0, None)
    guess_from(guesser, cells)
    return guesser


def true_place(counts: Counts, period: str, act: str, place: str) -> int:
    """Return how often a department was really said; for UNSAID, how many said none."""
    said = sum(true_of(counts, period, f"{act}@{one}") for one in PLACES)
    if place == UNSAID:
        return sum(true_of(counts, period, f"{act}:{way}") for way in WAYS) - said
    return true_of(counts, period, f"{act}@{place}")


def is_open(bounds: Bounds, fewest: int) -> bool:
    """Say whether a number may still be 0, and the most that is not shown."""
    return bounds.least == 0 and (bounds.most is None or bounds.most >= fewest - 1)


def another_house(
    cells: list[Cell], shown: Iterable[DepartmentCell], hidden: tuple[str, str, str] | tuple[str, str], value: int
) -> dict[tuple[date, str], int]:
    """Return the counts of another house, in which a hidden cell of either table has another value, and which could be.

    Everything is as low as it was shown, but for that cell, what explains it there, and the channels where they have to hold it.
    """
    places = {(one.period, one.act, one.department): one.least for one in shown}
    fixed: tuple[str, str] | None = None
    if len(hidden) == 3:
        places[hidden] = value
        _explain_place(places, {(c.period, c.act, c.department) for c in shown}, hidden)
        months_of = {(cell.period, cell.kind): cell.least for cell in cells if len(cell.period) == 7}
    else:
        fixed = hidden
        counts = another(cells, *hidden, value)
        months_of = {(f"{day:%Y-%m}", kind): number for (day, kind), number in counts.items()}
        months_of = {key: number for key, number in months_of.items() if ":" in key[1]}
    for act in ("close_space", "refuse_space", "open_space"):
        _hold(cells, months_of, places, act, fixed)
        if act == "close_space":
            explain(cells, months_of, act, "open_space", fixed)
    by_day = {(date.fromisoformat(c.period), c.kind): c.least for c in cells if len(c.period) == 10}
    others = {(c.period, c.kind): c.least for c in cells if len(c.period) == 7 and ":" not in c.kind}
    said = {(period, f"{act}@{place}"): number for (period, act, place), number in places.items()}
    return by_day | {(days_of(p)[0], k): number for (p, k), number in (others | months_of | said).items() if number}


def _explain_place(
    places: dict[tuple[str, str, str], int], shown: set[tuple[str, str, str]], hidden: tuple[str, str, str]
) -> None:
    """Raise the openings of a department, as far as its cells allow, until its closings are explained."""
    _, act, place = hidden
    if act != "close_space":
        return
    for month in months():
        so_far = [one for one in months() if one <= month]
        missing = sum(places.get((one, act, place), 0) - places.get((one, "open_space", place), 0) for one in so_far)
        for one in so_far:
            key = (one, "open_space", place)
            most = 4 if key in shown else 10 - places.get(key, 0)
            if missing > 0 and most > 0:
                more = min(missing, most)
                places[key] = places.get(key, 0) + more
                missing -= more


def _hold(
    cells: list[Cell],
    months_of: dict[tuple[str, str], int],
    places: Shown,
    act: str,
    fixed: tuple[str, str] | None,
) -> None:
    """Raise the channels of an act, as far as their cells allow, until they hold what its departments add up to."""
    for period in months():
        of_act = [cell for cell in cells if cell.period == period and cell.kind.startswith(f"{act}:")]
        held = sum(months_of[cell.period, cell.kind] for cell in of_act)
        missing = sum(number for (p, a, _), number in places.items() if (p, a) == (period, act)) - held
        for cell in of_act:
            if missing > 0 and (cell.period, cell.kind) != fixed:
                most = 10 if cell.most is None else cell.most
                more = min(missing, most - months_of[cell.period, cell.kind])
                months_of[cell.period, cell.kind] += more
                missing -= more


def lives_there(counts: Counts) -> bool:
    """Say whether these counts could be: nobody closes where she did not open, and no more said a department than came."""
    if not lives(counts):
        return False
    for period in months():
        for act in ACTS:
            if true_place(counts, period, act, UNSAID) < 0:
                return False
        so_far = [month for month in months() if month <= period]
        for place in PLACES:
            done = sum(true_place(counts, month, "open_space", place) for month in so_far)
            if sum(true_place(counts, month, "close_space", place) for month in so_far) > done:
                return False
    return True
