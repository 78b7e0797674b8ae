"""What is shown by department beside the channels: never so much that something small could be told from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from espace_sante.access.request import ActId
from espace_sante.formats.departments import department_code, departments
from espace_sante.keeper.departments import (
    BY_DEPARTMENT,
    DepartmentCell,
    department_kind,
    is_department,
    may_be_published,
    published_by_department,
    room,
)
from espace_sante.keeper.indicators import UNDOES, WAYS, Cell

MONTH, DAY = "2026-01", date(2026, 1, 31)


def channels(act: str, *numbers: int | None, month: str = MONTH) -> list[Cell]:
    """Return the cells of an act by channel; those left out are not shown."""
    return [
        Cell(month, f"{act}:{way}", number)
        for way, number in zip(WAYS, (*numbers, *[None] * (len(WAYS) - len(numbers))), strict=True)
    ]


def shown(counts: Mapping[str, int], cells: list[Cell], day: date = DAY) -> list[tuple[str, str, int]]:
    found = published_by_department([(day, kind, number) for kind, number in counts.items()], cells)
    return [(cell.act, cell.department, cell.number) for cell in found]


def test_only_what_was_said_of_the_three_acts_is_counted() -> None:
    assert set(BY_DEPARTMENT) <= set(ActId) and set(BY_DEPARTMENT) <= set(UNDOES)
    assert department_kind("open_space", "2A") == "open_space@2A"
    assert (
        department_kind("open_space", "") == department_kind("open_space", "20") == department_kind("mask", "75") == ""
    )
    assert is_department("") and is_department("974") and not is_department("974 ") and not is_department("Paris")


@pytest.mark.parametrize(
    ("written", "code"), [("1", "01"), (" 2b ", "2B"), ("75", "75"), ("974", "974"), ("987", "987")]
)
def test_a_number_is_read_as_people_write_it(written: str, code: str) -> None:
    assert department_code(written) == code
    assert code in departments()


@pytest.mark.parametrize("written", ["20", "96", "0", "63000", "Paris", "٧٥", "7 5"])
def test_a_number_that_is_none_is_none(written: str) -> None:
    assert department_code(written) == ""


def test_a_department_is_shown_from_eleven_on_and_rounded_like_everything() -> None:
    counts = {"open_space@63": 11, "open_space@75": 10, "open_space@2A": 26, "refuse_space@63": 40}
    cells = [*channels("open_space", 45, 15), *channels("refuse_space", 60)]
    assert shown(counts, cells) == [("open_space", "2A", 30), ("open_space", "63", 15), ("refuse_space", "63", 40)]


def test_the_smallest_are_left_out_until_ten_may_be_hidden() -> None:
    """The channels are 60 at most and 40 of them four hidden ones: 50 may be shown, at the least that the departments are."""
    cells = channels("open_space", 20)
    assert room(cells) == 50
    assert shown({"open_space@63": 36, "open_space@75": 14}, cells) == [
        ("open_space", "63", 40),
        ("open_space", "75", 15),
    ]
    both = {"open_space@63": 36, "open_space@75": 16}
    assert shown(both, cells) == [("open_space", "63", 40)], "36 and 16 are more than 50"
    alike = {"open_space@75": 26, "open_space@63": 26}
    assert shown(alike, cells) == [("open_space", "63", 30)], "of two alike, the last one"


def test_a_month_of_which_a_channel_is_not_there_shows_no_department() -> None:
    assert shown({"open_space@63": 40}, channels("open_space", 60)[:4]) == [] == shown({"open_space@63": 40}, [])


def test_a_closing_is_shown_only_where_the_openings_shown_there_explain_it() -> None:
    cells = [*channels("open_space", 100), *channels("close_space", 40)]
    opened = {"open_space@63": 30}
    assert shown(opened | {"close_space@63": 25}, cells)[1:] == [("close_space", "63", 25)]
    assert shown(opened | {"close_space@63": 31}, cells)[1:] == [], "31 is more than the 26 that are shown at the least"
    assert shown(opened | {"close_space@75": 25}, cells)[1:] == [], "nobody is shown to have opened there"


def test_closings_by_department_are_no_more_than_closings_by_channel() -> None:
    cells = [*channels("open_space", 100), *channels("close_space", 30)]
    opened = {"open_space@63": 30, "open_space@75": 30}
    assert room(channels("close_space", 30)) == 26 and room(channels("close_space")) == 0
    assert shown(opened | {"close_space@63": 15, "close_space@75": 14}, cells)[2:] == [
        ("close_space", "63", 15),
        ("close_space", "75", 15),
    ]
    assert shown(opened | {"close_space@63": 17, "close_space@75": 14}, cells)[2:] == [("close_space", "63", 20)]


def test_a_file_from_elsewhere_is_believed_only_when_it_may_be_shown() -> None:
    cells = [*channels("open_space", 40), *channels("close_space", 20)]
    opened = DepartmentCell(MONTH, "open_space", "63", 40)
    assert may_be_published([opened, DepartmentCell(MONTH, "close_space", "63", 20)], cells)
    for wrong in (
        [opened, opened],
        [DepartmentCell(MONTH, "close_space", "63", 20)],
        [DepartmentCell(MONTH, "open_space", "63", 10)],
        [DepartmentCell(MONTH, "open_space", "63", 41)],
        [DepartmentCell(MONTH, "open_space", "63", 75)],
        [DepartmentCell(MONTH, "mask", "63", 20)],
        [DepartmentCell("2026-02", "open_space", "63", 20)],
    ):
        assert not may_be_published(wrong, cells)
