"""Episodes: what follows them, what joins them, and what undoing them never gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Mask
from espace_sante.consent.recipient import Recipient, named
from espace_sante.consent.rights import Episode, Rights
from espace_sante.consent.undoing import without_given
from espace_sante.kernel.ids import DocumentId, EpisodeId, GrantId, MaskId, Rpps

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
KNEE, OTHER = EpisodeId(UUID(int=1_234_567)), EpisodeId(UUID(int=2))
ONE, TWO, THREE = (DocumentId(UUID(int=100 + number)) for number in range(3))
HIM, HER = named(Rpps("10000000017")), named(Rpps("10000000025"))


def grant(*documents: DocumentId, episode: EpisodeId | None = KNEE, number: int = 1) -> Grant:
    scope = Scope(ScopeKind.DOCUMENTS, documents=frozenset(documents))
    return Grant(GrantId(UUID(int=number)), HIM, scope, "care", NOW, NOW + timedelta(days=3), episode=episode)


def hiding(whom: Recipient | None = None, number: int = 50, episode: EpisodeId = KNEE) -> Mask:
    return Mask(MaskId(UUID(int=number)), None, None, whom, NOW, episode)


def rights(*documents: DocumentId, key: bytes = b"", grants: tuple[Grant, ...] = ()) -> Rights:
    return Rights(True, grants, episodes=(Episode(KNEE, "knee", key, frozenset(documents)), Episode(OTHER, "other")))


def shown(will: Rights, number: int = 0) -> frozenset[UUID]:
    return will.grants[number].scope.documents


def hidden(will: Rights) -> set[tuple[UUID | None, Recipient | None, EpisodeId | None]]:
    return {(mask.document, mask.hidden_from, mask.episode) for mask in will.masks}


def test_its_number_is_six_digits_of_its_own() -> None:
    assert Episode(KNEE, "knee").number == "234567"
    assert Episode(OTHER, "other").number == "000002"


def test_an_episode_is_found_by_its_identifier_alone() -> None:
    will = rights()
    assert will.episode(KNEE) is will.episodes[0]
    assert will.episode(OTHER) is will.episodes[1]
    assert will.episode(None) is will.episode(EpisodeId(UUID(int=9))) is None


def test_one_more_of_the_same_takes_the_place_of_the_one_before() -> None:
    will = rights().with_episode(Episode(KNEE, "hip"))
    assert [one.name for one in will.episodes] == ["other", "hip"]


def test_a_document_that_joins_is_shown_by_what_follows_and_by_nothing_else() -> None:
    before = rights(ONE, grants=(grant(ONE), grant(ONE, episode=None, number=2), grant(ONE, episode=OTHER, number=3)))
    after = before.with_in_episode(KNEE, TWO)
    assert [shown(after, number) for number in range(3)] == [{ONE, TWO}, {ONE}, {ONE}]
    assert [one.documents for one in after.episodes] == [{ONE, TWO}, frozenset()]
    assert after.masks == ()


def test_what_she_took_out_of_one_permission_alone_does_not_come_back() -> None:
    after = rights(ONE, TWO, grants=(grant(ONE),)).with_in_episode(KNEE, THREE)
    assert shown(after) == {ONE, THREE}


def test_what_is_in_it_already_or_joins_no_episode_of_hers_changes_nothing() -> None:
    before = rights(ONE, grants=(grant(),))
    assert before.with_in_episode(KNEE, ONE) is before
    unknown = EpisodeId(UUID(int=9))
    for after in (
        before.with_in_episode(unknown, TWO),
        before.without_in_episode(unknown, ONE),
        before.with_hidden_episode(unknown, hiding(episode=unknown)),
        before.with_shown_episode(unknown, None),
    ):
        assert after is before
    assert before.without_episode(unknown) == before


def test_what_hides_it_hides_what_is_in_it_and_what_joins_it() -> None:
    will = rights(ONE).with_hidden_episode(KNEE, hiding(HIM)).with_hidden_episode(KNEE, hiding(None, 51))
    assert hidden(will) == {(ONE, HIM, KNEE), (ONE, None, KNEE)}
    later = will.with_in_episode(KNEE, TWO)
    assert hidden(later) == hidden(will) | {(TWO, HIM, KNEE), (TWO, None, KNEE)}
    assert all(mask.category is None and mask.since == NOW for mask in later.masks)
    assert len({mask.mask_id for mask in later.masks}) == 4, "each is a will of its own"
    assert [len(one.hides) for one in later.episodes] == [0, 2]
    assert later.with_in_episode(OTHER, THREE).masks == later.masks


def test_an_episode_with_nothing_in_it_is_hidden_too() -> None:
    will = rights().with_hidden_episode(KNEE, hiding(HIM))
    assert will.masks == ()
    assert hidden(will.with_in_episode(KNEE, ONE)) == {(ONE, HIM, KNEE)}


def test_the_mask_of_a_document_has_always_the_same_number() -> None:
    once = rights(ONE).with_hidden_episode(KNEE, hiding(HIM)).masks
    again = rights().with_hidden_episode(KNEE, hiding(HIM)).with_in_episode(KNEE, ONE).masks
    assert once == again and once[0].mask_id != hiding(HIM).mask_id


def test_showing_it_again_takes_back_exactly_what_hiding_it_did() -> None:
    alone = Mask(MaskId(UUID(int=60)), TWO, None, HIM, NOW)
    of_the_other = Mask(MaskId(UUID(int=61)), TWO, None, HIM, NOW, OTHER)
    before = rights(ONE, TWO).with_mask(alone).with_mask(of_the_other)
    will = before.with_hidden_episode(KNEE, hiding(HIM)).with_hidden_episode(KNEE, hiding(HER, 51))
    after = will.with_shown_episode(KNEE, HIM)
    assert hidden(after) == {(TWO, HIM, None), (TWO, HIM, OTHER), (ONE, HER, KNEE), (TWO, HER, KNEE)}
    assert [mask.hidden_from for one in after.episodes for mask in one.hides] == [HER]
    assert will.with_shown_episode(KNEE, None).masks == will.masks, "it was not hidden from all"
    assert after.with_shown_episode(KNEE, HER).masks == before.masks
    assert not hidden(after.with_in_episode(KNEE, THREE)) & {(THREE, HIM, KNEE)}


def test_what_was_shown_though_born_hidden_is_hidden_again_with_the_episode() -> None:
    before = rights(ONE).with_shown([ONE, TWO])
    assert before.with_hidden_episode(KNEE, hiding()).shown == {TWO}
    assert before.with_hidden_episode(KNEE, hiding(HIM)).shown == {ONE, TWO}


def test_a_document_taken_out_is_shown_no_more_and_stays_hidden() -> None:
    will = rights(ONE, TWO, grants=(grant(ONE, TWO), grant(ONE, TWO, episode=OTHER, number=2)))
    will = will.with_hidden_episode(KNEE, hiding(HIM)).with_hidden_episode(OTHER, hiding(HER, 51, OTHER))
    after = will.without_in_episode(KNEE, ONE)
    assert [shown(after, number) for number in range(2)] == [{TWO}, {ONE, TWO}]
    assert after.episodes[-1].documents == frozenset() and after.episode(KNEE).documents == {TWO}  # type: ignore[union-attr]  # it is there, or this fails
    assert hidden(after) == {(ONE, HIM, None), (TWO, HIM, KNEE)}
    assert hidden(after.with_shown_episode(KNEE, HIM)) == {(ONE, HIM, None)}


def test_undoing_it_ends_what_follows_it_and_shows_nothing() -> None:
    kept = grant(ONE, episode=None, number=2)
    will = rights(ONE, grants=(grant(ONE), kept)).with_hidden_episode(KNEE, hiding())
    after = will.without_episode(KNEE)
    assert after.grants == (kept,)
    assert [one.episode_id for one in after.episodes] == [OTHER]
    assert hidden(after) == {(ONE, None, None)}


def test_undoing_one_leaves_the_other() -> None:
    will = rights(ONE, grants=(grant(ONE),)).with_hidden_episode(KNEE, hiding())
    after = will.without_episode(OTHER)
    assert (after.grants, after.masks) == (will.grants, will.masks)


@pytest.mark.parametrize(("key", "joins"), [(b"k" * 16, True), (b"x" * 16, False), (b"", False)])
def test_a_visit_brings_its_documents_to_what_follows_it(key: bytes, joins: bool) -> None:
    will = rights(key=b"k" * 16, grants=(grant(),)).with_visited(key, ONE)
    assert shown(will) == ({ONE} if joins else frozenset())


def test_no_visit_feeds_an_episode_that_follows_none() -> None:
    will = rights(grants=(grant(),))
    assert will.with_visited(b"", ONE) == will
    assert not will.with_hidden_episode(KNEE, hiding()).hides_visit(b"")


def test_a_visit_is_hidden_when_an_episode_that_follows_it_is() -> None:
    will = rights(key=b"k" * 16)
    assert not will.hides_visit(b"k" * 16)
    after = will.with_hidden_episode(KNEE, hiding(HIM))
    assert after.hides_visit(b"k" * 16)
    assert not after.hides_visit(b"x" * 16)


def test_a_replaced_document_stays_in_its_episode_and_one_that_joins_twice_is_masked_once() -> None:
    will = rights(ONE, grants=(grant(ONE),)).with_hidden_episode(KNEE, hiding(HIM)).with_replacement(ONE, TWO)
    assert shown(will) == {ONE, TWO}
    assert hidden(will) == {(ONE, HIM, KNEE), (TWO, HIM, KNEE)}
    assert will.with_in_episode(KNEE, TWO) is will


def test_a_permission_that_follows_an_episode_may_wait_for_its_first_document() -> None:
    will = rights(grants=(grant(),))
    shorter = will.grants[0].limited(None, NOW + timedelta(days=1), {})
    assert will.with_limited(shorter).grants == (shorter,)
    narrowed = will.grants[0].limited(Scope(ScopeKind.DOCUMENTS, documents=frozenset({ONE})), None, {})
    assert will.with_limited(narrowed).grants == ()


def test_a_document_taken_out_of_one_episode_is_still_followed_by_the_other() -> None:
    will = rights(ONE).with_in_episode(OTHER, ONE)
    will = will.with_hidden_episode(KNEE, hiding(HIM)).with_hidden_episode(OTHER, hiding(HER, 51, OTHER))
    assert hidden(will.without_in_episode(KNEE, ONE)) == {(ONE, HIM, None), (ONE, HER, OTHER)}


def test_what_a_visit_put_together_is_undone_with_it_and_what_stood_before_stays() -> None:
    before = Rights(True, (), episodes=(Episode(OTHER, "other"),))
    after = rights(ONE, TWO)
    assert [one.episode_id for one in without_given(after, before, after).episodes] == [OTHER]
    now = replace(after, episodes=())
    assert without_given(now, before, after).episodes == (), "what she undid herself stays undone"
