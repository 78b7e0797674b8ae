"""The public counts, as the keeper gives them to anybody: already without any number under eleven. Guarantee: G9, G14."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import msgspec
import orjson

from espace_sante.actions.refusals import KINDS as REFUSED
from espace_sante.keeper import demand as d
from espace_sante.keeper.indicators import FEWEST, KINDS, Cell, totals
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.kernel.refusal import OperatorRefusal

WORDS = MappingProxyType(
    {
        "emergency-opened": mark("Accès en urgence"),
        "emergency-answered": mark("Urgences revues"),
        "emergency-late": mark("Urgences revues en retard"),
        "contest-opened": mark("Accès contestés"),
        "contest-answered": mark("Contestations qui ont reçu une réponse"),
        "contest-late": mark("Contestations en retard"),
        "mistake-opened": mark("Erreurs signalées"),
        "mistake-answered": mark("Erreurs qui ont reçu une réponse"),
        "mistake-late": mark("Erreurs en retard"),
        "letter-printed": mark("Lettres imprimées en un jour au plus"),
        "letter-late": mark("Lettres imprimées en retard"),
    }
)


@dataclass(frozen=True, slots=True)
class Series:
    """One kind: its words, what is shown of each period (None: fewer than eleven), the sum of what is shown."""

    kind: str
    words: str
    cells: tuple[tuple[str, int | None], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Indicators:
    """The published cells; none when nothing is to be published yet.

    `reckoned`: each day (UTC) whose counts were compared with the journal, and how many gaps were found; about nobody.
    `gauge`: readings ordered by a judge, None when the file read says nothing of them.
    """

    cells: tuple[Cell, ...]
    reckoned: tuple[tuple[str, int], ...] = ()
    gauge: d.SealedGauge | None = None

    @property
    def gaps(self) -> tuple[tuple[str, int], ...]:
        """The days on which something did not agree, most recent first."""
        return tuple(sorted((one for one in self.reckoned if one[1]), reverse=True))

    @property
    def last_reckoned(self) -> str:
        """The last day compared, "" when none was."""
        return max((day for day, _ in self.reckoned), default="")

    @property
    def series(self) -> tuple[Series, ...]:
        """Return the cells kind by kind, most recent first."""
        sums = totals(self.cells)
        return tuple(
            Series(
                kind,
                WORDS[kind],
                tuple(sorted(((c.period, c.number) for c in self.cells if c.kind == kind), reverse=True)),
                sums.get(kind, 0),
            )
            for kind in KINDS
        )

    def as_json(self) -> bytes:
        """Return the counts as they are published: a number of null is fewer than `fewest`."""
        cells = [{"period": c.period, "kind": c.kind, "number": c.number} for c in self.cells]
        said = {"v": 1, "fewest": FEWEST, "cells": cells, "totals": totals(self.cells), "reckoned": self.reckoned}
        gauge = {"orders": msgspec.to_builtins(self.gauge)} if self.gauge is not None else {}
        return orjson.dumps(said | gauge)


async def indicators(keeper: d.Keeper) -> Indicators:
    """Return what is published now. Raises Problem when the keeper cannot say."""
    answered = await keeper.ask(d.Counts(0))
    if not isinstance(answered, d.Done):
        raise Problem(REFUSED.get(answered.code, Kind.BUSY), answered.code)
    found = msgspec.msgpack.decode(answered.payload, type=d.CountsAnswer)
    return Indicators(found.cells, found.reckoned, found.gauge)


def read_indicators(text: str) -> Indicators:
    """Read a file as `as_json` writes it. Raises OperatorRefusal for anything else, a number under eleven included."""
    try:
        said = orjson.loads(text)
        cells = tuple(Cell(str(c["period"]), str(c["kind"]), c["number"]) for c in said["cells"])
        gauge = msgspec.convert(said["orders"], d.SealedGauge) if "orders" in said else None
        reckoned = tuple((date.fromisoformat(day).isoformat(), int(gaps)) for day, gaps in said.get("reckoned", ()))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise OperatorRefusal("Ce fichier n'est pas celui de /indicateurs.json.") from None
    for cell in cells:
        fine = cell.number is None or (isinstance(cell.number, int) and cell.number >= FEWEST)
        if cell.kind not in KINDS or not fine:
            raise OperatorRefusal(f"Ce fichier contient un nombre de moins de {FEWEST}, ou un compte inconnu.")
    return Indicators(cells, reckoned, gauge)
