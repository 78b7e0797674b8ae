"""The same acts in any order, looked at from the rows: an answer is one entry of one chain, and no other space moves.

Around each demand every head, will and document row of every space is compared: one chain grows by exactly one entry,
permitted or refused; nothing of any other space changes by a bit.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from espace_sante.keeper import demand as d
from tests.simulation.acts import COUNTS, PEOPLE, TenActs, person, professional

LOOKED = {
    "heads": "SELECT space_id, n, com, rights_version, state FROM journal.head",
    "entries": "SELECT space_id, count(*), bit_xor(hashtext(encode(com, 'hex'))) FROM journal.entry GROUP BY space_id",
    "wills": "SELECT space_id, version, md5(sealed) FROM consent.rights",
    "documents": "SELECT space_id, count(*), bit_xor(hashtext(row_id::text || category || md5(origin)))"
    " FROM records.document GROUP BY space_id",
    "persons": "SELECT space_id, md5(sealed) FROM identity.person",
    "receipts": "SELECT space_id, count(*) FROM consent.receipt GROUP BY space_id",
    "notices": "SELECT space_id, count(*) FROM notices.outbox GROUP BY space_id",
}
Look = dict[str, dict[UUID, tuple[Any, ...]]]


class TwoSpaces(TenActs):
    """Every demand is looked at before and after, besides what the model foresees of its answer."""

    @initialize(begun=st.booleans())
    def start(self, begun: bool) -> None:
        super().start(begun)  # type: ignore[no-untyped-call, unused-ignore]
        house, ask = self.house, self.house.ask

        async def looked_at(*given: Any, **named: Any) -> d.Answer:
            before = await self.look()
            answer = await ask(*given, **named)
            self.compare(before, await self.look(), answer)
            return answer

        house.ask = looked_at  # type: ignore[method-assign]

    async def look(self) -> Look:
        return {
            name: {row["space_id"]: tuple(row)[1:] for row in await self.watch.fetch(query)}
            for name, query in LOOKED.items()
        }

    def compare(self, before: Look, after: Look, answer: d.Answer) -> None:
        assert isinstance(answer, d.Done | d.Refused), answer
        moved = {
            name: {space for space in before[name] | after[name] if before[name].get(space) != after[name].get(space)}
            for name in LOOKED
        }
        assert len(moved["heads"]) == 1, "one chain grows, and one only"
        (space,) = moved["heads"]
        assert moved["entries"] == {space}
        first = before["entries"].get(space, (0, 0))[0]
        assert after["entries"][space][0] == first + 1, "exactly one entry, permitted or refused"
        assert all(spaces <= {space} for spaces in moved.values()), "nothing of another space changes"
        if isinstance(answer, d.Refused):
            assert not any(moved[name] for name in LOOKED if name not in ("heads", "entries"))
        COUNTS["looked at"] += 1

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
