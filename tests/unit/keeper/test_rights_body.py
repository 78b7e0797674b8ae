"""Her will is read as it was sealed, in her space and at its version alone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.apps import AppGrant
from espace_sante.consent.cards import AccessCard
from espace_sante.consent.contact import Contact, Point
from espace_sante.consent.death import AfterDeath, Asked, Death, Ground, Quality
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.letters import LetterForm, Quarterly, Reminder
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.mandates import DAYS, Mandate
from espace_sante.consent.proposed import Proposed
from espace_sante.consent.recipient import Recipient, RecipientKind
from espace_sante.consent.requests import AccessRequest
from espace_sante.consent.rights import Episode, Rights, Said
from espace_sante.consent.support import Support
from espace_sante.consent.trusted import TrustedPerson
from espace_sante.consent.visits import Visit
from espace_sante.consent.wishes import Wish
from espace_sante.identity.legal_tables import Measure, Power
from espace_sante.identity.representation import Representation
from espace_sante.identity.scopes import parse_scopes
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.kernel.ids import (
    AppGrantId,
    CardId,
    CaseId,
    DemandId,
    DocumentId,
    EpisodeId,
    GlassId,
    GrantId,
    MandateId,
    MaskId,
    PersonId,
    RepresentationId,
    RequestId,
    Rpps,
)
from espace_sante.notices import Kind as NoticeKind
from espace_sante.notices import Pace, Way
from espace_sante.vault.envelope import SealBroken, open_sealed
from tests.unit.keeper.situations import DOCTOR, KEYS, OTHER_DOCTOR, SPACE, grant, mask, row_of, will

_uuids = st.uuids(version=4)
_moments = st.integers(0, 4_000_000_000_000).map(
    lambda milliseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
_numbers = st.sampled_from([Rpps(DOCTOR), Rpps(OTHER_DOCTOR)])
_who = st.builds(
    Recipient, st.sampled_from(RecipientKind), st.text(max_size=5), st.frozensets(_numbers), st.text(max_size=5)
)
_scopes = st.builds(
    Scope, st.sampled_from(ScopeKind), st.frozensets(st.integers(1, 15)), st.frozensets(_uuids, max_size=3)
)
_grants = st.builds(
    Grant,
    _uuids.map(GrantId),
    _who,
    _scopes,
    st.text(max_size=5),
    _moments,
    _moments,
    st.text(max_size=5),
    st.none() | _uuids.map(CardId),
    st.none() | _uuids.map(EpisodeId),
    st.booleans(),
)
_dates = st.none() | _moments.filter(lambda at: at.timestamp() > 0)
_masks = st.builds(
    Mask,
    _uuids.map(MaskId),
    st.none() | _uuids.map(DocumentId),
    st.none() | st.integers(1, 15),
    st.none() | _who.filter(lambda who: not who.is_nobody),
    _dates,
    st.none() | _uuids.map(EpisodeId),
)
_blocks = st.builds(Block, _who, st.sampled_from(BlockKind), _dates)
_emergencies = st.builds(EmergencyWill, st.booleans(), st.booleans(), st.booleans(), _scopes, _dates)
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
    st.text(max_size=5),
    st.binary(max_size=5),
    st.binary(max_size=5),
    _scopes,
    st.text(max_size=5),
    st.integers(0, 20),
    st.integers(1, 168),
    _moments,
    _moments,
    st.text(max_size=5),
)
_words = st.text(max_size=5)
_requests = st.builds(
    AccessRequest,
    _uuids.map(RequestId),
    _numbers,
    _words,
    _words,
    _words,
    _scopes,
    _words,
    st.integers(1, 365),
    _moments,
)
_documents = st.frozensets(_uuids.map(DocumentId), max_size=2)
_supports = st.builds(Support, _words, _moments, _moments, st.booleans(), _words, _words)
_hides = st.lists(_masks, max_size=2).map(tuple)
_episodes = st.builds(Episode, _uuids.map(EpisodeId), _words, st.binary(max_size=5), _documents, _hides)
_quarterlies = st.builds(Quarterly, _uuids, _moments)
_scope_sets = st.sampled_from(("", "offline_access patient/*.rs", "user/Goal.c")).map(parse_scopes)
_apps = st.builds(
    AppGrant,
    _uuids.map(AppGrantId),
    *(_words, _words, _words, _scope_sets, st.booleans(), _moments, _moments, st.booleans()),
)
_mandates = st.builds(
    Mandate,
    _uuids.map(MandateId),
    _words,
    st.frozensets(_words, max_size=2),
    *(st.booleans(), st.booleans(), st.sampled_from(DAYS), _moments, _moments),
    *(st.binary(max_size=5), st.binary(max_size=5), st.binary(max_size=5), _words, _words),
    *(_dates, st.binary(max_size=5), st.binary(max_size=5), st.none() | _uuids),
)
_reminders = st.builds(Reminder, st.sampled_from((6, 12)), _uuids, _moments)
_days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
_asked = st.builds(
    Asked,
    *(_words, st.sampled_from(Quality), _words, st.sampled_from(Ground), _words, st.frozensets(st.integers(1, 15))),
    *(st.none() | _days, st.none() | _days),
)
_demands = st.builds(
    AfterDeath,
    _uuids.map(DemandId),
    *(_asked, _days, _words, st.none() | _days, _words, st.integers(0, 9)),
)
_representations = st.builds(
    Representation,
    _uuids.map(RepresentationId),
    *(_words, st.sampled_from(Measure), st.sampled_from(Power), _days, _days, st.booleans()),
    *(st.frozensets(_words, max_size=2), _words, _words),
    st.none() | _moments.map(lambda at: at + timedelta(milliseconds=1)),  # the first instant of all is kept as none
    _words,
)
_deaths = st.builds(Death, _days, _words, _moments, _words, _words, st.lists(_demands, max_size=2).map(tuple))
_points = st.none() | st.builds(Point, _words, _moments, _dates, st.booleans(), _words, _dates, st.integers(0, 5))
_wishes = st.builds(Wish, st.sampled_from(NoticeKind), st.frozensets(st.sampled_from(Way)), st.sampled_from(Pace))
_numbers_of_a_will = st.integers(0, 99)
_visits = st.builds(
    Visit, _days, _numbers_of_a_will, _numbers_of_a_will, st.lists(_words, max_size=2).map(tuple), st.booleans()
)
_rights = st.builds(
    Rights,
    st.booleans(),
    st.lists(_grants, max_size=2).map(tuple),
    st.lists(_masks, max_size=2).map(tuple),
    st.lists(_blocks, max_size=2).map(tuple),
    authors_read=st.booleans(),
    chest=st.booleans(),
    hides_new=st.booleans(),
    shown=_documents,
    announced=_documents,
    presumed=st.booleans(),
    emergency=_emergencies,
    glasses=st.lists(_glasses, max_size=2).map(tuple),
    cards=st.lists(_cards, max_size=2).map(tuple),
    requests=st.lists(_requests, max_size=2).map(tuple),
    purposes=st.frozensets(_words, max_size=2),
    episodes=st.lists(_episodes, max_size=2).map(tuple),
    cases=st.lists(_uuids.map(CaseId), max_size=2).map(tuple),
    support=st.none() | _supports,
    said=st.lists(st.builds(Said, _words, _moments), max_size=2).map(tuple),
    address=st.lists(_words, max_size=5).map(tuple),
    reminder=st.none() | _reminders,
    quarterly=st.none() | _quarterlies,
    sandbox=st.booleans(),
    apps=st.lists(_apps, max_size=2).map(tuple),
    heirs_refused=st.booleans(),
    death=st.none() | _deaths,
    representations=st.lists(_representations, max_size=2).map(tuple),
    proposed=st.lists(st.builds(Proposed, _words, st.binary(max_size=5), _uuids, _moments), max_size=2).map(tuple),
    mandates=st.lists(_mandates, max_size=2).map(tuple),
    letters=st.builds(LetterForm, *([st.booleans()] * 6)),
    returns=st.integers(0, 2),
    contact=st.builds(Contact, _points, _points),
    wishes=st.lists(_wishes, max_size=2).map(tuple),
    trusted=st.none() | st.builds(TrustedPerson, _words, _words, st.booleans(), _moments),
    visits=st.lists(_visits, max_size=2).map(tuple),
    ties=st.frozensets(st.binary(max_size=5), max_size=2),
)


def test_every_part_of_a_will_is_drawn_here() -> None:
    drawn = {field.name for field in fields(Rights)}
    said = (
        "accepts_deposits grants masks blocks authors_read chest hides_new shown announced presumed emergency glasses"
    )
    assert drawn == {
        *said.split(),
        "cards",
        "requests",
        "purposes",
        "episodes",
        "cases",
        "support",
        "said",
        "address",
        "reminder",
        "quarterly",
        "sandbox",
        "apps",
        "heirs_refused",
        "death",
        "representations",
        "proposed",
        "visits",
        "ties",
        "mandates",
        "letters",
        "returns",
        "contact",
        "wishes",
        "trusted",
    }


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
