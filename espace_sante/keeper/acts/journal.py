"""The act by which she sees who did what in her space. Guarantee: G5, G6."""

from __future__ import annotations

import msgspec

from espace_sante.access.request import ActId, Refuse
from espace_sante.journal.entry import open_record_bytes, reference
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.demand import GrantView, JournalAnswer
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.situation import Plan, Situation

_ENCODE = msgspec.msgpack.Encoder().encode


def read_journal(s: Situation) -> Plan:
    """Release one page of the journal and the permissions in force."""
    found = decided(s, ActId.READ_JOURNAL)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found

    def release() -> bytes:
        rows = s.extra.entries
        records = [open_record_bytes(s.keys.record_key, s.keys.space, row["seq"], row["sealed"]) for row in rows]
        grants = [
            GrantView(
                g.practitioner,
                g.scope.kind.value,
                sorted(g.scope.categories),
                sorted(d.hex for d in g.scope.documents),
                g.purpose,
                instant(g.starts),
                instant(g.ends),
            )
            for g in will.rights.grants
            if g.ends > s.now
        ]
        return _ENCODE(JournalAnswer(s.seq, records, [reference(row["com"]) for row in rows], _ENCODE(grants)))

    return Plan(permit, objects=("journal",), release=release)
