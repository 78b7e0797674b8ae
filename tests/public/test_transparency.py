"""What the service says of itself: connections, components, accessibility, secondary uses, the sheet for town halls."""

from __future__ import annotations

import ast
import csv
import io
import json
import sys
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest

from espace_sante.assembly import main
from espace_sante.kernel.i18n import Language
from espace_sante.kernel.settings import load_settings
from espace_sante.public import shipped, transparency
from espace_sante.public.guarantee import State, guarantees
from espace_sante.public.ledger import Ledger, Nature, Post, Said
from espace_sante.public.ledger_file import with_line
from espace_sante.public.pages import Addresses, Content
from espace_sante.public.published import published_of
from espace_sante.public.shipped import accessibility, bill_of_materials, components, connections, secondary_uses
from espace_sante.public.site import Place
from espace_sante.public.transparency import Root, poster_page, root_of, transparency_page
from espace_sante.web.policy import Here
from espace_sante.web.rendering import render

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
from licences import faults, is_free, kept, locked  # noqa: E402 - a developer's tool, read as it is run

AT = datetime(2027, 3, 4, 12, tzinfo=UTC)
LANGUAGES = ("fr", "fr-simple", "en")
# What opens a connection to another host: modules of the standard library or known ones, and the calls of asyncio and socket.
MODULES = frozenset(
    {
        "http.client",
        "urllib.request",
        "smtplib",
        "ftplib",
        "imaplib",
        "poplib",
        "xmlrpc.client",
        "requests",
        "httpx",
        "aiohttp",
    }
)
CALLS = frozenset({"open_connection", "create_connection", "urlopen", "sock_connect"})


def opens_a_connection(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) and MODULES & {one.name for one in node.names}:
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "") in MODULES:
            return True
        if isinstance(node, ast.Attribute) and node.attr in CALLS:
            return True
    return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("public") / "site"
    assert main(["site", "--output", str(made)]) == 0
    return made


def text(folder: Path, page: str, language: str = "fr") -> str:
    return (folder / language / page / "index.html").read_text(encoding="utf-8").replace("\u00a0", " ")


def test_every_line_of_code_that_can_reach_another_host_is_on_the_published_list() -> None:
    every = sorted((ROOT / "espace_sante").rglob("*.py"))
    found = {str(path.relative_to(ROOT)) for path in every if opens_a_connection(path.read_text(encoding="utf-8"))}
    assert found == {one.code for one in connections()}


def test_the_scan_sees_each_way_of_reaching_another_host() -> None:
    for source in ("import http.client", "from urllib.request import urlopen", "asyncio.open_connection('x', 1)"):
        assert opens_a_connection(source)
    assert not opens_a_connection("asyncio.open_unix_connection('x')")


def test_by_default_nothing_leaves_this_machine() -> None:
    settings = load_settings({})
    assert settings.public_url == "" and settings.mail_host == ""
    assert {one.default for one in connections()} <= {
        "aucun témoin inscrit",
        "aucune adresse",
        "aucun serveur de courrier",
        "cette machine",
    }


def test_every_component_is_free_and_its_licence_is_what_it_declares() -> None:
    lock = locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert len(lock) > 20 and faults(kept(), lock) == []
    assert [(one.name, one.version) for one in components()] == lock
    assert all(one.hashes for one in components())


@pytest.mark.parametrize(
    "licence", ["", "SSPL-1.0", "BUSL-1.1", "Proprietary", "MIT AND Commons-Clause", "MIT,", "(MIT", "MIT OR"]
)
def test_a_licence_that_is_unknown_or_not_free_is_refused(licence: str) -> None:
    assert not is_free(licence)
    assert faults([("x", "1", licence)], [("x", "1")])


@pytest.mark.parametrize("licence", ["MIT", "Apache-2.0 OR SSPL-1.0", "MPL-2.0 AND (Apache-2.0 OR MIT)"])
def test_a_licence_is_free_when_a_way_through_it_is(licence: str) -> None:
    assert is_free(licence)


def test_a_component_that_is_not_on_the_list_or_no_more_used_is_said() -> None:
    assert faults([], [("x", "1")]) and faults([("x", "1", "MIT")], [])


