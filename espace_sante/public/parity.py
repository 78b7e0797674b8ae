"""The page « mêmes droits, avec ou sans écran »: every act of a person, its code, its form, and what each channel does and within how long.

Made from the table that is also published as JSON; nothing here is written by hand. Guarantee: G10. Source: inclusion.md PAR-01, VOX-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from espace_sante.access.request import Channel, Effect
from espace_sante.actions.indicators import CLASS_WORDS
from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.actions.spoken import spoken_code
from espace_sante.kernel.i18n import mark
from espace_sante.public.pages import Addresses, Content

_AT_ONCE = mark("tout de suite")
_CONFIRMED = mark("tout de suite ; une lettre le confirme")
_SIGNED = mark("commence ; se signe ensuite")
# What a person without software uses, in the order of the page's columns.
SHOWN = (Channel.WEB, Channel.COUNTER, Channel.PAPER, Channel.PHONE)
_HOURS_A_DAY = 24
_DEBATE = "ES-110"  # its blank form, which a test asks for


@dataclass(frozen=True, slots=True)
class Cell:
    """What one channel does of an act: in words, or at most how many days it takes; beside it, what was measured.

    `half` and `most`: within what half of the acts, and 95 in 100, were done, in words; "" when it cannot be told. `waits`: nothing
    was measured yet. What only starts is not measured: what is signed then is.
    """

    words: str
    days: int = 0
    half: str = ""
    most: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One act: how it is called, the code to say, its form and where it is, its cells in the order of the columns.

    `address`: "" when blank forms are not given with the pages.
    """

    name: str
    code: str
    form: str
    address: str
    cells: tuple[Cell, ...]


def parity_page(table: Mapping[str, Any], addresses: Addresses) -> Content:
    """Return the page of a parity table (channels.parity); raises KeyError when an act of it has an empty cell."""
    rows = [_row(line, addresses) for line in table["acts"]]
    measured = any(cell.half for row in rows for cell in row.cells)
    return Content("public/parity.html", {"rows": rows, "measured": measured, "addresses": addresses})


def _row(line: Mapping[str, Any], addresses: Addresses) -> Row:
    cells = tuple(_cell(line["channels"][channel.value]) for channel in SHOWN)
    act = next((one for one in PERSON_ACTS if one.id.value == line["id"]), None)
    if act is None:  # done outside the frame of all other acts: the public debate (docs/decisions/0070)
        form = _form(addresses.debate_forms, _DEBATE)
        return Row(str(line["name"]), _DEBATE.removeprefix("ES-"), _DEBATE, form, cells)
    return Row(act.name, spoken_code(act), act.form, _form(addresses.forms, act.form), cells)


def _form(folder: str, form: str) -> str:
    return f"{folder}{form}.pdf" if folder else ""


def _cell(cell: Mapping[str, Any]) -> Cell:
    effect, hours = Effect(cell["effect"]), int(cell["max_delay_hours"])
    if effect is Effect.STARTS:
        return Cell(_SIGNED)
    if effect is Effect.PROVISIONAL:
        return _with_measure(Cell(_CONFIRMED), cell)
    return _with_measure(Cell("", -(-hours // _HOURS_A_DAY)) if hours else Cell(_AT_ONCE), cell)


def _with_measure(cell: Cell, said: Mapping[str, Any]) -> Cell:
    measured = said["measured"]
    if measured is None:
        return replace(cell, waits=True)
    most = measured["most_at_most"]
    return replace(cell, half=CLASS_WORDS[measured["half_at_most"]], most=CLASS_WORDS[most] if most else "")
