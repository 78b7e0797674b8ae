"""The public site as a folder: reproducible, whole, readable without a server, and honest about what is verified."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.assembly import main
from espace_sante.cli import site as command
from espace_sante.public.guarantee import guarantees, read_guarantees
from espace_sante.public.verifiers import FOLDER
from tests.pages.browser import axe, overflows, visit

LANGUAGES = ("fr", "fr-simple", "en")
NOT_YET = "pas encore vérifié pour cette version"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def links(html: str) -> list[str]:
    parser = _Links()
    parser.feed(html)
    return parser.found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("public") / "site"
    assert main(["site", "--output", str(made)]) == 0
    return made


def test_the_same_tree_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    assert main(["site", "--output", str(tmp_path)]) == 0
    assert contents(tmp_path) == contents(folder)
    assert main(["site", "--output", str(tmp_path)]) == 0, "written again over itself"
    assert contents(tmp_path) == contents(folder)


def test_the_verifiers_stand_in_the_site_as_they_stand_in_the_tree(folder: Path) -> None:
    for name in ("verify.py", "verify.mjs"):
        assert (folder / "verifier" / name).read_bytes() == (FOLDER / name).read_bytes()


def test_the_rights_by_channel_stand_in_the_site_with_every_form_when_they_are_wanted(
    folder: Path, tmp_path: Path
) -> None:
    assert main(["site", "--forms", "--output", str(tmp_path)]) == 0
    page = (tmp_path / "fr" / "parite" / "index.html").read_text(encoding="utf-8")
    forms = {one for one in links(page) if one.endswith(".pdf")}
    assert forms == {f"../../formulaires/{act.form}.pdf" for act in PERSON_ACTS} | {"../../formulaires/ES-110.pdf"}
    for one in forms:
        assert (tmp_path / "fr" / "parite" / one).resolve().read_bytes().startswith(b"%PDF-")
    assert json.loads((tmp_path / "donnees" / "parite.json").read_bytes())["acts"]
    without = (folder / "fr" / "parite" / "index.html").read_text(encoding="utf-8")
    assert not [one for one in links(without) if one.endswith(".pdf")] and "formulaire ES-06" in without


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_has_its_page_in_every_language(folder: Path, language: str) -> None:
    pages = sorted(path.stem for path in (folder / language / "garanties").glob("g*.html"))
    assert [page[:4] for page in pages] == [f"g{number:02d}-" for number in range(1, 16)]
    for path in (*(folder / language / "garanties").glob("g*.html"), folder / language / "garanties" / "index.html"):
        html = path.read_text(encoding="utf-8")
        assert re.search(rf'<html lang="{language.partition("-")[0]}"', html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_has_one_line_and_one_state_a_promise(folder: Path, language: str) -> None:
    html = (folder / language / "garanties" / "index.html").read_text(encoding="utf-8")
    for one in guarantees():
        (line,) = [line for line in html.splitlines() if f"garanties/{one.name}.html" in line and "<li>" in line]
        assert line.count("govuk-tag ") == 1
        if language == "fr":
            assert f">{one.state.value}<" in line


def test_the_index_says_once_what_is_alike_of_all_and_by_line_what_differs(folder: Path, tmp_path: Path) -> None:
    def index(made: Path) -> str:
        return (made / "fr/garanties/index.html").read_text(encoding="utf-8")

    assert index(folder).count(NOT_YET) == 1 and "n’ont pas encore été lus ici" in index(folder)
    given = tmp_path / "results.json"
    given.write_text(json.dumps(dict.fromkeys(guarantees()[0].tests, "passed")), encoding="utf-8")
    assert main(["site", "--output", str(tmp_path / "site"), "--results", str(given)]) == 0
    some = index(tmp_path / "site")
    assert some.count(NOT_YET) > 1 and "<span>vérifié pour cette version</span>" in some
    assert "n’ont pas encore été lus ici" not in some


def test_every_link_is_relative_and_leads_to_a_file_of_the_folder(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        for href in links(path.read_text(encoding="utf-8")):
            parts = urlsplit(href)
            if parts.scheme == "https":
                continue
            assert not parts.scheme and not parts.netloc and not href.startswith("/"), (path, href)
            if parts.path:
                assert (path.parent / parts.path).resolve().is_file(), (path, href)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_named_in_a_text_is_a_link_to_it(folder: Path, language: str) -> None:
    html = (folder / language / "utilite" / "index.html").read_text(encoding="utf-8")
    for name, page in (("couts", "couts"), ("debat", "debat")):
        assert f'<a class="govuk-link" href="../{page}/index.html"><code>/{name}</code></a>' in html
    erased = (folder / language / "garanties" / f"{guarantees()[7].name}.html").read_text(encoding="utf-8")
    assert "<code>/effacement</code>" in erased and ">/effacement</code></a>" not in erased, "not without a server"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_delays_have_their_place_even_before_any_is_measured(folder: Path, language: str) -> None:
    parity = (folder / language / "parite" / "index.html").read_text(encoding="utf-8")
    assert "../indicateurs/index.html#delais" in links(parity)
    assert 'id="delais"' in (folder / language / "indicateurs" / "index.html").read_text(encoding="utf-8")


def test_no_mark_of_markdown_is_left_and_nothing_runs(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert not re.search(r"<script|style=|<style|\son\w+=\"", html)
        text = re.sub(r"<code>.*?</code>|<[^>]+>", "", html)
        assert not re.search(r"\*\*|`|^#+ |\]\(|^\|", text, flags=re.MULTILINE), path


def test_without_results_every_page_says_it_is_not_verified(folder: Path) -> None:
    for path in (folder / "fr" / "garanties").glob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert NOT_YET in html and ">vérifié pour cette version<" not in html


def test_the_text_of_a_promise_is_in_the_language_of_its_page(folder: Path) -> None:
    for language, words in (
        ("fr", "Le silence n&#39;ouvre rien."),
        ("fr-simple", "Si vous ne dites rien, rien ne s&#39;ouvre."),
        ("en", "Silence opens nothing."),
    ):
        html = (folder / language / "garanties" / f"{guarantees()[0].name}.html").read_text(encoding="utf-8")
        assert words in html and f'<div lang="{language.partition("-")[0]}">' in html
        assert "not translated" not in html and "govuk-warning-text" not in html


def test_with_results_pages_say_what_passed_and_what_failed(tmp_path: Path) -> None:
    one, two = guarantees()[0], guarantees()[2]
    results = {test: "passed" for test in one.tests} | {f"{test}::test_x": "failed" for test in two.tests[:1]}
    results |= {test: "passed" for test in one.tests}
    only = set(two.tests[:1]) - set(one.tests)
    assert only, "a test of the second promise that is not one of the first"
    given = tmp_path / "results.json"
    given.write_text(json.dumps(results), encoding="utf-8")
    out = tmp_path / "site"
    assert main(["site", "--output", str(out), "--results", str(given)]) == 0
    first = (out / "fr" / "garanties" / f"{one.name}.html").read_text(encoding="utf-8")
    second = (out / "fr" / "garanties" / f"{two.name}.html").read_text(encoding="utf-8")
    assert "<strong>vérifié pour cette version</strong>" in first and NOT_YET not in first
    assert "<strong>un test échoue dans cette version</strong>" in second
    assert "ne la tenez pas pour tenue" in second


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "photo.txt").write_text("à moi", encoding="utf-8")
    assert main(["site", "--output", str(tmp_path)]) == 1
    assert contents(tmp_path) == {"photo.txt": "à moi".encode()}
    assert "autre chose" in capsys.readouterr().err


def test_bad_results_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "site"
    assert main(["site", "--output", str(out), "--results", str(tmp_path / "nowhere.json")]) == 1
    assert not out.exists() and "ne se lit pas : il n'existe pas" in capsys.readouterr().err


def test_without_the_documents_the_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read_guarantees(tmp_path / "nowhere") == ()
    monkeypatch.setattr(command, "guarantees", lambda: ())
    assert main(["site", "--output", str(tmp_path / "site")]) == 1
    assert "docs/guarantees" in capsys.readouterr().err


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
@pytest.mark.slow
def test_the_pages_are_accessible_and_fit_a_small_screen(browser: Browser, address: str) -> None:
    pages = (
        "index.html",
        "fr/garanties/index.html",
        f"en/garanties/{guarantees()[7].name}.html",
        f"fr-simple/garanties/{guarantees()[13].name}.html",
        "fr/couts/index.html",
        "fr/decisions/index.html",
        "en/utilite/index.html",
        "fr/indicateurs/index.html",
        "fr/transparence/index.html",
        "fr-simple/usages-seconds/index.html",
        "fr/affiche/index.html",
        "fr/parite/index.html",
    )
    with visit(browser, address, width=320) as visited:
        for page in pages:
            visited.page.goto(f"/{page}")
            assert axe(visited.page) == [], page
            assert not overflows(visited.page), page
        assert not visited.elsewhere
