"""The act by which she sees who did what in her space, and what she wants there. Guarantee: G5, G6."""

from __future__ import annotations

import msgspec

from espace_sante.access.request import ActId, Refuse
from espace_sante.consent.choices import present
from espace_sante.consent.purposes import purposes
from espace_sante.consent.recipient import written
from espace_sante.consent.rights import Rights
from espace_sante.journal.entry import open_record_bytes, reference
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.demand import BlockView, ChoiceView, GrantView, JournalAnswer, MaskView
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.situation import Plan, Situation
from espace_sante.kernel.ids import PersonId, public_document_id

_ENCODE = msgspec.msgpack.Encoder().encode


def read_journal(s: Situation) -> Plan:
    """Release one page of the journal and the permissions in force, who is blocked and what is hidden."""
    found = decided(s, ActId.READ_JOURNAL)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found

    def release() -> bytes:
        rows = s.extra.entries
        records = [open_record_bytes(s.keys.record_key, s.keys.space, row["seq"], row["sealed"]) for row in rows]
        grants = [
            GrantView(
                written(g.to),
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
        return _ENCODE(
            JournalAnswer(
                s.seq,
                records,
                [reference(row["com"]) for row in rows],
                _ENCODE(grants),
                _ENCODE(_blocks(will.rights)),
                _ENCODE(_masks(will.rights, will.person)),
                _ENCODE(_choices(will.rights)),
            )
        )

    return Plan(permit, objects=("journal",), release=release)


def _blocks(rights: Rights) -> list[BlockView]:
    return [BlockView(written(b.who), b.what.value, instant(b.since) if b.since else "") for b in rights.blocks]


def _choices(rights: Rights) -> list[ChoiceView]:
    return [
        ChoiceView(one.choice.value, one.purpose, one.gives, instant(one.since) if one.since else "")
        for one in present(rights, tuple(purposes()))
    ]


def _masks(rights: Rights, person: PersonId) -> list[MaskView]:
    return [
        MaskView(
            m.mask_id.hex,
            public_document_id(person, m.document) if m.document else "",
            m.category or 0,
            written(m.hidden_from) if m.hidden_from else "",
            instant(m.since) if m.since else "",
        )
        for m in rights.masks
    ]
