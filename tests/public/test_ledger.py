"""The ledger of the costs: what was written stays, a correction names what it corrects, and only lines in force count."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from espace_sante.assembly import main
from espace_sante.cli.ledger import cents_of
from espace_sante.cli.main import run_command
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.charts import chart
from espace_sante.public.costs import costs_json
from espace_sante.public.ledger import COLUMNS, Damaged, Ledger, Nature, Post, Said, Way
from espace_sante.public.ledger_file import FILE, FOLDER, as_csv, ledger_of, read_ledger, with_line
from espace_sante.public.ledger_sums import years
from espace_sante.public.procurement import months_after
from tests.public.ledger_line import LINE

DECP = Path(__file__).parents[1] / "unit" / "formats" / "decp" / "marches_avec_modifications.json"
DAY = date(2027, 1, 4)
DECISION = "décision 0068"
DECIDED = ["--decision", DECISION]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


def spending(cents: int, post: Post = Post.MAIL, way: Way = Way.PAPER, day: date = DAY) -> Said:
    return Said(
        nature=Nature.SPENDING, post=post, way=way, what="Lettres", start=day, end=day, cents=cents, decision=DECISION
    )


def written(*lines: Said) -> Ledger:
    ledger = Ledger()
    for said in lines:
        ledger = with_line(ledger, said, DAY)
    return ledger


# What an operator may do, in any order: write, or correct a line by its place.
MOVES = st.lists(
    st.tuples(st.integers(0, 10**9), st.sampled_from([p for p in Post if p.value]), st.none() | st.integers(0, 30)),
    max_size=25,
)


@settings(deadline=None)
@given(MOVES)
def test_whatever_is_written_is_read_back_and_every_line_ever_written_stays(
    moves: list[tuple[int, Post, int | None]],
) -> None:
    ledger, expected = Ledger(), {}
    for cents, post, corrects in moves:
        before = ledger
        try:
            if corrects is None:
                ledger = with_line(ledger, spending(cents, post), DAY)
                expected[len(ledger.entries)] = cents
            else:
                ledger = with_line(ledger, spending(cents, post), DAY, corrects=corrects or 1, reason="Erreur")
                del expected[corrects or 1]
                expected[len(ledger.entries)] = cents
        except OperatorRefusal:
            assert ledger is before
        assert ledger.entries[: len(before.entries)] == before.entries
    assert read_ledger(as_csv(ledger)) == ledger
    assert sum(year.spent for year in years(ledger)) == sum(expected.values())
    for year in years(ledger):
        assert sum(part.spent for part in year.posts) == year.spent


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=6), st.data())
def test_no_published_line_can_be_changed_taken_out_or_moved_unseen(amounts: list[int], data: st.DataObject) -> None:
    ledger = written(*(spending(cents) for cents in amounts))
    lines = as_csv(ledger).splitlines(keepends=True)
    place = data.draw(st.integers(1, len(lines) - 2))
    changed = list(lines)
    match data.draw(st.sampled_from(["amount", "out", "twice", "moved"])):
        case "amount":
            cells = next(csv.reader([lines[place]]))
            cells[COLUMNS.index("centimes")] = str(int(cells[COLUMNS.index("centimes")]) + 1)
            changed[place] = ",".join(cells) + "\n"
        case "out":
            del changed[place]
        case "twice":
            changed.insert(place, lines[place])
        case _:
            changed[place], changed[place + 1] = changed[place + 1], changed[place]
    assert isinstance(read_ledger("".join(changed)), Damaged)


def test_a_correction_counts_in_the_place_of_what_it_corrects_and_both_are_shown(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["ledger", "add", "dépense", "--poste", "courrier", "--voie", "papier", "--objet", "Lettres de mars"]
    assert run_command([*line, *DECIDED, "--montant", "12 345,6", "--debut", "2027-03-01"]) == 0
    assert (
        run_command(["ledger", "correct", "1", "--montant", "12346,60", "--motif", "Erreur d'un euro", *DECIDED]) == 0
    )
    found = ledger_of(home)
    assert isinstance(found, Ledger)
    assert [entry.said.cents for entry in found.entries] == [1_234_560, 1_234_660]
    assert [year.spent for year in years(found)] == [1_234_660]
    assert run_command(["ledger", "correct", "1", "--montant", "1", "--motif", "Encore", *DECIDED]) == 1
    assert "déjà corrigée par la ligne 2" in capsys.readouterr().err
    assert main(["site", "--output", str(tmp_path / "site")]) == 0
    page = (tmp_path / "site/fr/couts/index.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "Corrigée par la ligne 2" in page and "Corrige la ligne 1 : Erreur d" in page
    assert "12 345,60" in page.replace("\u202f", " ") and "12 346,60" in page.replace("\u202f", " ")
    assert (tmp_path / "site/donnees/couts.csv").read_text(encoding="utf-8") == as_csv(found)
    said = json.loads((tmp_path / "site/donnees/couts.json").read_bytes())
    assert said["corrected"] == {"1": 2} and said["years"][0]["spent"] == 1_234_660 and said["seal"] == found.seal


def test_each_chart_follows_its_table_and_the_page_is_in_its_language(home: Path, tmp_path: Path) -> None:
    line = ["ledger", "add", "dépense", "--poste", "courrier", "--voie", "papier", "--objet", "Marché : envoi"]
    assert run_command([*line, *DECIDED, "--montant", "12", "--debut", "2027-03-01"]) == 0
    assert main(["site", "--output", str(tmp_path / "site")]) == 0
    page = (tmp_path / "site/fr/couts/index.html").read_text(encoding="utf-8")
    for title in ("À quoi sert l’argent", "Par quelle voie"):
        assert page.index(f"{title}</caption>") < page.index(f'aria-hidden="true">{title}</p>')
    assert page.index("Ce que coûte le papier</caption>") < page.index("Par quelle voie</caption>")
    english = (tmp_path / "site/en/couts/index.html").read_text(encoding="utf-8")
    assert "Received" in english and "Receipt" not in english
    assert '<span lang="fr">Marché\u00a0: envoi</span>' in english


def test_an_empty_ledger_says_so_and_shows_no_figure(tmp_path: Path) -> None:
    assert main(["site", "--output", str(tmp_path / "site")]) == 0
    page = (tmp_path / "site/fr/couts/index.html").read_text(encoding="utf-8")
    assert "Aucune dépense inscrite" in page and "€" not in page and "<table" not in page and "<svg" not in page
    assert (tmp_path / "site/donnees/couts.csv").read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"


def test_contracts_of_a_procurement_file_are_taken_once_with_what_changed_of_them(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take = ["ledger", "import-decp", str(DECP), "--poste", "logiciel", *DECIDED]
    assert run_command([*take, "--only", "TEST2022"]) == 0
    found = ledger_of(home)
    assert isinstance(found, Ledger)
    assert [(e.said.cents, e.corrects, e.said.contract) for e in found.entries] == [
        (57_500_000, 0, "21750001630066/TEST2022"),
        (12_345_787, 1, "21750001630066/TEST2022"),
    ]
    assert found.entries[1].reason == "Modification 1 du marché, notifiée le 18 octobre 2022"
    assert run_command([*take, "--only", "TEST2022"]) == 0 and ledger_of(home) == found
    assert "déjà inscrit" in capsys.readouterr().out
    assert run_command([*take, "--only", "AUTRE"]) == 1 and ledger_of(home) == found


def test_a_contract_published_again_with_another_amount_is_refused(home: Path, tmp_path: Path) -> None:
    assert run_command(["ledger", "import-decp", str(DECP), *DECIDED]) == 0
    before = ledger_of(home)
    other = tmp_path / "decp.json"
    other.write_bytes(DECP.read_bytes().replace(b'"montant": 575000', b'"montant": 475000'))
    assert run_command(["ledger", "import-decp", str(other), *DECIDED]) == 1
    assert ledger_of(home) == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--montant", "12x", "--debut", "2027-01-01"], "n'est pas un montant"),
        (["--montant", "1.234", "--debut", "2027-01-01"], "n'est pas un montant"),
        (["--montant", "12", "--debut", "hier"], "n'est pas une date"),
        (["--montant", "12"], "--debut"),
        (["--montant", "12", "--debut", "2027-02-01", "--fin", "2027-01-01"], "La fin vient avant"),
        (["--montant", "12", "--debut", "2027-01-01", "--organisme", "a@b.fr"], "ne nomme personne"),
        (["--montant", "12", "--debut", "2027-01-01", "--organisme", "2 94 02 29 tél. 06 12 34 56 78"], "ne nomme personne"),
        (["--montant", "12", "--debut", "2027-01-01", "--organisme", "294037512345622"], "ne nomme personne"),
        (["--montant", "12", "--debut", "2027-01-01", "--organisme", "=1+1"], "tableur"),
        (["--montant", "12", "--debut", "2027-01-01", "--organisme", "a" * 301], "trop long"),
        (["--montant", "12", "--debut", "2027-01-01", "--etp", "1"], "personnel"),
        (["--montant", "9" * 20, "--debut", "2027-01-01"], "trop grand"),
        (["--montant", "1000", "--debut", "2027-01-01", "--demarche", "timbres"], "n'est pas une démarche"),
        (["--montant", "12.90", "--debut", "2027-01-01", "--demarche", "block"], "dirait combien"),
        (["--montant", "900", "--debut", "2027-01-01", "--demarche", "block"], "dirait combien"),
        (["--montant", "1001,29", "--debut", "2027-01-01", "--demarche", "block"], "dirait combien"),
    ],
)  # fmt: skip
def test_a_line_badly_said_is_refused_in_french_and_nothing_is_written(
    home: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    assert run_command(["ledger", "add", "dépense", "--poste", "courrier", "--objet", "Lettres", *DECIDED, *more]) == 1
    said = capsys.readouterr().err
    assert words in said and "Rien n'est inscrit" in said
    assert not (home / FOLDER / FILE).exists()


@pytest.mark.parametrize(
    "line",
    [
        ["financement", "--objet", "Dotation", "--montant", "10", "--debut", "2027-01-01"],
        ["financement", "--poste", "courrier", "--objet", "D", "--montant", "10", "--debut", "2027-01-01", "--financeur", "E"],
        ["contrat", "--poste", "logiciel", "--objet", "Audit", "--montant", "10", "--debut", "2027-01-01"],
        ["budget", "--objet", "Tout", "--montant", "10", "--debut", "2027-01-01"],
        ["budget", "--poste", "courrier", "--objet", "Tout", "--montant=-10", "--debut", "2027-01-01"],
        ["dépense", "--poste", "courrier", "--montant", "10", "--debut", "2027-01-01"],
    ],
)  # fmt: skip
def test_a_line_without_what_its_nature_wants_is_refused(home: Path, line: list[str]) -> None:
    assert run_command(["ledger", "add", *line, *DECIDED]) == 1
    assert not (home / FOLDER / FILE).exists()


def test_a_copy_kept_by_anybody_shows_whether_the_ledger_goes_on_from_it(home: Path, tmp_path: Path) -> None:
    line = [*LINE[:-4], "--debut", "2027-01-01", "--montant"]
    assert run_command([*line, "10", *DECIDED]) == 0
    copy = tmp_path / "copie.csv"
    copy.write_bytes((home / FOLDER / FILE).read_bytes())
    assert run_command([*line, "20", *DECIDED]) == 0
    assert run_command(["ledger", "check", "--before", str(copy)]) == 0
    (home / FOLDER / FILE).unlink()
    assert run_command([*line, "11", *DECIDED]) == 0 and run_command([*line, "20", *DECIDED]) == 0
    assert run_command(["ledger", "check"]) == 0, "whole in itself"
    assert run_command(["ledger", "check", "--before", str(copy)]) == 1, "but not what was published"


def test_no_line_of_one_act_tells_how_many_did_it_not_even_by_a_correction(home: Path) -> None:
    act = ["--demarche", "block", "--montant"]
    assert run_command([*LINE[:-4], *act, "1 000", "--debut", "2027-01-01", *DECIDED]) == 0
    more = ["ledger", "correct", "1", "--motif", "Dix timbres de plus", *DECIDED, "--montant"]
    first = ledger_of(home)
    assert run_command([*more, "1012,90"]) == 1 and ledger_of(home) == first
    assert run_command([*more, "1100"]) == 0
    assert run_command(["ledger", "correct", "2", "--motif", "Annulée", *DECIDED, "--montant", "0"]) == 0


def test_a_damaged_ledger_is_neither_summed_up_nor_written_on(home: Path, tmp_path: Path) -> None:
    assert run_command([*LINE, *DECIDED]) == 0
    path = home / FOLDER / FILE
    path.write_text(path.read_text(encoding="utf-8").replace(",1000,", ",2000,"), encoding="utf-8")
    assert run_command([*LINE, *DECIDED]) == 1 and run_command(["ledger", "check"]) == 1
    assert main(["site", "--output", str(tmp_path / "site")]) == 1
    assert "damaged" in json.loads(costs_json(ledger_of(home)))


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("0", 0), ("1234,5", 123_450), ("1 234,56 €", 123_456), ("1\u202f234\u202f567", 123_456_700), ("-10.05", -1005)],
)
def test_an_amount_is_read_as_it_is_typed(typed: str, cents: int) -> None:
    assert cents_of(typed) == cents


def test_the_same_day_some_months_later_stays_in_its_month() -> None:
    assert months_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert months_after(date(2026, 11, 30), 15) == date(2028, 2, 29)


def test_bars_are_as_long_as_their_values_and_nothing_has_no_bar() -> None:
    (one, two) = chart([("a", (("prévu", 200), ("dépensé", 50))), ("b", (("prévu", 0), ("dépensé", -3)))])
    assert [bar.width for bar in (*one.bars, *two.bars)] == ["100%", "25%", "0", "0"]
    assert chart([]) == ()


def test_the_columns_of_the_published_file_are_those_of_the_specification() -> None:
    text = (Path(__file__).parents[2] / "docs" / "specs" / "ledger.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in text for column in COLUMNS)
    assert next(csv.reader(io.StringIO(as_csv(Ledger())))) == list(COLUMNS)


def test_the_list_says_amounts_as_people_write_them_and_from_which_day(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command([*LINE[:-4], "--montant", "90000", "--debut", "2027-03-01", *DECIDED]) == 0
    capsys.readouterr()
    assert run_command(["ledger", "list"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["ligne", "début"] and "90\u202f000,00\xa0€" in line
    assert run_command(["ledger", "check"]) == 0
    assert capsys.readouterr().out.startswith("1 ligne, rien ne manque.")
