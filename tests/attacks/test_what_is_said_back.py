"""What answers, headers and logs give away: nothing of what was hostile in the question, nothing of anybody."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator

import pytest

from tests.exchange.test_binary import naming, sent_ahead
from tests.fixtures_database import Databases
from tests.hostile.made import pdf
from tests.journeys.surfer import Surfer
from tests.served import FHIR, JSON, ServedHouse, posted, served_house
from tests.small_cda import small_cda

pytestmark = [pytest.mark.database]
MARK = "Zyxomme7"  # stands in every text that is sent, and must stand in no log


@pytest.fixture(scope="module")
def whole(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True, uploads_per_minute=1000) as served:
        yield served


def test_no_log_names_anybody_or_anything_after_the_whole_story(
    whole: ServedHouse, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("uvicorn.access").propagate = False  # given no handler by a web process (web/server.py)
    with caplog.at_level(logging.DEBUG):
        her, person, account = whole.opened(birth_name=MARK.upper(), first_given="ZOE")
        sender = whole.client("guerin")
        subject = {"reference": f"Patient/{person}"}
        name = sent_ahead(sender, pdf() + b"\n% " + MARK.encode()).json["id"]
        secrets = [MARK, MARK.upper(), person, account.ins, name, her.token, sender.token]
        for resource in (
            naming(name, person, title=f"{MARK} PDF"),
            posted(b"%PDF-1.7\nbroken " + MARK.encode(), contentType="application/pdf", title=MARK, subject=subject),
            posted(f"{MARK}\n".encode(), title=MARK, subject=subject, author=[{"display": MARK}]),
            posted(
                small_cda(account.ins, title=f"<title>{MARK}</title>", patient=""),
                contentType="text/xml",
                subject=subject,
            ),
            posted(b"<ClinicalDocument><" + MARK.encode(), contentType="text/xml", title=MARK, subject=subject),
            posted(b"", title=MARK, subject=subject),
        ):
            reply = sender.ask("POST", "/fhir/DocumentReference", resource)
            if reply.status == 201:
                secrets.append(reply.json["id"])
        for body in (b'{"a":' + MARK.encode(), b"\xff" + MARK.encode(), b"[" * 5000):
            sender.ask("POST", "/fhir", body)
        surfer = Surfer(whole.port)
        surfer.sign_in(account.id)
        for link in surfer.get("/moi/documents").links:
            if link.startswith("/moi/documents/"):
                assert surfer.get(link).status == 200
        form = surfer.get("/moi/documents/deposer").form("/moi/documents/deposer")
        surfer.submit(form, {"title": MARK}, file=("file", (f'{MARK}".html\r\nX: y', "text/html", MARK.encode())))
        sender.ask("GET", f"/fhir/DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10|{account.ins}")
        sender.ask("GET", f"/fhir/DocumentReference?{MARK}=1")
        her.ask("GET", f"/fhir/Binary/{secrets[-1]}", Range="bytes=1-2", Accept="*/*")
        her.done("close_space", {"sure": "yes"})
    heard = [
        f"{record.name} {record.getMessage()} {record.exc_info}"
        for record in caplog.records
        if record.name != "uvicorn.access"
    ]
    assert [words for words in heard if any(secret in words for secret in secrets)] == []


HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "a new line": "x\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "a format": "{maximum} %(name)s {0.__class__} %s",
    "a quote": '"; filename="evil.html',
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_hostile_words_reach_no_header_and_come_back_only_as_json(whole: ServedHouse, trick: str) -> None:
    her, person, _ = whole.opened()
    sender = whole.client("guerin")
    words, subject = HOSTILE[trick], {"reference": f"Patient/{person}"}
    sent = [
        posted(b"words\n", title=words, subject=subject),
        posted(b"words\n", contentType=words, subject=subject),
        posted(b"words\n", creation=words, subject=subject),
        posted(b"words\n", subject={"reference": words}),
        posted(b"words\n", subject=subject, relatesTo=[{"code": words, "target": {"reference": words}}]),
        {**posted(b"words\n", subject=subject), "resourceType": words, words: words},
        {"resourceType": "Bundle", "type": "transaction", "entry": [{"fullUrl": words, "resource": {words: words}}]},
    ]
    replies = [sender.ask("POST", "/fhir/DocumentReference", one) for one in sent] + [
        sender.ask("POST", "/fhir", sent[-1])
    ]
    replies += [sender.act("deposit_document", {words: words}), sender.act("list_documents", {"offset": words})]
    for reply in replies:
        assert reply.headers["content-type"] in (FHIR, JSON, f"{JSON}; charset=utf-8"), reply.headers
        assert reply.headers["x-content-type-options"] == "nosniff"
        said = json.dumps({k: v for k, v in reply.headers.items() if k != "date"})
        assert words not in said and "set-cookie" not in reply.headers
        assert reply.status in (201, 400, 404, 415, 422), reply.body
        if reply.status == 201:
            identifier = reply.json["id"]
            file = her.ask("GET", f"/fhir/Binary/{identifier}", Accept="*/*")
            assert file.headers["content-disposition"] == "attachment"
            assert file.headers["content-type"].startswith("text/plain")
            assert "sandbox" in file.headers["content-security-policy"]


POLYGLOTS = (b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")


@pytest.mark.parametrize("content", POLYGLOTS)
def test_a_page_or_a_drawing_with_a_script_is_given_as_a_text_to_keep(whole: ServedHouse, content: bytes) -> None:
    her, person, account = whole.opened()
    subject = {"reference": f"Patient/{person}"}
    for media_type in ("text/html", "image/svg+xml", "application/xhtml+xml", "text/plain;x=text/html", "TEXT/HTML"):
        resource = posted(content, contentType=media_type, subject=subject)
        reply = whole.client("guerin").ask("POST", "/fhir/DocumentReference", resource)
        assert reply.status in (201, 415), reply.body
        if reply.status == 415:
            continue
        identifier = reply.json["id"]
        surfer = Surfer(whole.port)
        surfer.sign_in(account.id)
        for path, ask in ((f"/fhir/Binary/{identifier}", None), (f"/moi/documents/{identifier}/contenu", surfer)):
            if ask is None:
                reply = her.ask("GET", path, Accept="*/*")
                headers = reply.headers
            else:
                headers = {name.lower(): value for name, value in ask.get(path).headers}
            assert headers["content-type"].partition(";")[0] == "text/plain"
            assert headers["content-disposition"].startswith("attachment")
            assert headers["x-content-type-options"] == "nosniff" and "sandbox" in headers["content-security-policy"]
        page = surfer.get(f"/moi/documents/{identifier}")
        assert content.decode() not in page.html and "alert(1)" in page.words


SMUGGLED = (
    b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /moi HTTP/1.1\r\nHost: x\r\n\r\n",
    b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /moi HTTP/1.1\r\nHost: x\r\n\r\n",
    b"Transfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\nGET /moi HTTP/1.1\r\nHost: x\r\n\r\n",
    b"Content-Length: 3\r\nContent-Length: 40\r\n\r\n{}\nGET /moi HTTP/1.1\r\nHost: x\r\n\r\n",
    b"Content-Length: +3\r\n\r\n{}\nGET /moi HTTP/1.1\r\nHost: x\r\n\r\n",
    b"Content-Length: 3\r\n X: y\r\n\r\n{}\n",
)


@pytest.mark.parametrize("rest", SMUGGLED)
def test_a_body_whose_end_two_readers_would_place_differently_is_refused(whole: ServedHouse, rest: bytes) -> None:
    head = f"POST /fhir HTTP/1.1\r\nHost: 127.0.0.1:{whole.port}\r\nContent-Type: application/json\r\n".encode()
    with socket.create_connection(("127.0.0.1", whole.port), timeout=10) as wire:
        wire.sendall(head + rest)
        wire.shutdown(socket.SHUT_WR)
        said = b""
        while piece := wire.recv(65536):
            said += piece
    assert said.count(b"HTTP/1.1 ") <= 1, said
    assert not said or said.startswith((b"HTTP/1.1 400", b"HTTP/1.1 401")), said
