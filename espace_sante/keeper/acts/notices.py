"""What must be told to the person by another way than the one used: a sealed line of her outbox."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from espace_sante.keeper.origin import Depositor
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.situation import Situation
from espace_sante.kernel.canonical import canonical
from espace_sante.vault.envelope import seal


def notice(s: Situation, reference: str, *, letter: bool = False) -> tuple[UUID, bytes]:
    """Return the sealed notice of an act done for her by someone else; `letter`: it is due on paper too, at once."""
    notice_id = UUID(bytes=s.random(16), version=4)
    said = {"v": 1, "act": s.ask.act, "channel": s.ask.channel, "at": instant(s.now), "entry": reference}
    body = canonical(said | {"letter": True} if letter else said)
    return notice_id, bytes(seal(s.keys.receipt_key, body, b"notice|" + s.keys.space.bytes + notice_id.bytes))


# Nobody told her by then: whoever deposited is reminded, and she is invited to consult. Source: CSP R1111-53.
REMINDED = timedelta(days=14)


def reminders(s: Situation, document: UUID, author: Depositor) -> tuple[tuple[UUID, date, bytes], ...]:
    """Return the two sealed lines due when nobody told her of a document by then: one to its author, one to her.

    Hers names no document and says nothing of what it is; whoever sends them asks first whether it was announced since.
    """
    due, found = (s.now + REMINDED).date(), []
    for to, whom in (("author", author.identifier), ("person", "")):
        notice_id = UUID(bytes=s.random(16), version=4)
        words = {"v": 1, "act": "announce_document", "to": to, "whom": whom, "at": instant(s.now), "of": document.hex}
        sealed = seal(s.keys.receipt_key, canonical(words), b"notice|" + s.keys.space.bytes + notice_id.bytes)
        found.append((notice_id, due, bytes(sealed)))
    return tuple(found)
