"""Her notices in Chromium: who read for the first time, where notices reach her, what she is told of; and how to recognise us."""

from __future__ import annotations

import msgspec
import pytest
from playwright.sync_api import Browser

from espace_sante.keeper import demand as d
from tests.journeys.seen import Seen
from tests.journeys.walk import Walk
from tests.served import ServedHouse

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
DIALLO = "99900000011"


def watched(house: ServedHouse) -> None:
    for _ in range(2):
        house.background.run(house.house.link.ask(d.Maintain(0, "watch")))


def words_sent(house: ServedHouse) -> str:
    """Read the message, as she does in her mailbox."""
    taken = house.background.run(house.house.link.ask(d.TakeNotices(0, 20, 3600)))
    found = msgspec.msgpack.decode(taken.payload, type=d.TakenNotices).messages
    return next(one.word for one in found if one.word)


def test_she_proves_a_mailbox_says_what_she_expected_and_chooses_what_she_is_told_of(
    whole: ServedHouse, browser: Browser
) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    software, _, account = whole.opened()
    for number in (DIALLO, "99900000045"):
        software.done("grant_access", {"practitioner": number, "scope": "everything", "purpose": "care", "days": 3})
    with walk.stack:
        her = walk.person(account.id)
        her.goto("/moi")
        her.get_by_role("link", name="Mes avis").click()
        seen.look("avis-rien", her)
        assert "Vous n’avez donné ni adresse électronique, ni mobile." in her.inner_text("main")
        walk.press(her, "Enregistrer")
        seen.look("avis-erreur", her)
        her.fill("#mail", "jeanne@exemple.example")
        walk.press(her, "Enregistrer")
        her.goto("/moi/avis")
        seen.look("avis-a-verifier", her)
        her.fill("#word", words_sent(whole))
        walk.press(her, "Vérifier")
        whole.client("diallo").done("list_documents", {"person": f"ins:{account.ins}"})
        watched(whole)
        her.goto("/moi/avis")
        seen.look("avis-premier-acces", her)
        assert "Vérifié depuis" in her.inner_text("main")
        walk.press(her, "Oui, je m’y attendais")
        her.goto("/moi/avis")
        assert "je m’y attendais." in her.inner_text("main") and "Oui, je" not in her.inner_text("main")
        her.get_by_role("link", name="Choisir de quoi vous êtes averti, et comment").click()
        seen.look("avis-choix", her)
        her.get_by_role("link", name="Changer : Quelqu’un lit mon espace pour la première fois").click()
        for name in ("by_mail", "by_sms", "by_letter"):
            her.locator(f"input[name={name}][value=no]").check()
        her.locator("input[name=pace][value='at-once']").check()
        walk.press(her, "Enregistrer")
        seen.look("avis-choix-erreur", her)
        assert "gardez au moins" in her.inner_text("main")
        her.locator("input[name=by_letter][value=yes]").check()
        walk.press(her, "Enregistrer")
        her.goto("/nous-reconnaitre")
        seen.look("nous-reconnaitre", her)
        assert "Un avis vous attend" in her.inner_text("main")
    assert seen.faults == []


def test_an_access_she_did_not_expect_is_blocked_and_contested_in_one_press(
    whole: ServedHouse, browser: Browser
) -> None:
    walk = Walk(browser, whole, javascript=False)
    software, _, account = whole.opened()
    software.done("grant_access", {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": 3})
    doctor = whole.client("diallo")
    doctor.done("list_documents", {"person": f"ins:{account.ins}"})
    watched(whole)
    with walk.stack:
        her = walk.person(account.id)
        her.goto("/moi/avis")
        walk.press(her, "Non : bloquer cette personne et contester")
        assert "Votre contestation est ouverte" in her.inner_text("main")
        her.goto("/moi/contestations")
        assert "Un accès que vous contestez" in her.inner_text("main")