def test_the_bill_of_materials_names_everything_with_its_hashes() -> None:
    said = json.loads(bill_of_materials())
    assert (said["bomFormat"], said["specVersion"]) == ("CycloneDX", "1.6")
    assert [one["name"] for one in said["components"]] == [one.name for one in components()]
    assert bill_of_materials() == bill_of_materials() and b"/" not in said["metadata"]["component"]["name"].encode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["transparence", "usages-seconds", "affiche", "couts", "indicateurs", "garanties"])
def test_every_page_stands_in_each_language(folder: Path, page: str, language: str) -> None:
    assert (folder / language / page / "index.html").is_file()


def test_every_page_is_below_sixty_kilobytes_and_runs_no_script(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        assert path.stat().st_size < 60 * 1024, path
        assert "<script" not in path.read_text(encoding="utf-8"), path


def test_the_accessibility_statement_says_that_no_audit_was_done_and_is_not_stale(folder: Path) -> None:
    said = accessibility()
    assert said.rate is None and "Audit non fait" in text(folder, "transparence")
    assert not said.is_stale(date.today()), "look at the pages again, then date accessibilite.toml"
    assert said.is_stale(date(said.stated_on.year + 3, said.stated_on.month, said.stated_on.day))
    assert replace(said, audited_on=date(2020, 1, 1)).is_stale(said.stated_on)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.FR, "Accessibilité : non vérifiée"),
        (Language.FR_SIMPLE, "Accessibilité : pas encore vérifiée"),
        (Language.EN, "Accessibility: not audited"),
    ],
)
def test_the_foot_of_every_page_says_of_accessibility_what_the_statement_says(
    folder: Path, language: Language, words: str
) -> None:
    assert accessibility().rate is None, "an audit was done: the foot of the pages has to say its result"
    served = render("base/home.html", language, here=Here(False, 24))
    assert 'href="/transparence#accessibilite"' in served and words in served.replace("\u00a0", " ")
    written = (folder / language.value / "garanties" / "index.html").read_text(encoding="utf-8")
    assert "../transparence/index.html#accessibilite" in written and words in written.replace("\u00a0", " ")
    assert 'id="accessibilite"' in (folder / language.value / "transparence" / "index.html").read_text(encoding="utf-8")


def test_a_release_says_which_program_it_is_and_a_changed_tree_says_that_nobody_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "SHA256SUMS").write_bytes(b"0" * 64 + b"  ./COMMIT\n")
    monkeypatch.setattr(shipped, "TREE", tmp_path)
    monkeypatch.setattr(shipped, "commit_of", lambda: "f" * 40)
    shown = page_of(shipped.version.__wrapped__(), monkeypatch)
    assert "f" * 40 in shown and sha256((tmp_path / "SHA256SUMS").read_bytes()).hexdigest() in shown
    assert "Sa version n’est pas connue" in page_of(shipped.Version("", ""), monkeypatch)


def page_of(version: shipped.Version, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(transparency, "version", lambda: version)
    content = transparency_page(
        published_of(load_settings({})), Ledger(), None, date(2027, 1, 1), Addresses("", "", "")
    )
    place = Place("", dict.fromkeys(Language, ""))
    return render(content.template, Language.FR, frame="public/site.html", place=place, **content.values)


def test_the_register_of_secondary_uses_is_empty_and_says_what_would_have_to_change(folder: Path) -> None:
    assert secondary_uses() == ()
    page = text(folder, "usages-seconds")
    assert "Personne n’a reçu de données" in page and "article 58" in page and "article 71" in page


def test_the_sheet_for_town_halls_shows_the_root_of_the_published_journal(tmp_path: Path) -> None:
    assert root_of(tmp_path) is None
    journal = tmp_path / "public" / "journal"
    journal.mkdir(parents=True)
    said = "maison/journal\n1234\nq7rXyz0123456789abcdefghijklmnopqrstuvwxyzA=\n\n"
    signed = b64encode(bytes(68)).decode()
    alone = f"{said}— maison/journal {signed}\n"
    (journal / "checkpoint").write_text(alone, encoding="utf-8")
    found = root_of(tmp_path)
    assert found is not None and found.witnesses == ()
    (journal / "checkpoint").write_text(f"{alone}— ligue.example/temoin {signed}\n", encoding="utf-8")
    found = root_of(tmp_path)
    assert found is not None and found.witnesses == ("ligue.example/temoin",) and found.invented == ()
    assert found.lines == 1234 and "".join(found.parts).startswith("q7rX")
    assert all(len(part) == 4 for part in found.parts)
    (journal / "checkpoint").write_text("?", encoding="utf-8")
    assert root_of(tmp_path) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.FR, "Des témoins inventés, sur cette même machine, l’ont aussi signé : miroir.universite.example."),
        (Language.FR_SIMPLE, "Des témoins inventés l’ont aussi signé : miroir.universite.example."),
        (Language.EN, "Invented witnesses, on this same machine, signed it too: miroir.universite.example."),
    ],
)
def test_the_witnesses_of_the_demonstration_are_said_to_be_invented(language: Language, words: str) -> None:
    root = Root(3, ("q7rX",), AT, ("miroir.universite.example",))
    assert root.witnesses == ()
    shown = transparency_in(language, root)
    assert words in shown
    real = transparency_in(language, replace(root, cosigners=("ligue.example", "miroir.universite.example")))
    assert words in real and ": ligue.example." in real


