"""The public counts on the static site: those of a file, or none; never one under eleven, whatever the file says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from espace_sante.actions.indicators import Indicators, Range, read_indicators
from espace_sante.assembly import main
from espace_sante.keeper.delays import Delay
from espace_sante.keeper.demand import SealedGauge
from espace_sante.keeper.departments import BY_DEPARTMENT, DepartmentCell
from espace_sante.keeper.indicators import BY_MONTH, WAYS, Cell
from espace_sante.kernel.refusal import OperatorRefusal

GIVEN = Indicators(
    (
        Cell("2026-09", "contest-in-7", 40),
        Cell("2026-09", "contest-late", None),
        Cell("2026-09", "open_space:paper", 15),
    ),
    (("2026-11-23", 0), ("2026-11-24", 2), ("2026-11-25", 0)),
)


def delayed(number: int, half: str, most: str) -> str:
    """Return a file of one delay, beside the count it would rest on."""
    cells = [{"period": "2026-09", "kind": "block:paper", "number": number}] if number else []
    delay = {"period": "2026-09", "act": "block", "way": "paper", "half": half, "most": most}
    return json.dumps({"cells": cells, "delays": [delay]})


def written(folder: Path, *more: str) -> str:
    assert main(["site", "--output", str(folder), *more]) == 0
    return (folder / "fr/indicateurs/index.html").read_text(encoding="utf-8")


def by_department(*cells: DepartmentCell) -> Indicators:
    """Return figures of a month whose channels and departments are shown."""
    ways = [Cell("2026-09", f"{act}:{way}", 40) for act in BY_DEPARTMENT for way in WAYS]
    return Indicators(tuple(ways), departments=cells)


def test_departments_stand_beside_the_channels_in_the_page_and_in_the_files(tmp_path: Path) -> None:
    given = by_department(
        DepartmentCell("2026-09", "open_space", "2A", 60),
        DepartmentCell("2026-09", "close_space", "2A", 15),
        DepartmentCell("2026-09", "refuse_space", "974", 20),
    )
    assert set(read_indicators(given.as_json().decode()).departments) == set(given.departments)
    lines = given.as_csv().splitlines()
    assert "2026-09,open_space,2A,56,60" in lines and "2026-09,open_space:web,non précisé,36,40" in lines
    assert lines[1:] == sorted(lines[1:]), "as the stand-alone program sorts them"
    assert "open_space," not in given.sums_csv(), "departments have no part in the sums"
    file = tmp_path / "counts.json"
    file.write_bytes(given.as_json())
    page = " ".join(written(tmp_path / "site", "--counts", str(file)).replace("\u00a0", " ").split())
    told = re.findall(r'role="rowheader">2A Corse-du-Sud</th>|data-label="(\w+)" role="cell">', page)
    assert told[-7:] == ["", *("Ouverts", "Refusés", "Fermés") * 2], "on a telephone each cell says its column"
    section = re.sub(r"<[^>]+>", " ", page[page.index('id="departements"') :])
    words = " ".join(section.split())
    assert "2A Corse-du-Sud 56 à 60 pas montré 11 à 15 974 La Réunion pas montré 16 à 20 pas montré" in words
    assert "Les autres départements ne sont pas montrés" in words and "63 Puy-de-Dôme" not in words
    assert words.index("Moins de 11, ou aucun") < words.index("Lectures en urgence"), (
        "what shows nothing is one short list"
    )
    assert "au total" not in words


def test_a_month_that_shows_no_department_says_so(tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    file.write_bytes(by_department().as_json())
    assert "aucun département n’est montré" in written(tmp_path / "site", "--counts", str(file))


@pytest.mark.parametrize(
    "changed",
    [{"number": 10}, {"number": 41}, {"number": 400}, {"act": "mask"}, {"department": "Paris"}, {"period": "2026-08"}],
)
def test_a_file_whose_departments_would_tell_something_small_is_refused(changed: dict[str, object]) -> None:
    said = json.loads(by_department(DepartmentCell("2026-09", "open_space", "75", 40)).as_json())
    said["departments"][0] |= changed
    with pytest.raises(OperatorRefusal):
        read_indicators(json.dumps(said))


def test_without_a_file_there_are_no_figures(tmp_path: Path) -> None:
    page = written(tmp_path / "site")
    assert "Pas de chiffres pour le moment" in page
    assert "<table" not in page


def test_the_file_of_an_instance_gives_its_figures(tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    file.write_bytes(GIVEN.as_json())
    page = written(tmp_path / "site", "--counts", str(file))
    assert "moins de 11" in page
    assert "36 à 40" in page and "11 à 15" not in page, "a month of which every channel is known"
    words = page.replace("\u00a0", " ")
    assert "Jours comparés : 3. Le dernier : 25 novembre 2026." in words and "24 novembre 2026" in words
    assert "23 novembre 2026" not in words, "only the days that did not agree are listed"
    for language in ("fr-simple", "en"):
        assert (tmp_path / "site" / language / "indicateurs/index.html").exists()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", ("septembre 2026", "28 novembre 2026", "25 novembre 2026")),
        ("fr-simple", ("septembre 2026", "28 novembre 2026", "25 novembre 2026")),
        ("en", ("September 2026", "28 November 2026", "25 November 2026")),
    ],
)
def test_days_and_months_are_told_in_words(tmp_path: Path, language: str, told: tuple[str, ...]) -> None:
    file = tmp_path / "counts.json"
    file.write_bytes(replace(GIVEN, available=(("2026-09", 9987),), unread="2026-11-28").as_json())
    written(tmp_path / "site", "--counts", str(file))
    page = (tmp_path / f"site/{language}/indicateurs/index.html").read_text(encoding="utf-8")
    words = re.sub(r"<[^>]+>", " ", page)
    assert all(one in words for one in told) and not re.search(r"\d{4}-\d{2}", words)


def test_what_is_published_is_read_back_the_same() -> None:
    assert read_indicators(GIVEN.as_json().decode()) == GIVEN
    said = json.loads(GIVEN.as_json())
    assert said["totals"] == {"contest-in-7": [36, 40], "contest-late": [0, 10], "open_space:paper": [11, 15]}
    assert said["fewest"] == 11


@pytest.mark.parametrize("overdue", [0, 1])
def test_the_gauge_of_judges_orders_is_on_the_site_and_turns_to_a_warning(tmp_path: Path, overdue: int) -> None:
    given = replace(GIVEN, gauge=SealedGauge(21, overdue, 32, 43, 54))
    assert read_indicators(given.as_json().decode()) == given
    file = tmp_path / "counts.json"
    file.write_bytes(given.as_json())
    page = written(tmp_path / "site", "--counts", str(file))
    section = page[page.index('id="justice"') :]
    told = [int(found) for found in re.findall(r"summary-list__value\">\s*(\d+)\s*<", section)]
    assert told == [21, overdue, 32, 43, 54]
    assert ("Ce n’est pas normal" in section) is bool(overdue)


def test_a_file_that_says_nothing_of_judges_orders_shows_no_gauge(tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    file.write_bytes(GIVEN.as_json())
    assert 'id="justice"' not in written(tmp_path / "site", "--counts", str(file))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"cells": [{"period": "2026-09", "kind": "contest-in-7", "number": 10}]}',
        '{"cells": [{"period": "2026-09", "kind": "contest-in-7", "number": "40"}]}',
        '{"cells": [{"period": "2026-09", "kind": "anything", "number": 40}]}',
        '{"cells": [{"kind": "contest-in-7", "number": 40}]}',
        '{"cells": [{"period": "soon", "kind": "contest-in-7", "number": 40}]}',
        '{"cells": [{"period": "2026-W40-1", "kind": "contest-in-7", "number": 40}]}',
        '{"cells": [{"period": "2026-09", "kind": "contest-in-7", "number": 41}]}',
        '{"cells": [{"period": "2026-09", "kind": "contest-in-7", "number": true}]}',
        '{"cells": [], "available": [["2026-13", 1]]}',
        '{"cells": [], "reckoned": [["yesterday", 0]]}',
        '{"cells": [], "reckoned": [["2026-11-25", "none"]]}',
        '{"cells": [], "reckoned": {"2026-11-25": 0}}',
        '{"cells": [], "orders": {"sealed": 1}}',
        '{"cells": [], "orders": {"sealed": -1, "overdue": 0, "revealed": 0, "without_space": 0, "prolonged": 0}}',
        '{"cells": [], "orders": {"sealed": "1", "overdue": 0, "revealed": 0, "without_space": 0, "prolonged": 0}}',
        '{"cells": [], "orders": null}',
        delayed(0, "1d", ""),
        delayed(20, "1d", ""),
        delayed(200, "1d", "2d"),
        delayed(30, "4d", ""),
        delayed(30, "", ""),
    ],
)
def test_a_file_that_shows_a_small_number_or_is_another_is_refused(text: str) -> None:
    with pytest.raises(OperatorRefusal):
        read_indicators(text)


def test_a_kind_that_is_shown_has_its_words_and_its_sum() -> None:
    series = {one.kind: one for one in GIVEN.series}
    assert series["contest-in-7"].total == Range(36, 40)
    assert series["contest-late"].cells == (("2026-09", Range(0, 10)),)
    assert all(one.words for one in GIVEN.series)


def test_acts_are_told_by_channel_for_the_last_month_over(tmp_path: Path) -> None:
    cells = [Cell("2026-09", kind, 15 if kind == "open_space:paper" else None) for kind in BY_MONTH]
    found = Indicators(tuple(cells), available=(("2026-09", 9987),))
    lines = {line.act: line.ways for line in found.acts}
    assert len(lines) == len(BY_MONTH) // 5 and Range(11, 15) in lines["open_space"]
    file = tmp_path / "counts.json"
    file.write_bytes(found.as_json())
    page = written(tmp_path / "site", "--counts", str(file)).replace("\u00a0", " ")
    assert "11 à 15" in page and "99,87 %" in page and "non précisé" in found.as_csv()
    assert (tmp_path / "site/donnees/indicateurs.csv").read_text(encoding="utf-8") == found.as_csv()
    assert (tmp_path / "site/donnees/indicateurs-sommes.csv").read_text(encoding="utf-8") == found.sums_csv()
    assert (tmp_path / "site/verifier/indicators.py").is_file()


def test_how_long_acts_took_is_told_for_the_last_month_and_given_as_data(tmp_path: Path) -> None:
    cells = tuple(Cell(month, kind, 230) for month in ("2026-08", "2026-09") for kind in ("block:paper", "block:web"))
    delays = (
        Delay("2026-08", "block", "paper", "5d", ""),
        Delay("2026-09", "block", "paper", "2d", "3d"),
        Delay("2026-09", "block", "web", "5s", ""),
    )
    found = Indicators(cells, delays=delays)
    assert read_indicators(found.as_json().decode()) == found
    file = tmp_path / "counts.json"
    file.write_bytes(found.as_json())
    page = written(tmp_path / "site", "--counts", str(file)).replace("\u00a0", " ")
    section = page[page.index('id="delais"') : page.index('id="autres"')]
    screen, paper = (" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in section.split("</table>")[:2])
    assert screen.endswith(
        "Délais mesurés : Écran Démarche La moitié 95 sur 100 Bloquer un professionnel 5 secondes au plus pas assez pour le dire"
    )
    assert paper.endswith(
        "Délais mesurés : Papier Démarche La moitié 95 sur 100 Bloquer un professionnel 2 jours ouvrés au plus 3 jours ouvrés au plus"
    )
    assert "5 jours ouvrés" not in section, "only the last month"
    assert found.last_delays["block", "paper"].period == "2026-09"
    data = (tmp_path / "site/donnees/indicateurs-delais.csv").read_text(encoding="utf-8").splitlines()
    assert data == [
        "periode,demarche,voie,moitie_au_plus,95_sur_100_au_plus",
        "2026-08,block,paper,5d,",
        "2026-09,block,paper,2d,3d",
        "2026-09,block,web,5s,",
    ]
