"""Numbered sheets: the figures that are promised, numbers made again from their formula, each move from each state."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from espace_sante.consent import sheets
from espace_sante.consent.sheets import SheetMove, SheetState, day_fault, late_day, moved, numbered, sheet_number

TUESDAY = date(2026, 11, 10)


def test_the_figures_that_are_promised() -> None:
    """inclusion.md PAR-20 (five working days); docs/decisions/0084 (the others)."""
    assert sheets.ENTERED_WITHIN == 5
    assert (sheets.PRINTED_AT_ONCE, sheets.AT_A_COUNTER, sheets.PRINTS_A_DAY) == (100, 1_000, 200)
    assert sheets.AWAY_MOST_DAYS == 31
    assert sheets.last_entry(TUESDAY) == date(2026, 11, 18), "the eleventh of November is not worked"
    assert day_fault(TUESDAY, TUESDAY, date(2026, 11, 18)) == ""
    assert day_fault(TUESDAY, TUESDAY, date(2026, 11, 19)) == "sheet-late"
    assert day_fault(None, TUESDAY, TUESDAY) == "sheet-day"


def test_a_number_is_its_batch_its_place_and_two_check_digits() -> None:
    """ISO/IEC 7064, MOD 97-10: the whole number leaves 1 when divided by 97."""
    found = numbered(7_000_42, 3)
    assert [one[:8] for one in found] == ["00042001", "00042002", "00042003"]
    assert all(int(one) % 97 == 1 and len(one) == 10 for one in found)
    assert sheets.said_sheet(found[0]) == f"00042 001 {found[0][-2:]}"
    assert sheet_number(f" 00042-001 {found[0][-2:]} ") == found[0]
    arabic = "".join(chr(ord("٠") + int(digit)) for digit in found[0][:8]) + found[0][8:]
    for wrong in (found[0][:-1], found[0] + "0", "0" + found[0], "٠" * 10, arabic, "x" * 10):
        assert sheet_number(wrong) is None
    assert all(int(one) % 97 == 1 for one in numbered(0, 999))


MOVES = {
    SheetMove.OUT: ({SheetState.READY}, SheetState.OUT),
    SheetMove.BACK: ({SheetState.OUT}, SheetState.READY),
    SheetMove.VOID: ({SheetState.READY, SheetState.OUT, SheetState.WAITING}, SheetState.VOID),
    SheetMove.LOST: ({SheetState.READY, SheetState.OUT, SheetState.WAITING}, SheetState.LOST),
}


@pytest.mark.parametrize("move", SheetMove)
@pytest.mark.parametrize("state", SheetState)
def test_each_move_from_each_state(move: SheetMove, state: SheetState) -> None:
    sources, target = MOVES[move]
    assert moved(state, move) is (target if state in sources else None)


def test_what_is_kept_of_a_sheet_is_the_same_number_in_every_version() -> None:
    assert [(one.name, one.value) for one in SheetState] == [
        ("READY", 0),
        ("OUT", 1),
        ("WAITING", 2),
        ("USED", 3),
        ("VOID", 4),
        ("LOST", 5),
    ]
    assert [(one.name, one.value) for one in SheetMove] == [("OUT", 0), ("BACK", 1), ("VOID", 2), ("LOST", 3)]
    assert {SheetState.READY, SheetState.OUT, SheetState.WAITING} == sheets.ENTERABLE


def test_a_sheet_counts_from_its_day_as_long_as_a_round_may_last() -> None:
    assert late_day("1", "2026-11-10", date(2026, 12, 11)) == TUESDAY
    assert late_day("1", "2026-11-10", date(2026, 12, 12)) is None
    assert late_day("1", "2026-11-10", date(2026, 11, 9)) == TUESDAY, "already the next day in Paris"
    assert late_day("1", "2026-11-10", date(2026, 11, 8)) is None
    assert late_day("1", "10/11/2026", TUESDAY) is None and late_day("", "2026-11-10", TUESDAY) is None


def test_a_day_begins_at_midnight_in_paris() -> None:
    assert sheets.begins(date(2026, 7, 1)) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert sheets.begins(date(2026, 12, 1)) == datetime(2026, 11, 30, 23, tzinfo=UTC)
