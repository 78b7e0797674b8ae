"""Numbered sheets and working days: a mistyped number is nobody's, five days are never more, what is lost is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.request import ActId
from espace_sante.access.rules import RESTRICTIVE
from espace_sante.consent.sheets import (
    ENTERED_WITHIN,
    SheetMove,
    SheetState,
    begins,
    day_fault,
    last_entry,
    late_day,
    moved,
    numbered,
    said_sheet,
    sheet_number,
)
from espace_sante.identity.ages import day_in_paris
from espace_sante.keeper.late_entry import is_overtaken
from espace_sante.kernel.working_days import after_working_days, is_working_day

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
DAY = timedelta(days=1)


@given(drawn=st.integers(0, 2**64 - 1), place=st.integers(0, 99), at=st.integers(0, 9), by=st.integers(1, 9))
def test_one_digit_mistyped_or_two_exchanged_is_no_sheet(drawn: int, place: int, at: int, by: int) -> None:
    number = numbered(drawn, 100)[place]
    assert sheet_number(said_sheet(number)) == number
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert sheet_number(wrong) is None
    exchanged = number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :] if at else number
    assert exchanged == number or sheet_number(exchanged) is None


@given(st.text(max_size=14))
def test_whatever_is_typed_is_a_number_or_nothing(typed: str) -> None:
    found = sheet_number(typed)
    assert found is None or (len(found) == 10 and found.isascii() and found.isdecimal())


@given(DAYS, st.integers(0, 12))
def test_so_many_working_days_are_counted_and_no_more(day: date, number: int) -> None:
    last = after_working_days(day, number)
    assert sum(is_working_day(day + n * DAY) for n in range(1, (last - day).days + 1)) == number
    assert number == 0 or is_working_day(last)


@given(written=DAYS, since=st.integers(0, 20), entered=st.integers(-3, 20))
def test_a_sheet_is_entered_from_its_day_to_the_fifth_working_day_after(
    written: date, since: int, entered: int
) -> None:
    printed, today = written - since * DAY, written + entered * DAY
    fault = day_fault(written, printed, today)
    assert fault == ("sheet-day" if entered < 0 else "sheet-late" if today > last_entry(written) else "")
    assert day_fault(written, written + DAY, today) == "sheet-day", "written before it was printed"
    assert (last_entry(written) - written).days >= ENTERED_WITHIN


@given(st.sampled_from(SheetState), st.lists(st.sampled_from(SheetMove), max_size=8))
def test_what_is_used_void_or_lost_stays_so(state: SheetState, moves: list[SheetMove]) -> None:
    over = {SheetState.USED, SheetState.VOID, SheetState.LOST}
    for move in moves:
        following = moved(state, move)
        assert following is None or state not in over
        assert following not in (SheetState.USED, SheetState.WAITING), "only an entry makes these"
        state = state if following is None else following


def line(act: str, day: int, result: str = "permit", **said: object) -> dict[str, object]:
    return {"act": act, "at": f"2026-11-{day:02d}T09:00:00.000Z", "objects": [], "decision": {"result": result}} | said


WRITTEN = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("records", "overtaken"),
    [
        ([], False),
        ([line("withdraw_access", 9)], False),
        ([line("withdraw_access", 11)], True),
        ([line("grant_access", 11)], False),
        ([line("withdraw_access", 11, result="refuse")], False),
        ([line("withdraw_access", 11, effect="starts")], False),
        ([line("withdraw_access", 11, effect="provisional")], True),
        ([line("withdraw_access", 10)], True),
        ([line("mask", 12, objects=["sheet:1", "since:2026-11-10"])], False),
        ([line("mask", 12, objects=["sheet:1", "since:2026-11-11"])], True),
        ([line("mask", 12, objects=["since:2026-11-09"])], False),
        ([line("choose_letters", 12)], False),
        ([line("read_document", 12), line("block", 11), line("grant_access", 3)], True),
        ([line("read_document", 12), line("grant_access", 3), line("block", 2)], False),
    ],
)
def test_what_she_took_back_since_the_day_written_is_seen(records: list[dict[str, object]], *, overtaken: bool) -> None:
    assert is_overtaken("grant_access", records, WRITTEN, whole=True) is overtaken


def test_what_cannot_be_seen_is_taken_to_be_a_withdrawal() -> None:
    assert is_overtaken("grant_access", [line("read_document", 12)], WRITTEN, whole=False)
    assert not is_overtaken("grant_access", [line("read_document", 9)], WRITTEN, whole=False)


@pytest.mark.parametrize("anew", ["open_space", "reopen_space", "contest_death"])
def test_what_was_written_before_the_space_began_anew_gives_nothing_in_it(anew: str) -> None:
    """Reopened, or no longer of somebody dead, a space has no permission: an older word does not bring one back."""
    assert is_overtaken("grant_access", [line("read_document", 12), line(anew, 11)], WRITTEN, whole=True)
    assert not is_overtaken("grant_access", [line(anew, 10)], WRITTEN, whole=True), "opened, then given, on one day"
    assert not is_overtaken("grant_access", [line(anew, 9)], WRITTEN, whole=True)
    entered = line(anew, 12, objects=["space", "sheet:1", "since:2026-11-10"])
    assert not is_overtaken("grant_access", [entered], WRITTEN, whole=True), "two sheets of one visit"
    assert not is_overtaken("grant_access", [line(anew, 11, result="refuse")], WRITTEN, whole=True)


@pytest.mark.parametrize(
    "act",
    ["set_emergency_will", "keep_episode", "allow_support", "name_trusted_person", "give_address", "change_contact"],
)
def test_an_older_answer_never_takes_the_place_of_a_newer_one(act: str) -> None:
    """What she said for an emergency replaces what she had said: on paper before, it would give back what she narrowed since."""
    assert is_overtaken(act, [line(act, 11)], WRITTEN, whole=True)
    assert not is_overtaken(act, [line(act, 9)], WRITTEN, whole=True)
    assert not is_overtaken(act, [line(act, 11, effect="starts")], WRITTEN, whole=True), "the first of two agents"
    assert not is_overtaken("grant_access", [line(act, 11)], WRITTEN, whole=True)


QUIET = {"ask_reminders", "stop_reminders", "choose_letters", "expect_access"}
BACK = sorted({act.value for act in RESTRICTIVE} - QUIET)


@given(
    back=st.sampled_from(BACK),
    day=st.integers(11, 28),
    others=st.lists(st.tuples(st.sampled_from(ActId), st.integers(1, 28)), max_size=6),
    act=st.sampled_from(ActId),
)
def test_whatever_gives_is_overtaken_by_whatever_took_back_on_a_later_day(
    back: str, day: int, others: list[tuple[ActId, int]], act: ActId
) -> None:
    records = [line(one.value, at) for one, at in others]
    after = sorted([*records, line(back, day)], key=lambda one: str(one["at"]), reverse=True)
    assert is_overtaken(act.value, after, WRITTEN, whole=True)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2060, 12, 31), timezones=st.just(UTC)), st.integers(0, 9))
def test_the_day_written_is_that_of_paris_at_any_hour(now: datetime, ago: int) -> None:
    """Just after midnight in Paris too, when it is still the day before in UTC; what takes back counts from its first instant."""
    written = day_in_paris(now) - ago * DAY
    assert late_day("1", written.isoformat(), now.date()) == written
    assert begins(written) <= now
    assert late_day("", written.isoformat(), now.date()) is None, "without a sheet a demand counts from now"
