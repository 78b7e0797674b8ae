"""What the public side asks of a keeper: the public figures, and nothing else."""

from __future__ import annotations

import msgspec

from espace_sante.keeper.delays import Delay
from espace_sante.keeper.demand import Counts, CountsAnswer, Done
from espace_sante.keeper.indicators import Cell
from espace_sante.kernel.errors import Kind, Problem


class Figures:
    """A keeper that gives public figures, or none when it cannot be reached, and answers nothing else."""

    def __init__(self, *delays: Delay, cells: tuple[Cell, ...] = (), there: bool = True) -> None:
        self.said, self.there = CountsAnswer(cells, delays=delays), there

    async def ask(self, demand: object) -> Done:
        if not self.there:
            raise Problem(Kind.BUSY, "keeper-unreachable")
        assert isinstance(demand, Counts)
        return Done(0, "", "immediate", msgspec.msgpack.encode(self.said))
