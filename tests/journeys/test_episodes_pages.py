"""Documents kept together, by pages: made, allowed, hidden, changed, undone, in a few steps each."""

from __future__ import annotations

import pytest

from tests.journeys.surfer import Surfer
from tests.journeys.test_sharing_pages import agent_does
from tests.journeys.test_story import hand_in, look_up, opened, surfer
from tests.served import ServedHouse

pytestmark = [pytest.mark.database, pytest.mark.slow]
DIALLO = "99900000011"
PAPER, OTHER = "Consultation du 2 novembre", "Radiographie du genou"


def ticked(page: Surfer, title: str) -> str:
    """The public id of one of her documents, by its title."""
    links = page.get("/moi/documents").links
    return next(
        link.rpartition("/")[2]
        for link in links
        if len(link) > 60 and title in page.get(link).words.split("Catégorie")[0]
    )


def test_documents_kept_together_by_pages(whole: ServedHouse) -> None:
    ins = whole.house.provider.accounts["karim"].ins
    person = opened(whole, "karim")
    guerin, diallo = surfer(whole, "guerin"), surfer(whole, "diallo")
    hand_in(guerin, ins)
    hand_in(guerin, ins, OTHER)
    one, other = ticked(person, PAPER), ticked(person, OTHER)

    assert "Vous ne gardez pas de documents ensemble" in person.get("/moi/episodes").words
    form = person.get("/moi/episodes/garder").form("/moi/episodes/garder")
    lacking = person.submit(form, {"documents": [one]})
    assert lacking.status == 400 and "Le nom que vous lui donnez" in lacking.words
    kept = person.submit(form, {"name": "mon genou", "documents": [one]})
    assert "C’est gardé ensemble" in kept.words, kept.words
    mine = person.get("/moi/episodes")
    assert "mon genou" in mine.words and PAPER in mine.words and OTHER not in mine.words
    number = next(link for link in mine.links if "garder?number=" in link).rpartition("=")[2]

    giving = person.get(f"/moi/autorisations/donner?episode={number}").form("/moi/autorisations/donner")
    assert (giving.values["episode"], giving.values["scope"]) == ([number], ["episode"])
    given = person.submit(giving, {"practitioner": DIALLO, "purpose": "care", "days": "30"})
    assert "L’autorisation est donnée" in given.words, given.words
    found = look_up(diallo, ins).words
    assert PAPER in found and OTHER not in found
    assert "L’épisode « mon genou », et ce qui s’y ajoutera" in person.get("/moi/autorisations").words
    assert "Dr Awa Diallo" in person.get("/moi/episodes").words

    change = person.get(f"/moi/episodes/garder?number={number}")
    assert PAPER in change.words and OTHER in change.words
    added = person.submit(change.form("/moi/episodes/garder"), {"documents": [other]})
    assert "lisent aussi ce que vous y ajoutez" in added.words, added.words
    assert OTHER in look_up(diallo, ins).words

    hiding = person.get(f"/moi/cacher?episode={number}")
    assert f"Cacher l’épisode numéro {number}" in hiding.words
    assert "C’est caché" in person.submit(hiding.form("/moi/cacher"), {"whom": "all"}).words
    assert PAPER not in look_up(diallo, ins).words
    assert "mon genou" in person.get("/moi/caches").words
    mine = person.get("/moi/episodes")
    assert "Tous les professionnels" in mine.words
    assert "Votre choix est repris" in person.submit(mine.form("/moi/episodes/montrer")).words
    assert PAPER in look_up(diallo, ins).words

    printed = agent_does(surfer(whole, "petit"), "read_journal", ins, {})
    assert f"num\u00e9ro {number}" in printed or number in printed, printed
    assert "L’épisode est défait" in person.submit(person.get("/moi/episodes").form("/moi/episodes/defaire")).words
    assert PAPER not in look_up(diallo, ins).words
    assert person.get(f"/moi/episodes/garder?number={number}").words == person.get("/moi/episodes").words
    journal = person.get("/moi/journal").words
    for said in (
        f"Vous avez gardé des documents ensemble : l’épisode numéro {number}.",
        f"Vous avez caché l’épisode numéro {number}.",
        f"Vous avez défait l’épisode numéro {number}.",
    ):
        assert said in journal, (said, journal)
