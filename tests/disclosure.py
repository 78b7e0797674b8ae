"""Invented counts, somebody who wants to guess from what is published, and another house that would publish the same.

The guesser knows every rule and solves what the cells say together; the other house shows that no guesser, however clever,
can rule a value out. Neither uses the code it attacks.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random

from espace_sante.keeper.delays import CLASSES
from espace_sante.keeper.indicators import BY_DAY, UNDOES, WAYS, Cell

Counts = Mapping[tuple[date, str], int]
Publish = Callable[[Counts], list[Cell]]
START, MONTHS = date(2026, 1, 1), 4
LETTERS = ("letter-printed", "letter-late", "read-own", "contest-in-7")
CHAINS = (
    ("open_space", "close_space", "reopen_space"),
    ("refuse_space", "reverse_refusal"),
    ("mask", "unmask"),
    ("grant_access", "withdraw_access"),
)
DEPARTMENTS = ("01", "75", "974")


def days_of(period: str) -> tuple[date, ...]:
    """Return the days a cell speaks of."""
    if len(period) == 10:
        return (date.fromisoformat(period),)
    year, month = map(int, period.split("-"))
    return tuple(date(year, month, day + 1) for day in range(monthrange(year, month)[1]))


def months() -> tuple[str, ...]:
    return tuple(f"2026-{month:02d}" for month in range(1, MONTHS + 1))


def population(random: Random) -> dict[tuple[date, str], int]:
    """Return the counts of an invented house: nothing is undone before it is done; often near eleven, where it is tight."""
    counts: dict[tuple[date, str], int] = {}
    for kind in LETTERS:
        size = random.choice((0, 1, 3, 12, 30))
        for more in range(MONTHS * 30):
            number = random.randint(0, size) if random.random() < 0.8 else 0
            if random.random() < 0.3 and size == 30:
                number = random.randint(9, 14)
            if number:
                counts[START + timedelta(days=more), kind] = number
        if random.random() < 0.4:  # a month every day of which counts
            for day in days_of(random.choice(months())):
                counts[day, kind] = random.randint(random.choice((10, 11, 11)), 16)
    for chain in CHAINS:
        _live(counts, chain, random)
    return counts


def _live(counts: dict[tuple[date, str], int], chain: tuple[str, ...], random: Random) -> None:
    """Let a chain of acts live: each undoes at most what was done of the one before."""
    standing = [0] * len(chain)
    pace = random.choice((0.3, 1, 3, 12))
    for more in range(MONTHS * 30):
        day = START + timedelta(days=more)
        for place, act in enumerate(chain):
            wanted = int(random.expovariate(1 / pace))
            number = wanted if place == 0 else min(wanted, standing[place - 1])
            if number:
                key = (day, f"{act}:{random.choice(WAYS)}")
                counts[key] = counts.get(key, 0) + number
                standing[place] += number
                if place:
                    standing[place - 1] -= number


def with_delays(counts: Counts, random: Random) -> dict[tuple[date, str], int]:
    """Return the counts of a house that also measured how long its acts took; of some months it did not measure everything."""
    found = dict(counts)
    for (day, kind), number in counts.items():
        if ":" not in kind:
            continue
        usual = random.choice(CLASSES[:4]) if kind.endswith(":paper") else "5s"
        for _ in range(number - (random.random() < 0.002)):
            one = usual if random.random() < 0.9 else random.choice(CLASSES)
            key = (day, f"delay:{kind}:{one}")
            found[key] = found.get(key, 0) + 1
    return found


def near(total: int, least: int) -> list[int]:
    """Return sizes of a class worth trying: around ten, and around what the rules compare with; all of them of a small total."""
    if total <= 31:
        return list(range(total + 1))
    limits = {limit + more for limit in (least // 2, least // 20) for more in (-21, -20, -11, -10, -9, -1, 0, 1)}
    return sorted(size for size in {0, 1, 9, 10, 11, 12, 21} | limits if 0 <= size <= total)


def splits(total: int, parts: int, steps: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Return every way to share a total between classes, all but one of them of a size among `steps`."""
    for small in product(steps, repeat=parts - 1):
        if sum(small) <= total:
            for place in range(parts):
                yield (*small[:place], total - sum(small), *small[place:])


@dataclass(slots=True)
class Bounds:
    """What is known of a number: at least, at most (None: nothing)."""

    least: int = 0
    most: int | None = None


class Guesser:
    """Narrows every number by every sum it is part of, until nothing moves any more."""

    def __init__(self) -> None:
        self.known: dict[object, Bounds] = {}
        self._sums: list[tuple[tuple[tuple[object, int], ...], int | None, int | None]] = []

    def learn(self, terms: Iterable[tuple[object, int]], least: int | None, most: int | None) -> None:
        """Learn that a sum of numbers, each with its sign, lies between two bounds."""
        kept = tuple(terms)
        for name, _ in kept:
            self.known.setdefault(name, Bounds())
        self._sums.append((kept, least, most))

    def think(self) -> None:
        """Narrow until nothing moves."""
        moved = True
        while moved:
            moved = False
            for terms, least, most in self._sums:
                moved = self._narrow(terms, least, most) or moved

    def _narrow(self, terms: tuple[tuple[object, int], ...], least: int | None, most: int | None) -> bool:
        moved = False
        for name, sign in terms:
            others = [(self.known[n], s) for n, s in terms if n is not name]
            low = _total(others, lowest=True)
            high = _total(others, lowest=False)
            # sign * x lies between least - high and most - low
            from_below = None if least is None or high is None else least - high
            from_above = None if most is None or low is None else most - low
            if sign < 0:
                from_below, from_above = _minus(from_above), _minus(from_below)
            bounds = self.known[name]
            if from_below is not None and from_below > bounds.least:
                bounds.least, moved = from_below, True
            if from_above is not None and (bounds.most is None or from_above < bounds.most):
                bounds.most, moved = from_above, True
            assert bounds.most is None or bounds.least <= bounds.most, "what is published could not be"
        return moved


