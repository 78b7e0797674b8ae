"""The operator's command for the public matrix: shows, checks, takes; what is refused leaves nothing behind."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from espace_sante.access.matrix_cells import changes, published
from espace_sante.access.matrix_files import builtin_texts
from espace_sante.cli.main import run_command
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import CodeTables
from espace_sante.records.document import CATEGORIES
from tests.unit.formats.test_habilitation_matrix import cell, page, term, terms

VERSION, TEXT = builtin_texts()[-1]
DECIDED = ["--decision", "décision 0023"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


def given(tmp_path: Path, name: str, data: bytes | str) -> str:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


def kept(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "matrices").glob("*")) if (home / "matrices").exists() else []


def test_every_line_of_our_own_version_has_its_reason_its_source_and_a_known_profession() -> None:
    names = CodeTables().rows(Table.SPECIALTIES)
    types = CodeTables().rows(Table.TYPES)
    for line in csv.DictReader(io.StringIO(TEXT)):
        assert line["raison"] and line["source"] and line["lu le"], line
        assert line["profession"] == "SAMU" or line["profession"] in names, line
        assert line["objet"] != "catégorie" or int(line["code"]) in CATEGORIES, line
        assert line["objet"] != "type" or line["code"] in types, line


def test_a_version_is_taken_whole_and_told_by_what_it_changes(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = TEXT.replace("G15_95,Diététicien,catégorie,2,", "G15_95,Diététicien,catégorie,14,")
    assert new != TEXT
    path = given(tmp_path, "v.csv", new)
    assert run_command(["matrix", "check", path, "--date", "2030-01-01"]) == 0
    said = capsys.readouterr().out
    assert "+ Diététicien : toute la catégorie « Remboursements »" in said
    assert "- Diététicien : toute la catégorie « Ordonnances et soins »" in said
    assert kept(home) == []
    assert run_command(["matrix", "import", path, *DECIDED, "--date", "2030-01-01"]) == 0
    assert kept(home) == ["2030-01-01.csv", "2030-01-01.decision"]
    assert (home / "matrices" / "2030-01-01.csv").read_text("utf-8") == new
    capsys.readouterr()
    assert run_command(["matrix", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["in_force"] == "2030-01-01"
    assert run_command(["matrix", "show", "--profession", "G15_95", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert {one["code"] for one in shown["cells"]} >= {"14"} and shown["version"] == "2030-01-01"
    assert run_command(["matrix", "import", path, *DECIDED, "--date", "2029-12-31"]) == 1
    assert "plus récente" in capsys.readouterr().err
    assert run_command(["matrix", "import", path, *DECIDED, "--date", "2030-01-01"]) == 0, (
        "twice in a day: a letter more"
    )
    assert kept(home) == ["2030-01-01.csv", "2030-01-01.decision", "2030-01-01b.csv", "2030-01-01b.decision"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "colonnes"),
        (TEXT.splitlines()[0] + "\n", "aucune case"),
        (TEXT + "G15_10,Médecin,catégorie,99,oui,r,s,2026-11-26\n", "la catégorie 99 n'existe pas"),
        (TEXT + "G15_10,Médecin,catégorie,1,peut-être,r,s,2026-11-26\n", "oui ou non"),
        (TEXT + "G15_10,Médecin,humeur,1,oui,r,s,2026-11-26\n", "objet inconnu"),
        (TEXT + "G15_10,Médecin,catégorie,9,oui,,s,2026-11-26\n", "sans raison"),
        (TEXT + "G15_10,Médecin,catégorie,1,non,r,s,2026-11-26\n", "déjà plus haut"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_nothing_is_kept(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    assert run_command(["matrix", "import", given(tmp_path, "v.csv", text), *DECIDED, "--date", "2030-01-01"]) == 1
    said = capsys.readouterr().err
    assert sentence in said and "ligne " in said and "Rien n'est changé." in said and said.count("\n") == 1
    assert kept(home) == []


def test_the_official_matrix_keeps_our_own_refusals_and_emergencies(home: Path, tmp_path: Path) -> None:
    path = given(tmp_path, "m.json", page(cell(), cell(60, 2, "18748-4", False), included=terms()))
    asked = ["matrix", "import", path, *DECIDED, "--date", "2030-01-01", "--source", "un essai", "--licence", "aucune"]
    assert run_command(asked) == 0
    before, after = published(home)
    assert after.name == "2030-01-01" and after.professions.keys() >= {"G15_10", "G15_60", "G15_10/SM25"}
    row = after.matrix.row("G15_10/SM54")
    assert row.shows(5, "11488-4") and not row.shows(5, "18748-4") and not row.shows(5, "")
    assert not after.matrix.row("G15_60").shows(3, "18748-4")
    assert not after.matrix.row("G15_10/SM25").shows(5, "11488-4"), "never by this profession alone"
    assert after.matrix.row("G15_10").emergency == before.matrix.row("G15_10").emergency != frozenset()
    assert {one.licence for one in after.cells if one.what == "type"} == {"aucune"}
    assert {one.source for one in after.cells if one.what == "type"} == {"un essai"}
    assert any(not one.gained for one in changes(before, after, {"18748-4": 3}))


def test_a_profession_that_no_table_names_is_asked_for(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = page(cell(7), included=[*terms(), term("professionnel_de_sante", 7, "Guérisseur diplômé")])
    path = given(tmp_path, "m.json", strange)
    assert run_command(["matrix", "import", path, *DECIDED]) == 1
    assert "professions sans code connu : Guérisseur diplômé" in capsys.readouterr().err
    assert kept(home) == []
    codes = given(tmp_path, "codes.csv", "nom,profession\nGuérisseur diplômé,G15_99\n")
    assert run_command(["matrix", "import", path, *DECIDED, "--professions", codes]) == 0
    assert published(home)[-1].matrix.row("G15_99").shows(5, "11488-4")
    wrong = given(tmp_path, "wrong.csv", "x,y\n1,2\n")
    assert run_command(["matrix", "import", path, *DECIDED, "--professions", wrong]) == 1
    assert "ligne 2" in capsys.readouterr().err


def test_the_doctor_says_which_version_is_in_force_and_refuses_one_it_cannot_read(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_command(["doctor"])
    assert f"Grille des métiers : version {VERSION}" in capsys.readouterr().out
    (home / "matrices").mkdir(parents=True)
    (home / "matrices" / "2030-01-01.csv").write_text("rien\n", "utf-8")
    assert run_command(["doctor"]) == 1
    assert "ne se lit pas : ligne 1" in capsys.readouterr().out
