"""A document is shown as pictures, or not at all with a reason; whatever happens, its process is gone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from io import BytesIO
from typing import Any

import pytest
import uvloop
from PIL import Image

from espace_sante.actions.previews import THUMBNAIL_WIDTH, CannotShow, Preview, PreviewCode
from espace_sante.adapters import previewer
from espace_sante.adapters.previewer import Previewer
from espace_sante.kernel.settings import Settings
from espace_sante.preview import wire
from espace_sante.preview.wire import Drawn
from tests.hostile.files_corpus import CORPUS
from tests.hostile.made import WORDS, locked_pdf, pdf, pdf_of, png_of, stream

PDF = "application/pdf"
LONG = next(each.made() for each in CORPUS if each.name == "pdf-tiny-tiles")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """Return the processes started during the test, in order."""
    found: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*command: str, **given: Any) -> asyncio.subprocess.Process:
        found.append(await start(*command, **given))
        return found[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    return found


def shown(result: Preview | CannotShow) -> Preview:
    assert isinstance(result, Preview), result
    return result


def run(work: Coroutine[Any, Any, Preview | CannotShow]) -> Preview | CannotShow:
    return asyncio.run(work)


def draw(data: bytes, media_type: str = PDF, **given: Any) -> Preview | CannotShow:
    return run(Previewer(Settings()).pages(data, media_type, **given))


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 2) for number in range(1, count + 1))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 %d] >>"
    pages = [page % (100 * number) for number in range(1, count + 1)]
    return pdf_of(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count), *pages]
    )


def test_a_pdf_is_shown_as_pictures_with_the_words_of_each_page() -> None:
    preview = shown(draw(pdf()))
    assert preview.total == 1
    (page,) = preview.pages
    assert (page.number, page.width, page.height) == (1, 900, 1273)
    assert page.text.strip() == WORDS
    with Image.open(BytesIO(page.png)) as image:
        assert image.size == (900, 1273)
        assert image.mode == "L", "a black and white page is a grey picture"
        assert image.getextrema() == (0, 255)


def test_the_pages_asked_are_shown_and_all_are_counted() -> None:
    preview = shown(draw(many_pages(9), first=4, count=3, width=300))
    assert preview.total == 9
    assert [(page.number, page.height) for page in preview.pages] == [(4, 400), (5, 500), (6, 600)]
    past = shown(draw(many_pages(2), first=3))
    assert (past.total, past.pages) == (2, ())


def test_a_thumbnail_is_the_first_page_made_small() -> None:
    (page,) = shown(draw(many_pages(3), count=1, width=THUMBNAIL_WIDTH)).pages
    assert (page.number, page.width, page.height) == (1, 120, 40)


def test_a_document_may_come_whole_or_in_pieces() -> None:
    data = pdf()

    def pieces() -> Iterator[bytes]:
        for at in range(0, len(data), 100):
            yield data[at : at + 100]
            yield b""

    async def slowly() -> AsyncIterator[bytes]:
        for piece in pieces():
            await asyncio.sleep(0)
            yield piece

    whole = draw(data)
    assert run(Previewer(Settings()).pages(pieces(), PDF)) == whole
    assert run(Previewer(Settings()).pages(slowly(), PDF)) == whole
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(Previewer(Settings()).pages(data, PDF)) == whole


@pytest.mark.parametrize(
    "media_type", ["text/plain", "text/rtf", "application/rtf", "text/xml", "text/html", "", "image/gif"]
)
def test_what_has_no_pages_is_only_downloaded(media_type: str, started: list[asyncio.subprocess.Process]) -> None:
    assert draw(b"{\\rtf1}", media_type) == CannotShow(PreviewCode.UNSUPPORTED)
    assert not started


def test_each_document_has_a_process_of_its_own(started: list[asyncio.subprocess.Process]) -> None:
    async def several() -> None:
        drawing = Previewer(Settings())
        await asyncio.gather(*(drawing.pages(pdf(), PDF) for _ in range(3)))

    asyncio.run(several())
    assert len({process.pid for process in started}) == 3
    assert all(process.returncode is not None for process in started)


def test_a_document_that_takes_too_long_is_given_up(started: list[asyncio.subprocess.Process]) -> None:
    result = run(Previewer(Settings(preview_seconds=1)).pages(LONG, PDF))
    assert result == CannotShow(PreviewCode.TOO_LONG)
    assert started[0].returncode is not None


def test_a_document_that_never_comes_is_given_up(started: list[asyncio.subprocess.Process]) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"%PDF-1.7\n"
        await asyncio.Event().wait()

    assert run(Previewer(Settings(preview_seconds=1)).pages(never(), PDF)) == CannotShow(PreviewCode.TOO_LONG)
    assert started[0].returncode is not None


def test_a_document_larger_than_may_be_deposited_is_refused() -> None:
    result = run(Previewer(Settings(document_bytes=10_000)).pages(pdf() + bytes(10_000), PDF))
    assert result == CannotShow(PreviewCode.TOO_LARGE)


def test_a_document_that_needs_more_memory_than_allowed_is_refused() -> None:
    vast = png_of(30_000, 20_000, pixels=b"")
    small = Settings(preview_pixels=1_000_000_000, preview_megabytes=256)
    assert run(Previewer(small).pages(vast, "image/png")) == CannotShow(PreviewCode.TOO_LARGE)


def test_beyond_its_turns_a_demand_waits_a_while_then_is_told(started: list[asyncio.subprocess.Process]) -> None:
    async def crowd() -> list[Preview | CannotShow]:
        drawing = Previewer(Settings(preview_processes=1, preview_seconds=1))
        return await asyncio.gather(*(drawing.pages(LONG, PDF) for _ in range(2 + previewer._WAITING_EACH)))

    results = asyncio.run(crowd())
    assert results[0] == CannotShow(PreviewCode.TOO_LONG)
    assert results[-1] == CannotShow(PreviewCode.BUSY), "the last one did not even wait"
    assert CannotShow(PreviewCode.BUSY) in results[1:-1]
    assert len(started) < len(results)


def test_a_machine_that_starts_no_process_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewer, "_COMMAND", ("/nowhere/python",))
    assert draw(pdf()) == CannotShow(PreviewCode.BUSY)


def test_turns_come_back() -> None:
    async def one_after_another() -> list[Preview | CannotShow]:
        drawing = Previewer(Settings(preview_processes=1))
        return list(await asyncio.gather(*(drawing.pages(pdf(), PDF) for _ in range(4))))

    assert all(isinstance(result, Preview) for result in asyncio.run(one_after_another()))


def test_a_document_that_cannot_be_opened_says_so_itself(started: list[asyncio.subprocess.Process]) -> None:
    def altered() -> Iterator[bytes]:
        yield pdf()
        raise RuntimeError("altered")

    with pytest.raises(RuntimeError, match="altered"):
        run(Previewer(Settings()).pages(altered(), PDF))
    assert started[0].returncode is not None


def test_who_leaves_before_the_end_leaves_no_process(started: list[asyncio.subprocess.Process]) -> None:
    async def leave() -> None:
        drawing = asyncio.create_task(Previewer(Settings()).pages(LONG, PDF))
        while not started:
            await asyncio.sleep(0.01)
        drawing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await drawing

    asyncio.run(leave())
    assert started[0].returncode is not None


_HONEST = wire.write_page(Drawn(1, 10, 10, png_of(10, 10), "a\x00b\x1b[2Jc\u202ed\r\ne"))
_LIES = {
    "nothing": b"",
    "noise": b"\x00" * 1_000,
    "another kind of picture": wire.write_page(Drawn(1, 10, 10, b"<svg onload='alert(1)'/>", "")) + wire.write_total(1),
    "a picture of another size": wire.write_page(Drawn(1, 11, 10, png_of(10, 10), "")) + wire.write_total(1),
    "bytes after the picture": wire.write_page(Drawn(1, 10, 10, png_of(10, 10) + b"<script>", ""))
    + wire.write_total(1),
    "a page not asked": wire.write_page(Drawn(2, 10, 10, png_of(10, 10), "")) + wire.write_total(1),
    "more pages than asked": _HONEST * 9 + wire.write_total(1),
    "a vast picture": b"P" + wire._PAGE.pack(1, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0xFFFFFFFF),
    "a vast text": b"P" + wire._PAGE.pack(1, 10, 10, 0xFFFFFFFF, 10),
    "a reason that does not exist": b"R\x03abc",
    "no end": _HONEST,
}


def _saying(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))"
    monkeypatch.setattr(previewer, "_COMMAND", (sys.executable, "-I", "-c", program, said.hex()))


@pytest.mark.parametrize("lie", _LIES)
def test_a_process_taken_over_by_its_document_is_not_believed(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _saying(_LIES[lie], monkeypatch)
    assert draw(pdf(), count=1) == CannotShow(PreviewCode.DAMAGED)


def test_the_words_of_a_page_hold_no_control_character(monkeypatch: pytest.MonkeyPatch) -> None:
    _saying(_HONEST + wire.write_total(1), monkeypatch)
    assert shown(draw(pdf())).pages[0].text == "ab[2Jcd\ne"


def test_a_page_lies_as_its_author_turned_it() -> None:
    (page,) = shown(draw(pdf(page=b"/Rotate 90"))).pages
    assert (page.width, page.height) == (900, 635)


def test_a_document_locked_only_against_changes_is_shown() -> None:
    assert shown(draw(locked_pdf(b""))).pages[0].text.strip() == "Lisible"
    assert draw(locked_pdf(b"secret")) == CannotShow(PreviewCode.ENCRYPTED)


def test_notes_and_filled_forms_are_drawn_as_they_stand() -> None:
    drawn = stream(b"1 0 0 rg 0 0 100 100 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 100 100]")
    for kind in (b"/Subtype /Stamp", b"/Subtype /Widget /FT /Tx /T (champ) /V (valeur)"):
        note = b"<< /Type /Annot %s /Rect [100 100 200 200] /F 4 /AP << /N 7 0 R >> >>" % kind
        form = b"/AcroForm << /Fields [6 0 R] >>"
        (page,) = shown(draw(pdf(catalog=form, page=b"/Annots [6 0 R]", more=[note, drawn]))).pages
        with Image.open(BytesIO(page.png)) as image:
            scale = 900 / 595
            middle = (int(150 * scale), image.height - int(150 * scale))
            assert image.convert("RGB").getpixel(middle) == (255, 0, 0)
