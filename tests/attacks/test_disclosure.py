"""Whoever subtracts, adds, waits and knows every rule learns of a small number only that it is under eleven."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from espace_sante.actions.indicators import Indicators, read_indicators
from espace_sante.keeper import departments as by_department
from espace_sante.keeper.delays import CENTILE_95, CLASSES, FEWEST_FOR_HALF, MEDIAN, bound_of, published_delays
from espace_sante.keeper.departments import BY_DEPARTMENT, DepartmentCell, may_be_published, published_by_department
from espace_sante.keeper.indicators import BY_DAY, FEWEST, KINDS, LINE, UNDOES, WAYS, Cell, published, rounded, totals
from espace_sante.public.verifiers import FOLDER
from tests.disclosure import (
    CHAINS,
    DEPARTMENTS,
    LETTERS,
    MONTHS,
    START,
    Counts,
    Guesser,
    another,
    days_of,
    guessed,
    lives,
    months,
    near,
    population,
    splits,
    true_of,
    with_day,
    with_delays,
)
from tests.disclosure_departments import (
    PLACES,
    UNSAID,
    another_house,
    guessed_together,
    is_open,
    lives_there,
    true_place,
    with_departments,
)
from tests.journal_lines import with_lines

RUNS = int(os.environ.get("DISCLOSURE_RUNS", "24"))
AFTER = START + timedelta(days=31 * MONTHS + 5)
SEEDS = range(RUNS)


def rows(counts: Counts) -> list[tuple[date, str, int]]:
    return with_lines((day, kind, number) for (day, kind), number in counts.items())


def publish(counts: Counts) -> list[Cell]:
    """Publish with something counted in the first month, so that the first month shown tells nothing."""
    return published([*rows(counts), (START, "letter-late", 0)], AFTER)


def hidden(cells: list[Cell], counts: Counts) -> Iterator[tuple[Cell, int]]:
    for cell in cells:
        true = true_of(counts, cell.period, cell.kind)
        if true < FEWEST:
            yield cell, true


@pytest.mark.parametrize("seed", SEEDS)
def test_no_cell_under_eleven_is_narrowed_by_all_that_is_published(seed: int) -> None:
    counts = population(Random(seed))
    assert lives(counts), "the invented house could be"
    cells = publish(counts)
    guesser = guessed(cells)
    for cell, true in hidden(cells, counts):
        bounds = guesser.known[cell.period, cell.kind]
        assert cell.number is None and true < FEWEST
        assert bounds.least == 0 and (bounds.most is None or bounds.most >= FEWEST - 1), (cell, true, bounds)


@pytest.mark.parametrize("seed", SEEDS)
def test_for_every_cell_under_eleven_another_house_with_another_number_publishes_the_same(seed: int) -> None:
    """However clever, nobody can rule out 0 nor 10: both would have given the same publication."""
    random = Random(seed)
    counts = population(random)
    cells = publish(counts)
    chains = {act for chain in CHAINS for act in chain}
    small = [c for c, _ in hidden(cells, counts) if c.kind in LETTERS or c.kind.partition(":")[0] in chains]
    for cell in random.sample(small, min(len(small), 12)):
        for value in (0, FEWEST - 1):
            other = another(cells, cell.period, cell.kind, value)
            assert true_of(other, cell.period, cell.kind) == value
            assert lives(other), (cell, value)
            assert publish(other) == cells, (cell, value)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_a_week_and_a_department_inside_a_month_that_is_shown_are_not_narrowed_either(seed: int) -> None:
    random = Random(seed)
    counts = population(random)
    cells = publish(counts)
    whole = [c for c in cells if c.kind in LETTERS and len(c.period) == 7 and c.number is not None]
    for cell in random.sample(whole, min(len(whole), 6)):
        days = [day for day in days_of(cell.period) if counts.get((day, cell.kind), 0) < FEWEST]
        for value in (0, FEWEST - 1):
            other = with_day(counts, random.choice(days), cell.kind, value)
            assert publish(other) == cells
        # A department: the publication is a function of the sum over departments, however they share it.
        shares = {(day, kind): random.choice(DEPARTMENTS) for day, kind in counts}
        assert len(set(shares.values())) <= len(DEPARTMENTS) and publish(counts) == cells


def said_where(seed: int) -> tuple[Counts, list[Cell], list[DepartmentCell]]:
    """Return an invented house in which some said their department, and the two tables it publishes."""
    counts = with_departments(population(Random(seed)), Random(seed))
    cells = publish(counts)
    return counts, cells, published_by_department(rows(counts), cells)


def unseen(counts: Counts, cells: list[Cell], shown: list[DepartmentCell]) -> Iterator[tuple[str, str, str]]:
    """Return each department of fewer than eleven, month by month and act by act; UNSAID is whoever said none."""
    seen = {(one.period, one.act, one.department) for one in shown}
    for period in sorted({cell.period for cell in cells if ":" in cell.kind}):
        for act in BY_DEPARTMENT:
            for place in (*PLACES, UNSAID):
                if true_place(counts, period, act, place) < FEWEST:
                    assert (period, act, place) not in seen, "a number under eleven is shown"
                    yield period, act, place


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_under_eleven_is_narrowed_by_the_two_tables_together(seed: int) -> None:
    """Who solves channels and departments of every month together learns nothing of a small one of either table."""
    counts, cells, shown = said_where(seed)
    assert lives_there(counts), "the invented house could be"
    known = guessed_together(cells, shown).known
    for name in (*unseen(counts, cells, shown), *((c.period, c.kind) for c, _ in hidden(cells, counts))):
        assert is_open(known[name], FEWEST), (name, known[name])


def test_without_leaving_out_the_smallest_ones_the_guesser_finds_small_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search can find something: with every department of eleven or more shown, it narrows small ones."""
    monkeypatch.setattr(by_department, "fitting", lambda cells, channels: list(cells))
    found = 0
    for seed in range(12):
        counts, cells, shown = said_where(seed)
        known = guessed_together(cells, shown).known
        small = (*unseen(counts, cells, shown), *((c.period, c.kind) for c, _ in hidden(cells, counts)))
        found += sum(not is_open(known[name], FEWEST) for name in small)
    assert found


