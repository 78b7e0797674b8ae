from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Reader, named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, Rpps

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HIM, ANOTHER = Rpps("10000000017"), Rpps("10000000025")
DOCUMENT = DocumentId(UUID(int=1))
MASK = Mask(MaskId(UUID(int=9)), DOCUMENT, None, None)


def grant(number: int, who: Rpps = HIM, purpose: str = "soins") -> Grant:
    return Grant(GrantId(UUID(int=number)), named(who), Scope(ScopeKind.EVERYTHING), purpose, NOW - DAY, NOW + DAY)


def test_a_permission_added_leaves_the_others() -> None:
    rights = Rights(True).with_grant(grant(1)).with_grant(grant(2, ANOTHER))
    assert rights == Rights(True, (grant(1), grant(2, ANOTHER)))


def test_a_permission_with_the_same_identifier_replaces_the_former_one() -> None:
    rights = Rights(False, (grant(1), grant(2))).with_grant(grant(1, purpose="suivi"))
    assert rights.grants == (grant(2), grant(1, purpose="suivi"))


def test_withdrawing_from_one_professional_leaves_the_others() -> None:
    rights = Rights(True, (grant(1), grant(2, ANOTHER), grant(3)), (MASK,))
    assert rights.without_recipient(named(HIM)) == Rights(True, (grant(2, ANOTHER),), (MASK,))


def test_withdrawing_from_everybody_also_refuses_deposits_and_keeps_what_is_hidden() -> None:
    assert Rights(True, (grant(1),), (MASK,)).without_grants() == Rights(False, (), (MASK,))


def test_what_is_hidden_is_added_to_what_already_was() -> None:
    more = Mask(MaskId(UUID(int=10)), None, 4, named(HIM))
    assert Rights(True, (grant(1),), (MASK,)).with_mask(more) == Rights(True, (grant(1),), (MASK, more))


def test_an_empty_scope_covers_nothing() -> None:
    for kind in (ScopeKind.CATEGORIES, ScopeKind.DOCUMENTS):
        empty = Scope(kind)
        assert empty.is_empty
        assert not empty.covers(4, DOCUMENT)
    assert not Scope(ScopeKind.EVERYTHING).is_empty


def test_a_scope_covers_what_its_kind_says_and_ignores_the_other_list() -> None:
    by_category = Scope(ScopeKind.CATEGORIES, frozenset({4}), frozenset({DOCUMENT}))
    by_document = Scope(ScopeKind.DOCUMENTS, frozenset({4}), frozenset({DOCUMENT}))
    assert by_category.covers(4, None)
    assert not by_category.covers(5, DOCUMENT)
    assert by_document.covers(5, DOCUMENT)
    assert not by_document.covers(4, None)
    assert not by_category.is_empty
    assert not by_document.is_empty
    assert Scope(ScopeKind.CATEGORIES, frozenset(), frozenset({DOCUMENT})).is_empty
    assert Scope(ScopeKind.DOCUMENTS, frozenset({4}), frozenset()).is_empty


def test_a_permission_is_in_force_for_its_professional_from_its_start_until_its_end_excluded() -> None:
    given = grant(1)
    assert given.given_to(Reader(HIM), NOW)
    assert not given.given_to(Reader(ANOTHER), NOW)
    assert given.given_to(Reader(HIM), NOW - DAY)
    assert not given.given_to(Reader(HIM), NOW + DAY)
    assert not given.given_to(Reader(HIM), NOW - DAY - timedelta(microseconds=1))


def test_a_mask_says_from_whom_it_hides_and_whether_it_names_something() -> None:
    from_him = Mask(MASK.mask_id, None, 4, named(HIM))
    assert from_him.concerns(Reader(HIM))
    assert not from_him.concerns(Reader(ANOTHER))
    assert MASK.concerns(Reader(ANOTHER))
    assert not MASK.names_nothing
    assert not from_him.names_nothing
    assert Mask(MASK.mask_id, None, None, None).names_nothing


def test_a_category_is_hidden_whole_and_a_document_alone() -> None:
    assert MASK.hides(Reader(HIM), 4, DOCUMENT)
    assert not MASK.hides(Reader(HIM), 4, DocumentId(UUID(int=2)))
    assert not MASK.hides(Reader(HIM), 4, None)
    assert Mask(MASK.mask_id, None, 4, None).hides(Reader(HIM), 4, None)
    assert not Mask(MASK.mask_id, None, 5, None).hides(Reader(HIM), 4, None)
    assert Mask(MASK.mask_id, None, None, None).hides(Reader(HIM), 4, DOCUMENT)


def test_what_is_written_in_sealed_facts_and_heads_never_changes_its_value() -> None:
    assert {state.name: state.value for state in SpaceState} == {
        "OPEN": 1,
        "CLOSING": 2,
        "CLOSED": 3,
        "INSTITUTION": 9,
    }
    assert [kind.value for kind in ScopeKind] == ["everything", "categories", "documents"]


def test_an_instant_without_time_zone_is_in_no_period() -> None:
    naive = NOW.replace(tzinfo=None)
    given = Grant(GrantId(UUID(int=1)), named(HIM), Scope(ScopeKind.EVERYTHING), "soins", naive - DAY, naive + DAY)
    assert given.given_to(Reader(HIM), naive) is False
    assert given.given_to(Reader(HIM), NOW) is False
    assert grant(1).given_to(Reader(HIM), naive) is False


def test_blocking_again_never_gives_anything_back() -> None:
    everything, deposits = Block(named(HIM), BlockKind.EVERYTHING, NOW), Block(named(HIM), BlockKind.DEPOSITS, NOW)
    assert Rights(True).with_block(deposits).with_block(everything).blocks == (everything,)
    assert Rights(True).with_block(everything).with_block(deposits).blocks == (everything,)
    assert Rights(True).with_block(deposits).with_block(replace(deposits, since=None)).blocks_deposits_of(Reader(HIM))


def test_a_block_is_of_the_one_it_names() -> None:
    rights = Rights(True, (grant(1),), (MASK,)).with_block(Block(named(HIM), BlockKind.DEPOSITS))
    assert (rights.blocks_reading_by(Reader(HIM)), rights.blocks_deposits_of(Reader(HIM))) == (False, True)
    assert not rights.blocks_deposits_of(Reader(ANOTHER))
    assert rights.with_block(Block(named(ANOTHER), BlockKind.EVERYTHING)).without_block(named(ANOTHER)) == rights
    assert rights.without_block(named(HIM)) == Rights(True, (grant(1),), (MASK,))
    assert rights.without_grants().blocks == rights.blocks


def test_a_mask_is_found_by_exactly_what_it_hides_and_from_whom() -> None:
    to_him = replace(MASK, hidden_from=named(HIM))
    category = Mask(MaskId(UUID(int=11)), None, 4, named(HIM))
    assert MASK.is_about(DOCUMENT, None, None)
    assert to_him.is_about(DOCUMENT, None, named(HIM)) and category.is_about(None, 4, named(HIM))
    assert not MASK.is_about(DOCUMENT, None, named(HIM)) and not to_him.is_about(DOCUMENT, None, None)
    assert not category.is_about(None, 5, named(HIM)) and not category.is_about(DOCUMENT, 4, named(HIM))
    assert replace(MASK, hidden_from=named("")).is_from_all


def test_showing_again_takes_back_the_masks_named_and_leaves_the_others() -> None:
    to_him = replace(MASK, hidden_from=named(HIM))
    assert Rights(True, masks=(MASK, to_him)).without_masks([MASK]) == Rights(True, masks=(to_him,))
