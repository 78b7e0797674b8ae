"""After a death, by the pages, in Chromium: noted twice, what an heir asks taken out, and a mistake that she corrects herself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.seen import Seen
from tests.journeys.test_orders_pages import dated
from tests.journeys.walk import Walk
from tests.served import ServedHouse, posted

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]


def note(walk: Walk, page: Page, ins: str, day: date) -> None:
    page.fill("#ins", ins)
    dated(page, "died_on", day)
    page.fill("#certificate", "2026-77")
    walk.press(page, "Noter ce décès")


def demand(walk: Walk, page: Page, ins: str, category: str) -> None:
    page.goto("/exploitant/ayants-droit")
    for name, value in {"ins": ins, "who": "Paul Essai", "proof": "acte de notoriété", "why": "Savoir"}.items():
        page.fill(f"#{name}", value)
    page.locator("input[name=quality][value=heir]").check()
    page.locator("input[name=motive][value=causes]").check()
    page.locator(f"input[name=categories][value='{category}']").check()
    walk.press(page, "Noter cette demande")


def test_a_death_is_noted_twice_a_demand_handed_over_and_a_mistake_corrected(
    whole: ServedHouse, browser: Browser
) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    her, person, account = whole.opened()
    about = {"title": "Lettre-Xénon", "contentType": "text/plain", "subject": {"reference": f"Patient/{person}"}}
    sent = whole.client("lopez").ask("POST", "/fhir/DocumentReference", posted(b"Bonjour.\n", **about))
    assert sent.status == 201, sent.body
    category = her.done("list_documents")["result"]["documents"][0]["category"]
    yesterday = whole.house.now().date() - timedelta(days=1)
    with walk.stack:
        agent, first, second = walk.person("petit"), walk.person("accueil"), walk.person("astreinte")
        hers = walk.person(account.id)
        agent.goto("/guichet/deces")
        seen.look("deces-noter", agent)
        walk.press(agent, "Noter ce décès")
        assert agent.title().startswith("Erreur")
        seen.look("deces-noter-erreur", agent)
        note(walk, agent, account.ins, yesterday)
        seen.look("deces-note", agent)
        hers.goto("/moi/journal")
        assert "a noté votre décès" in hers.content(), "she is told at the first note"
        first.goto("/exploitant/deces")
        note(walk, first, account.ins, yesterday)

        demand(walk, first, account.ins, category)
        seen.look("ayant-droit-note", first)
        assert first.get_by_role("button", name="Voir les documents couverts").count() == 0
        second.goto("/exploitant/ayants-droit")
        seen.look("ayant-droit-noter", second)
        demand(walk, second, account.ins, category)
        seen.look("ayant-droit-confirme", second)
        walk.press(second, "Voir les documents couverts")
        seen.look("ayant-droit-documents", second)
        assert "Lettre-Xénon" in second.content() and account.birth_name not in second.content()
        with second.expect_download() as download:
            second.get_by_role("button", name="Prendre le fichier").click()
        assert Path(download.value.path()).read_bytes() == b"Bonjour.\n"

        hers.goto("/moi")
        seen.look("en-vie", hers)
        assert hers.url.endswith("/moi/en-vie")
        walk.press(hers, "Je suis en vie : corriger l’erreur")
        seen.look("en-vie-fait", hers)
        hers.goto("/moi/journal")
        seen.look("journal-ayant-droit", hers)
        assert "a pris un document pour le remettre à un ayant droit" in hers.content()
        hers.goto("/moi/reglages")
        seen.look("reglages-apres-ma-mort", hers)
        walk.press(hers, "Refuser que quiconque lise après ma mort")
        seen.look("refus-apres-ma-mort", hers)
        assert walk.elsewhere() == []
    assert seen.faults == []