def test_a_small_channel_would_be_found_by_the_departments() -> None:
    """Six departments say that 86 came at least; four channels, 80 at most: beside them the fifth would be six to ten."""
    month, act = "2026-01", "open_space"
    channels = [Cell(month, f"{act}:{way}", 20) for way in WAYS[:4]] + [Cell(month, f"{act}:{WAYS[4]}", None)]
    six = [
        DepartmentCell(month, act, place, number) for place, number in zip(PLACES, [15] * 4 + [25] * 2, strict=False)
    ]
    found = guessed_together(channels, six).known[month, f"{act}:{WAYS[4]}"]
    assert (found.least, found.most) == (6, 10)
    kept = by_department.fitting(six, channels)
    assert len(kept) == 5 and min(cell.number for cell in six) == 15, "one of the smallest is left out"
    assert is_open(guessed_together(channels, kept).known[month, f"{act}:{WAYS[4]}"], FEWEST)
    assert may_be_published(kept, channels) and not may_be_published(six, channels)


def test_openings_not_shown_would_be_found_by_the_closings_of_the_same_department() -> None:
    """Openings: 14 shown and 9 not. Closings: 22, there. At least six of those not shown: this is why no closing is shown there."""
    first, second = START, START + timedelta(days=40)
    counts = {(first, "open_space:web"): 60, (second, "open_space:web"): 60, (second, "close_space:web"): 60}
    said = {(first, "open_space@63"): 14, (second, "open_space@63"): 9, (second, "close_space@63"): 22}
    cells = publish(counts)
    shown = published_by_department(rows(said), cells)
    assert shown == [DepartmentCell("2026-01", "open_space", "63", 15)]
    closed = DepartmentCell("2026-02", "close_space", "63", 25)
    assert guessed_together(cells, [*shown, closed]).known["2026-02", "open_space", "63"].least == 6
    assert guessed_together(cells, shown).known["2026-02", "open_space", "63"].least == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_for_every_small_department_and_channel_another_house_publishes_the_same_two_tables(seed: int) -> None:
    """However clever, whoever knows every rule can rule out neither 0 nor 10: both would have given the same publication."""
    random = Random(seed)
    counts, cells, shown = said_where(seed)
    places = [name for name in unseen(counts, cells, shown) if name[2] != UNSAID]
    ways = [(c.period, c.kind) for c, _ in hidden(cells, counts) if c.kind.partition(":")[0] in BY_DEPARTMENT]
    for name in (*random.sample(places, min(len(places), 5)), *random.sample(ways, min(len(ways), 3))):
        for value in (0, FEWEST - 1):
            other = another_house(cells, shown, name, value)
            if len(name) == 3:
                assert true_place(other, *name) == value
            else:
                assert true_of(other, *name) == value
            assert lives_there(other), (name, value)
            assert publish(other) == cells, (name, value)
            assert published_by_department(rows(other), cells) == shown, (name, value)


