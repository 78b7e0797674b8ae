"""What she wants by post, and the mail room, in Chromium: accessible, in a few steps, and no name on any page of the mail room."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.seen import Seen
from tests.journeys.walk import Walk
from tests.pdf_text import text
from tests.served import ServedHouse

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
EMERGENCY = {"regulator": "no", "bedside": "yes", "hidden": "no", "scope": "everything"}
BESIDE = {"kind": "bedside", "beside": "yes", "ground": "life-at-risk", "reason": "Malaise dans la rue."}


def test_she_says_where_her_letters_go_and_asks_for_the_one_that_says_who_may_read(
    whole: ServedHouse, browser: Browser
) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    _, _, account = whole.opened()
    with walk.stack:
        her = walk.person(account.id)
        her.goto("/moi")
        her.get_by_role("link", name="Mon courrier").click()
        seen.look("courrier-rien", her)
        assert "vous attendent au guichet" in her.inner_text("main")
        assert her.locator("input:checked").count() == 0, "nothing is chosen beforehand"
        her.fill("#street", "12 rue des Essais")
        walk.press(her, "Donner mon adresse")
        seen.look("courrier-erreur", her)
        her.fill("#town", "63000 Clermont-Ferrand")
        walk.press(her, "Donner mon adresse")
        seen.look("courrier-adresse-donnee", her)
        her.goto("/moi/courrier")
        her.locator("input[name=months][value='6']").check()
        walk.press(her, "Recevoir cette lettre")
        her.goto("/moi/courrier")
        seen.look("courrier-tout", her)
        assert "12 rue des Essais" in her.inner_text("main")
        walk.press(her, "Ne plus recevoir cette lettre")
        her.goto("/moi/courrier")
        walk.press(her, "Recevoir mon journal par lettre")
        her.goto("/moi/journal")
        assert "Vous avez demandé la lettre de votre journal, chaque trimestre." in her.inner_text("main")
        her.get_by_role("link", name="Dépôts et démarches").click()
        seen.look("journal-une-sorte", her)
        her.goto("/moi/courrier")
        seen.look("courrier-trimestre", her)
        assert "Vous recevez chaque trimestre la lettre de votre journal." in her.inner_text("main")
        walk.press(her, "Ne plus recevoir mon journal par lettre")
        her.goto("/moi/courrier")
        walk.press(her, "Prendre mes lettres au guichet")
        her.goto("/moi/courrier")
        assert "vous attendent au guichet" in her.inner_text("main")
    assert seen.faults == []


def test_the_mail_room_prints_without_names_prints_again_and_posts(
    whole: ServedHouse, browser: Browser, tmp_path: Path
) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    her, person, account = whole.opened()
    her.done("give_address", {"street": "12 rue des Essais", "town": "63000 Clermont-Ferrand"})
    her.done("set_emergency_will", EMERGENCY)
    whole.client("diallo").done("break_glass", {**BESIDE, "person": f"id:{person}"})
    with walk.stack:
        clerk = walk.person("accueil")
        clerk.goto("/exploitant/courrier")
        seen.look("courrier-attend", clerk)
        assert account.birth_name not in clerk.content()
        first = _downloaded(clerk, "Imprimer les lettres", tmp_path)
        said = text(first)
        for words in ("Bordereau", "à poster", account.birth_name, "12 RUE DES ESSAIS", "Dr Awa Diallo"):
            assert words in said, words
        assert "Malaise" not in said, "his words are hers alone"
        clerk.get_by_role(
            "link", name="mettez cette page à jour"
        ).click() if "À imprimer" not in clerk.content() else clerk.goto("/exploitant/courrier")
        seen.look("courrier-imprime", clerk)
        again = text(_downloaded(clerk, "Les imprimer de nouveau", tmp_path))
        assert "réimprimée" in again and "réimprimée" not in said
        walk.press(clerk, "Elles sont postées")
        seen.look("courrier-poste", clerk)
        assert "Aucune lettre imprimée n’attend" in clerk.inner_text("main")
        page = walk.person(account.id)
        page.goto("/moi/journal")
        told = page.inner_text("main")
        assert "a imprimé ce qui devait vous être dit par courrier" in told
        assert "a posté ce qui devait vous être dit par courrier" in told
    assert seen.faults == []


def _downloaded(page, words: str, folder: Path) -> bytes:  # type: ignore[no-untyped-def]  # a Playwright page
    with page.expect_download() as started:
        page.get_by_role("button", name=words, exact=True).click()
    path = folder / re.sub("[^a-z]", "", words.lower())
    started.value.save_as(path)
    return path.read_bytes()
