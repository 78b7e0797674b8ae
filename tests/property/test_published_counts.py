"""What is published of the counts never gives back a number under eleven, whatever is added or taken away from what is shown."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.keeper.indicators import BY_DAY as KINDS
from espace_sante.keeper.indicators import FEWEST, Cell, published, rounded, totals
from tests.journal_lines import with_lines

START = date(2026, 1, 1)
COUNTS = st.dictionaries(
    st.tuples(st.integers(0, 120).map(lambda n: START + timedelta(days=n)), st.sampled_from(KINDS)),
    st.integers(1, 30),
    max_size=80,
)
# Months in which every day counts: the finest that may be published.
FULL = st.dictionaries(st.integers(0, 119).map(lambda n: START + timedelta(days=n)), st.integers(11, 40), min_size=90)
TODAY = st.integers(0, 400).map(lambda n: START + timedelta(days=n))


def rows(counts: dict[tuple[date, str], int]) -> list[tuple[date, str, int]]:
    return with_lines((day, kind, number) for (day, kind), number in counts.items())


def days_of(cell: Cell) -> set[date]:
    if len(cell.period) == 10:
        return {date.fromisoformat(cell.period)}
    year, month = map(int, cell.period.split("-"))
    return {date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)}


@given(COUNTS, TODAY)
def test_no_number_under_eleven_is_published(counts: dict[tuple[date, str], int], today: date) -> None:
    cells = published(rows(counts), today)
    assert all(cell.number is None or cell.number >= FEWEST for cell in cells)
    assert all(least == 0 or least >= FEWEST for least, _ in totals(cells).values())


@given(COUNTS, TODAY)
def test_two_cells_of_a_kind_never_speak_of_the_same_day(counts: dict[tuple[date, str], int], today: date) -> None:
    """Nothing shown is inside another: no subtraction has a smaller number as its result."""
    seen: set[tuple[str, date]] = set()
    for cell in published(rows(counts), today):
        covered = {(cell.kind, day) for day in days_of(cell)}
        assert seen.isdisjoint(covered)
        seen |= covered


@given(COUNTS, TODAY)
def test_what_is_shown_is_true_and_what_is_not_shown_is_few(counts: dict[tuple[date, str], int], today: date) -> None:
    for cell in published(rows(counts), today):
        true = sum(number for (day, kind), number in counts.items() if kind == cell.kind and day in days_of(cell))
        if cell.number is None:
            assert true < FEWEST
        else:
            assert cell.number == rounded(true) and cell.least <= true <= cell.number


@given(COUNTS, TODAY)
def test_a_total_says_nothing_that_its_cells_do_not(counts: dict[tuple[date, str], int], today: date) -> None:
    """The published totals follow from the published cells: whoever has the cells learns nothing more."""
    cells = published(rows(counts), today)
    for kind, (least, most) in totals(cells).items():
        mine = [cell for cell in cells if cell.kind == kind]
        assert least == sum(cell.least for cell in mine)
        assert most == (None if None in [cell.most for cell in mine] else sum(cell.most or 0 for cell in mine))


@given(COUNTS, TODAY, st.integers(0, 30))
def test_a_month_that_is_not_over_shows_nothing_and_one_that_is_over_never_moves(
    counts: dict[tuple[date, str], int], today: date, later: int
) -> None:
    before = set(published(rows(counts), today))
    assert all(max(days_of(cell)) < (today - timedelta(days=1)).replace(day=1) for cell in before if cell.kind in KINDS)
    more = counts | {(today, KINDS[0]): 25}
    after = published(rows(more), today + timedelta(days=later))
    assert before <= set(after) or not counts


@given(FULL)
def test_days_are_published_when_each_of_a_month_counts_eleven(full: dict[date, int]) -> None:
    cells = published(with_lines((day, KINDS[0], number) for day, number in full.items()), date(2027, 1, 1))
    for month in range(1, 5):
        days = [date(2026, month, day) for day in range(1, monthrange(2026, month)[1] + 1)]
        mine = [c for c in cells if c.kind == KINDS[0] and c.period.startswith(f"2026-{month:02}")]
        assert len(mine) == (len(days) if all(full.get(day, 0) >= FEWEST for day in days) else 1)


def test_nothing_counted_publishes_nothing() -> None:
    assert published([], date(2026, 11, 26)) == []
    assert published([(date(2026, 10, 1), "not-published", 50)], date(2026, 11, 26)) == []
