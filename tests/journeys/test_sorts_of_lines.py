"""What a person, a list and a software did is told apart in her journal: on her page, to software, and on paper at a counter."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from espace_sante.access.kinds import GROUPS, Kind
from espace_sante.web.person.journal import _WORDS
from tests.journeys.surfer import Seen, Surfer
from tests.journeys.test_story import look_up, surfer
from tests.pdf_text import text
from tests.served import Client, ServedHouse

pytestmark = [pytest.mark.database]
PRINTER = "/guichet/impressions/read_journal"
COUNTED = re.compile(r"([^()]+?) \((\d+)\)")
NAMES = {
    "": "Toutes les lignes",
    "personnes": "Lectures par des personnes",
    "listes": "Listes",
    "logiciels": "Par des logiciels",
    "refus": "Essais refusés",
    "autres": "Dépôts et démarches",
}


def lines_of(page: Seen) -> int:
    return page.html.count('class="es-journal__line"')


def counts_of(page: Seen) -> dict[str, int]:
    nav = page.html.partition('class="es-sorts"')[2].partition("<ul>")[2].partition("</nav>")[0]
    words = re.sub(r"<[^>]+>", "", nav)
    return {name.strip(): int(count) for name, count in COUNTED.findall(words)}


def lived(whole: ServedHouse) -> tuple[Client, Surfer, str]:
    """A person to whom a doctor does one of each, by his pages and by his software."""
    her, person, account = whole.opened()
    page = surfer(whole, account.id)
    author, doctor = whole.client("guerin"), whole.client("diallo")
    her.done("accept_deposits")
    values = {"person": f"id:{person}", "title": "Consultation", "category": "5", "created": "2026-11-02"}
    file = {"name": "l.txt", "media_type": "text/plain", "data": "Qm9uam91cg=="}
    document = author.done("deposit_document", {**values, "file": file})["result"]["document"]
    assert doctor.act("read_document", {"document": document}).status == 404
    granted = {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": "30"}
    her.done("grant_access", granted)
    doctor.done("read_document", {"document": document})
    doctor.done("list_documents", {"person": f"id:{person}"})
    on_pages = surfer(whole, "diallo")
    found = look_up(on_pages, account.ins or account.local)
    assert on_pages.submit(found.form("/pro/document"), {}).status == 200
    return her, page, person


def test_her_page_tells_them_apart_and_counts_what_it_shows(whole: ServedHouse) -> None:
    _, page, _ = lived(whole)
    seen = page.get("/moi/journal")
    for words in (
        "Une personne, à l’écran, sur nos pages. Vous l’avez autorisé à lire, depuis le",
        "Par un logiciel : nous ne savons pas si quelqu’un l’a regardé. Vous l’avez autorisé à lire, depuis le",
        "Une liste, par un logiciel : des titres, sans le contenu.",
        "Un essai refusé : rien n’a été montré. Aucune autorisation de votre part",
    ):
        assert words in seen.words, words
    counts = counts_of(seen)
    for word, name in NAMES.items():
        # Each look is one more line, of the group of what she does herself.
        one = page.get(f"/moi/journal?sorte={word}" if word else "/moi/journal")
        assert lines_of(one) == counts_of(one)[name], name
        if word not in ("", "autres"):
            assert counts_of(one)[name] == counts[name]
            assert counts[name] >= 1
        assert 'aria-current="page"' in one.html
    assert counts["Toutes les lignes"] == sum(counts.values()) - counts["Toutes les lignes"]


def test_each_group_is_one_click_away_and_pages_follow(whole: ServedHouse) -> None:
    her, page, _ = lived(whole)
    for _ in range(60):
        her.done("list_documents")
    links = [link for link in page.get("/moi/journal").links if "sorte=" in link]
    assert {parse_qs(urlsplit(link).query)["sorte"][0] for link in links} >= {"personnes", "logiciels", "refus"}
    seen, shown, expected = page.get("/moi/journal?sorte=logiciels"), 0, 62
    assert counts_of(seen)["Par des logiciels"] == expected
    while True:
        assert "ar un logiciel" in seen.words
        shown += lines_of(seen)
        further = re.search(r'rel="next" href="([^"]+)"', seen.html)
        if further is None:
            break
        seen = page.get(further[1].replace("&amp;", "&"))
    assert shown == expected
    assert page.get("/moi/journal?sorte=nimporte").status == 200
    assert "Aucune ligne de cette sorte." in page.get("/moi/journal?sorte=refus&avant=1").words


def test_software_gets_the_same_sorts_and_the_same_counts(whole: ServedHouse) -> None:
    her, _, _ = lived(whole)
    every = her.done("read_journal")["result"]
    assert len(every["kinds"]) == len(every["said"]) == len(every["records"])
    assert every["counts"] == {} and every["next"] == 0
    groups = [GROUPS[Kind(one)].value for one in every["kinds"]]
    alone = {word: her.done("read_journal", {"lines": word})["result"] for word in set(_WORDS.values())}
    for group in ("persons", "software", "refused"):
        assert len(alone[group]["records"]) == alone[group]["counts"][group] == groups.count(group)
    said = alone["software"]["said"]
    assert all("nous ne savons pas" in one["sort"].lower() and "autorisé" in one["why"] for one in said)
    assert her.act("read_journal", {"lines": "nothing"}).status == 400


def test_on_paper_each_line_says_of_which_sort_it_is_and_how_many_there_are(whole: ServedHouse) -> None:
    _, _, person = lived(whole)
    agent = whole.client("petit")
    station = whole.client("imprimante")

    def printed(**lines: str) -> str:
        asked = agent.ask("POST", PRINTER, {"person": f"id:{person}", **lines}, content_type="application/json")
        assert asked.status == 202 and list(asked.json) == ["job"], asked.body
        taken = station.ask("POST", f"/guichet/impressions/numero/{asked.json['job']}", {})
        assert taken.status == 200, taken.body
        return text(taken.body)

    said = printed()
    assert "Depuis la ligne 0, votre journal compte : Lectures par des personnes : 1" in said
    assert "nous ne savons pas si" in said and "Un essai refusé" in said
    only = printed(lines="refused")
    assert "Un essai refusé" in only and "nous ne savons pas" not in only
