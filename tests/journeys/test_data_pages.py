"""Her care data by her pages and at the counter: what software wrote of her is shown, taken away, hidden, printed. G3, G12."""

from __future__ import annotations

import json

import pytest

from tests.exchange.resources import observation, resource
from tests.journeys.surfer import Surfer
from tests.journeys.test_sharing_pages import agent_does
from tests.journeys.test_story import opened, surfer
from tests.served import ServedHouse

pytestmark = [pytest.mark.database]
PAGE = "/moi/donnees"


def test_she_sees_what_software_wrote_takes_it_and_hides_it(whole: ServedHouse) -> None:
    opened(whole, "lucie")
    herself, person = whole.client("lucie"), surfer(whole, "lucie")
    number = str(herself.ask("GET", "/api/moi").json["person"])
    assert "Aucune donnée de soins" in person.get(PAGE).words
    author = whole.client("guerin")
    first = author.ask("POST", "/fhir/Observation", observation(number)).json["id"]
    vaccine = resource("Immunization", number, vaccineCode={"text": "DTP <b>"}, occurrenceDateTime="2026-10")
    assert author.ask("POST", "/fhir/Immunization", vaccine).status == 201
    assert PAGE in person.get("/moi").links
    page = person.get(PAGE)
    for words in (
        "Il y en a 2.",
        "Glycémie à jeun",
        "Résultat d'analyse",
        "2 novembre 2026",
        "DTP <b>",
        "Vaccin",
        "octobre 2026",
    ):
        assert words in page.words.replace("’", "'"), words
    file = person.get(f"{PAGE}/{first}")
    assert file.header("content-type") == "application/fhir+json"
    assert "attachment" in file.header("content-disposition")
    assert b'"value":5.20' in file.body and json.loads(file.body)["id"] == first
    assert person.get(f"{PAGE}/{number}{'0' * 32}").status == 404
    herself.done("grant_access", {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": 3})
    reader = whole.client("diallo")
    assert reader.ask("GET", f"/fhir/Observation/{first}").status == 200
    form = next(one for one in page.forms if one.values.get("document") == [first])
    assert person.submit(form, {}).status == 200
    assert reader.ask("GET", f"/fhir/Observation/{first}").status == 404
    assert person.get("/moi/caches").form("/moi/montrer").values["document"] == [first]
    journal = person.get("/moi/journal").words
    for words in (
        "a écrit, changé ou supprimé une donnée de soins.",
        "a lu des données de soins",
        "Vous avez vu vos données",
    ):
        assert words in journal, words
    assert author.ask("DELETE", f"/fhir/Observation/{first}").status == 204
    assert person.get(f"{PAGE}/{first}").status == 410
    assert "Il y en a 1." in person.get(PAGE).words


def test_at_the_counter_the_list_or_one_of_them_is_printed_whole(whole: ServedHouse) -> None:
    opened(whole, "karim")
    number = str(whole.client("karim").ask("GET", "/api/moi").json["person"])
    identifier = whole.client("guerin").ask("POST", "/fhir/Observation", observation(number)).json["id"]
    agent, ins = surfer(whole, "petit"), whole.house.provider.accounts["karim"].ins
    printed = agent_does(agent, "read_resource", ins, {})
    assert "Vos données de soins" in printed and "Glycémie à jeun" in printed and "5.20" not in printed
    one = agent_does(agent, "read_resource", ins, {"resource": str(identifier)})
    assert "Glycémie à jeun" in one and "5.20" in one, one


def test_nobody_else_opens_her_page(whole: ServedHouse) -> None:
    assert Surfer(whole.port).get(PAGE).path != PAGE
