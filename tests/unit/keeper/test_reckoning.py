"""What the daily reconciliation concludes from numbers alone: no gap without its cause, no cause without its gap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.keeper.counting import CHECKPOINT_MINUTES, RECKONED_HOURS, Alarms
from espace_sante.keeper.reckoning import (
    ANSWERS_WITHOUT_ENTRY,
    LINES_GONE,
    LINES_TAKEN_BACK,
    LINES_UNCOUNTED,
    Measure,
    Standing,
    gaps_of_day,
    gaps_of_the_journal,
)
from espace_sante.keeper.tally import ANSWER, ENTRY, KEY, LINES, NOTICES_DUE, NOTICES_WRITTEN, REFUSAL, Tally

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
few = st.integers(0, 9)


@given(few, few, few, few)
def test_a_day_has_a_gap_exactly_when_more_was_said_than_written(
    answers: int, refusals: int, entries: int, keys: int
) -> None:
    counts = {"answer:read_document": answers, "refusal:read_document": refusals, "entry:read_document": entries}
    found = gaps_of_day(counts | {KEY: keys, LINES: entries})
    said = [gap.number for gap in found if gap.kind == ANSWERS_WITHOUT_ENTRY]
    assert said == ([answers + refusals - entries] if answers + refusals > entries else [])
    assert len(found) - len(said) == (keys > entries)


@given(few, few, few, few)
def test_notices_and_lines_are_held_to_what_was_due(due: int, written: int, entries: int, lines: int) -> None:
    counts = {NOTICES_DUE: due, NOTICES_WRITTEN: written, "entry:mask": entries, LINES: lines}
    assert len(gaps_of_day(counts)) == (due > written) + (entries > lines)


@given(st.lists(st.tuples(few, few, st.booleans(), few), max_size=8))
def test_true_counts_are_never_a_gap_whatever_crashes_and_is_in_flight(days: list[tuple[int, int, bool, int]]) -> None:
    """Each day: lines counted, lines lost in crashes, whether it is quiet, lines in flight when it is not."""
    standing, lines, counted = Standing(), 3, 0  # three lines of before the counting
    for more, crashed, quiet, flying in days:
        lines, counted = lines + more + crashed, counted + more
        flight = 0 if quiet else flying
        measure = Measure(lines + flight, lines + flight, counted, quiet, int(crashed > 0))
        found, standing = gaps_of_the_journal(measure, standing)
        assert found == []
        assert standing.uncounted_least <= lines - counted
        lines, counted = lines + flight, counted + flight  # what was in flight is counted in the end


@given(few, few, st.booleans(), st.integers(1, 9))
def test_a_line_taken_out_after_a_quiet_day_is_found_even_after_crashes(
    lost: int, more: int, quiet: bool, taken: int
) -> None:
    _, standing = gaps_of_the_journal(Measure(100 + lost, 100 + lost, 100, quiet=True, crashes=1), Standing())
    left = 100 + lost + more - taken
    found, _ = gaps_of_the_journal(Measure(left, left, 100 + more, quiet, 0), standing)
    assert [(gap.kind, gap.number) for gap in found] == [(LINES_TAKEN_BACK, taken)]
    found, _ = gaps_of_the_journal(Measure(left, left + taken, 100 + more, quiet, 0), standing)
    assert [(gap.kind, gap.number) for gap in found] == [(LINES_GONE, taken)]


@given(st.integers(1, 9), st.booleans(), st.integers(0, 1))
def test_lines_nobody_counted_are_a_gap_when_nothing_explains_them(extra: int, quiet: bool, crashes: int) -> None:
    found, _ = gaps_of_the_journal(Measure(10 + extra, 10 + extra, 10, quiet, crashes), Standing(0, settled=True))
    assert [gap.kind for gap in found] == ([LINES_UNCOUNTED] if quiet and not crashes else [])


@given(st.lists(st.tuples(st.sampled_from((LINES, ENTRY)), st.integers(0, 3), st.booleans()), max_size=30))
def test_totals_are_written_once_each_and_none_is_forgotten(added: list[tuple[str, int, bool]]) -> None:
    tally, kept, day = Tally(), {}, date(2026, 11, 26)
    expected: dict[tuple[date, str], int] = {}
    for kind, number, write in added:
        tally.turn(day)
        tally.add(kind, "mask", number)
        if number:
            expected[day, f"{kind}:mask"] = expected.get((day, f"{kind}:mask"), 0) + number
        if write:
            cells = tally.changed()
            kept |= {(one, name): total for one, name, total in cells}
            tally.written(cells)
            assert tally.changed() == []
            day += timedelta(days=1)
    kept |= {(one, name): total for one, name, total in tally.changed()}
    assert kept == expected


def counted(**totals: int) -> Tally:
    tally = Tally()
    tally.turn(NOW.date())
    for kind, number in totals.items():
        tally.add(kind, "read_document", number)
    return tally


def test_answers_that_go_on_without_entries_are_said_at_once_and_once_an_hour() -> None:
    alarms, silent = Alarms(), counted(**{ANSWER: 2, REFUSAL: 1, ENTRY: 2})
    assert alarms.of(silent, NOW, None, NOW) == ["answers go on without entries"]
    assert alarms.of(silent, NOW, None, NOW + timedelta(minutes=59)) == []
    assert alarms.of(silent, NOW, None, NOW + timedelta(minutes=60)) == ["answers go on without entries"]
    assert Alarms().of(counted(**{ANSWER: 2, ENTRY: 2}), NOW, None, NOW) == []


def test_a_comparison_that_does_not_come_is_said_after_its_hours() -> None:
    last = NOW - timedelta(hours=RECKONED_HOURS)
    assert Alarms().of(Tally(), last, None, NOW) == []
    (said,) = Alarms().of(Tally(), last, None, NOW + timedelta(seconds=1))
    assert said == f"no daily reconciliation for {RECKONED_HOURS} hours"


def test_a_checkpoint_is_missed_only_when_there_is_something_to_publish() -> None:
    alarms, minute = Alarms(), timedelta(minutes=1)
    tally, late = counted(**{ENTRY: 1}), NOW + timedelta(minutes=CHECKPOINT_MINUTES)
    assert alarms.of(tally, NOW, 100.0, NOW) == []
    assert alarms.of(tally, NOW, 100.0, late) == []
    assert len(alarms.of(tally, NOW, 100.0, late + minute)) == 1
    assert alarms.of(tally, NOW, 101.0, late + 2 * minute) == [], "it moved, and nothing came since"
    assert alarms.of(tally, NOW, 101.0, late + 60 * minute) == [], "nothing to publish is no silence"
    assert alarms.of(tally, NOW, None, late + 90 * minute) == [], "no public journal here"
