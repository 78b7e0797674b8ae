"""Finding one document among many: by category, by year, replaced ones too; the same way for her and a professional."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.fixtures_database import Databases
from tests.journeys.surfer import Seen, Surfer
from tests.journeys.test_story import NOTHING, give, look_up, surfer
from tests.served import Client, ServedHouse, posted, served_house

pytestmark = [pytest.mark.database, pytest.mark.slow]
NOTES = 24  # more than a page of her list
FOUND = re.compile(r"(?:Note|Certificat) n° \d+")
REPORT, CERTIFICATE = "10", "52"  # classes: "Comptes rendus", "Certificats"
CERTIFICATES = 7


@dataclass(frozen=True)
class Shelf:
    """A person for whom were deposited notes of 2025, one of 2026, and a certificate of 2024 that replaces another."""

    house: ServedHouse
    person: Surfer
    number: str

    def listed(self, asked: str = "") -> Seen:
        return self.person.get(f"/moi/documents{asked}")


@pytest.fixture(scope="module")
def shelf(databases: Databases) -> Iterator[Shelf]:
    with served_house(databases, whole=True, uploads_per_minute=1000) as house:
        _, identifier, account = house.opened()
        sender = house.client("guerin")
        for number in range(1, NOTES):
            _put(sender, identifier, f"Note n° {number}", f"2025-03-{number:02}T10:00:00+01:00", REPORT)
        # Half past midnight in Paris: still the year before in universal time.
        _put(sender, identifier, f"Note n° {NOTES}", "2026-01-01T00:30:00+01:00", REPORT)
        first = _put(sender, identifier, "Certificat n° 1", "2024-05-01T10:00:00+02:00", CERTIFICATE)
        _put(sender, identifier, "Certificat n° 2", "2024-05-02T10:00:00+02:00", CERTIFICATE, replaces=first)
        person = Surfer(house.port)
        assert person.sign_in(account.id).status == 200
        yield Shelf(house, person, account.ins)


def _put(sender: Client, person: str, title: str, day: str, group: str, *, replaces: str = "") -> str:
    more = {"category": [{"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.1", "code": group}]}]}
    if replaces:
        more["relatesTo"] = [{"code": "replaces", "target": {"reference": f"DocumentReference/{replaces}"}}]
    subject = {"reference": f"Patient/{person}"}
    resource = posted(title.encode(), title=title, creation=day, subject=subject, **more)
    reply = sender.ask("POST", "/fhir/DocumentReference", resource)
    assert reply.status == 201, reply.body
    return str(reply.json["id"])


def names(seen: Seen) -> list[str]:
    assert seen.status == 200, seen.words
    return list(dict.fromkeys(FOUND.findall(seen.words)))


def following(seen: Seen) -> str:
    return next(link for link in seen.links if "debut=20" in link)


def test_a_long_list_is_read_page_by_page_most_recent_first(shelf: Shelf) -> None:
    first = shelf.listed()
    second = shelf.person.get(following(first))
    assert names(first) + names(second) == [*(f"Note n° {number}" for number in range(NOTES, 0, -1)), "Certificat n° 2"]
    assert len(names(first)) == 20


def test_a_category_gives_its_documents_and_no_other(shelf: Shelf) -> None:
    seen = shelf.listed(f"?categorie={CERTIFICATES}")
    assert names(seen) == ["Certificat n° 2"]
    assert "Catégorie : Certificats." in seen.words and "/moi/documents" in seen.links


def test_a_year_is_that_of_paris_and_the_next_page_keeps_it(shelf: Shelf) -> None:
    assert names(shelf.listed("?annee=2026")) == [f"Note n° {NOTES}"]
    first = shelf.listed("?annee=2025&categorie=5")
    assert names(first) + names(shelf.person.get(following(first))) == [
        f"Note n° {number}" for number in range(NOTES - 1, 0, -1)
    ]


def test_replaced_documents_come_when_they_are_asked_for_and_say_so(shelf: Shelf) -> None:
    seen = shelf.listed(f"?categorie={CERTIFICATES}&versions=toutes")
    assert names(seen) == ["Certificat n° 2", "Certificat n° 1"]
    assert seen.words.count("Remplacé par une version plus récente") == 1


def test_a_search_that_finds_nothing_says_so_and_leads_back(shelf: Shelf) -> None:
    seen = shelf.listed("?annee=1999")
    assert names(seen) == [] and "Aucun document ne correspond à votre recherche." in seen.words
    assert "/moi/documents" in seen.links


@pytest.mark.parametrize(
    ("asked", "field"),
    [("annee=abc", "#annee"), ("annee=1", "#annee"), ("categorie=99", "#categorie"), ("categorie=x", "#categorie")],
)
def test_a_search_that_cannot_be_read_leads_to_its_field(shelf: Shelf, asked: str, field: str) -> None:
    seen = shelf.listed(f"?{asked}")
    assert seen.status == 400 and field in seen.links and FOUND.findall(seen.words) == []


def test_a_professional_searches_among_what_she_shows_him_and_learns_of_nothing_else(shelf: Shelf) -> None:
    given = give(shelf.person, scope="categories", categories=[str(CERTIFICATES)])
    assert "autorisation est donnée" in given.words
    doctor = surfer(shelf.house, "diallo")
    seen = look_up(doctor, shelf.number)
    assert names(seen) == ["Certificat n° 2"] and [form for form in seen.forms if form.action == "/pro/document"]
    search = next(form for form in seen.forms if "annee" in form.values)
    assert names(doctor.submit(search, {"versions": "toutes"})) == ["Certificat n° 2", "Certificat n° 1"]
    for asked in ({"categorie": "5"}, {"annee": "2025"}):
        found = doctor.submit(search, asked)
        assert names(found) == [] and "Aucun document ne correspond à votre recherche." in found.words
    assert doctor.submit(search, {"annee": "abc"}).status == 400
    other = surfer(shelf.house, "lopez")
    refused = other.submit(other.get("/pro").form("/pro/personne"), {"person": shelf.number, "annee": "2024"})
    assert refused.status == 404 and NOTHING in refused.words and "Chercher parmi" not in refused.words
