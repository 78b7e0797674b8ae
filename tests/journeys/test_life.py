"""A space's life by its pages: refused for good, closed and kept, opened again, erased; and what silence opened, where it does."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from playwright.sync_api import Browser

from espace_sante.kernel.settings import OpeningPolicy
from tests.fixtures_database import Databases
from tests.journeys.counter import printed_for_her, with_her
from tests.journeys.life import kept_and_erased, presumed
from tests.journeys.seen import walked
from tests.journeys.test_story import invite, opened, surfer
from tests.pdf_text import text
from tests.served import ServedHouse, served_house

pytestmark = [pytest.mark.database]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("policy", list(OpeningPolicy))
def test_the_pages_of_a_spaces_life_are_accessible_and_never_scroll_sideways(
    databases: Databases, browser: Browser, policy: OpeningPolicy
) -> None:
    with served_house(databases, whole=True, opening_policy=policy) as house:
        met = kept_and_erased if policy is OpeningPolicy.CONSENT else presumed
        _, faults = walked(met(browser, house))
    assert faults == []


def test_she_takes_her_journal_and_receipts_away_before_closing(whole: ServedHouse) -> None:
    person = opened(whole, "karim")
    page = person.get("/moi/fermer")
    assert "/moi/fermer/dossier.zip" in page.links
    file = person.get("/moi/fermer/dossier.zip")
    assert file.header("content-type") == "application/zip" and "attachment" in file.header("content-disposition")
    with zipfile.ZipFile(io.BytesIO(file.body)) as archive:
        assert archive.testzip() is None
        records = [json.loads(line) for line in archive.read("journal.jsonl").splitlines()]
        proofs = json.loads(archive.read("preuves.json"))
        receipts = [json.loads(archive.read(name)) for name in archive.namelist() if name.startswith("recus/")]
    assert [record["seq"] for record in records] == [proof["seq"] for proof in proofs] == list(range(len(records)))
    assert [record["act"] for record in records][:1] == ["open_space"]
    for before, record in zip(proofs, records[1:], strict=False):
        assert record["prev"] == before["commitment"], "each line holds the commitment of the one before"
    assert [receipt["payload"]["act"] for receipt in receipts] == ["open_space"]
    assert "Vous avez emporté votre journal" in person.get("/moi/journal").words


def test_a_plain_no_takes_one_gesture_and_ticking_a_box_one_more(whole: ServedHouse) -> None:
    for name, ticked in (("jeanne", {}), ("marcel", {"remember": "yes"})):
        invite(whole, name)
        person = surfer(whole, name)
        form = person.get("/moi/invitation").form("/moi/invitation")
        assert form.values.get("remember", []) == [], "nothing is ticked beforehand"
        done = person.submit(form, {"opening": "no", **ticked})
        assert "Votre refus est enregistré" in done.words
        assert ("on ne vous le proposera plus" in done.words) is bool(ticked)
        assert ("nous ne gardons rien sur vous" in done.words) is not bool(ticked)


def test_at_the_counter_what_she_takes_away_is_printed_for_her(whole: ServedHouse) -> None:
    opened(whole, "lucie")
    agent, ins = surfer(whole, "petit"), whole.house.provider.accounts["lucie"].ins
    for word, kind in (("guichet", "application/pdf"), ("telephone", "text/html; charset=utf-8")):
        station = surfer(whole, "imprimante")
        at_counter = word == "guichet"
        ask = printed_for_her(agent, station, "export_journal", ins) if at_counter else None
        seen = ask or with_her(agent, word, "export_journal", ins)
        assert seen.header("content-type") == kind, seen.words
        if word == "guichet":
            said = text(seen.body)
            assert "Votre journal et vos reçus" in said and "Vous avez ouvert votre espace." in said
            assert "Ouvrir mon espace de santé" in said
        else:
            assert "Vous avez ouvert" not in seen.words, "a voice on the telephone is told nothing"
