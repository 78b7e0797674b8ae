"""The pages of an emergency in Chromium, without JavaScript: what she says, a declaration, a colleague who confirms, never."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.seen import walked
from tests.pages.browser import follow, press, visit
from tests.served import ServedHouse, posted

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
DIALLO = "99900000011"


def choose(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f"input[name={name}][value='{value}']").check()


def declare(page: Page, beside: str) -> None:
    """Declare an emergency for the person whose page is shown."""
    press(page, "Déclarer une urgence")
    choose(page, kind="bedside", beside=beside, ground="life-at-risk")
    page.fill("#reason", "Malaise dans la rue")
    press(page, "Déclarer l’urgence")


class Played:
    """The browsers of her and of two doctors, and what they do one after the other."""

    def __init__(self, browser: Browser, house: ServedHouse) -> None:
        self.browser, self.house, self.stack = browser, house, ExitStack()

    def person(self, account: str) -> Page:
        visited = self.stack.enter_context(visit(self.browser, self.house.address, javascript=False))
        page: Page = visited.page
        page.goto("/connexion")
        page.locator(f"input[value={account}]").check()
        press(page, "Entrer")
        return page

    def look_up(self, page: Page, number: str) -> None:
        page.goto("/pro")
        page.fill("#person", number)
        press(page, "Chercher")

    def pages(self) -> Iterator[tuple[str, Page]]:
        with self.stack:
            _, person, account = self.house.opened()
            sent = posted(b"Allergie.\n", subject={"reference": f"Patient/{person}"}, title="Allergies")
            assert self.house.client("guerin").ask("POST", "/fhir/DocumentReference", sent).status == 201
            self.her, self.doctor, self.second = [self.person(who) for who in (account.id, "diallo", "guerin")]
            yield from self._said()
            yield from self._declared(account.ins)
            yield from self._confirmed(account.ins)
            yield from self._never(account.ins)

    def _said(self) -> Iterator[tuple[str, Page]]:
        her = self.her
        her.goto("/moi/urgence")
        assert "Vous n’avez pas répondu" in her.inner_text("main")
        yield "jamais-demandee", her
        follow(her.get_by_role("link", name="Répondre"))
        assert her.locator("input:checked").count() == 0, "nothing is ticked beforehand"
        yield "questions", her
        press(her, "Noter mes réponses")
        yield "questions-erreur", her
        choose(her, regulator="no", bedside="yes", hidden="no")
        press(her, "Noter mes réponses")
        assert "Dites ce qui peut être lu" in her.inner_text("main")
        choose(her, scope="everything")
        press(her, "Noter mes réponses")
        yield "repondu", her
        her.goto("/moi/urgence")
        assert "Reste caché" in her.inner_text("main")
        assert her.locator("input:checked").count() == 0
        yield "reponses", her

    def _declared(self, ins: str) -> Iterator[tuple[str, Page]]:
        doctor = self.doctor
        self.look_up(doctor, ins)
        yield "rien", doctor
        press(doctor, "Déclarer une urgence")
        assert doctor.locator("input:checked").count() == 0
        yield "declarer", doctor
        press(doctor, "Déclarer l’urgence")
        yield "declarer-erreur", doctor
        self.look_up(doctor, ins)
        declare(doctor, "no")
        assert "attend" in doctor.inner_text("h1")
        yield "attend", doctor

    def _confirmed(self, ins: str) -> Iterator[tuple[str, Page]]:
        doctor, second = self.doctor, self.second
        second.goto("/pro")
        second.get_by_role("link", name="Confirmer l’urgence").click()
        yield "confirmer", second
        second.fill("#person", ins)
        second.fill("#practitioner", "1")
        press(second, "Confirmer cette urgence")
        yield "confirmer-erreur", second
        second.fill("#practitioner", DIALLO)
        press(second, "Confirmer cette urgence")
        yield "confirmee", second
        self.look_up(doctor, ins)
        assert "Accès d’urgence en cours" in doctor.inner_text("main")
        yield "liste-en-urgence", doctor
        press(doctor, "Voir")
        assert "Accès d’urgence en cours" in doctor.inner_text("main")
        yield "document-en-urgence", doctor
        self.look_up(second, ins)
        assert "rien à vous montrer" in second.inner_text("main")
        self.her.goto("/moi/urgence")
        told = self.her.inner_text("main")
        for words in (
            "Malaise dans la rue",
            "loin de vous",
            "a confirmé l’urgence déclarée par Dr Awa Diallo",
            "C’était une urgence",
        ):
            assert words in told
        yield "qui-a-ouvert-quoi", self.her

    def _never(self, ins: str) -> Iterator[tuple[str, Page]]:
        press(self.her, "Jamais")
        yield "jamais", self.her
        self.her.goto("/moi/urgence")
        assert "Vous avez dit jamais" in self.her.inner_text("main")
        self.look_up(self.doctor, ins)
        refused = self.doctor.inner_text("main")
        assert "rien à vous montrer" in refused
        declare(self.doctor, "yes")
        assert self.doctor.inner_text("main") == refused, "refused, the page is that of whom nothing is shown"
        yield "urgence-refusee", self.doctor


def test_the_pages_of_an_emergency_are_accessible_and_never_scroll_sideways(
    whole: ServedHouse, browser: Browser
) -> None:
    names, faults = walked(Played(browser, whole).pages())
    assert faults == []
    assert len(names) == 17


def test_never_takes_no_more_steps_than_yes(whole: ServedHouse, browser: Browser) -> None:
    with visit(browser, whole.address, javascript=False) as visited:
        _, _, account = whole.opened()
        page = visited.page
        page.goto("/connexion")
        page.locator(f"input[value={account.id}]").check()
        press(page, "Entrer")
        page.goto("/moi/urgence")
        yes, no = page.get_by_role("link", name="Répondre"), page.get_by_role("button", name="Jamais")
        assert yes.count() == no.count() == 1
        sizes = [one.bounding_box()["height"] for one in (yes, no)]  # type: ignore[index]  # both are drawn
        assert abs(sizes[0] - sizes[1]) <= 1, "both weigh the same"
        no.click()  # one step, nothing to fill in; yes asks three questions
        assert "personne ne lit" in page.inner_text("main")
