"""What a drawing process says is read within bounds, whoever speaks through it."""

from __future__ import annotations

import asyncio

import pytest

from espace_sante.preview import wire
from espace_sante.preview.wire import ANSWER_BYTES, Answer, Drawn, Format, Refusal, Request, Unreadable

REQUEST = Request(Format.TIFF, 3, 50, 2_000, 10, 512, 50_000_000, 100_000_000)


class Said:
    """Bytes that came out, and how many were taken."""

    def __init__(self, data: bytes) -> None:
        self.data, self.taken = data, 0

    async def exactly(self, count: int) -> bytes:
        if self.taken + count > len(self.data):
            raise EOFError
        self.taken += count
        return self.data[self.taken - count : self.taken]

    def read(self) -> Answer | Refusal:
        return asyncio.run(wire.read_answer(REQUEST, self.exactly))


def test_what_is_written_is_what_is_read() -> None:
    assert wire.read_request(wire.write_request(REQUEST)) == REQUEST
    pages = (Drawn(3, 10, 20, b"image", "é\n"), Drawn(4, 1, 1, b"", ""))
    assert Said(b"".join(map(wire.write_page, pages)) + wire.write_total(9)).read() == Answer(9, pages)
    for refusal in Refusal:
        assert Said(wire.write_page(pages[0]) + wire.write_refusal(refusal)).read() is refusal


def test_an_answer_is_never_longer_than_its_bound() -> None:
    vast = [wire.write_page(Drawn(number, 2_000, 3_000, bytes(20_000_000), "")) for number in range(3, 9)]
    said = Said(b"".join(vast) + wire.write_total(9))
    with pytest.raises(Unreadable):
        said.read()
    assert said.taken <= ANSWER_BYTES


def test_half_an_answer_is_none() -> None:
    whole = wire.write_page(Drawn(3, 10, 20, b"image", "mots")) + wire.write_total(1)
    for cut in range(len(whole)):
        with pytest.raises(Unreadable):
            Said(whole[:cut]).read()
