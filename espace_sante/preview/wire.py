"""What the parent and the drawing process say to each other, over two pipes; both sides read it here.

In: one request of fixed size, then the document until the pipe closes. Out: any number of pages, then how many the document
has; or one refusal. The parent believes nothing of what comes out but its shape, which `Reader` bounds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import IntEnum, StrEnum
from struct import Struct
from struct import error as struct_error
from typing import NamedTuple

_REQUEST = Struct("!BIHHHIIQ")
_PAGE = Struct("!IIIII")
_TOTAL = Struct("!I")
REQUEST_BYTES = _REQUEST.size
TEXT_BYTES = 1_000_000
# A picture of the largest page drawn is never longer than its raw bytes and a little.
_PNG_ROOM = 65_536
# No page is drawn with more pixels than this, whatever was asked: a screen shows less.
DRAWN_PIXELS = 6_000_000
# No answer is longer, all its pages together: who asked for more asks again for fewer pages.
ANSWER_BYTES = 100_000_000


class Format(IntEnum):
    """What is drawn."""

    PDF = 1
    PNG = 2
    JPEG = 3
    TIFF = 4


class Refusal(StrEnum):
    """Why nothing is shown; the value is the public code."""

    ENCRYPTED = "preview-encrypted"
    DAMAGED = "preview-damaged"
    TOO_LARGE = "preview-too-large"
    TOO_LONG = "preview-too-long"


class Request(NamedTuple):
    """What to draw, and how much may be spent on it."""

    format: Format
    first: int
    pages: int
    width: int
    seconds: int
    megabytes: int
    pixels: int
    document_bytes: int


class Drawn(NamedTuple):
    """One page drawn: its number from 1, the size of its picture, the picture (PNG), its text."""

    number: int
    width: int
    height: int
    png: bytes
    text: str


class Answer(NamedTuple):
    """The pages drawn, of how many."""

    total: int
    pages: tuple[Drawn, ...]


class Unreadable(Exception):
    """What came out is not an answer: the process was stopped, or says what it should not."""


def write_request(request: Request) -> bytes:
    """Return the request's bytes."""
    return _REQUEST.pack(*request)


def read_request(data: bytes) -> Request:
    """Return the request; the parent is trusted to have written one."""
    form, *rest = _REQUEST.unpack(data)
    return Request(Format(form), *rest)


def write_page(page: Drawn) -> bytes:
    """Return what says one page."""
    text = page.text.encode("utf-8", "replace")[:TEXT_BYTES]
    return b"P" + _PAGE.pack(page.number, page.width, page.height, len(text), len(page.png)) + text + page.png


def write_total(total: int) -> bytes:
    """Return what ends the pages."""
    return b"T" + _TOTAL.pack(min(total, 0xFFFFFFFF))


def write_refusal(refusal: Refusal) -> bytes:
    """Return what says that nothing is shown, and why."""
    return b"R" + bytes([len(refusal)]) + refusal.encode()


async def read_answer(request: Request, exactly: Callable[[int], Awaitable[bytes]]) -> Answer | Refusal:
    """Read what came out, `exactly` giving so many bytes or raising EOFError; raises Unreadable for anything else."""
    pages: list[Drawn] = []
    left = ANSWER_BYTES

    async def counted(count: int) -> bytes:
        nonlocal left
        left -= count
        if left < 0:
            raise Unreadable
        return await exactly(count)

    try:
        while True:
            match await exactly(1):
                case b"P" if len(pages) < request.pages:
                    pages.append(await _read_page(request.first + len(pages), counted))
                case b"T":
                    (total,) = _TOTAL.unpack(await exactly(_TOTAL.size))
                    return Answer(total, tuple(pages))
                case b"R":
                    return Refusal((await exactly((await exactly(1))[0])).decode("ascii"))
                case _:
                    raise Unreadable
    except (EOFError, ValueError, struct_error):
        raise Unreadable from None


async def _read_page(expected: int, exactly: Callable[[int], Awaitable[bytes]]) -> Drawn:
    number, width, height, text_bytes, png_bytes = _PAGE.unpack(await exactly(_PAGE.size))
    drawable = number == expected and width and height and width * height <= DRAWN_PIXELS
    if not drawable or text_bytes > TEXT_BYTES or png_bytes > 4 * width * height + _PNG_ROOM:
        raise Unreadable
    text = (await exactly(text_bytes)).decode("utf-8", "replace")
    return Drawn(number, width, height, await exactly(png_bytes), text)
