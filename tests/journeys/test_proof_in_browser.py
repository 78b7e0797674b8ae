"""The proof of her journal in Chromium, without JavaScript: accessible, never scrolling sideways, two pages from her journal."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.seen import Seen
from tests.journeys.walk import Walk
from tests.publishing import publishing
from tests.served import ServedHouse

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]


def test_she_receives_the_proof_and_a_receipt(whole: ServedHouse, browser: Browser, tmp_path: Path) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    _, _, account = whole.opened()
    with walk.stack, publishing(whole.house.settings) as publisher:
        her = walk.person(account.id)
        her.goto("/moi/journal")
        seen.look("journal", her)
        her.get_by_role("link", name="Recevoir la preuve de mon journal").click()
        seen.look("preuve", her)
        walk.press(her, "Recevoir le fichier")
        assert "encore rien publié" in her.inner_text("main")
        seen.look("preuve-rien-de-publie", her)
        her.fill("#first", "1999")
        walk.press(her, "Recevoir le fichier")
        seen.look("preuve-erreur", her)
        assert her.locator(".govuk-error-summary").count() == 1, "what is wrong is said once"
        whole.background.run(publisher.publish())
        her.goto("/moi/journal")
        her.get_by_role("button", name="Reçu de la ligne 0").click()
        seen.look("recu", her)
        box = her.locator(".es-line-code svg").bounding_box()
        assert box is not None and box["width"] > 200
        with her.expect_download() as download:
            walk.press(her, "Imprimer ce reçu")
        assert download.value.suggested_filename == "recu-ligne-0.pdf"
        her.goto("/moi/journal/preuve")
        with her.expect_download() as download:
            walk.press(her, "Recevoir le fichier")
        assert download.value.path().read_bytes().startswith(b'{"cj":')
    assert seen.faults == []
