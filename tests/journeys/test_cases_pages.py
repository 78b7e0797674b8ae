"""Contesting, reporting, being helped, answering, and the public counts, in Chromium: accessible, and in at most three steps."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Browser

from tests.journal_lines import put_lines
from tests.journeys.seen import Seen
from tests.journeys.walk import Walk
from tests.served import ServedHouse, posted

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
LOPEZ = "lopez"


def test_an_access_is_contested_answered_by_two_accounts_and_read_back(whole: ServedHouse, browser: Browser) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    _, person, account = whole.opened()
    sender = whole.client(LOPEZ)
    about = {"title": "Lettre", "creation": "2026-03-01T10:00:00+01:00", "contentType": "text/plain"}
    sent = sender.ask(
        "POST",
        "/fhir/DocumentReference",
        posted(b"Bonjour.\n", **about, subject={"reference": f"Patient/{person}"}),
    )
    assert sent.status == 201, sent.body
    with walk.stack:
        her = walk.person(account.id)
        her.goto("/moi/contestations")
        seen.look("contestations-aucune", her)
        her.goto("/moi/journal")
        seen.look("journal", her)
        her.get_by_role("link", name="Je ne m’attendais pas à cet accès").first.click()
        seen.look("contester", her)
        walk.press(her, "Envoyer ma contestation")
        assert her.title().startswith("Erreur")
        seen.look("contester-erreur", her)
        her.locator("input[value=not-my-care]").check()
        her.fill("#words", "Je ne le connais pas.\nJamais vu.")
        her.locator("input[name=block][value=yes]").check()
        walk.press(her, "Envoyer ma contestation")
        seen.look("conteste", her)
        assert her.get_by_role("heading", level=1).inner_text() == "Votre contestation est ouverte"

        her.goto(f"/moi/signaler?document={sent.json['id']}")
        seen.look("signaler", her)
        her.locator("input[value=date]").check()
        her.locator("input[name=hide][value=no]").check()
        walk.press(her, "Signaler cette erreur")
        seen.look("signale", her)
        her.goto("/moi/contestations")
        seen.look("contestations", her)

        first, second = walk.person("accueil"), walk.person("astreinte")
        first.goto("/exploitant/dossiers")
        seen.look("dossiers", first)
        assert account.birth_name not in first.content()
        assert "Jamais vu" not in first.content()
        first.get_by_role("link", name="Accès contesté").first.click()
        seen.look("dossier", first)
        first.locator("input[value=not-justified]").check()
        first.fill("#text", "Vous avez raison.\nIl ne devait pas lire.")
        walk.press(first, "Enregistrer cette réponse")
        seen.look("repondu", first)
        second.goto("/exploitant/dossiers")
        second.get_by_role("link", name="Accès contesté").first.click()
        seen.look("dossier-a-confirmer", second)
        walk.press(second, "Confirmer et envoyer")
        seen.look("confirme", second)

        her.goto("/moi/contestations")
        seen.look("contestations-repondue", her)
        assert her.get_by_text("Il ne devait pas lire.").count() == 1
        assert her.get_by_text("Répondu").count() == 1
        her.goto("/moi/journal")
        seen.look("journal-apres", her)
        assert her.get_by_text("a confirmé la réponse à votre demande").count() == 1
        assert walk.elsewhere() == []
    assert seen.faults == []


def test_the_support_sees_what_she_allowed_and_she_ends_it_in_one_press(whole: ServedHouse, browser: Browser) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    _, _, account = whole.opened()
    with walk.stack:
        her, first, second = walk.person(account.id), walk.person("accueil"), walk.person("astreinte")
        her.goto("/moi/aide")
        seen.look("aide", her)
        walk.press(her, "Permettre cette aide")
        seen.look("aide-erreur", her)
        her.fill("#ticket", "AB-2026-0001")
        her.locator("input[name=hours][value='24']").check()
        her.locator("input[name=journal][value=yes]").check()
        walk.press(her, "Permettre cette aide")
        seen.look("aide-permise", her)
        first.goto("/exploitant/aide")
        seen.look("ticket", first)
        for page in (first, second):
            page.goto("/exploitant/aide")
            page.fill("#ticket-open", "AB20260001")
            walk.press(page, "Demander, ou confirmer")
            seen.look("ticket-demande", page)
        second.goto("/exploitant/aide")
        second.fill("#ticket-read", "ab 2026 0001")
        walk.press(second, "Voir ce que la personne a permis")
        seen.look("ticket-vu", second)
        assert "Accepte les dépôts" in second.content()
        assert account.birth_name not in second.content()
        her.goto("/moi/aide")
        seen.look("aide-ouverte", her)
        walk.press(her, "Arrêter cette aide")
        seen.look("aide-arretee", her)
        second.goto("/exploitant/aide")
        second.fill("#ticket-read", "AB20260001")
        walk.press(second, "Voir ce que la personne a permis")
        assert second.title().startswith("404") or "rien à vous montrer" in second.content()
    assert seen.faults == []


def test_the_public_counts_stand_on_a_page_and_in_a_file(whole: ServedHouse, browser: Browser) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    nobody = whole.client()
    with walk.stack:
        page = walk.person()
        page.goto("/indicateurs")
        seen.look("indicateurs", page)
        assert "Pas de chiffres pour le moment" in page.content()
        whole.background.run(_count(whole))
        page.goto("/indicateurs")
        seen.look("indicateurs-pleins", page)
        assert page.get_by_text("moins de 11").count() > 1
    reply = nobody.ask("GET", "/indicateurs.json")
    assert reply.status == 200
    cells = reply.json["cells"]
    shown = {(c["period"], c["kind"]): c["number"] for c in cells}
    assert shown["2026-09", "contest-in-7"] == 40
    assert shown["2026-09", "contest-in-14"] is None
    assert shown["2026-10-03", "emergency-in-7"] == 15
    assert ("2026-10", "emergency-in-7") not in shown
    assert seen.faults == []


async def _count(whole: ServedHouse) -> None:
    import asyncpg

    await put_lines(whole.house.settings, date(2026, 9, 1))

    from espace_sante.operate.roles import connection_arguments, superuser

    connection = await asyncpg.connect(**connection_arguments(whole.house.settings, superuser("main")))
    try:
        await connection.execute("INSERT INTO counts.daily VALUES ('2026-09-02', 'contest-in-7', 40)")
        await connection.execute("INSERT INTO counts.daily VALUES ('2026-09-02', 'contest-in-14', 10)")
        await connection.execute(
            "INSERT INTO counts.daily SELECT d::date, 'emergency-in-7', 12"
            " FROM generate_series('2026-10-01'::date, '2026-10-31'::date, interval '1 day') d"
        )
    finally:
        await connection.close()
