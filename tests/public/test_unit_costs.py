"""What one space and one act cost: the ledger divided by the public counts, from and to, or nothing when too few are shown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from espace_sante.actions.indicators import Indicators, Range
from espace_sante.assembly import main
from espace_sante.keeper.indicators import UNDOES, WAYS, Cell
from espace_sante.public.costs import costs_json, costs_values
from espace_sante.public.ledger import Damaged, Ledger, Nature, Post, Said, Way
from espace_sante.public.ledger_file import with_line
from espace_sante.public.unit_costs import UnitCost, What, spaces, unit_costs

MONTHS = ("2026-09", "2026-10")
DAY = date(2026, 9, 15)


def cells(**numbers: int | None) -> tuple[Cell, ...]:
    """Return the cells of both months: `act_way` is a number shown (its upper bound), None for all others."""
    found = []
    for month in MONTHS:
        for act in UNDOES:
            for way in WAYS:
                found.append(Cell(month, f"{act}:{way}", numbers.get(f"{act}_{way}")))
    return tuple(found)


def spent(cents: int, **more: Any) -> Said:
    values: dict[str, Any] = {
        "nature": Nature.SPENDING,
        "post": Post.OTHER,
        "what": "Essai",
        "start": DAY,
        "end": DAY,
        "cents": cents,
        "decision": "décision 0068",
    }
    return Said(**(values | more))


def written(*lines: Said) -> Ledger:
    ledger = Ledger()
    for said in lines:
        ledger = with_line(ledger, said, DAY)
    return ledger


def cost(ledger: Ledger, counts: tuple[Cell, ...], what: What, act: str = "", way: str = "") -> UnitCost:
    (year,) = unit_costs(ledger, counts)
    (found,) = [one for one in year.costs if (one.what, one.act, one.way) == (what, act, way)]
    return found


def test_a_cost_is_between_two_numbers_as_the_count_is() -> None:
    ledger = written(spent(100_000, way=Way.PAPER), spent(300_000, way=Way.PAPER, act="block"))
    counts = cells(block_paper=20)
    by_act = cost(ledger, counts, What.ACT, "block", "paper")
    assert by_act.counted == Range(32, 40), "two months of 16 to 20"
    assert (by_act.least, by_act.most) == (7500, 9375), "never less than it may be, never more"
    by_way = cost(ledger, counts, What.WAY, way="paper")
    assert by_way.spent == 400_000
    assert by_way.counted.least == 32
    assert by_way.least is None, "what undoes may be withheld: nothing says how many"
    assert by_way.most == 12500


def test_nothing_is_divided_by_too_few() -> None:
    ledger = written(spent(300_000, act="block", way=Way.WEB), spent(5))
    for counts in (cells(), cells(block_paper=500)):
        few = cost(ledger, counts, What.ACT, "block", "web")
        assert few.counted == Range(0, 20)
        assert few.least is None
        assert few.most is None
    assert unit_costs(ledger, ()) == ()


def test_a_space_costs_all_that_was_spent_and_those_closed_are_taken_off_when_they_are_shown() -> None:
    ledger = written(spent(1_000_000))
    counts = cells(open_space_web=500, open_space_paper=100)
    assert cost(ledger, counts, What.OPENED).counted.least == 2 * (496 + 96)
    assert cost(ledger, counts, What.ACTIVE).most is None, "closings of a month are all withheld or few: nobody knows"
    shown = cells(open_space_web=500, open_space_paper=100, close_space_web=15)
    assert spaces(shown) == Range(2 * (496 + 96) - 2 * (15 + 4 * 10), 2 * (500 + 100 + 3 * 10))
    assert cost(ledger, shown, What.ACTIVE).least == 1_000_000 // 1260


def test_paper_is_apart_and_a_line_counts_once_in_it() -> None:
    ledger = written(
        spent(10, post=Post.MAIL), spent(20, post=Post.PRINTING, way=Way.PAPER), spent(40, way=Way.PAPER), spent(80)
    )
    assert cost(ledger, cells(block_paper=20), What.PAPER, way="paper").spent == 70


def test_what_is_not_within_the_months_shown_is_not_divided_and_is_said() -> None:
    ledger = written(
        spent(1000, start=date(2026, 1, 1)),
        spent(200, end=date(2026, 12, 31)),
        spent(30),
        spent(4, start=date(2025, 1, 1), end=date(2025, 1, 2)),
    )
    (year,) = unit_costs(ledger, cells(open_space_web=500))
    assert (year.year, year.first, year.last, year.left) == (2026, *MONTHS, 1200)
    assert {one.spent for one in year.costs} == {30}


def test_a_correction_counts_in_the_place_of_the_line_and_is_seen() -> None:
    ledger = written(spent(500, way=Way.WEB))
    ledger = with_line(ledger, spent(700, way=Way.WEB), DAY, corrects=1, reason="Facture relue")
    found = cost(ledger, cells(block_web=20), What.WAY, way="web")
    assert (found.spent, found.corrections) == (700, 1)
    cancelled = with_line(ledger, spent(0, way=Way.WEB), DAY, corrects=2, reason="Annulée")
    assert cost(cancelled, cells(block_web=20), What.WAY, way="web").corrections == 1, "cancelled, and still seen"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(11, 10**6))
def test_the_true_cost_is_never_outside(cents: int, true: int) -> None:
    found = UnitCost(What.WAY, "", "web", cents, Range(true - true % 5, true - true % 5 + 4))
    if found.counted.shown:
        assert found.least is not None
        assert found.most is not None
        assert found.least <= cents / true <= found.most


def test_a_damaged_ledger_is_divided_by_nothing() -> None:
    assert costs_values(Damaged(3, "empreinte"), Indicators(cells(block_web=20)))["units"] == ()


def test_the_page_and_the_data_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "var"))
    said = "dépense --objet Lettres --poste courrier --voie papier --demarche block --debut 2026-09-15 --montant 3000"
    assert main(["ledger", "add", *said.split(), "--decision", "décision 0068"]) == 0
    counts = Indicators(cells(block_paper=20, open_space_web=500))
    file = tmp_path / "counts.json"
    file.write_bytes(counts.as_json())
    assert main(["site", "--output", str(tmp_path / "site"), "--counts", str(file)]) == 0
    page = (tmp_path / "site/fr/couts/index.html").read_text(encoding="utf-8")
    page = page.replace("\u00a0", " ").replace("\u202f", " ")
    section = page[page.index("Ce que coûte un espace") :]
    assert "75,00 € à 93,75 €" in section
    assert "32 à 40" in section
    assert "es-chart" in section
    assert "pas assez pour le dire" in section
    data = json.loads((tmp_path / "site/donnees/couts.json").read_text(encoding="utf-8"))
    (year,) = data["units"]
    (block,) = [one for one in year["costs"] if one["act"] == "block"]
    assert (block["way"], block["from"], block["to"], block["spent"]) == ("paper", 7500, 9375, 300_000)
    assert "units" in json.loads(costs_json(Ledger()))