def _total(terms: Iterable[tuple[Bounds, int]], *, lowest: bool) -> int | None:
    total = 0
    for bounds, sign in terms:
        value = bounds.least if (sign > 0) is lowest else bounds.most
        if value is None:
            return None
        total += sign * value
    return total


def _minus(value: int | None) -> int | None:
    return None if value is None else -value


def guessed(cells: Iterable[Cell]) -> Guesser:
    """Return what a guesser knows of every cell: each shown by its bounds, and nothing undone before it is done."""
    guesser = Guesser()
    guess_from(guesser, cells)
    return guesser


def guess_from(guesser: Guesser, cells: Iterable[Cell]) -> None:
    """Let a guesser learn every cell by channel and by day, beside what it knows already, and think."""
    mine = list(cells)
    for cell in mine:
        guesser.learn([((cell.period, cell.kind), 1)], cell.least, cell.most)
    for act, undone in UNDOES.items():
        if not undone:
            continue
        for month in months():
            terms = [
                ((cell.period, cell.kind), 1 if cell.kind.startswith(f"{undone}:") else -1)
                for cell in mine
                if cell.period <= month and cell.kind.partition(":")[0] in (act, undone)
            ]
            # A closed space may be opened again, then closed again.
            again = [
                ((cell.period, cell.kind), 1)
                for cell in mine
                if act == "close_space" and cell.period <= month and cell.kind.startswith("reopen_space:")
            ]
            guesser.learn([*terms, *again], 0, None)
    guesser.think()


def true_of(counts: Counts, period: str, kind: str) -> int:
    """Return what was really counted."""
    return sum(counts.get((day, kind), 0) for day in days_of(period))


def another(cells: list[Cell], period: str, kind: str, value: int) -> dict[tuple[date, str], int]:
    """Return the counts of another house, in which a hidden cell has another value and nothing is undone before it is done.

    Everything is as low as it was shown, but for that cell and what it takes to explain it.
    """
    months_of = {(cell.period, cell.kind): cell.least for cell in cells if len(cell.period) == 7}
    months_of[period, kind] = value
    act = kind.partition(":")[0]
    while undone := UNDOES.get(act, ""):
        explain(cells, months_of, act, undone)
        act = undone
    counts = {(days_of(p)[0], k): number for (p, k), number in months_of.items()}
    return counts | {(date.fromisoformat(c.period), c.kind): c.least for c in cells if len(c.period) == 10}


def explain(
    cells: list[Cell],
    values: dict[tuple[str, str], int],
    act: str,
    undone: str,
    fixed: tuple[str, str] | None = None,
) -> None:
    """Raise what was done, as far as its cells allow, until what was undone is explained; `fixed` is left as it is."""
    for month in months():
        missing = _until(values, act, month) - _until(values, undone, month)
        for cell in cells:
            free = (cell.period, cell.kind) != fixed and cell.period <= month
            if missing > 0 and free and cell.kind.startswith(f"{undone}:"):
                most = 10 if cell.most is None else cell.most
                more = min(missing, most - values[cell.period, cell.kind])
                values[cell.period, cell.kind] += more
                missing -= more


def _until(values: Mapping[tuple[str, str], int], act: str, month: str) -> int:
    return sum(number for (p, k), number in values.items() if p <= month and k.startswith(f"{act}:"))


def lives(counts: Counts) -> bool:
    """Say whether these counts could be: month after month, nothing is undone more often than done."""
    values: dict[tuple[str, str], int] = {}
    for (day, kind), number in counts.items():
        key = (f"{day:%Y-%m}", kind)
        values[key] = values.get(key, 0) + number
    for act, undone in UNDOES.items():
        for month in months():
            again = _until(values, "reopen_space", month) if act == "close_space" else 0
            if undone and _until(values, act, month) > _until(values, undone, month) + again:
                return False
    return True


def with_day(counts: Counts, day: date, kind: str, value: int) -> dict[tuple[date, str], int]:
    """Return the same counts with another value on one day, the rest of its month on another day."""
    others = [one for one in days_of(f"{day:%Y-%m}") if one != day]
    whole = sum(counts.get((one, kind), 0) for one in (*others, day))
    changed = {key: number for key, number in counts.items() if key[1] != kind or key[0] not in (*others, day)}
    return changed | {(day, kind): value, (others[0], kind): whole - value}


__all__ = ["BY_DAY", "DEPARTMENTS", "Guesser", "another", "guessed", "lives", "population", "true_of", "with_day"]
