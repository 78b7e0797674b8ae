"""The public side on a running instance: no session, no keeper, the same frame and headers as every other page."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.types import ASGIApp

from espace_sante.actions.frame import Frame
from espace_sante.assembly import application
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import load_settings
from espace_sante.public import routes
from espace_sante.public.guarantee import guarantees
from espace_sante.public.ledger import COLUMNS
from espace_sante.public.ledger_file import FILE, FOLDER
from tests.public.figures import Figures
from tests.served import Reply, asked


def running(**environment: str) -> ASGIApp:
    # Whoever reads these pages is nobody: of the keeper nothing is asked but the public figures, and no object is ever read.
    nothing, figures = cast(Any, None), cast(Any, Figures(there=False))
    return application(Frame(figures, nothing, load_settings(environment), utc_now, os.urandom, previews=nothing), None)


@pytest.fixture(scope="module")
def served() -> ASGIApp:
    return running()


def get(served: ASGIApp, path: str, **headers: str) -> Reply:
    sent = [
        (b"host", b"127.0.0.1"),
        *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
    ]
    return asyncio.run(asked(served, "GET", path, sent))


@pytest.mark.parametrize(
    "path",
    [
        "/garanties",
        "/couts",
        "/decisions",
        "/utilite",
        "/ne-fait-pas",
        *(f"/garanties/{one.name}" for one in guarantees()),
    ],
)
def test_a_public_page_is_served_in_french_with_its_policy(served: ASGIApp, path: str) -> None:
    reply = get(served, path)
    html = reply.body.decode()
    assert reply.status == 200 and reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert '<html lang="fr"' in html and "set-cookie" not in reply.headers
    assert "pas encore traduit" not in html


def test_the_list_leads_to_every_promise(served: ASGIApp) -> None:
    html = get(served, "/garanties").body.decode()
    for one in guarantees():
        assert f'href="/garanties/{one.name}"' in html and one.state.value in html
    assert 'href="/couts"' in html


@pytest.mark.parametrize(("language", "title"), [("en", "No space without a yes"), ("fr-simple", "sans votre oui")])
def test_a_promise_is_served_in_the_language_asked_for(served: ASGIApp, language: str, title: str) -> None:
    html = get(served, f"/garanties/{guarantees()[0].name}?langue={language}").body.decode()
    assert title in html and "not translated" not in html and "Follows" not in html
    assert title in get(served, f"/garanties?langue={language}").body.decode()


def test_the_empty_ledger_says_so_and_is_given_as_data(served: ASGIApp) -> None:
    html = get(served, "/couts").body.decode()
    assert "Aucune dépense inscrite" in html and "<table" not in html
    assert get(served, "/couts.csv").body.decode() == ",".join(COLUMNS) + "\n"
    assert get(served, "/couts.json").json["lines"] == []


def test_a_damaged_ledger_is_never_given_as_if_it_held(tmp_path: Path) -> None:
    file = tmp_path / FOLDER / FILE
    file.parent.mkdir()
    file.write_text(",".join(COLUMNS) + "\n1,2,3\n", encoding="utf-8")
    here = running(ESPACE_SANTE_HOME=str(tmp_path))
    assert get(here, "/couts.csv").status == 503 and get(here, "/couts.csv").body == b""
    assert "damaged" in get(here, "/couts.json").json
    html = get(here, "/couts")
    assert html.status == 200 and "<table" not in html.body.decode()


def test_a_page_named_in_a_text_is_a_link_to_it(served: ASGIApp) -> None:
    html = get(served, "/utilite").body.decode()
    for page in ("/indicateurs", "/couts", "/debat"):
        assert f'<a class="govuk-link" href="{page}"><code>{page}</code></a>' in html
        assert page == "/debat" or get(served, page).status in (200, 503)
    named = get(served, f"/garanties/{guarantees()[7].name}").body.decode()
    assert '<a class="govuk-link" href="/effacement"><code>/effacement</code></a>' in named


def test_a_promise_nobody_made_is_not_found(served: ASGIApp) -> None:
    for path in ("/garanties/g16-rien", "/garanties/..", "/garanties/index.html", "/couts/rien"):
        reply = get(served, path)
        assert reply.status == 404 and "default-src 'none'" in reply.headers["content-security-policy"]


def test_the_parity_table_is_still_there(served: ASGIApp) -> None:
    reply = get(served, "/garanties/parite.json")
    assert reply.status == 200 and reply.json["acts"]


def test_without_the_documents_the_list_says_so(served: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "guarantees", lambda: ())
    reply = get(served, "/garanties")
    assert reply.status == 200 and "ne sont pas installées" in reply.body.decode()
