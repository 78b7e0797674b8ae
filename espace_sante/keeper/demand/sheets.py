"""What is said of the numbered sheets of a counter: numbers and days, nobody. Source: docs/decisions/0084."""

from __future__ import annotations

import msgspec


class SheetsParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """`what`: "" to look, `print` (`count` new ones), `out` (`count` of those there, back on the day `back`), `back`, `void`, `lost`.

    The last three are about `numbers`.
    """

    what: str = ""
    count: int = 0
    numbers: tuple[str, ...] = ()
    back: str = ""


class SheetOut(msgspec.Struct, frozen=True):
    """A sheet that is out, or that another agent is to enter: its number, since when, due back when, and whether that is past."""

    number: str
    since: str
    back: str
    waits: bool = False
    late: bool = False


class SheetsAnswer(msgspec.Struct, frozen=True):
    """How the sheets of a counter stand: how many are there, which are not, which were lost; `moved`: those just printed or moved."""

    ready: int
    out: tuple[SheetOut, ...] = ()
    lost: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
