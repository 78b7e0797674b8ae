"""A card printed by the route of the counter's paper, and its code read back by a machine that knows nothing of ours."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec
import pypdfium2
import pytest
import zxingcpp
from starlette.routing import Router

from espace_sante.actions.frame import Frame
from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.adapters.keeper_link import KeeperLink
from espace_sante.adapters.object_folder import ObjectFolder
from espace_sante.adapters.previewer import Previewer
from espace_sante.channels.routes import routes
from espace_sante.consent.card_code import PREFIX, new_card_code, normal_card_code
from espace_sante.kernel.settings import Settings
from tests.pdf_text import text
from tests.served import Reply, asked

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
CODE = new_card_code(bytes(10))


def card(code: str = CODE, **changes: object) -> IssuedCard:
    made = IssuedCard("123456", code, "everything", [], 0, 2, 12, "2026-12-26T22:59:59Z", True)
    return msgspec.structs.replace(made, **changes)


def printed(folder: Path, body: bytes, path: str = "/carte/pdf") -> Reply:
    settings = Settings(home=folder)
    frame = Frame(KeeperLink([]), ObjectFolder(folder), settings, lambda: NOW, os.urandom, previews=Previewer(settings))
    router = Router(routes=routes(frame, None))
    return asyncio.run(asked(router, "POST", path, [(b"content-type", b"application/json")], body))


def read_back(pdf: bytes, dots_per_inch: int) -> list[str]:
    """Return what a machine reads on the first page, drawn as a printer would."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=dots_per_inch / 72, grayscale=True).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(image) if found.valid]


def test_the_route_prints_the_card_that_was_made_and_keeps_nothing_of_it(tmp_path: Path) -> None:
    reply = printed(tmp_path, msgspec.json.encode(card()))
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["cache-control"] == "no-store"
    assert "sandbox" in reply.headers["content-security-policy"]
    said = text(reply.body)
    assert CODE in said
    assert "123456" in said
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{}", 400),
        (b"\xff", 400),
        (b"[1]", 400),
        (msgspec.json.encode(card()).replace(b'"uses":2', b'"uses":"2"'), 400),
        (b"x" * 20_000, 413),
        (msgspec.json.encode(card("A" * 12_000)), 400),
        (msgspec.json.encode(card(ends="demain")), 400),
        (msgspec.json.encode(card(ends="9999-12-31T23:59:59-12:00")), 400),
    ],
)
def test_what_is_no_card_is_refused_in_a_sentence(tmp_path: Path, body: bytes, status: int) -> None:
    reply = printed(tmp_path, body)
    assert reply.status == status
    assert reply.json["sentence"]


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "0001-01-01", "2026-11-26"])
def test_a_receipt_of_an_impossible_hour_is_no_receipt(tmp_path: Path, at: str) -> None:
    payload = {"act": "refuse_space", "at": at, "channel": "web", "effect": "immediate"}
    said = {"payload": payload, "signature": {"kid": "00", "value": "AA=="}}
    reply = printed(tmp_path, msgspec.json.encode(said), "/recu/pdf")
    assert (reply.status, reply.json["code"]) == (400, "field-invalid")


def test_a_machine_reads_the_printed_code_and_it_is_the_code_to_type(tmp_path: Path, randomness: Random) -> None:
    for drawn in (bytes(10), b"\xff" * 10, *(randomness.randbytes(10) for _ in range(8))):
        code = new_card_code(drawn)
        pdf = printed(tmp_path, msgspec.json.encode(card(code))).body
        for dots_per_inch in (100, 150, 300):  # a screen, a poor printer, a good one
            (read,) = read_back(pdf, dots_per_inch)
            assert read == PREFIX + code
        assert normal_card_code(read.removeprefix(PREFIX)) == code


def test_a_page_without_the_square_reads_as_nothing(tmp_path: Path) -> None:
    """Shows that the reading above comes from the square and not from the words beside it."""
    pdf = printed(tmp_path, msgspec.json.encode(card())).body
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=150 / 72, grayscale=True).to_pil()
    (found,) = zxingcpp.read_barcodes(image)
    corners = found.position
    image.paste(255, (corners.top_left.x, corners.top_left.y, corners.bottom_right.x, corners.bottom_right.y))
    assert zxingcpp.read_barcodes(image) == []
