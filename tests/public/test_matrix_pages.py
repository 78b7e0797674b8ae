"""The public matrix as pages: every profession, every category, each cell with its reason; the same in the static site."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.types import ASGIApp

from espace_sante.access.matrix_cells import published
from espace_sante.actions.frame import Frame
from espace_sante.assembly import application, main
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import load_settings
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
    assert "Version en vigueur : 2030-01-01." in html and f"Depuis la version {version.name} :" in html
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
        assert version.professions[code] in (folder / f"{code.replace('/', '-')}.html").read_text("utf-8")
