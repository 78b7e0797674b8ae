"""The same acts in any order, looked at from the rows: an answer is one entry of one chain, and no other space moves.

Around each demand every head, will and document row of every space is compared: one chain grows by exactly one entry,
permitted or refused; nothing of any other space changes by a bit.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from espace_sante.keeper import demand as d
from tests.simulation.acts import COUNTS, PEOPLE, TenActs, person, professional
from tests.simulation.looks import compare, look


class TwoSpaces(TenActs):
    """Every demand is looked at before and after, besides what the model foresees of its answer."""

    @initialize(begun=st.booleans())
    def start(self, begun: bool) -> None:
        super().start(begun)  # type: ignore[no-untyped-call, unused-ignore]  # hypothesis gives a rule no type
        house, ask = self.house, self.house.ask

        async def looked_at(*given: Any, **named: Any) -> d.Answer:
            before = await look(self.watch)
            answer = await ask(*given, **named)
            compare(before, await look(self.watch), answer)
            COUNTS["looked at"] += 1
            return answer

        house.ask = looked_at  # type: ignore[method-assign]  # looked at on its way

    @precondition(lambda self: all(model.opened for model in self.models.values()))
    @rule(who=person, reader=professional, pick=st.integers(0, 5))
    def name_the_document_of_another(self, who: str, reader: str, pick: int) -> None:
        """A document of one, asked for as the other's: nothing, whatever either of them permits."""
        other = next(word for word in PEOPLE if word != who)
        documents = sorted(self.models[other].documents)
        row = bytes.fromhex(documents[pick % len(documents)][32:]) if documents else bytes(16)
        asked = {"person": f"id:{self.models[who].public}", "proof": "professional"}
        answer = self.do(self.house.ask(self.sessions[reader], "read_document", d.ReadParams(row), **asked))
        assert isinstance(answer, d.Refused)
        for act, params in (("mask", d.MaskParams(row, 0, "")), ("read_document", d.ReadParams(row))):
            assert isinstance(self.ask(who, False, act, params), d.Refused)
        grant = d.GrantParams("99900000011", "documents", [], [row], "care", 3)
        assert isinstance(self.ask(who, False, "grant_access", grant), d.Refused)
        COUNTS["crossed"] += 1
