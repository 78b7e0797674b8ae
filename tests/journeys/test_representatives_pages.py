"""A parent by the pages, in Chromium: noted, confirmed, accepted, acting under his banner, contested by the person."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.seen import Seen
from tests.journeys.test_orders_pages import dated
from tests.journeys.walk import Walk
from tests.served import ServedHouse

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]


def note(walk: Walk, page: Page, ins: str, what: str, name: str, measure: str = "guardianship") -> None:
    page.goto(f"/guichet/representants/{what}")
    for field, value in {"ins": ins, "name": name, "basis": "jugement 26/123"}.items():
        page.fill(f"#{field}", value)
    page.locator(f"input[name=measure][value={measure}]").check()
    page.locator("input[name=power][value='représente']").check()
    dated(page, "starts", date(2026, 1, 2))
    dated(page, "ends", date(2031, 1, 2))
    walk.press(page, "Noter")


def test_a_guardian_is_noted_twice_accepts_acts_under_his_banner_and_is_contested(
    whole: ServedHouse, browser: Browser
) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    _, _, account = whole.opened()
    guardian = whole.new_person()
    with walk.stack:
        first, second = walk.person("petit"), walk.person("vasseur")
        hers, his = walk.person(account.id), walk.person(guardian.id)
        first.goto("/guichet/representants")
        seen.look("representants-guichet", first)
        first.goto("/guichet/representants/noter")
        walk.press(first, "Noter")
        seen.look("representants-noter-erreur", first)
        name = f"{guardian.first_given} {guardian.birth_name}"
        note(walk, first, account.ins, "noter", name)
        seen.look("representants-note", first)
        hers.goto("/moi/representants")
        assert "Un second agent doit vérifier" in hers.content()
        note(walk, second, account.ins, "confirmer", name)
        seen.look("representants-code", second)
        code = second.locator("strong.es-reference").inner_text()
        his.goto("/pour")
        his.fill("#code", code)
        his.fill("#label", "Ma protégée")
        his.locator("main button").last.click()
        seen.look("representants-pour", his)
        assert "/pour/" in his.url and "Ma protégée" in his.content()
        assert "tutelle, numéro" in his.content() and "Mandat" not in his.locator("main").inner_text()
        hers.goto("/moi/representants")
        seen.look("representants-moi", hers)
        walk.press(hers, f"Contester : {name}")
        seen.look("representants-conteste", hers)
        his.reload()
        assert his.title() and "Ma protégée" not in his.locator("main").inner_text()
        hers.goto("/moi/representants")
        seen.look("representants-suspendu", hers)
        assert "Suspendu" in hers.content()
        hers.goto("/moi/cacher")
        seen.look("cacher-representants", hers)
        assert walk.elsewhere() == []
    assert seen.faults == []


def test_who_was_given_certain_acts_is_noted_with_them_by_the_pages(whole: ServedHouse, browser: Browser) -> None:
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    _, _, account = whole.opened()
    with walk.stack:
        agent, hers = walk.person("petit"), walk.person(account.id)
        note(walk, agent, account.ins, "noter", "Ana Essai", measure="family_simple")
        seen.look("representants-sans-acte", agent)
        assert "Cochez les démarches que la décision nomme" in agent.locator("main").inner_text()
        agent.locator("input[name=acts][value=withdraw_access]").check()
        walk.press(agent, "Noter")
        hers.goto("/moi/representants")
        seen.look("representants-actes", hers)
        assert "Retirer une autorisation" in hers.locator("main").inner_text()
        assert walk.elsewhere() == []
    assert seen.faults == []
