"""The public matrix only narrows, and a permission keeps the version it was given under; a bad file is refused whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from espace_sante.access.matrix import NO_MATRIX, Matrices, Matrix, Row
from espace_sante.access.matrix_files import (
    COLUMNS,
    MatrixFolder,
    MatrixUnreadable,
    builtin_texts,
    matrices_of,
    read_matrix,
    texts_in,
)
from espace_sante.consent.emergency import GlassKind

HEAD = "profession,libellé,objet,code,montré,raison,source,lu le,licence\n"
MISSING, UNKNOWN = "profession, ou oui ou non, manquant", "objet inconnu"


def cells(*lines: str) -> str:
    return HEAD + "".join(f"{line},raison,source,2026-11-26,\n" for line in lines)


def test_a_row_shows_its_categories_and_types_and_not_what_it_excepts() -> None:
    row = Row(frozenset({4}), frozenset({"A"}), frozenset({"B"}))
    shown = {(c, t): row.shows(c, t) for c in (4, 5) for t in ("A", "B", "C", "")}
    assert {key for key, value in shown.items() if value} == {(4, "A"), (5, "A"), (4, "C")}
    assert Row(frozenset({4})).shows(4, "") and not Row().shows(4, "")


def test_a_profession_has_its_own_line_else_that_without_its_speciality_else_nothing() -> None:
    general, special = Row(frozenset({1})), Row(frozenset({2}))
    matrix = Matrix("1", {"P": general, "P/S": special, "Q": Row()})
    assert matrix.row("P/S") is special and matrix.row("P/T") is general
    assert matrix.row("R") == matrix.row("") == matrix.row("Q") == Row()


def test_a_permission_is_bound_by_today_s_version_and_by_its_own_and_a_lost_one_shows_nothing() -> None:
    past = {"1": Matrix("1", {"P": Row(frozenset({1, 2}))})}
    matrices = Matrices(Matrix("2", {"P": Row(frozenset({2, 3}), emergency=frozenset({GlassKind.BEDSIDE}))}), past)
    shown = {v: {c for c in (1, 2, 3) if matrices.shows("P", c, "", v)} for v in ("", "1", "2", "lost")}
    assert shown == {"": {2, 3}, "1": {2}, "2": {2, 3}, "lost": set()}
    assert matrices.lets_in_emergency("P", GlassKind.BEDSIDE)
    assert not matrices.lets_in_emergency("P", GlassKind.REGULATOR)
    assert not matrices.lets_in_emergency("Q", GlassKind.BEDSIDE)
    assert not NO_MATRIX.shows("P", 1, "", "") and NO_MATRIX.current.version == ""


def test_a_file_says_yes_and_no_cell_by_cell() -> None:
    text = cells(
        "P,Métier,catégorie,4,oui",
        "P,Métier,catégorie,5,non",
        "P,Métier,type,A,oui",
        "P,Métier,type,B,non",
        "P,Métier,type,C,oui",
        "P,Métier,type,C,non",
        "P,Métier,urgence,bedside,oui",
        "P,Métier,urgence,regulator,non",
        "Q,Autre,rien,,non",
    )
    expected = Row(frozenset({4}), frozenset({"A"}), frozenset({"B", "C"}), frozenset({GlassKind.BEDSIDE}))
    assert read_matrix("2026-11-26", text) == Matrix("2026-11-26", {"P": expected, "Q": Row()})


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (",Métier,catégorie,4,oui", MISSING),
        ("P,Métier,catégorie,4,peut-être", MISSING),
        ("P,Métier,catégorie,4", MISSING),
        ("P,Métier,catégorie,quatre,oui", UNKNOWN),
        ("P,Métier,catégorie,٤,oui", UNKNOWN),
        ("P,Métier,catégorie,,oui", UNKNOWN),
        ("P,Métier,type,,oui", UNKNOWN),
        ("P,Métier,urgence,nuit,oui", UNKNOWN),
        ("P,Métier,rien,4,oui", UNKNOWN),
        ("P,Métier,tout,4,oui", UNKNOWN),
        ("P,Métier,tout,bedside,oui", UNKNOWN),
    ],
)
def test_a_line_that_says_neither_yes_nor_no_of_something_known_is_refused_with_its_number(
    line: str, what: str
) -> None:
    with pytest.raises(MatrixUnreadable) as refused:
        read_matrix("2026-11-26", cells("P,Métier,catégorie,1,oui", line))
    assert (refused.value.line, refused.value.what) == (3, what)
    assert str(refused.value) == f"ligne 3 : {what}"


@pytest.mark.parametrize("line", ["P", "P,Métier,catégorie,4,oui", "P,Métier,catégorie,4,oui,raison,source,2026-11-26"])
def test_a_line_that_ends_before_its_last_cell_is_refused(line: str) -> None:
    with pytest.raises(MatrixUnreadable) as refused:
        read_matrix("2026-11-26", f"{HEAD}{line}\n")
    assert (refused.value.line, refused.value.what) == (2, MISSING)


def test_a_line_with_a_cell_too_many_is_refused_rather_than_read_askew() -> None:
    with pytest.raises(MatrixUnreadable) as refused:
        read_matrix("2026-11-26", f"{HEAD}P,Métier,catégorie,4,oui,une raison, coupée,source,2026-11-26,LO 2.0\n")
    assert (refused.value.line, refused.value.what) == (2, MISSING)


@pytest.mark.parametrize("text", ["", "profession,code\n", HEAD.replace("raison", "motif")])
def test_a_file_without_the_columns_expected_is_refused_at_its_first_line(text: str) -> None:
    with pytest.raises(MatrixUnreadable) as refused:
        read_matrix("2026-11-26", text)
    assert (refused.value.line, refused.value.what) == (1, "les colonnes ne sont pas celles attendues")


def test_the_columns_are_those_written_in_the_file_and_the_last_may_be_left_out() -> None:
    assert ",".join(COLUMNS) + "\n" == HEAD
    before = HEAD.replace(",licence", "") + "P,Métier,catégorie,4,oui,raison,source,2026-11-26\n"
    assert read_matrix("2026-11-26", before) == read_matrix("2026-11-26", cells("P,Métier,catégorie,4,oui"))


@pytest.mark.parametrize("version", ["", "novembre", "2026-11", "2026-11-26 ", "2026-11-26/x"])
def test_a_version_that_is_no_date_is_refused(version: str) -> None:
    with pytest.raises(MatrixUnreadable) as refused:
        read_matrix(version, cells())
    assert (refused.value.line, refused.value.what) == (0, "la version n'est pas une date")


def test_the_last_version_by_name_is_in_force_and_the_others_are_kept(tmp_path: Path) -> None:
    for version, category in (("2026-01-01", 1), ("2026-06-01", 2), ("2026-06-01b", 3)):
        (tmp_path / f"{version}.csv").write_text(cells(f"P,Métier,catégorie,{category},oui"), encoding="utf-8")
    (tmp_path / "lisez-moi.txt").write_text("autre chose", encoding="utf-8")
    matrices = matrices_of(texts_in(tmp_path))
    assert matrices.current.version == "2026-06-01b"
    assert set(matrices.past) == {"2026-01-01", "2026-06-01"}
    assert matrices.past["2026-06-01"].row("P").categories == {2}
    assert texts_in(tmp_path / "absent") == []
    with pytest.raises(MatrixUnreadable) as refused:
        matrices_of([])
    assert (refused.value.line, refused.value.what) == (0, "aucune version")


def test_the_matrix_shipped_shows_nothing_to_occupational_medicine_and_says_that_the_law_is_wider() -> None:
    (_, text), matrix = builtin_texts()[-1], matrices_of(builtin_texts()).current
    for profession in ("G15_10/SM25", "G15_10/C41"):
        row = matrix.row(profession)
        assert not any(row.shows(category, kind) for category in range(16) for kind in ("", "11488-4"))
        (line,) = (line for line in text.splitlines() if line.startswith(f"{profession},"))
        assert "plus strict que CSP L1111-17 IV" in line


def test_the_matrix_shipped_is_read_and_shows_nothing_to_an_unknown_profession() -> None:
    matrices = matrices_of(builtin_texts())
    assert matrices.current.row("G15_10").categories
    assert matrices.lets_in_emergency("SAMU", GlassKind.REGULATOR)
    assert not any(matrices.shows(unknown, c, "", "") for unknown in ("", "inconnu") for c in range(1, 16))


def test_a_folder_is_read_again_when_a_version_comes_changes_or_goes_and_only_then(tmp_path: Path) -> None:
    folder = tmp_path / "matrices"
    watched = MatrixFolder(folder)
    assert watched.newer() is None
    folder.mkdir()
    file = folder / "2030-01-01.csv"

    def newer_after(text: str, moment: int) -> Matrices | None:
        file.write_text(text, encoding="utf-8")
        os.utime(file, (moment, moment))
        return watched.newer()

    came = newer_after(cells("P,Métier,catégorie,4,oui"), 1)
    assert came is not None and watched.newer() is None
    assert came.current.row("P").categories == {4}
    assert set(came.past) == {name for name, _ in builtin_texts()}
    later = newer_after(cells("P,Métier,catégorie,5,oui"), 2)
    assert later is not None and later.current.row("P").categories == {5}
    longer = newer_after(cells("P,Métier,catégorie,15,oui"), 2)
    assert longer is not None and longer.current.row("P").categories == {15}
    file.unlink()
    gone = watched.newer()
    assert gone is not None and gone.current == matrices_of(builtin_texts()).current


@pytest.mark.parametrize("content", [b"autre chose", b"\xff\xfe"])
def test_a_version_that_cannot_be_read_is_told_once_to_the_operator_and_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    watched = MatrixFolder(tmp_path)
    (tmp_path / "2030-01-01.csv").write_bytes(content)
    assert watched.newer() is watched.newer() is None
    (told,) = caplog.records
    assert (told.name, told.getMessage()) == (
        "espace_sante.access",
        "a version of the matrix cannot be read; the one in force stays",
    )
    assert told.exc_info
