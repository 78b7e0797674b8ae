"""What must be told to the person by another way than the one used: a sealed line of her outbox."""

from __future__ import annotations

from uuid import UUID

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
