"""The sealed body of a will: what was kept before blocks and dates is still read, and what is kept now comes back whole."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from espace_sante.consent.cards import AccessCard
from espace_sante.consent.emergency import NO_EMERGENCY
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.keeper.rights_out import will_out
from espace_sante.kernel.ids import CardId, DocumentId, GrantId, MaskId, PersonId, Rpps
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


def test_a_will_from_before_recipients_names_the_same_professionals_and_gives_nothing_more() -> None:
    granted = [UUID(int=4).bytes, HIM, "categories", [4], [], "care", 1_764_060_000_000, 1_764_146_400_000]
    old = [
        PERSON.bytes,
        True,
        [granted],
        [[UUID(int=3).bytes, b"", 4, HIM, 1_764_060_000_000]],
        [[HIM, "deposits", 1_764_060_000_000]],
    ]
    context = b"rights|" + KEYS.space.bytes + b"|" + (7).to_bytes(8, "big")
    will = open_will(bytes(seal(KEYS.rights_key, msgspec.msgpack.encode(old), context)), 7, KEYS).rights
    assert (will.grants[0].to, will.grants[0].matrix, will.grants[0].sees_hidden) == (named(HIM), "", False)
    assert (will.masks[0].hidden_from, will.blocks[0].who) == (named(HIM), named(HIM))
    assert not (will.authors_read or will.chest or will.hides_new or will.presumed or will.purposes)
    assert (will.emergency, will.glasses, will.cards, will.requests) == (NO_EMERGENCY, (), (), ())


def test_who_gave_a_permission_or_a_card_comes_back_and_before_it_was_kept_it_was_she() -> None:
    everything, ends = Scope(ScopeKind.EVERYTHING), SINCE + timedelta(days=1)
    grant = Grant(GrantId(UUID(int=4)), named(HIM), everything, "care", SINCE, ends, by_law=True)
    card = AccessCard(CardId(UUID(int=5)), "000001", b"t", b"", everything, "care", 1, 1, SINCE, ends, by_law=True)
    will = Will(PERSON, Rights(False, (grant,), cards=(card,)), 8)
    assert open_will(seal_will(will, KEYS), 8, KEYS) == will
    before = will_out(PERSON, will.rights)
    old = msgspec.structs.astuple(before)
    given, handed = (list(msgspec.structs.astuple(old[place][0])) for place in (2, 13))
    assert (given[-1], handed[-2:]) == (True, [True, None])
    cut = [*old]
    cut[2], cut[13] = [given[:-1]], [handed[:-2]]
    context = b"rights|" + KEYS.space.bytes + b"|" + (7).to_bytes(8, "big")
    read = open_will(bytes(seal(KEYS.rights_key, msgspec.msgpack.encode(cut), context)), 7, KEYS).rights
    assert not read.grants[0].by_law and not read.cards[0].by_law
