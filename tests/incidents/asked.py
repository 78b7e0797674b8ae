"""What the scenarios ask of a house: one demand of every act, and what a person sees of her own journal."""

from __future__ import annotations

from typing import Any

import msgspec

from espace_sante.keeper import demand as d
from tests.house import House
from tests.people import DIALLO, grant

WORDS = ("2026-11-1", "fr", "00" * 32)
# One demand of every act but inviting; an act that comes later takes a line here.
ACTS: dict[str, msgspec.Struct] = {
    "open_space": d.OpenParams(True, *WORDS),
    "refuse_space": d.RefuseParams(*WORDS),
    "list_documents": d.ListParams(),
    "read_document": d.ReadParams(b"\7" * 16),
    "grant_access": grant(),
    "withdraw_access": d.WithdrawParams(DIALLO),
    "mask": d.MaskParams(b"", 5, ""),
    "unmask": d.UnmaskParams(b"", 5, ""),
    "block": d.BlockParams(DIALLO, "everything"),
    "unblock": d.UnblockParams(DIALLO),
    "read_journal": d.JournalParams(),
    "close_space": d.CloseParams(),
}


async def sent(house: House, person: str, content: bytes, **changes: Any) -> str:
    """Deposit a document as another professional does; return its public id."""
    answer = await house.deposit(await house.sign_in("lopez"), f"id:{person}", content, **changes)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


async def journal_of(house: House, her: bytes, before: int = 0, count: int = 500) -> d.JournalAnswer:
    """Return a page of her own journal."""
    answer = await house.ask(her, "read_journal", d.JournalParams(before, count))
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
