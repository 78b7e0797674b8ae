"""What she said of a document holds for the one that takes its place: nothing hidden shows, nothing granted is taken back."""

from __future__ import annotations

from uuid import UUID

from hypothesis import event, given

from espace_sante.access.rules import visible
from espace_sante.consent.rights import Rights
from espace_sante.kernel.ids import DocumentId, Rpps
from tests.property.access import facts

NEW = DocumentId(UUID(int=99))


def seen(will: Rights, who: Rpps, category: int, document: DocumentId) -> bool:
    return visible(facts.professional(who), facts.opened(will), facts.EPOCH)(category, document)


@given(facts.rights, facts.practitioners, facts.documents, facts.categories)
def test_the_new_document_is_shown_to_whom_the_old_one_is_and_to_nobody_else(
    will: Rights, who: Rpps, old: DocumentId, category: int
) -> None:
    after = will.with_replacement(old, NEW)
    before = seen(will, who, category, old)
    event(f"shown: {before}")
    assert seen(after, who, category, NEW) == before
    assert seen(after, who, category, old) == before


@given(facts.rights, facts.practitioners, facts.documents, facts.documents, facts.categories)
def test_replacing_a_document_changes_nothing_for_any_other(
    will: Rights, who: Rpps, old: DocumentId, other: DocumentId, category: int
) -> None:
    assert seen(will.with_replacement(old, NEW), who, category, other) == seen(will, who, category, other)


@given(facts.rights, facts.documents)
def test_replacing_takes_back_no_permission_and_no_mask(will: Rights, old: DocumentId) -> None:
    after = will.with_replacement(old, NEW)
    assert after.masks[: len(will.masks)] == will.masks
    assert {mask.mask_id for mask in after.masks} == {mask.mask_id for mask in will.masks}
    assert [grant.grant_id for grant in after.grants] == [grant.grant_id for grant in will.grants]
    for grant, kept in zip(will.grants, after.grants, strict=True):
        assert grant.scope.documents <= kept.scope.documents
        assert kept.scope.documents - grant.scope.documents <= {NEW}
        assert (grant.scope.kind, grant.scope.categories) == (kept.scope.kind, kept.scope.categories)
    assert after.accepts_deposits == will.accepts_deposits