@pytest.mark.parametrize("seed", SEEDS)
def test_waiting_tells_nothing_more_what_was_shown_never_moves(seed: int) -> None:
    """Two days, two months: the later publication holds the earlier one, cell for cell."""
    counts = with_departments(population(Random(seed)), Random(seed))
    before: list[Cell] = []
    earlier: list[DepartmentCell] = []
    for more in (0, 31, 32, 33, 60, 61, 90, 95, 125, 200):
        today = START + timedelta(days=more)
        until = rows({key: n for key, n in counts.items() if key[0] <= today})
        now = published(until, today)
        where = published_by_department(until, now)
        assert set(before) <= set(now) and set(earlier) <= set(where)
        assert all(max(days_of(cell.period)) < today - timedelta(days=1) for cell in now)
        before, earlier = now, where


def with_few_lines(counts: Counts, random_: Random) -> list[tuple[date, str, int]]:
    """Return a house whose journal has, some months, about as many lines as it takes to be shown; each thing counted is one."""
    found = [(day, kind, number) for (day, kind), number in counts.items()]
    for more in range(31 * MONTHS + 31):
        day = START + timedelta(days=more)
        least = sum(number for when, kind, number in found if when == day and ":" not in kind.partition(":")[2])
        found.append((day, LINE, least + random_.choice((0, 3, 30, 45, 60, 200))))
    return found


def months_shown(seed: int, raw: Path) -> tuple[int, int]:
    """Publish a house with few lines; see that they leave room, and that the other program agrees. Return how many months, of how many."""
    random_ = Random(seed)
    counts = with_few_lines(population(random_), random_)
    lines = {day: number for day, kind, number in counts if kind == LINE}
    cells = published(counts, AFTER)
    shown = {cell.period[:7] for cell in cells}
    for month in shown:
        days = [day for day in lines if f"{day:%Y-%m}" == month]
        most = [cell for cell in cells if cell.period[:7] == month]
        by_day = {day: sum(cell.number or 0 for cell in most if cell.period == day.isoformat()) for day in days}
        assert all(lines[day] >= number for day, number in by_day.items())
        by_month = sum(cell.number or FEWEST - 1 for cell in most if cell.period == month)
        assert sum(lines[day] for day in days) >= sum(by_day.values()) + by_month + len(days)
    raw.write_text("jour,serie,nombre\n" + "".join(f"{day},{kind},{n}\n" for day, kind, n in counts))
    assert run("exploitant", raw, AFTER.isoformat()) == Indicators(tuple(cells)).as_csv().encode()
    return len(shown), len({f"{day:%Y-%m}" for day in lines if day < AFTER})


def test_the_lines_of_the_public_journal_leave_every_number_all_it_may_be(tmp_path: Path) -> None:
    """Everybody counts the true lines of a day, exactly, eight days later (docs/specs/journal.md section 9)."""
    tried = [months_shown(seed, tmp_path / "brut.csv") for seed in SEEDS]
    assert 0 < sum(shown for shown, _ in tried) < sum(months for _, months in tried), "else nothing was tried"


