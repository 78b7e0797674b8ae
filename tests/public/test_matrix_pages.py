"""The public matrix as pages: every profession, every category, each cell with its reason; the same in the static site."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.types import ASGIApp

from espace_sante.access.matrix_cells import published
from espace_sante.actions.frame import Frame
from espace_sante.assembly import application, main
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.i18n import Language, say_date
from espace_sante.kernel.settings import load_settings
from espace_sante.public.matrix import name_of, page_name
from espace_sante.records.document import CATEGORIES
from tests.served import Reply, asked


@pytest.fixture
def served(tmp_path: Path) -> ASGIApp:
    nothing = cast(Any, None)
    settings = replace(load_settings({}), home=tmp_path)
    return application(Frame(nothing, nothing, settings, utc_now, os.urandom, previews=nothing), None)


def get(served: ASGIApp, path: str) -> Reply:
    return asyncio.run(asked(served, "GET", path, [(b"host", b"127.0.0.1")]))


def test_the_page_leads_to_every_profession_and_to_the_file_of_the_version(served: ASGIApp, tmp_path: Path) -> None:
    html = get(served, "/matrice").body.decode()
    (version,) = published(tmp_path)
    for code in version.professions:
        page = get(served, f"/matrice/{code.replace('/', '-')}")
        assert f'href="/matrice/{code.replace("/", "-")}"' in html and page.status == 200
    assert "C’est la première version." in html.replace("\xa0", " ")
    file = get(served, f"/matrice/{version.name}.csv")
    assert file.body.decode() == version.text and file.headers["content-type"].startswith("text/csv")
    assert get(served, "/matrice/2001-01-01.csv").status == get(served, "/matrice/G99_99").status == 404


def test_a_profession_s_page_has_every_category_and_says_why(served: ASGIApp) -> None:
    html = get(served, "/matrice/G15_80").body.decode().replace("\xa0", " ")
    for name in CATEGORIES.values():
        assert name in html
    assert "prescription et comptes rendus utiles aux soins du pied" in html
    assert "Aucune case ne le permet : c’est refusé." in html and "En partie" in html
    assert (
        "compte rendu d&#39;accouchement : sans rapport" in html or "compte rendu d'accouchement : sans rapport" in html
    )


def test_what_the_last_version_changed_is_told(served: ASGIApp, tmp_path: Path) -> None:
    (version,) = published(tmp_path)
    folder = tmp_path / "matrices"
    folder.mkdir()
    new = version.text.replace("G15_95,Diététicien,catégorie,2,", "G15_95,Diététicien,catégorie,14,")
    (folder / "2030-01-01.csv").write_text(new, "utf-8")
    html = get(served, "/matrice").body.decode().replace("\xa0", " ")
    day = say_date(version.day, Language.FR)
    assert "Version en vigueur : celle du 1er janvier 2030." in html and f"Depuis la version du {day} :" in html
    part = html[html.index("Depuis la version") : html.index("Toutes les versions")]
    assert part.count("<li>") == 2 and "Remboursements" in part and "Ordonnances et soins" in part
    assert '/matrice/2030-01-01.csv"' in html and f'/matrice/{version.name}.csv"' in html


@pytest.mark.parametrize("language", ["fr", "fr-simple", "en"])
def test_the_static_site_holds_the_same_pages_and_files(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "var"))
    assert main(["site", "--output", str(tmp_path / "site")]) == 0
    (version,) = published(tmp_path / "var")
    folder = tmp_path / "site" / language / "matrice"
    assert (folder / f"{version.name}.csv").read_text("utf-8") == version.text
    assert (folder / "index.html").exists()
    for code in version.professions:
        assert say_date(version.day, Language(language)) in (folder / f"{page_name(code)}.html").read_text("utf-8")


def test_no_two_links_to_professions_say_the_same_and_capitals_are_those_of_french(served: ASGIApp) -> None:
    html = get(served, "/matrice").body.decode().replace("\xa0", " ")
    names = re.findall(r'href="/matrice/[^".]*">([^<]+)</a>', html)
    assert len(names) > 10 and len(set(names)) == len(names)
    assert "Médecin – Médecine du travail (code C41)" in names and "Médecin – Médecine du travail (code SM25)" in names
    assert {"Sage-femme", "Chirurgien-dentiste", "Masseur-kinésithérapeute", "Pédicure-podologue"} <= set(names)
    assert name_of("Hôpital Saint-Louis") == "Hôpital Saint-Louis"


def test_the_grid_we_ship_is_read_in_the_language_of_the_page(served: ASGIApp) -> None:
    english = get(served, "/matrice/G15_80?langue=en").body.decode()
    assert "<title>The grid for: Podiatrist" in english and "The grid for: Podiatrist</h1>" in english
    assert "the prescription and reports useful for foot care" in english
    assert "Source: a choice of the project, to be debated, read on 26 November 2026." in english
    simple = get(served, "/matrice/G15_80?langue=fr-simple").body.decode().replace("\xa0", " ")
    assert "D’où cela vient : choix du projet, à discuter, lu le 26 novembre 2026." in simple


def test_the_words_of_a_grid_that_was_imported_stay_in_french_and_say_so(served: ASGIApp, tmp_path: Path) -> None:
    folder = tmp_path / "matrices"
    folder.mkdir()
    text = published(tmp_path)[-1].text
    new = text.replace("Pédicure-Podologue", "Rebouteux à 100 % : pieds").replace("2026-11-26", "un jour")
    (folder / "2030-01-01b.csv").write_text(new, "utf-8")
    for where in ("/matrice?langue=en", "/matrice/G15_80?langue=en"):
        assert '<span lang="fr">Rebouteux à 100 %\xa0: pieds</span>' in get(served, where).body.decode()
    page = get(served, "/matrice/G15_80?langue=en").body.decode()
    assert "<title>The grid for: Rebouteux à 100 % : pieds" in page and "read on un jour." in page
    assert "1 January 2030 (b)" in page
