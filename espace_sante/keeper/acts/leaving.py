"""What she takes away before she leaves: her journal with what chains it, and her receipts. Guarantee: G6, G8, G12."""

from __future__ import annotations

import msgspec
from asyncpg import Record

from espace_sante.access.request import ActId, Refuse
from espace_sante.journal.entry import open_record_bytes
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.demand import ExportAnswer, Proved
from espace_sante.keeper.situation import Plan, Situation
from espace_sante.vault.envelope import open_sealed
from espace_sante.vault.keys import SpaceKeys

EXPORTED_AT_ONCE = 500
_ENCODE = msgspec.msgpack.Encoder().encode


def export_journal(s: Situation) -> Plan:
    """Release some lines of the journal with their commitments, and with the first ones every receipt."""
    found = decided(s, ActId.EXPORT_JOURNAL)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, _ = found

    def release() -> bytes:
        lines = [_proved(s.keys, row) for row in s.extra.entries]
        return _ENCODE(ExportAnswer(s.seq, lines, [_receipt(s.keys, row) for row in s.extra.receipts]))

    return Plan(permit, objects=("journal", "receipts"), release=release)


def _proved(keys: SpaceKeys, row: Record) -> Proved:
    record = open_record_bytes(keys.record_key, keys.space, row["seq"], row["sealed"])
    return Proved(row["seq"], row["tag"], row["com"], record)


def _receipt(keys: SpaceKeys, row: Record) -> bytes:
    context = b"receipt|" + keys.space.bytes + row["receipt_id"].bytes
    return bytes(open_sealed(keys.receipt_key, row["sealed"], context))
