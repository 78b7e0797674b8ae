"""A judge's decision by the operator's pages, in Chromium: noted, confirmed, handed over; the gauge; her journal at its day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from espace_sante.keeper import demand as d
from tests.inside import rows
from tests.journeys.seen import Seen
from tests.journeys.walk import Walk
from tests.served import ServedHouse, posted

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
DAY = timedelta(days=1)


def dated(page: Page, name: str, day: date) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.fill(f"input[name={name}-{part}]", str(value))


def test_a_decision_is_noted_confirmed_handed_over_counted_and_told(whole: ServedHouse, browser: Browser) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    her, person, account = whole.opened()
    about = {"title": "Lettre-Yttrium", "contentType": "text/plain", "subject": {"reference": f"Patient/{person}"}}
    sent = whole.client("lopez").ask("POST", "/fhir/DocumentReference", posted(b"Bonjour.\n", **about))
    assert sent.status == 201, sent.body
    category = her.done("list_documents")["result"]["documents"][0]["category"]
    today = whole.house.now().date()
    with walk.stack:
        first, second, nobody = walk.person("accueil"), walk.person("astreinte"), walk.person()
        first.goto("/exploitant/justice")
        seen.look("justice-aucune", first)
        first.get_by_role("button", name="Noter une décision de justice").or_(
            first.get_by_role("link", name="Noter une décision de justice")
        ).first.click()
        seen.look("justice-noter", first)
        walk.press(first, "Noter cette décision")
        assert first.title().startswith("Erreur")
        seen.look("justice-noter-erreur", first)
        words = {"authority": "Tribunal de Dijon", "number": "2026/77", "law": "Article 56-3", "attended": "Dr Martin"}
        for name, value in {"ins": account.ins, **words}.items():
            first.fill(f"#{name}", value)
        dated(first, "dated", today)
        dated(first, "reveal", today + 30 * DAY)
        first.locator(f"input[name=categories][value='{category}']").check()
        walk.press(first, "Noter cette décision")
        seen.look("justice-notee", first)
        first.goto("/exploitant/justice")
        first.get_by_role("link", name="Tribunal de Dijon").click()
        seen.look("justice-a-moi", first)
        assert "un autre compte doit la confirmer" in first.content()

        second.goto("/exploitant/justice")
        seen.look("justice-liste", second)
        assert account.birth_name not in second.content()
        second.get_by_role("link", name="Tribunal de Dijon").click()
        seen.look("justice-a-confirmer", second)
        second.fill("#local", "AUTRE-1")
        walk.press(second, "Confirmer cette décision")
        seen.look("justice-autre-personne", second)
        assert "Cette personne n&#39;est pas celle" in second.content() or "n'est pas celle" in second.content()
        second.fill("#local", "")
        second.fill("#ins", account.ins)
        walk.press(second, "Confirmer cette décision")
        seen.look("justice-confirmee", second)

        first.goto("/exploitant/justice")
        first.get_by_role("link", name="Tribunal de Dijon").click()
        seen.look("justice-a-remettre", first)
        dated(first, "reveal", today + 60 * DAY)
        walk.press(first, "Demander, ou confirmer")
        seen.look("justice-repoussee-a-confirmer", first)
        second.goto("/exploitant/justice")
        second.get_by_role("link", name="Tribunal de Dijon").click()
        seen.look("justice-jour-demande", second)
        dated(second, "reveal", today + 60 * DAY)
        walk.press(second, "Demander, ou confirmer")
        seen.look("justice-repoussee", second)
        first.goto("/exploitant/justice")
        first.get_by_role("link", name="Tribunal de Dijon").click()
        walk.press(first, "Voir les documents couverts")
        seen.look("justice-documents", first)
        assert "Lettre-Yttrium" in first.content() and account.birth_name not in first.content()
        with first.expect_download() as download:
            first.get_by_role("button", name="Prendre le fichier").click()
        assert Path(download.value.path()).read_bytes() == b"Bonjour.\n"

        nobody.goto("/indicateurs")
        seen.look("indicateurs-justice", nobody)
        assert gauge(nobody) == [1, 0, 0, 0, 1]
        assert whole.client().ask("GET", "/indicateurs.json").json["orders"]["sealed"] == 1
        moved(whole, today - DAY)
        nobody.goto("/indicateurs")
        seen.look("indicateurs-justice-en-retard", nobody)
        assert gauge(nobody) == [0, 1, 0, 0, 1] and "Ce n’est pas normal" in nobody.content()
        whole.background.run(whole.house.link.ask(d.Maintain(0, "reveal")))
        nobody.goto("/indicateurs")
        assert gauge(nobody) == [0, 0, 1, 0, 1] and "Ce n’est pas normal" not in nobody.content()

        hers = walk.person(account.id)
        hers.goto("/moi/journal")
        seen.look("journal-justice", hers)
        assert hers.get_by_text("Un document de votre espace a été remis, sur décision de justice.").count() == 1
        shown = hers.locator("main").inner_text()
        assert len(re.findall(r"journal de l’institution\W+ligne [0-9a-hjkmnp-tv-z]{20}", shown)) == 4
        assert walk.elsewhere() == []
    assert seen.faults == []


def gauge(page: Page) -> list[int]:
    """Return the numbers, in their order."""
    assert page.get_by_text("Combien de décisions, sans dire pour qui").is_visible()
    return [int(cell) for cell in page.locator("dl dd").all_inner_texts() if cell.strip().isdecimal()]


def moved(served: ServedHouse, day: date) -> None:
    """Move the day of the order behind the house's back: the clock of this house is not a test's."""
    statement = "UPDATE keeper.court_order SET reveal_on = $1, version = version + 1"
    served.background.run(rows(served.house.settings, "postgres", statement, day))
