"""Structures, teams, smaller permissions, administrators, blocks, and what somebody else sees: by pages, in a few steps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.journeys.counter import printed_for_her
from tests.journeys.surfer import Surfer
from tests.journeys.test_story import NOTHING, give, hand_in, look_up, opened, surfer
from tests.pdf_text import text
from tests.served import ServedHouse

pytestmark = [pytest.mark.database, pytest.mark.slow]
DIALLO, GUERIN = "99900000011", "99900000029"
PAPER = "Consultation du 2 novembre"


def numbers(person: Surfer) -> list[str]:
    """The permissions of her page, by their numbers."""
    links = person.get("/moi/autorisations").links
    return [link.partition("=")[2] for link in links if "/moi/autorisations/reduire" in link]


def test_who_reads_what_by_pages(whole: ServedHouse) -> None:
    ins = whole.house.provider.accounts["karim"].ins
    person = opened(whole, "karim")
    guerin, diallo = surfer(whole, "guerin"), surfer(whole, "diallo")
    hand_in(guerin, ins)

    twice = give(person, structure="999000001")
    assert twice.status == 400 and "un seul des trois" in twice.words
    both = give(person, endless="sans date de fin")
    assert both.status == 400 and "pas les deux" in both.words
    words = give(person, days="", endless="pour toujours")
    assert words.status == 400 and "écrivez exactement" in words.words
    structure = give(person, practitioner="", structure="999000001")
    assert "Établissement : Maison de santé des Tilleuls" in structure.words, structure.words
    assert PAPER in look_up(diallo, ins).words
    mine = person.get("/moi/autorisations")
    assert "Établissement : Maison de santé des Tilleuls, numéro 999000001" in mine.words
    assert "autorisation est retirée" in person.submit(mine.form("/moi/autorisations/retirer")).words
    assert NOTHING in look_up(diallo, ins).words

    team = give(person, practitioner="", team="mes médecins", members=f"{GUERIN}, {DIALLO}")
    assert "Équipe « mes médecins » : Dr Awa Diallo, Dr Paul Guérin" in team.words, team.words
    assert PAPER in look_up(diallo, ins).words
    (number,) = numbers(person)
    page = person.get(f"/moi/autorisations/reduire?numero={number}")
    assert "ne peut que devenir plus courte" in page.words
    form = page.form("/moi/autorisations/reduire")
    assert person.submit(form).status == 400
    less = person.submit(form, {"days": "7", "categories": ["3"]})
    assert "L’autorisation est réduite" in less.words, less.words
    assert PAPER not in look_up(diallo, ins).words
    assert person.get("/moi/autorisations/reduire?numero=" + "0" * 32).status == 404
    person.submit(person.get("/moi/autorisations").form("/moi/autorisations/retirer"))

    day = date.today() + timedelta(days=20)
    later = {"starts-day": str(day.day), "starts-month": str(day.month), "starts-year": str(day.year)}
    assert "autorisation est donnée" in give(person, **later).words
    assert "À partir du" in person.get("/moi/autorisations").words
    assert NOTHING in look_up(diallo, ins).words
    assert "autorisation est donnée" in give(person, days="", endless="sans date de fin").words
    assert "Sans date de fin" in person.get("/moi/autorisations").words

    journal = person.get("/moi/journal").words
    for said in (
        "Vous avez autorisé l’établissement Maison de santé des Tilleuls, numéro 999000001 à lire.",
        "Vous avez autorisé l’équipe de Dr Awa Diallo, Dr Paul Guérin à lire.",
        "Vous avez réduit une autorisation de l’équipe de Dr Awa Diallo, Dr Paul Guérin.",
    ):
        assert said in journal, (said, journal)


def test_seeing_what_he_sees_and_naming_who_sees_the_hidden(whole: ServedHouse) -> None:
    ins = whole.house.provider.accounts["jeanne"].ins
    person = opened(whole, "jeanne")
    guerin, diallo = surfer(whole, "guerin"), surfer(whole, "diallo")
    hand_in(guerin, ins)

    view = person.get("/moi/autorisations/vu-par")
    none = person.submit(view.form("/moi/autorisations/vu-par"), {"seen_by": DIALLO})
    assert "ce professionnel ne voit rien" in none.words and "Aucune autorisation de votre part" in none.words
    wrong = person.submit(view.form("/moi/autorisations/vu-par"), {"seen_by": "12"})
    assert wrong.status == 400 and wrong.form("/moi/autorisations/vu-par").values["seen_by"] == ["12"]
    give(person)
    shown = person.submit(person.get("/moi/autorisations").form("/moi/autorisations/vu-par"))
    assert "Ce que voit Dr Awa Diallo" in shown.words and PAPER in shown.words
    other = person.submit(view.form("/moi/autorisations/vu-par"), {"seen_by": DIALLO, "seen_by_profession": "93"})
    assert PAPER in other.words, "a psychologist is shown reports too"

    link = next(
        one for one in person.get("/moi/documents").links if one.startswith("/moi/documents/") and len(one) > 60
    )
    hiding = person.get(link).form("/moi/cacher")
    lacking = person.submit(hiding, {"whom": "structure"})
    assert lacking.status == 400 and "numéro de l’établissement" in lacking.words
    assert "C’est caché" in person.submit(hiding, {"whom": "structure", "structure": "999000001"}).words
    assert PAPER not in look_up(diallo, ins).words
    caches = person.get("/moi/caches")
    assert "Établissement : Maison de santé des Tilleuls" in caches.words
    person.submit(caches.form("/moi/montrer"))
    person.submit(person.get(link).form("/moi/cacher"), {"whom": "all"})
    assert PAPER not in look_up(diallo, ins).words
    page = person.get("/moi/autorisations/administrateur")
    assert "même ceux que vous cachez à tous" in page.words
    form = page.form("/moi/autorisations/administrateur")
    assert person.submit(form).status == 400
    named = person.submit(form, {"practitioner": DIALLO, "days": "7"})
    assert "L’administrateur est nommé" in named.words, named.words
    assert PAPER in look_up(diallo, ins).words
    assert "Administrateur" in person.get("/moi/autorisations").words

    blocked = person.submit(
        person.get("/moi/bloquer").form("/moi/bloquer"), {"structure": "999000001", "what": "reading-but-emergency"}
    )
    assert "C’est bloqué" in blocked.words and "Hors urgence il ne lit rien" in blocked.words
    assert NOTHING in look_up(diallo, ins).words
    assert "Ses lectures, sauf en urgence" in person.get("/moi/autorisations").words
    seen = person.submit(view.form("/moi/autorisations/vu-par"), {"seen_by": DIALLO})
    assert "Vous avez bloqué ce professionnel" in seen.words
    journal = person.get("/moi/journal").words
    for said in ("Vous avez regardé ce que voit Dr Awa Diallo.", "Vous avez nommé administrateur Dr Awa Diallo"):
        assert said in journal, (said, journal)


def test_at_the_counter_his_view_and_her_permissions_are_printed(whole: ServedHouse) -> None:
    ins = whole.house.provider.accounts["jeanne"].ins
    printed = agent_does(whole, "list_documents", ins, {"seen_by": GUERIN, "seen_by_profession": "G15_10/SM04"})
    assert "Ce que voit Dr Paul Gu" in printed and "ne voit rien" in printed, printed
    journal = agent_does(whole, "read_journal", ins, {})
    assert "Vous autorisez Dr Awa Diallo" in journal and "Autorisation num" in journal, journal
    assert "sauf en urgence" in journal


def agent_does(whole: ServedHouse, act: str, ins: str, values: dict[str, str | list[str]]) -> str:
    """Do a reading act at the counter; return what is printed."""
    return text(printed_for_her(surfer(whole, "petit"), surfer(whole, "imprimante"), act, ins, values).body)
