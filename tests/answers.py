"""What the keeper answered, read by the tests: a refusal's code, a deposit, what a reader sees, her own journal."""

from __future__ import annotations

import msgspec

from espace_sante.keeper import demand as d
from tests.house import House
from tests.people import listed


def row(document: str) -> bytes:
    """Return the part of a document's public id that names its row."""
    return bytes.fromhex(document[32:])


def code(answer: d.Answer) -> str:
    """Return the code of a refusal."""
    assert isinstance(answer, d.Refused), answer
    return answer.code


def deposited(answer: d.Answer) -> d.DepositAnswer:
    """Return what a deposit answered."""
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer)


async def seen(house: House, reader: bytes, person: str) -> set[str]:
    """Return the documents that a professional's list shows; none when it is refused."""
    asked = d.ListParams(status="both")
    answer = await house.ask(reader, "list_documents", asked, person=f"id:{person}", proof="professional")
    return {line.document for line in listed(answer).lines} if isinstance(answer, d.Done) else set()


async def journal_page(house: House, her: bytes) -> d.JournalAnswer:
    """Return the newest page of her own journal, with what stands beside it: permissions, choices, episodes."""
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
