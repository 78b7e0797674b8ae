"""What a page shows of each kind of document: by the person, by the professional she named, at the counter on paper."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from espace_sante.demo.documents import PAPERS, Someone
from espace_sante.demo.paper import Paper
from tests.fixtures_database import Databases
from tests.journeys.counter import printed_for_her
from tests.journeys.surfer import Seen, Surfer
from tests.journeys.test_story import give, look_up, surfer
from tests.served import ServedHouse, posted, served_house

pytestmark = [pytest.mark.database, pytest.mark.slow]
DIALLO = "99900000011"
PICTURE = re.compile(r'src="data:image/png;base64,([^"]+)"')
KINDS = {
    "Numération sanguine": "a health document with tables",
    "Fond d'œil": "a health document that wraps a PDF",
    "Carnet de suivi de la grossesse": "a PDF of twelve pages",
    "Radiographie de la cheville": "a PNG",
    "Radiographie du genou": "a TIFF of two pages",
    "Photo de mon grain de beauté": "a JPEG",
    "Séances de rééducation": "a text",
    "Conseils d'alimentation": "an RTF",
    "Compte rendu de la radiographie": "a health document with a picture inside",
    "Bilan sanguin de mars": "a health document",
    "Bilan sanguin de mars, corrigé": "the one that takes its place",
}


@dataclass(frozen=True)
class Shelf:
    """One person, and one document of each kind deposited for her: its id and its bytes, by its title."""

    house: ServedHouse
    person: Surfer
    number: str
    documents: dict[str, tuple[str, bytes]]

    def page(self, title: str, more: str = "") -> Seen:
        seen = self.person.get(f"/moi/documents/{self.documents[title][0]}{more}")
        assert seen.status == 200, seen.words
        return seen


@pytest.fixture(scope="module")
def shelf(databases: Databases) -> Iterator[Shelf]:
    with served_house(databases, whole=True, uploads_per_minute=1000) as house:
        _, identifier, account = house.opened()
        person = Surfer(house.port)
        assert person.sign_in(account.id).status == 200
        sender, found = house.client("guerin"), {}
        for paper in PAPERS:
            if paper.title in KINDS and paper.title not in found:
                data = paper.make(Someone.of(account))
                reply = sender.ask("POST", "/fhir/DocumentReference", _resource(paper, data, identifier))
                assert reply.status == 201, (paper.title, reply.body)
                found[paper.title] = (reply.json["id"], data)
        assert set(found) == set(KINDS)
        yield Shelf(house, person, account.ins, found)


def _resource(paper: Paper, data: bytes, person: str) -> dict[str, Any]:
    subject = {"reference": f"Patient/{person}"}
    return posted(data, contentType=paper.media_type, title=paper.title, creation=paper.created, subject=subject)


def pictures(seen: Seen) -> list[tuple[int, int]]:
    """Return the size of each picture a page shows; each must be a PNG that opens."""
    sizes = []
    for found in PICTURE.findall(seen.html):
        with Image.open(io.BytesIO(base64.b64decode(found)), formats=["PNG"]) as image:
            image.load()
            sizes.append(image.size)
    return sizes


def test_a_health_document_is_shown_as_a_page_of_ours(shelf: Shelf) -> None:
    seen = shelf.page("Numération sanguine")
    assert "<table" in seen.html and "Hémoglobine" in seen.words
    assert "<script" not in seen.html and "ClinicalDocument" not in seen.html
    inside = shelf.page("Compte rendu de la radiographie")
    assert len(pictures(inside)) == 1 and "Pas de fracture" in inside.words


@pytest.mark.parametrize("title", [title for title in KINDS if title not in ("Séances de rééducation",)])
def test_what_a_page_shows_brings_its_own_pictures_and_asks_nothing_elsewhere(shelf: Shelf, title: str) -> None:
    seen = shelf.page(title)
    policy = seen.header("content-security-policy")
    assert "default-src 'none'" in policy and "img-src 'self' data:" in policy and "script" not in policy
    assert re.findall(r'(?:src|href|action)="(?!data:image/|/|#|[?])[^"]*"', seen.html) == []


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("Fond d'œil", 1),
        ("Carnet de suivi de la grossesse", 5),
        ("Radiographie de la cheville", 1),
        ("Radiographie du genou", 2),
        ("Photo de mon grain de beauté", 1),
    ],
)
def test_what_has_pages_is_shown_as_pictures(shelf: Shelf, title: str, count: int) -> None:
    assert len(pictures(shelf.page(title))) == count


def test_a_long_document_is_read_five_pages_at_a_time_and_each_is_a_line_of_the_journal(shelf: Shelf) -> None:
    before = shelf.person.get("/moi/journal").words.count("lu un document")
    seen, read = shelf.page("Carnet de suivi de la grossesse"), []
    while True:
        read += [int(number) for number in re.findall(r"Page (\d+) sur 12", seen.words)]
        following = [link for link in seen.links if link.endswith(f"page={read[-1] + 1}")]
        if not following:
            break
        seen = shelf.person.get(following[0])
    assert read == list(range(1, 13))
    assert shelf.page("Carnet de suivi de la grossesse", "?page=13").words.count("pas autant de pages") == 1
    assert shelf.person.get("/moi/journal").words.count("lu un document") - before == 4


def test_a_text_is_shown_word_for_word_and_an_rtf_only_downloaded(shelf: Shelf) -> None:
    words = " ".join(shelf.documents["Séances de rééducation"][1].decode().split())
    assert words in shelf.page("Séances de rééducation").words
    rtf = shelf.page("Conseils d'alimentation")
    assert "Nous ne pouvons pas montrer ce type de document" in rtf.words and pictures(rtf) == []


def test_each_page_says_the_fingerprint_and_gives_the_untouched_original(shelf: Shelf) -> None:
    for title, (identifier, data) in shelf.documents.items():
        fingerprint = hashlib.sha256(data).hexdigest()
        assert fingerprint in shelf.page(title).words.replace(" ", "")
        assert shelf.person.get(f"/moi/documents/{identifier}/contenu").body == data


def test_a_document_that_was_replaced_says_so_and_each_version_leads_to_the_other(shelf: Shelf) -> None:
    listed = shelf.person.get("/moi/documents").words
    assert "Bilan sanguin de mars, corrigé" in listed and "Bilan sanguin de mars " not in listed
    newer, older = (shelf.documents[title][0] for title in ("Bilan sanguin de mars, corrigé", "Bilan sanguin de mars"))
    seen = shelf.page("Bilan sanguin de mars, corrigé")
    assert "plus à jour" not in seen.words and f"/moi/documents/{older}" in seen.links
    before = shelf.page("Bilan sanguin de mars")
    assert "Ce document n’est plus à jour" in before.words and f"/moi/documents/{newer}" in before.links


def test_the_professional_she_named_sees_the_same_and_the_others_nothing(shelf: Shelf) -> None:
    assert "autorisation est donnée" in give(shelf.person, practitioner=DIALLO).words
    doctor = surfer(shelf.house, "diallo")
    listed = look_up(doctor, shelf.number)
    identifier = shelf.documents["Carnet de suivi de la grossesse"][0]
    form = next(form for form in listed.forms if form.values.get("document") == [identifier])
    first = doctor.submit(form)
    assert pictures(first) == pictures(shelf.page("Carnet de suivi de la grossesse"))
    turned = next(form for form in first.forms if form.values.get("page") == ["6"])
    assert "Page 6 sur 12" in doctor.submit(turned).words
    other = surfer(shelf.house, "lopez").post(form.action, form.values)
    assert other.status in (403, 404) and pictures(other) == []


@pytest.mark.parametrize(("title", "kind"), [("Numération sanguine", "text/html"), ("Fond d'œil", "application/pdf")])
def test_a_health_document_is_printed_at_the_counter_as_something_to_read(shelf: Shelf, title: str, kind: str) -> None:
    agent = surfer(shelf.house, "petit")
    asked = {"document": shelf.documents[title][0]}
    printed = printed_for_her(agent, surfer(shelf.house, "imprimante"), "read_document", shelf.number, asked)
    assert printed.header("content-type").startswith(kind), printed.words
    assert "attachment" in printed.header("content-disposition")
    assert b"<script" not in printed.body and b"<?xml" not in printed.body
    if kind == "text/html":
        assert "À remettre à la personne, sans lire" in printed.words and "Laboratoire" in printed.words
