"""The sealed body of a will: what was kept before blocks and dates is still read, and what is kept now comes back whole."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from espace_sante.consent.emergency import GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, PersonId, Rpps
from espace_sante.vault.envelope import seal
from espace_sante.vault.keys import new_space_keys

KEYS = new_space_keys(UUID(int=5), os.urandom)
PERSON, DOCUMENT, HIM = PersonId(UUID(int=1)), DocumentId(UUID(int=2)), Rpps("99900000011")
SINCE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def test_a_will_from_before_blocks_blocks_nobody_and_hides_what_it_hid() -> None:
    old = [PERSON.bytes, True, [], [[UUID(int=3).bytes, DOCUMENT.bytes, 0, ""]]]
    context = b"rights|" + KEYS.space.bytes + b"|" + (7).to_bytes(8, "big")
    sealed = bytes(seal(KEYS.rights_key, msgspec.msgpack.encode(old), context))
    will = open_will(sealed, 7, KEYS)
    assert will == Will(PERSON, Rights(True, masks=(Mask(MaskId(UUID(int=3)), DOCUMENT, None, None),)), 7)


def test_blocks_and_dates_come_back_as_they_were() -> None:
    masks = (Mask(MaskId(UUID(int=3)), None, 4, named(HIM), SINCE),)
    blocks = (Block(named(HIM), BlockKind.DEPOSITS, SINCE), Block(named("99900000029"), BlockKind.EVERYTHING))
    will = Will(PERSON, Rights(False, masks=masks, blocks=blocks), 8)
    assert open_will(seal_will(will, KEYS), 8, KEYS) == will


def test_a_will_from_before_emergencies_and_matrices_says_what_it_said_and_lets_no_emergency_read() -> None:
    document, ends = DOCUMENT.bytes, round(SINCE.timestamp() * 1000)
    old = [
        PERSON.bytes,
        True,
        [[UUID(int=7).bytes, HIM, "documents", [], [document], "soins", 1, ends]],
        [[UUID(int=3).bytes, document, 0, HIM, ends]],
        [[HIM, "deposits", ends], ["99900000029", "everything", 0]],
    ]
    context = b"rights|" + KEYS.space.bytes + b"|" + (9).to_bytes(8, "big")
    will = open_will(bytes(seal(KEYS.rights_key, msgspec.msgpack.encode(old), context)), 9, KEYS)
    scope = Scope(ScopeKind.DOCUMENTS, documents=frozenset({DOCUMENT}))
    first = datetime(1970, 1, 1, 0, 0, 0, 1000, UTC)
    assert will.rights == Rights(
        True,
        (Grant(GrantId(UUID(int=7)), named(HIM), scope, "soins", first, SINCE),),
        (Mask(MaskId(UUID(int=3)), DOCUMENT, None, named(HIM), SINCE),),
        (Block(named(HIM), BlockKind.DEPOSITS, SINCE), Block(named("99900000029"), BlockKind.EVERYTHING)),
    )
    assert not any(will.rights.emergency.lets(kind) for kind in GlassKind)
