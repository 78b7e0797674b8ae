"""The public matrix as people read it: every cell with its reason, and what two versions do not show alike."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from espace_sante.access.matrix_cells import Cell, Change, changes, published, types_named, version_of
from espace_sante.access.matrix_files import MatrixUnreadable, builtin_texts

HEAD = "profession,libellé,objet,code,montré,raison,source,lu le"


def text_of(*lines: str) -> str:
    return "\n".join((HEAD, *(f"{line},parce que,un texte,2026-11-26" for line in lines), ""))


def changed(before: tuple[str, ...], after: tuple[str, ...], types: dict[str, int]) -> list[Change]:
    return changes(version_of("2026-01-01", text_of(*before)), version_of("2026-02-01", text_of(*after)), types)


def test_each_cell_is_read_with_its_reason_its_source_and_its_licence_if_any() -> None:
    text = HEAD + ",licence\nP,Métier,type,A,oui,parce que,un texte,2026-11-26,LO 2.0\nQ,Autre,rien,,non,r,s,d,\n"
    version = version_of("2026-01-01", text)
    first = Cell("P", "Métier", "type", "A", True, "parce que", "un texte", "2026-11-26", "LO 2.0")
    assert version.cells == (first, Cell("Q", "Autre", "rien", "", False, "r", "s", "d", ""))
    assert (version.name, version.text) == ("2026-01-01", text)
    assert version.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert version.matrix.row("P").types == {"A"}
    (without,) = version_of("2026-01-01", text_of("P,Métier,type,A,oui")).cells
    assert without == Cell("P", "Métier", "type", "A", True, "parce que", "un texte", "2026-11-26")


def test_a_version_that_a_decision_cannot_read_is_not_shown_either() -> None:
    with pytest.raises(MatrixUnreadable):
        version_of("2026-01-01", text_of("P,Métier,tout,A,oui"))


def test_the_professions_stand_in_the_order_of_their_names_then_of_their_codes() -> None:
    version = version_of("2026-01-01", text_of("B,Zoé,rien,,non", "C,Abel,rien,,non", "A,Zoé,rien,,non"))
    assert list(version.professions.items()) == [("C", "Abel"), ("A", "Zoé"), ("B", "Zoé")]


def test_the_cell_about_something_is_the_last_one_and_none_when_there_is_none() -> None:
    version = version_of(
        "2026-01-01", text_of("P,Métier,type,A,oui", "P,Métier,type,A,non", "P,Métier,catégorie,4,oui")
    )
    assert version.cell("P", "type", "A") == version.cells[1]
    assert version.cell("P", "catégorie", "4") == version.cells[2]
    assert version.cell("P", "catégorie", "5") is version.cell("Q", "type", "A") is None


def test_what_all_of_a_category_gained_or_lost_is_one_change_and_the_rest_is_told_type_by_type() -> None:
    types = {"A": 4, "B": 4, "C": 5}
    none, whole = ("P,Métier,rien,,non",), ("P,Métier,catégorie,4,oui",)
    assert changed(none, whole, types) == [Change("P", "Métier", 4, "", True)]
    assert changed(whole, none, types) == [Change("P", "Métier", 4, "", False)]
    assert changed(none, whole, {}) == [Change("P", "Métier", 4, "", True)]
    assert changed(whole, whole, types) == []
    # Once a type is excepted, what has no type that we know is not shown any more.
    but_one = (*whole, "P,Métier,type,A,non")
    assert changed(whole, but_one, types) == [
        Change("P", "Métier", 4, "?", False),
        Change("P", "Métier", 4, "A", False),
    ]
    assert changed(none, but_one, types) == [Change("P", "Métier", 4, "B", True)]
    assert changed(none, ("P,Métier,type,C,oui",), types) == [Change("P", "Métier", 5, "C", True)]


def test_a_profession_of_either_version_is_compared_under_its_last_name_and_changes_are_sorted() -> None:
    before = ("Q,Gone,catégorie,2,oui", "P,Former,catégorie,1,oui")
    after = ("P,Métier,catégorie,2,oui", "N,New,catégorie,15,oui")
    assert changed(before, after, {}) == [
        Change("N", "New", 15, "", True),
        Change("P", "Métier", 1, "", False),
        Change("P", "Métier", 2, "", True),
        Change("Q", "Gone", 2, "", False),
    ]


def test_the_types_compared_are_those_of_our_tables_and_those_a_version_names_besides() -> None:
    one = version_of("2026-01-01", text_of("P,Métier,type,A,oui", "P,Métier,type,Z,non", "P,Métier,catégorie,4,oui"))
    other = version_of("2026-02-01", text_of("P,Métier,type,Y,oui", "P,Métier,urgence,bedside,oui"))
    assert types_named([one, other], {"A": 4, "B": 5}) == {"A": 4, "B": 5, "Z": 8, "Y": 8}


def test_the_versions_of_an_instance_are_those_shipped_then_those_imported_read_once(tmp_path: Path) -> None:
    shipped = [name for name, _ in builtin_texts()]
    assert [version.name for version in published(tmp_path)] == shipped
    assert published(tmp_path) is published(tmp_path)
    folder = tmp_path / "matrices"
    folder.mkdir()
    (folder / "2000-01-01.csv").write_text(text_of("P,Métier,rien,,non"), encoding="utf-8")
    (folder / f"{shipped[-1]}.csv").write_text(text_of("P,Métier,catégorie,4,oui"), encoding="utf-8")
    versions = published(tmp_path)
    assert [version.name for version in versions] == ["2000-01-01", *shipped]
    assert versions[-1].matrix.row("P").categories == {4}, "an imported version stands for the shipped one of its name"