def test_what_leaves_the_machine_is_said_in_the_language_of_the_page() -> None:
    english = transparency_in(Language.EN, None)
    assert "The program that restarts the others" in english and "check codes, nothing about anybody" in english
    for one in connections():
        assert one.program not in english and one.why not in english


def transparency_in(language: Language, root: Root | None) -> str:
    content = transparency_page(published_of(load_settings({})), Ledger(), root, AT.date(), Addresses("", "", ""))
    return shown_in(content, language)


def shown_in(content: Content, language: Language) -> str:
    place = Place("", dict.fromkeys(Language, ""))
    html = render(content.template, language, frame="public/site.html", place=place, **content.values)
    return unescape(html).replace("\u00a0", " ")


@pytest.mark.parametrize("phone", ["", "0 800 00 00 00"])
def test_the_sheet_says_its_day_where_to_compare_it_and_whom_to_tell(phone: str) -> None:
    told = replace(published_of(load_settings({})), address="https://sante.example", phone=phone)
    content = poster_page(guarantees(), told, Ledger(), Root(1234, ("q7rX",), AT), Addresses("", "", ""))
    shown = shown_in(content, Language.FR)
    assert "Feuille du 4 mars 2027." in shown and "Page publique : https://sante.example/transparence." in shown
    assert "prévenez la mairie" in shown and ("appelez le 0 800 00 00 00" in shown) is bool(phone)
    assert "Nombre de lignes du journal public : 1" in shown
    for said in ("kept", "partly kept", "not kept here", "not built in full yet"):
        assert f" {said}</li>" in shown_in(content, Language.EN)


def test_one_promise_is_said_in_the_singular() -> None:
    (held,) = (replace(one, state=State.HELD) for one in guarantees()[:1])
    shown = shown_in(
        poster_page([held], published_of(load_settings({})), Ledger(), None, Addresses("", "", "")), Language.FR
    )
    assert "<li>1 tenue</li>" in shown and "<li>0 non tenue ici</li>" in shown and "Feuille du" not in shown


def test_a_folder_of_pages_never_sends_to_the_address_of_this_machine(folder: Path) -> None:
    assert "127.0.0.1" not in text(folder, "affiche") and "prévenez la mairie" in text(folder, "affiche")


def test_who_works_for_the_service_is_who_holds_a_contract_in_force() -> None:
    day = date(2027, 3, 1)
    lines = [
        Said(
            nature=Nature.CONTRACT,
            post=post,
            what=what,
            contract=what,
            start=start,
            end=end,
            cents=1,
            decision="débat D-1",
        )
        for post, what, start, end in (
            (Post.HOSTING, "Machines", date(2027, 1, 1), date(2027, 12, 31)),
            (Post.HOSTING, "Anciennes machines", date(2025, 1, 1), date(2026, 12, 31)),
            (Post.TRAINING, "Formation", date(2027, 1, 1), date(2027, 12, 31)),
        )
    ]
    ledger = Ledger()
    for said in lines:
        ledger = with_line(ledger, said, day)
    content = transparency_page(published_of(load_settings({})), ledger, None, day, Addresses("", "", ""))
    partners = content.values["partners"]
    assert isinstance(partners, tuple) and [one.said.what for one in partners] == ["Machines"]


def test_the_published_tables_of_the_tree_have_the_columns_they_say() -> None:
    for name in ("connexions.csv", "licences.csv", "usages-seconds.csv"):
        rows = list(csv.reader(io.StringIO((ROOT / "espace_sante/public/data" / name).read_text(encoding="utf-8"))))
        assert all(len(row) == len(rows[0]) for row in rows), name
