"""The numbered sheets of a counter: printed beforehand, taken out on a round, brought back, void, lost. About nobody.

Written in the institution's chain: how many, and what became of them. Guarantee: G10. Source: inclusion.md PAR-20; docs/decisions/0084.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import msgspec

from espace_sante.access.request import ActId, Refuse
from espace_sante.consent.sheets import (
    AT_A_COUNTER,
    AWAY_MOST_DAYS,
    PRINTED_AT_ONCE,
    PRINTS_A_DAY,
    SheetMove,
    SheetState,
    day_written,
    moved,
    numbered,
    sheet_number,
)
from espace_sante.identity.ages import day_in_paris
from espace_sante.keeper.acts.asked import decision_on
from espace_sante.keeper.demand import SheetOut, SheetsAnswer, SheetsParams
from espace_sante.keeper.pressure import Gave
from espace_sante.keeper.printing import place_of
from espace_sante.keeper.sheet_body import KeptSheet, SheetBody, SheetChange, moved_sheet, new_sheet, prints_term
from espace_sante.keeper.situation import Change, Plan, Situation

_LOOK, _PRINT = "", "print"
_MOVES: Mapping[str, SheetMove] = MappingProxyType(
    {"out": SheetMove.OUT, "back": SheetMove.BACK, "void": SheetMove.VOID, "lost": SheetMove.LOST}
)
_AWAY = (SheetState.OUT, SheetState.WAITING)
_ENCODE = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class _Stands:
    """One sheet as it stands after a change."""

    state: SheetState
    body: SheetBody


def keep_sheets(s: Situation) -> Plan:
    """Print new sheets, move some, or only look: how those of this counter then stand, by their numbers."""
    params: SheetsParams = s.params
    permit = decision_on(s, ActId.KEEP_SHEETS)
    if isinstance(permit, Refuse):
        return Plan(permit)
    place = place_of(s.session)
    if not place:
        return _wrong("print-nowhere")
    today = day_in_paris(s.now)
    stands = {one.body.number: _Stands(one.state, one.body) for one in s.extra.sheets}
    made = _printed(s, place, today) if params.what == _PRINT else _moved(s, today)
    if isinstance(made, str):
        return _wrong(made)
    change, after = made
    answer = _ENCODE(_said(stands | after, tuple(after), today))
    objects = (f"sheets:{params.what or 'seen'}", f"number:{len(after)}")
    return Plan(permit, objects, write=lambda _: (change, answer))


def _printed(s: Situation, place: str, today: date) -> tuple[Change, dict[str, _Stands]] | str:
    held = sum(one.state is not SheetState.LOST for one in s.extra.sheets)
    before = s.extra.given
    if before is None or before.number >= PRINTS_A_DAY:
        return "sheets-count"
    if not 1 <= s.params.count <= PRINTED_AT_ONCE or held + s.params.count > AT_A_COUNTER:
        return "sheets-count"
    numbers = numbered(int.from_bytes(s.random(8), "big"), s.params.count)
    rows = tuple(new_sheet(s.service, place, number, today) for number in numbers)
    day = today.isoformat()
    after = {number: _Stands(SheetState.READY, SheetBody(number, day, day)) for number in numbers}
    counted = Gave(prints_term(s.service, place), s.now.date(), PRINTS_A_DAY, 0)
    return Change(sheets=SheetChange(printed=rows), gave=counted), after


def _moved(s: Situation, today: date) -> tuple[Change, dict[str, _Stands]] | str:
    params: SheetsParams = s.params
    if params.what == _LOOK:
        return Change(), {}
    move = _MOVES.get(params.what)
    if move is None:
        return "sheet-move"
    if move is SheetMove.OUT and not _comes_back(params.back, today):
        return "sheets-back"
    chosen = _taken(s) if move is SheetMove.OUT else _named(s)
    if isinstance(chosen, str):
        return chosen
    rows, after = [], {}
    for one in chosen:
        state = moved(one.state, move)
        if state is None:
            return "sheet-move"
        back = params.back if state is SheetState.OUT else ""
        body = SheetBody(one.body.number, one.body.printed, today.isoformat(), back)
        rows.append(moved_sheet(s.service, one, state, body))
        after[one.body.number] = _Stands(state, body)
    return Change(sheets=SheetChange(moved=tuple(rows))), after


def _taken(s: Situation) -> list[KeptSheet] | str:
    """Return the sheets a round takes: the first of those that are there."""
    there = sorted((one for one in s.extra.sheets if one.state is SheetState.READY), key=lambda one: one.body.number)
    return there[: s.params.count] if 1 <= s.params.count <= len(there) else "sheets-few"


def _named(s: Situation) -> list[KeptSheet] | str:
    known = {one.body.number: one for one in s.extra.sheets}
    numbers = list(dict.fromkeys(sheet_number(typed) or "" for typed in s.params.numbers))
    if not numbers or any(number not in known for number in numbers):
        return "sheet-unknown"
    return [known[number] for number in numbers]


def _comes_back(back: str, today: date) -> bool:
    day = day_written(back)
    return day is not None and today <= day <= today + timedelta(days=AWAY_MOST_DAYS)


def _said(stands: Mapping[str, _Stands], changed: tuple[str, ...], today: date) -> SheetsAnswer:
    out = sorted(
        (one for one in stands.values() if one.state in _AWAY), key=lambda one: (one.body.back, one.body.number)
    )
    return SheetsAnswer(
        sum(one.state is SheetState.READY for one in stands.values()),
        tuple(_out(one, today) for one in out),
        tuple(sorted(number for number, one in stands.items() if one.state is SheetState.LOST)),
        changed,
    )


def _out(one: _Stands, today: date) -> SheetOut:
    back = day_written(one.body.back)
    late = one.state is SheetState.OUT and back is not None and back < today
    return SheetOut(one.body.number, one.body.since, one.body.back, one.state is SheetState.WAITING, late)


def _wrong(code: str) -> Plan:
    return Plan(Refuse("invalid"), code=code)
