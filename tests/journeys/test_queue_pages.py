"""The queue of pages that a person must read, in Chromium: the list, the page's picture, the choices in full; then her own view."""

from __future__ import annotations

import base64
import json

import pytest
from playwright.sync_api import Browser

from tests.integration.test_mailroom import page as drawn
from tests.journeys.counter import printed_for_her, with_her
from tests.journeys.seen import Seen
from tests.journeys.test_story import surfer
from tests.journeys.walk import Walk
from tests.pages.browser import follow
from tests.served import ServedHouse

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
ASKED = {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": "30"}


def test_an_agent_reads_a_page_and_she_sees_what_she_sent(whole: ServedHouse, browser: Browser) -> None:
    client, _, account = whole.opened()
    called = with_her(surfer(whole, "petit"), "telephone", "grant_access", account.ins, ASKED)
    receipt = called.form("/guichet/formulaires/ES-06.pdf").values["receipt"][0]
    token = json.loads(receipt)["payload"]["coupon"]
    png = whole.background.run(drawn(whole.house, token, 0))
    today = whole.house.now().date().isoformat()
    scan = {"media_type": "image/png", "data": base64.b64encode(png).decode()}
    kept = {"step": "keep", "token": token, "form": "ES-06", "why": "gives", "scan": scan, "arrived": today}
    whole.client("petit").done("handle_page", kept)
    walk, seen = Walk(browser, whole, javascript=False), Seen()
    with walk.stack:
        agent, hers = walk.person("petit"), walk.person(account.id)
        agent.goto("/guichet/file")
        seen.look("file-guichet", agent)
        follow(agent.locator("article a").first)
        labels = agent.locator("fieldset:has(input[name=choice]) label").all_inner_texts()
        assert [one.split()[0] for one in labels] == ["Oui", "Non", "On"], labels
        seen.look("file-feuille", agent)
        walk.press(agent, "C’est ce qu’elle demande")
        assert "Dites ce que la feuille demande" in agent.content()
        assert "Dites si vous connaissez cette personne" in agent.content()
        agent.locator("input[name=choice][value='1']").check()
        agent.locator("input[name=tie][value='no']").check()
        walk.press(agent, "C’est ce qu’elle demande")
        seen.look("file-fait", agent)
        hers.goto("/moi/journal")
        hers.get_by_text("La feuille envoyée").first.click()
        seen.look("journal-feuille", hers)
        assert hers.locator("img[src^='data:image/png']").count() == 1
        assert walk.elsewhere() == []
    assert seen.faults == []
    records = client.done("read_journal")["result"]["records"]
    line = next(one["seq"] for one in records if "read:person" in one["objects"])
    agent_again, station = surfer(whole, "petit"), surfer(whole, "imprimante")
    paper = printed_for_her(agent_again, station, "read_journal", account.ins, {"sheet": str(line)})
    assert paper.header("content-type") == "image/png"
    assert paper.body.startswith(b"\x89PNG")
