"""Requests that cost far more to answer than to send: nobody else may have to wait for them."""

from __future__ import annotations

import asyncio
import base64
import gzip
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from espace_sante.actions.previews import CannotShow, PreviewCode
from espace_sante.formats.fhir import reading
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web import edge, viewing
from tests.fixtures_database import Databases
from tests.journeys.surfer import Surfer
from tests.served import ServedHouse, posted, served_house
from tests.small_cda import small_cda

pytestmark = [pytest.mark.database]


@pytest.fixture(scope="module")
def whole(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True, uploads_per_minute=1000) as served:
        yield served


@pytest.mark.parametrize("member", [b"[]", b"{}", b'{"":0}', b"0", b'["",[]]'])
def test_a_body_of_countless_empty_members_is_refused_before_it_is_read(
    member: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading.json, "loads", lambda *_, **__: pytest.fail("it was read"))
    body = b'{"entry":[' + b",".join([member] * (reading.MOST_MARKS + 1)) + b"]}"
    with pytest.raises(Problem) as refused:
        reading.read_object(body)
    assert (refused.value.kind, refused.value.code) == (Kind.TOO_LARGE, "json-too-complex")


@pytest.mark.parametrize("path", ["/fhir", "/fhir/DocumentReference", "/fhir/Binary"])
def test_a_transaction_of_countless_members_is_refused_by_each_door(whole: ServedHouse, path: str) -> None:
    body = b'{"resourceType":"Bundle","entry":[' + b",".join([b"[]"] * 400_000) + b"]}"
    reply = whole.client("guerin").ask("POST", path, body)
    assert reply.status == 413
    assert reply.json["issue"][0]["details"]["coding"][0]["code"] == "json-too-complex"


def deposited(whole: ServedHouse, content: bytes, media_type: str) -> tuple[Surfer, str]:
    """Deposit a document for a new person; return her browser and the address of the page that shows it."""
    _, person, account = whole.opened()
    resource = posted(content, contentType=media_type, subject={"reference": f"Patient/{person}"})
    reply = whole.client("guerin").ask("POST", "/fhir/DocumentReference", resource)
    assert reply.status == 201, reply.body
    surfer = Surfer(whole.port)
    assert surfer.sign_in(account.id).status == 200
    return surfer, f"/moi/documents/{reply.json['id']}"


class Slow:
    """Counts who is drawing at once, and keeps each until enough have come or been refused."""

    def __init__(self, release: asyncio.Event) -> None:
        self.release, self.now, self.most = release, 0, 0

    async def pages(self, *_: Any, **__: Any) -> CannotShow:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.wait_for(self.release.wait(), 30)
        finally:
            self.now -= 1
        return CannotShow(PreviewCode.DAMAGED)


def test_one_person_with_many_tabs_does_not_take_the_turns_of_everybody(
    whole: ServedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, page = deposited(whole, b"%PDF-1.7\none\n", "application/pdf")
    other, another_page = deposited(whole, b"%PDF-1.7\nother\n", "application/pdf")
    slow = Slow(asyncio.Event())
    monkeypatch.setattr(whole.frame.previews, "pages", slow.pages)
    seen: dict[str, list[str]] = {"one": [], "other": []}

    def look(surfer: Surfer, name: str, address: str) -> None:
        seen[name].append(surfer.get(address).words)

    tabs = [threading.Thread(target=look, args=(one, "one", page)) for _ in range(5)]
    for tab in tabs:
        tab.start()
    while len(seen["one"]) < 3:  # those beyond her two turns are told at once, the others still wait
        threading.Event().wait(0.02)
    tabs.append(threading.Thread(target=look, args=(other, "other", another_page)))
    tabs[-1].start()
    while slow.now < 3:  # somebody else still has a turn
        threading.Event().wait(0.02)
    whole.background.loop.call_soon_threadsafe(slow.release.set)
    for tab in tabs:
        tab.join()
    busy = "D'autres documents sont en préparation."
    assert [sum(busy in words for words in seen[name]) for name in ("one", "other")] == [3, 0]
    assert slow.most == 3
    assert "abîmé" in one.get(page).words, "her turns come back"


def test_a_large_page_is_compressed_apart_from_what_answers_everybody(
    whole: ServedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    surfer, page = deposited(whole, b"mot " * 120_000, "text/plain")
    threads = []

    def noted(body: bytes, *given: Any, **named: Any) -> bytes:
        threads.append((len(body) > 200_000, threading.get_ident()))
        return original(body, *given, **named)

    original = gzip.compress
    monkeypatch.setattr(edge.gzip, "compress", noted)
    answer = surfer.get(page, headers={"Accept-Encoding": "gzip"})
    assert (answer.status, answer.header("content-encoding")) == (200, "gzip")
    assert b"mot mot mot" in gzip.decompress(answer.body)
    serving = whole.background.run(_identity())
    assert [(large, thread == serving) for large, thread in threads] == [(True, False)]


async def _identity() -> int:
    return threading.get_ident()


def test_large_health_documents_are_read_whole_one_at_a_time_and_small_ones_do_not_wait(
    whole: ServedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    filler = "<paragraph>" + "mot " * 600_000 + "</paragraph>"
    large = small_cda(
        "", patient="", replaces="", id="", title="<title>Long</title>",
        body=f"<component><structuredBody><component><section><text>{filler}</text></section></component>"
        "</structuredBody></component>",
    )  # fmt: skip
    views = [deposited(whole, large, "text/xml") for _ in range(3)]
    small = deposited(whole, small_cda("", patient="", replaces="", id=""), "text/xml")
    inside, most, release = [0], [0], threading.Event()
    original = viewing._rendered

    def noted(visit: Any, found: Any) -> Any:
        if found.meta.size > 2_000_000:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            release.wait(30)
            inside[0] -= 1
        return original(visit, found)

    monkeypatch.setattr(viewing, "_rendered", noted)
    tabs = [threading.Thread(target=surfer.get, args=(page,)) for surfer, page in views]
    for tab in tabs:
        tab.start()
    while not inside[0]:
        threading.Event().wait(0.02)
    assert "Fatigue" in small[0].get(small[1]).words
    release.set()
    for tab in tabs:
        tab.join()
    assert most == [1]


def test_a_health_document_of_countless_files_is_shown_in_one_pass_and_only_some_are_listed(whole: ServedHouse) -> None:
    nothing = base64.b64encode(b"%PDF-").decode()
    files = "".join(
        f'<entry><observationMedia ID="f{number}"><value mediaType="application/pdf" representation="B64">{nothing}</value>'
        "</observationMedia></entry>"
        for number in range(1500)
    )
    body = f"<component><structuredBody><component><section><text>Ici.</text>{files}</section></component></structuredBody></component>"
    surfer, page = deposited(whole, small_cda("", patient="", replaces="", id="", body=body), "text/xml")
    seen = surfer.get(page)
    assert seen.status == 200
    numbered = {link for link in seen.links if "fichier=" in link}
    assert len(numbered) <= viewing.LISTED
    assert "n’est pas affiché ici" in seen.words
    assert "<!--file" not in seen.html
