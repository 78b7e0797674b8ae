"""The pages of cards and requests in Chromium, without JavaScript: a card made, shown, stopped; a request, yes, no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from espace_sante.consent.card_code import normal_card_code
from tests.journeys.seen import walked
from tests.pages.browser import follow, press, visit
from tests.served import ServedHouse, posted

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]


def choose(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f"input[name={name}][value='{value}']").check()


class Played:
    """The browsers of her and of a doctor, and what they do one after the other."""

    def __init__(self, browser: Browser, house: ServedHouse) -> None:
        self.browser, self.house, self.stack = browser, house, ExitStack()

    def person(self, account: str) -> Page:
        page: Page = self.stack.enter_context(visit(self.browser, self.house.address, javascript=False)).page
        page.goto("/connexion")
        page.locator(f"input[value={account}]").check()
        press(page, "Entrer")
        return page

    def pages(self) -> Iterator[tuple[str, Page]]:
        with self.stack:
            _, person, account = self.house.opened()
            sent = posted(b"Allergie.\n", subject={"reference": f"Patient/{person}"}, title="Allergies")
            assert self.house.client("guerin").ask("POST", "/fhir/DocumentReference", sent).status == 201
            self.her, self.doctor = self.person(account.id), self.person("diallo")
            yield from self._card()
            yield from self._request(account.ins)

    def _card(self) -> Iterator[tuple[str, Page]]:
        her, doctor = self.her, self.doctor
        her.goto("/moi/cartes")
        yield "aucune-carte", her
        follow(her.get_by_role("link", name="Faire une carte ou un code"))
        assert her.locator("input:checked").count() == 0, "nothing is ticked beforehand"
        yield "faire", her
        press(her, "Faire la carte")
        yield "faire-erreur", her
        choose(her, scope="everything", purpose="care", days="0")
        her.fill("#uses", "1")
        her.fill("#pin", "4711")
        press(her, "Faire la carte")
        code = her.locator(".es-reference strong").first.inner_text()
        assert normal_card_code(code) == code
        yield "carte-faite", her
        with her.expect_download() as printed:
            press(her, "Télécharger la carte (PDF)")
        assert Path(printed.value.path()).read_bytes().startswith(b"%PDF-")
        doctor.goto("/pro")
        doctor.get_by_role("link", name="Présenter une carte ou un code").click()
        yield "presenter", doctor
        doctor.fill("#code", "1234")
        press(doctor, "Présenter")
        yield "presenter-erreur", doctor
        doctor.fill("#code", code.lower())
        doctor.fill("#pin", "0000")
        press(doctor, "Présenter")
        assert "rien à vous montrer" in doctor.inner_text("main")
        yield "presenter-rien", doctor
        doctor.fill("#code", f"card:{code}")
        doctor.fill("#pin", "4711")
        press(doctor, "Présenter")
        yield "acceptee", doctor
        press(doctor, "Voir ses documents")
        assert "Allergies" in doctor.inner_text("main")
        assert code not in doctor.url and code not in her.url
        her.goto("/moi/cartes")
        assert "Diallo" in her.inner_text("main") and "Ne sert plus" in her.inner_text("main")
        assert code not in her.content(), "its code is shown once"
        yield "cartes", her
        press(her, "Arrêter la carte")
        yield "arretee", her
        her.goto("/moi/cartes")
        assert "Vous n’avez aucune carte" in her.inner_text("main")
        yield from self._by_letter()

    def _by_letter(self) -> Iterator[tuple[str, Page]]:
        her = self.her
        her.goto("/moi/cartes/faire")
        choose(her, scope="everything", purpose="care", days="7", post="yes")
        her.fill("#uses", "1")
        press(her, "Faire la carte")
        assert "30 jours au moins" in her.inner_text("main")
        choose(her, days="30")
        press(her, "Faire la carte")
        assert "par courrier" in her.inner_text("h1") and "Carte numéro" in her.inner_text("main")
        yield "par-courrier", her
        her.goto("/moi/cartes")
        assert "elle ne sert pas encore" in her.inner_text("main")
        yield "cartes-par-courrier", her
        press(her, "Arrêter la carte")

    def _request(self, ins: str) -> Iterator[tuple[str, Page]]:
        her, doctor = self.her, self.doctor
        her.goto("/moi/demandes")
        yield "aucune-demande", her
        for number in (ins, "0" * 32):
            doctor.goto("/pro/demander")
            assert doctor.locator("input:checked").count() == 0
            doctor.fill("#person", number)
            choose(doctor, scope="everything", purpose="care")
            doctor.fill("#days", "30")
            press(doctor, "Demander")
            assert "Si cette personne a un espace, elle lira votre demande." in doctor.inner_text("main")
        yield "demandee", doctor
        doctor.goto("/pro/demander")
        press(doctor, "Demander")
        yield "demander-erreur", doctor
        her.goto("/moi/demandes")
        told = her.inner_text("main")
        assert "Diallo" in told and "30" in told
        yes, no = her.get_by_role("button", name="Oui à"), her.get_by_role("button", name="Non à")
        assert yes.count() == no.count() == 1
        boxes = [one.bounding_box() for one in (yes, no)]
        assert abs(boxes[0]["height"] - boxes[1]["height"]) <= 1, "both weigh the same"  # type: ignore[index]  # both are drawn
        assert yes.get_attribute("class") == no.get_attribute("class")
        yield "demandes", her
        press(her, "Moins à")
        yield "moins", her
        her.fill("#days", "31")
        press(her, "Donner cela seulement")
        assert "pas plus" in her.inner_text("main")
        yield "moins-erreur", her
        her.fill("#days", "2")
        press(her, "Donner cela seulement")
        assert "Vous avez dit oui" in her.inner_text("h1")
        yield "oui", her
        doctor.goto("/pro/demander")
        doctor.fill("#person", ins)
        choose(doctor, scope="everything", purpose="care")
        doctor.fill("#days", "30")
        press(doctor, "Demander")
        her.goto("/moi/demandes")
        press(her, "Non à")
        assert "Vous avez dit non" in her.inner_text("h1")
        yield "non", her


def test_the_pages_of_cards_and_requests_are_accessible_and_never_scroll_sideways(
    whole: ServedHouse, browser: Browser
) -> None:
    names, faults = walked(Played(browser, whole).pages())
    assert faults == []
    assert len(names) == 20
