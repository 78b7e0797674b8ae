"""Whom she lets read, and what somebody else sees, as they are printed."""

from __future__ import annotations

from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.sharing_said import grants_said, is_endless
from espace_sante.actions.view_said import APART, view_said
from espace_sante.actions.will_said import limits_said
from espace_sante.consent.limits import BlockKind
from espace_sante.keeper.demand import BlockView, GrantView

HIM = "99900000011"


def view(ends: str = "2026-12-26T09:00:00.000Z", **changes: object) -> GrantView:
    given = {"scope": "everything", "categories": [], "documents": [], "grant": "0123456789abcdef" * 2, **changes}
    return GrantView(HIM, purpose="care", starts="2026-11-26T09:00:00.000Z", ends=ends, **given)  # type: ignore[arg-type]  # each caller names a field and its value


def page(*grants: GrantView, blocks: tuple[BlockView, ...] = ()) -> JournalPage:
    return JournalPage(0, (), (), (), grants, blocks)


def test_each_permission_says_what_until_when_and_its_number() -> None:
    (said,) = grants_said(page(view()), name_of=lambda _: "Dr Diallo")
    assert said == (
        f"Vous autorisez Dr Diallo, numéro {HIM} à lire : Tous vos documents, y compris ceux à venir."
        " Du 26/11/2026 au 26/12/2026. Autorisation numéro 01234567 89abcdef 01234567 89abcdef."
    )
    (endless,) = grants_said(page(view("9999-12-31T00:00:00.000Z", sees_hidden=True)))
    assert "même ceux que vous cachez à tous" in endless and "sans date de fin" in endless and "9999" not in endless
    assert is_endless(view("9999-12-31T00:00:00.000Z")) and not is_endless(view())
    (some,) = grants_said(page(view(scope="categories", categories=[3, 5])))
    assert "Imagerie, Comptes rendus" in some
    one, two = (view(scope="documents", documents=["a"] * count) for count in (1, 2))
    assert ["1 document." in grants_said(page(one))[0], "2 documents choisis." in grants_said(page(two))[0]] == [
        True,
        True,
    ]


def test_each_kind_of_block_has_its_own_sentence() -> None:
    said = limits_said(page(blocks=tuple(BlockView(HIM, kind.value, "") for kind in BlockKind)))
    assert len(set(said)) == len(BlockKind) and all(f"numéro {HIM}" in one for one in said)


def test_a_view_says_whose_it_is_and_why_it_is_empty() -> None:
    assert view_said(DocumentList(0, 0, (), seen_by=HIM, why="blocked")) == [
        "Aujourd’hui, ce professionnel ne voit rien.",
        "Vous avez bloqué ce professionnel, ou ses dépôts.",
        APART,
    ]
    assert "n’y voit aucun document" in view_said(DocumentList(0, 0, (), seen_by=HIM))[0]
    assert "rien d’autre" in view_said(DocumentList(3, 0, (), seen_by=HIM))[0]
