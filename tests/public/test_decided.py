"""Nothing changes in public without naming its decision: a promise, the matrix, a line of the ledger."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from html import unescape
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.matrix_cells import published
from espace_sante.access.matrix_files import builtin_texts
from espace_sante.assembly import main
from espace_sante.cli.main import run_command
from espace_sante.formats.atom import FeedEntry, atom
from espace_sante.kernel.decided import HOW, Kind, Reference, reference_of
from espace_sante.kernel.i18n import Language
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.changes import COST, GUARANTEE, Change, changes_of, decided, decisions_page
from espace_sante.public.guarantee import CHANGES, guarantees, read_guarantees
from espace_sante.public.ledger import COLUMNS, COLUMNS_BEFORE, Damaged, Ledger, Nature, Post, Said
from espace_sante.public.ledger_file import FILE, FOLDER, as_csv, ledger_of, read_ledger, with_line
from espace_sante.public.pages import guarantee_page
from espace_sante.public.results import NO_RESULTS
from espace_sante.public.routes import ADDRESSES
from espace_sante.public.site import Place
from espace_sante.web.rendering import render
from tests.public.ledger_line import LINE

PAGES = Path(__file__).resolve().parents[2] / "docs" / "guarantees"
DAY = date(2027, 1, 4)
ATOM = "{http://www.w3.org/2005/Atom}"
SAID = Said(nature=Nature.SPENDING, post=Post.MAIL, what="Lettres", start=DAY, end=DAY, cents=1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("décision 0068", Reference(Kind.PROJECT, "0068")),
        ("débat D-12", Reference(Kind.DEBATE, "D-12")),
        ("délibération 2027-14 du 2027-02-03", Reference(Kind.OUTSIDE, "2027-14", date(2027, 2, 3))),
        ("délibération 14/2 du 2027-02-03, conseil", Reference(Kind.OUTSIDE, "14/2", date(2027, 2, 3), "conseil")),
        *((text, None) for text in ("", "0068", "décision 68", "décision 0068 ", "débat ", "débat a b", "vu avec le directeur")),
        *((text, None) for text in ("délibération 14", "délibération 14 du 2027-02-30", "délibération 14 du 2027-02-03,x")),
        ("débat D\u202e1", None),
    ],
)  # fmt: skip
def test_a_decision_is_named_in_one_of_three_forms(text: str, found: Reference | None) -> None:
    assert reference_of(text) == found
    assert found is None or str(found) == text


@given(st.text(max_size=60))
def test_whatever_else_is_written_names_none_and_never_stops_the_program(text: str) -> None:
    found = reference_of(text)
    assert found is None or str(found) == text


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ([], "Dites quelle décision a été prise"),
        (["--decision", "vu avec le directeur"], "Dites quelle décision a été prise"),
        (["--decision", "décision 9999"], "Il n'y a pas de décision 9999"),
        (["--decision", "délibération 1 du 2999-01-01"], "après aujourd'hui"),
    ],
)
def test_a_change_without_a_decision_is_refused_and_nothing_is_written(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], decision: list[str], words: str
) -> None:
    version = tmp_path / "v.csv"
    version.write_text(builtin_texts()[-1][1].replace("oui", "non", 1), encoding="utf-8")
    for command in (LINE, ["matrix", "import", str(version), "--date", "2999-01-01"]):
        assert run_command([*command, *decision]) == 1
        assert words in capsys.readouterr().err
    assert not (home / FOLDER / FILE).exists() and list(home.glob("matrices/*")) == []


def test_a_correction_names_its_own_decision(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command([*LINE, "--decision", "débat D-1"]) == 0
    assert run_command(["ledger", "correct", "1", "--montant", "11", "--motif", "Erreur"]) == 1
    assert "Dites quelle décision" in capsys.readouterr().err
    assert (
        run_command(["ledger", "correct", "1", "--montant", "11", "--motif", "Erreur", "--decision", "débat D-2"]) == 0
    )
    found = ledger_of(home)
    assert isinstance(found, Ledger) and [one.said.decision for one in found.entries] == ["débat D-1", "débat D-2"]


def _before(*amounts: int) -> str:
    """Return a ledger as it was written before lines named a decision, sealed by its rule of then."""
    written, seal = StringIO(newline=""), ""
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(COLUMNS_BEFORE)
    for number, cents in enumerate(amounts, 1):
        said = {
            "numero": str(number),
            "inscrit_le": "2027-01-04",
            "nature": "dépense",
            "poste": "courrier",
            "objet": "Lettres",
        }
        said |= {
            "debut": "2027-01-04",
            "fin": "2027-01-04",
            "centimes": str(cents),
            "etp_centiemes": "0",
            "source": "saisie",
        }
        bare = [said.get(column, "") for column in COLUMNS_BEFORE[:-1]]
        seal = hashlib.sha256(json.dumps([seal, *bare], ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
        rows.writerow([*bare, seal])
    return written.getvalue()


def test_the_lines_written_before_keep_their_seal_and_no_line_goes_without_a_decision_after() -> None:
    old = read_ledger(_before(10, 20))
    assert isinstance(old, Ledger) and [one.said.cents for one in old.entries] == [10, 20]
    assert old.seal == _before(10, 20).rsplit(",", 1)[1].strip()
    assert read_ledger(as_csv(old)) == old, "the same lines under the new head"
    with pytest.raises(OperatorRefusal, match=re.escape(HOW)):
        with_line(old, SAID, DAY)
    after = with_line(old, replace(SAID, decision="débat D-1"), DAY)
    assert after.entries[:2] == old.entries and read_ledger(as_csv(after)) == after
    forged = as_csv(after).replace("débat D-1", "")
    assert isinstance(read_ledger(forged), Damaged)
    without = with_line(Ledger(after.entries), replace(SAID, decision="débat D-2"), DAY).entries[-1]
    cells = [*without.cells()]
    cells[COLUMNS.index("decision")] = ""
    cells[-1] = hashlib.sha256(
        json.dumps([after.seal, *cells[:-2]], ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()
    found = read_ledger(as_csv(after) + ",".join(cells) + "\n")
    assert isinstance(found, Damaged) and "quelle décision" in found.why
    assert isinstance(read_ledger(_before(10).replace(",10,", ",11,")), Damaged)


def test_the_words_of_every_promise_are_those_last_decided() -> None:
    # They changed: write which decision says so, scripts/guarantees.py decided « décision NNNN » gNN.
    assert [one.name for one in guarantees() if not one.is_decided] == []


def test_a_promise_whose_words_changed_without_a_decision_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "guarantees"
    shutil.copytree(PAGES, folder)
    page = folder / f"{guarantees()[0].name}.md"
    page.write_text(page.read_text(encoding="utf-8").replace("Le silence n'ouvre rien.", "Rien."), encoding="utf-8")
    for one, said in ((guarantees()[0], False), (read_guarantees(folder)[0], True)):
        content = guarantee_page(one, NO_RESULTS, ADDRESSES)
        place = Place("", {each: "" for each in Language})
        html = render(content.template, Language.FR, frame="public/site.html", place=place, **content.values)
        assert ("sans que sa décision soit écrite" in html) is said and "décision 0086" in html
    (folder / CHANGES).write_text("page,jour,décision,empreinte\ng01,2026-11-27,rien,00\n", encoding="utf-8")
    with pytest.raises(OperatorRefusal, match="ligne 2"):
        read_guarantees(folder)


def test_the_site_shows_every_change_with_its_decision_and_gives_a_feed(home: Path, tmp_path: Path) -> None:
    version = tmp_path / "v.csv"
    version.write_text(builtin_texts()[-1][1].replace("oui", "non", 1), encoding="utf-8")
    decision = "délibération 2026-14 du 2026-11-03, conseil <d'administration>"
    assert run_command(["matrix", "import", str(version), "--date", "2999-01-01", "--decision", decision]) == 0
    assert published(home)[-1].decided == decision and published(home)[0].decided == "décision 0023"
    assert run_command([*LINE, "--decision", "débat D-1"]) == 0
    assert main(["site", "--output", str(tmp_path / "site")]) == 0
    page = unescape((tmp_path / "site/fr/decisions/index.html").read_text(encoding="utf-8"))
    said = "délibération 2026-14 du 3 novembre 2026, conseil <d'administration>"
    assert "version du 1er janvier 2999" in page and said in page and "débat public, décision D-1" in page
    assert page.count('id="d-0023"') == 1 and "ligne 1, Lettres" in page
    feed = ElementTree.fromstring((tmp_path / "site/donnees/decisions.atom").read_bytes())
    entries = feed.findall(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}updated") == "2999-01-01T00:00:00Z"
    assert decision in (entries[0].findtext(f"{ATOM}summary") or "")
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == len(entries) >= 17
    for one in entries:
        link = one.find(f"{ATOM}link")
        assert link is not None and (tmp_path / "site/donnees" / link.attrib["href"]).resolve().is_file()
    matrix = unescape((tmp_path / "site/fr/matrice/index.html").read_text(encoding="utf-8"))
    assert said in matrix and 'href="../decisions/index.html#d-0023"' in matrix
    costs = (tmp_path / "site/fr/couts/index.html").read_text(encoding="utf-8")
    assert "Décision liée" in costs and "débat public, décision D-1" in costs


def test_a_day_tells_each_decision_and_each_text_it_changed_once() -> None:
    one = Change("k", DAY, GUARANTEE, "G10", "g10", "décision 0088")
    again, other = replace(one, key="l"), replace(one, key="m", about="G14", href="g14")
    later = replace(one, key="n", on=date(2027, 1, 5))
    said = [
        (each.on, each.is_first, [each.about for each in each.changes]) for each in decided((later, one, again, other))
    ]
    assert said == [(later.on, True, ["G10"]), (DAY, False, ["G10", "G14"])]
    (unknown,) = decided((replace(one, decision="décision 9999"),))
    assert unknown.project is None and str(unknown.reference) == "décision 9999"


@pytest.mark.parametrize(
    ("language", "title", "line"),
    [("en", "G1. No space without a yes", "line 7, "), ("fr-simple", "G1. Pas d'espace sans votre oui", "ligne 7, ")],
)
def test_the_page_of_decisions_is_in_its_language(language: str, title: str, line: str) -> None:
    ledger = Change("c", DAY, COST, "Lettres : envoi", "couts", "décision 0086", line=7)
    changes = (ledger, *changes_of(guarantees(), (), Ledger(), ADDRESSES))
    content = decisions_page(changes, ADDRESSES)
    place = Place("", {each: "" for each in Language})
    html = unescape(
        render(content.template, Language(language), frame="public/site.html", place=place, **content.values)
    )
    assert title in html and line in html and "Lettres\u00a0: envoi" in html
    assert len(set(found := re.findall(r' id="(d-\d+)"', html))) == len(found) > 50
    assert html.count("G10.") == len(
        [one for one in decided(changes) for said in one.changes if said.about.startswith("G10.")]
    )


def test_a_damaged_ledger_tells_no_change_and_the_last_comes_first(home: Path) -> None:
    found = changes_of(guarantees(), published(home), Damaged(2, "x"), ADDRESSES)
    assert {one.kind for one in found} == {"Une garantie", "La grille des métiers"}
    assert [one.on for one in found] == sorted((one.on for one in found), reverse=True)


@given(st.text(), st.text(), st.text(min_size=1))
def test_a_feed_is_well_formed_whatever_is_written_in_it(title: str, summary: str, key: str) -> None:
    read = ElementTree.fromstring(atom("k", title, "a", [FeedEntry(key, title, summary, DAY, "x?a&b")]))
    assert [one.attrib["href"] for one in read.iter(f"{ATOM}link")] == ["x?a&b"]
