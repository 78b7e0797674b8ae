"""Her will is read as it was sealed, in her space and at its version alone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.cards import AccessCard
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Recipient, RecipientKind, named
from espace_sante.consent.requests import AccessRequest
from espace_sante.consent.rights import Episode, Rights
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.kernel.ids import CardId, DocumentId, EpisodeId, GlassId, GrantId, MaskId, PersonId, RequestId, Rpps
from espace_sante.vault.envelope import SealBroken, open_sealed
from tests.unit.keeper.situations import DOCTOR, KEYS, OTHER_DOCTOR, SPACE, grant, mask, row_of, will

T = TypeVar("T")
_uuids = st.uuids(version=4)
_moments = st.integers(1, 4_000_000_000_000).map(
    lambda milliseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
_numbers = st.sampled_from([Rpps(DOCTOR), Rpps(OTHER_DOCTOR)])
_words = st.text(max_size=5)
_members = st.frozensets(_numbers)
_who = (
    _numbers.map(named)
    | st.builds(Recipient, st.just(RecipientKind.PRACTITIONER), _numbers, st.just(frozenset()), _words)
    | st.builds(Recipient, st.sampled_from(RecipientKind), _words, _members, _words)
)
_documents = st.frozensets(_uuids.map(DocumentId), max_size=3)
_scopes = st.builds(
    Scope, st.sampled_from(ScopeKind), st.frozensets(st.integers(1, 15)), st.frozensets(_uuids, max_size=3)
)
_grants = st.builds(
    Grant,
    _uuids.map(GrantId),
    _who,
    _scopes,
    _words,
    _moments,
    _moments,
    _words,
    st.none() | _uuids.map(CardId),
    st.none() | _uuids.map(EpisodeId),
    st.booleans(),
)
_masks = st.builds(
    Mask,
    _uuids.map(MaskId),
    st.none() | _uuids.map(DocumentId),
    st.none() | st.integers(1, 15),
    st.none() | _who,
    st.none() | _moments,
    st.none() | _uuids.map(EpisodeId),
)
_blocks = st.builds(Block, _who, st.sampled_from(BlockKind), st.none() | _moments)
_emergencies = st.builds(EmergencyWill, st.booleans(), st.booleans(), st.booleans(), _scopes, st.none() | _moments)
_glasses = st.builds(
    BrokenGlass,
    _uuids.map(GlassId),
    _numbers,
    st.sampled_from(GlassKind),
    _moments,
    _moments,
    st.none() | _numbers,
)
_cards = st.builds(
    AccessCard,
    _uuids.map(CardId),
    _words,
    st.binary(max_size=4),
    st.binary(max_size=4),
    _scopes,
    _words,
    st.integers(0, 99),
    st.integers(0, 99),
    _moments,
    _moments,
    _words,
)
_requests = st.builds(
    AccessRequest,
    _uuids.map(RequestId),
    _numbers,
    _words,
    _words,
    _words,
    _scopes,
    _words,
    st.integers(0, 400),
    _moments,
)
_episodes = st.builds(Episode, _uuids.map(EpisodeId), _words, st.binary(max_size=4), _documents)


def _some(of: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(of, max_size=2).map(tuple)


_rights = st.builds(
    Rights,
    accepts_deposits=st.booleans(),
    grants=_some(_grants),
    masks=_some(_masks),
    blocks=_some(_blocks),
    authors_read=st.booleans(),
    chest=st.booleans(),
    hides_new=st.booleans(),
    shown=_documents,
    announced=_documents,
    presumed=st.booleans(),
    emergency=_emergencies,
    glasses=_some(_glasses),
    cards=_some(_cards),
    requests=_some(_requests),
    purposes=st.frozensets(_words, max_size=2),
    episodes=_some(_episodes),
)


def test_what_is_tried_here_is_every_part_of_a_will() -> None:
    # A part added to her will and forgotten in its sealed body would be lost at the next sealing.
    for kind, parts in (
        (
            Rights,
            "accepts_deposits grants masks blocks authors_read chest hides_new shown announced presumed emergency "
            "glasses cards requests purposes episodes",
        ),
        (Grant, "grant_id to scope purpose starts ends matrix card episode sees_hidden"),
        (Mask, "mask_id document category hidden_from since episode"),
        (Block, "who what since"),
        (EmergencyWill, "regulator bedside hidden scope since"),
        (BrokenGlass, "glass_id who kind starts ends second"),
        (AccessCard, "card_id number term pin scope purpose uses_left hours since ends matrix"),
        (AccessRequest, "request_id practitioner name profession structure scope purpose days made"),
        (Episode, "episode_id name key documents"),
        (Recipient, "kind identifier members name"),
    ):
        assert [one.name for one in fields(kind)] == parts.split()


@given(_uuids.map(PersonId), _rights, st.integers(1, 2**40))
def test_a_will_is_read_as_it_was_sealed(person: PersonId, rights: Rights, version: int) -> None:
    one = Will(person, rights, version)
    assert open_will(seal_will(one, KEYS), version, KEYS) == one


def test_an_instant_is_kept_to_the_millisecond() -> None:
    at = datetime(2026, 11, 25, 20, 15, 30, 123_456, UTC)
    one = will(grants=(replace(grant(1), starts=at, ends=at),))
    read = open_will(seal_will(one, KEYS), 5, KEYS).rights.grants[0]
    assert read.starts == read.ends == at.replace(microsecond=123_000)


def test_the_same_will_is_the_same_body_whatever_the_order_of_what_it_covers() -> None:
    def body(*numbers: int) -> bytes:
        one = will(grants=(grant(1, documents=tuple(row_of(n) for n in numbers)), grant(2, categories=numbers)))
        return bytes(open_sealed(KEYS.rights_key, seal_will(one, KEYS), b"rights|" + SPACE.bytes + b"|" + _version(5)))

    # Sets of these numbers are walked in another order than the one they are written in.
    assert body(15, 8, 1, 9) == body(9, 1, 8, 15)
    assert bytes([15, 8, 1, 9]) not in body(15, 8, 1, 9)
    assert bytes([1, 8, 9, 15]) in body(15, 8, 1, 9)
    starts = [body(*range(40)).index(row_of(n).bytes) for n in range(40)]
    assert starts == sorted(starts)


def _version(number: int) -> bytes:
    return number.to_bytes(8, "big")


def test_a_will_of_another_space_or_another_time_does_not_open() -> None:
    sealed = seal_will(will(masks=(mask(1, category=3),)), KEYS)
    for version, keys in (
        (4, KEYS),
        (6, KEYS),
        (5, replace(KEYS, space=UUID(int=9))),
        (5, replace(KEYS, root=bytes(32))),
    ):
        with pytest.raises(SealBroken):
            open_will(sealed, version, keys)
