"""What is shown to her of her will leaves out exactly the documents she is not to know of yet, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from uuid import UUID

from espace_sante.consent.cards import AccessCard, CardId
from espace_sante.consent.emergency import EmergencyWill
from espace_sante.consent.grant import Grant, GrantId, Scope, ScopeKind
from espace_sante.consent.limits import Mask, MaskId
from espace_sante.consent.recipient import parse_recipient
from espace_sante.consent.rights import Episode, Rights
from espace_sante.consent.telling import documents_named, without_naming
from espace_sante.kernel.ids import DocumentId, EpisodeId

AT = datetime(2026, 11, 26, tzinfo=UTC)
IN_GRANT, IN_CARD, IN_EMERGENCY, IN_MASK, IN_EPISODE, EVERYWHERE = ALL = [UUID(int=n) for n in range(1, 7)]
DIALLO = parse_recipient("99900000011")
assert DIALLO is not None


def scope(*documents: UUID) -> Scope:
    return Scope(ScopeKind.DOCUMENTS, frozenset({4}), frozenset(documents))


def will(*left_out: UUID) -> Rights:
    """Return a will that names each document somewhere, and one everywhere; written without those left out."""

    def kept(*documents: UUID) -> tuple[UUID, ...]:
        return tuple(one for one in documents if one not in left_out)

    masks = [Mask(MaskId(UUID(int=30)), None, 5, DIALLO, AT)]
    masks += [Mask(MaskId(UUID(int=31)), DocumentId(one), None, DIALLO, AT) for one in kept(IN_MASK, EVERYWHERE)]
    episode = Episode(
        EpisodeId(UUID(int=40)), "Genou", b"key", frozenset(map(DocumentId, kept(IN_EPISODE, EVERYWHERE)))
    )
    card = AccessCard(CardId(UUID(int=20)), "1", b"", b"", scope(*kept(IN_CARD, EVERYWHERE)), "care", 1, 12, AT, AT)
    return Rights(
        accepts_deposits=True,
        grants=(Grant(GrantId(UUID(int=10)), DIALLO, scope(*kept(IN_GRANT, EVERYWHERE)), "care", AT, AT),),
        cards=(card,),
        emergency=EmergencyWill(True, True, False, scope(*kept(IN_EMERGENCY, EVERYWHERE)), AT),
        masks=tuple(masks),
        episodes=(episode,),
        shown=frozenset(map(DocumentId, ALL)),
        announced=frozenset(map(DocumentId, ALL)),
    )


def test_every_document_that_is_named_somewhere_is_found() -> None:
    assert documents_named(will()) == set(ALL)
    assert documents_named(Rights(accepts_deposits=True, shown=frozenset(map(DocumentId, ALL)))) == frozenset()
    for one in ALL:
        assert documents_named(will(one)) == {*ALL} - {one}


def test_what_is_not_to_be_told_is_named_nowhere_and_the_rest_is_as_it_was() -> None:
    for count in range(len(ALL) + 1):
        for untold in combinations(ALL, count):
            assert without_naming(will(), frozenset(untold)) == will(*untold)
            assert documents_named(without_naming(will(), frozenset(untold))) == {*ALL}.difference(untold)


def test_a_scope_keeps_its_kind() -> None:
    for kind in ScopeKind:
        wide = replace(
            will(), emergency=EmergencyWill(True, True, True, Scope(kind, frozenset({1, 2}), frozenset({ALL[0]})))
        )
        said = without_naming(wide, frozenset({ALL[0]})).emergency
        assert said == EmergencyWill(True, True, True, Scope(kind, frozenset({1, 2})))