@pytest.mark.parametrize("hidden", [0, 3, 10])
def test_whether_a_month_is_shown_does_not_depend_on_a_number_under_eleven(hidden: int) -> None:
    counts = [(START, "read-professional", 11), *([(START, "read-court", hidden)] if hidden else [])]
    needed = 15 + 10 * (len(KINDS) - 1) + 31
    assert published([*counts, (START, LINE, needed - 1)], AFTER)[:1] == []
    assert len(published([*counts, (START, LINE, needed)], AFTER)) == len(KINDS), (
        "the first month; the others have no line"
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_stand_alone_program_gives_the_same_bytes(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two writings of the same rules: ours, and one that shares no code with it."""
    counts, folder = with_departments(population(Random(seed)), Random(seed)), tmp_path_factory.mktemp("figures")
    raw = folder / "brut.csv"
    raw.write_text("jour,serie,nombre\n" + "".join(f"{day},{kind},{n}\n" for day, kind, n in rows(counts)))
    cells = published(rows(counts), AFTER)
    shown = Indicators(tuple(cells), departments=tuple(published_by_department(rows(counts), cells)))
    assert run("exploitant", raw, AFTER.isoformat()) == shown.as_csv().encode()
    given = folder / "indicateurs.csv"
    given.write_bytes(shown.as_csv().encode())
    assert run("publie", given) == shown.sums_csv().encode()
    assert read_indicators(shown.as_json().decode()) == shown


@pytest.mark.parametrize("seed", SEEDS[::4])
def test_a_delay_is_told_only_of_acts_whose_count_is_it_is_true_and_the_stand_alone_program_gives_the_same(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    counts = with_delays(population(Random(seed)), Random(seed))
    raw = tmp_path_factory.mktemp("figures") / "brut.csv"
    raw.write_text("jour,serie,nombre\n" + "".join(f"{day},{kind},{n}\n" for day, kind, n in rows(counts)))
    cells = published(rows(counts), AFTER)
    shown = Indicators(tuple(cells), delays=tuple(published_delays(rows(counts), cells)))
    assert run("delais", raw, AFTER.isoformat()) == shown.delays_csv().encode()
    assert read_indicators(shown.as_json().decode()).delays == shown.delays
    least = {(cell.period, cell.kind): cell.least for cell in cells}
    for delay in shown.delays:
        kind = f"{delay.act}:{delay.way}"
        assert least[delay.period, kind] >= FEWEST_FOR_HALF
        took = [true_of(counts, delay.period, f"delay:{kind}:{one}") for one in CLASSES]
        for bound, share in ((delay.half, 0.5), (delay.most, 0.95)):
            place = CLASSES.index(bound) if bound else len(CLASSES) - 1
            assert (not bound or took[place] >= FEWEST) and sum(took[: place + 1]) >= share * sum(took)


@pytest.mark.parametrize("total", [11, 20, 21, 23, 26, 31, 40, 45, 61, 90, 200, 201, 211, 245, 420, 801])
def test_for_every_class_of_ten_or_fewer_another_house_with_0_and_one_with_10_publish_the_same_delays(
    total: int,
) -> None:
    """Ways to share a month's acts between four classes: who knows the total, exactly, learns no small number."""
    told: dict[tuple[str, str], set[tuple[int, ...]]] = defaultdict(set)
    least = (rounded(total) or 0) - 4
    for shares in splits(total, 4, near(total, least)):
        classes = dict(zip(CLASSES[:4], shares, strict=True))
        told[bound_of(classes, least, MEDIAN), bound_of(classes, least, CENTILE_95)].add(shares)
    for shown, houses in told.items():
        for place in range(4):
            seen = {shares[place] for shares in houses}
            assert min(seen) >= FEWEST or {0, FEWEST - 1} <= seen, (total, shown, place)
    assert total < FEWEST_FOR_HALF or len(told) > 1, "something is told"


def test_a_plain_95th_centile_would_have_told_that_nobody_waited_longer() -> None:
    """Of 12 acts, the slowest is the 95th centile: shown, it says that no one waited longer, and that somebody waited so long."""
    classes = dict.fromkeys(CLASSES, 0) | {"1d": 11, "5d": 1}
    assert bound_of(classes, 11, MEDIAN) == bound_of(classes, 11, CENTILE_95) == ""


def run(*arguments: object) -> bytes:
    command = [sys.executable, "-I", str(FOLDER / "indicators.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    "text",
    [
        "",
        "periode,serie\n",
        "periode,serie,departement,au_moins,au_plus\n2026-01,letter-late,non précisé,3,7\n",
        "periode,serie,departement,au_moins,au_plus\n2026-01,letter-late,non précisé,11,14\n",
        "periode,serie,departement,au_moins,au_plus\n2026-01,letter-late,non précisé,0,x\n",
        "periode,serie,departement,au_moins,au_plus\n2026-01,letter-late\n",
    ],
)
def test_the_program_refuses_a_file_that_shows_a_small_number(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("figures") / "x.csv"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", str(FOLDER / "indicators.py"), "publie", str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 1 and b"Refus" in done.stderr and done.stdout == b""


def test_the_program_says_in_french_how_it_is_used_and_why_a_file_is_not_read(tmp_path: Path) -> None:
    def typed(*words: str) -> tuple[int, str, str]:
        command = [sys.executable, "-I", str(FOLDER / "indicators.py"), *words]
        done = subprocess.run(command, capture_output=True, check=False, text=True, env={"LANG": "C.UTF-8"})
        return done.returncode, done.stdout, done.stderr

    code, usage, errors = typed("--help")
    assert code == 0 and usage.startswith("usage :") and errors == ""
    for wrong in ([], ["publie"], ["autre", "x"], ["publie", "x", "y"], ["exploitant", "x"], ["delais", "x", "hier"]):
        assert typed(*wrong) == (2, "", usage)
    assert typed("publie", str(tmp_path / "x")) == (1, "", "Ce fichier ne se lit pas : il n'existe pas.\n")
    assert typed("publie", str(tmp_path)) == (1, "", "Ce fichier ne se lit pas : c'est un dossier.\n")
    (tmp_path / "x").write_bytes(b"\xff")
    assert "UTF-8" in typed("publie", str(tmp_path / "x"))[2]


def test_the_guesser_finds_a_small_number_when_a_sum_is_published_beside_its_parts() -> None:
    guesser = Guesser()
    guesser.learn([("paper", 1), ("web", 1)], 40, 40)
    guesser.learn([("web", 1)], 33, 33)
    guesser.learn([("paper", 1)], 0, 10)
    guesser.think()
    assert (guesser.known["paper"].least, guesser.known["paper"].most) == (7, 7)


def test_the_guesser_finds_it_even_rounded_when_closings_are_shown_without_their_openings() -> None:
    """Openings: 14 shown and 9 hidden. Closings: 22. Somebody opened at least six of the hidden ones: this is why we withhold."""
    cells = [
        Cell("2026-01", "open_space:web", 15),
        Cell("2026-02", "open_space:web", None),
        Cell("2026-02", "close_space:web", 25),
    ]
    found = guessed(cells).known["2026-02", "open_space:web"]
    assert found.least == 6


def test_what_undoes_is_withheld_until_what_was_shown_explains_it() -> None:
    first, second = START, START + timedelta(days=40)
    counts = {(first, "open_space:web"): 14, (second, "open_space:web"): 9, (second, "close_space:web"): 22}
    shown = {(c.period, c.kind): c.number for c in published(rows(counts), AFTER)}
    assert shown["2026-01", "open_space:web"] == 15 and shown["2026-02", "open_space:web"] is None
    assert shown["2026-02", "close_space:web"] is None
    more = counts | {(first, "open_space:paper"): 30}
    shown = {(c.period, c.kind): c.number for c in published(rows(more), AFTER)}
    assert shown["2026-02", "close_space:web"] == 25


def test_numbers_are_shown_up_to_the_next_multiple_of_five_from_eleven_on() -> None:
    assert [rounded(n) for n in (0, 10, 11, 15, 16, 20, 21)] == [None, None, 15, 15, 20, 20, 25]
    cells = [Cell("2026-01", "letter-late", 15), Cell("2026-02", "letter-late", None)]
    assert totals(cells) == {"letter-late": (11, 25)}
    assert totals([Cell("2026-01", "unmask:web", None)]) == {"unmask:web": (0, None)}


def test_everything_counted_stands_in_one_cell_at_most() -> None:
    for seed in range(6):
        seen: set[tuple[str, date]] = set()
        for cell in publish(population(Random(seed))):
            covered = {(cell.kind, day) for day in days_of(cell.period)}
            assert seen.isdisjoint(covered)
            seen |= covered
    assert len(set(KINDS)) == len(KINDS) == len(BY_DAY) + len(UNDOES) * len(WAYS)
    assert months()[-1] == f"2026-{MONTHS:02d}"
