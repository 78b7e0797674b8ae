"""Files made to harm whoever opens them, written by us: each with what may come of it.

`DRAWN` means that its page is shown and nothing else happens; a code, that it is refused with it; several, that either
reading of a broken file is right.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.hostile.made import chunk, exif, pdf, picture, png_of, stream, tiff, zeros

DRAWN = "drawn"
DAMAGED, ENCRYPTED = "preview-damaged", "preview-encrypted"
TOO_LARGE, TOO_LONG = "preview-too-large", "preview-too-long"
_STOPPED = (DAMAGED, TOO_LARGE, TOO_LONG)
_HOST = b"http://192.0.2.1/"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file: its name, its declared type, how its bytes are made, what may come of it, in how long.

    Only what never ends is given a short time: on a busy machine the others must not be cut.
    """

    name: str
    media_type: str
    made: Callable[[], bytes]
    expected: tuple[str, ...]
    seconds: int = 30


def _garbage(count: int) -> bytes:
    return random.Random(count).randbytes(count)


def _opening(action: bytes) -> bytes:
    return pdf(catalog=b"/OpenAction << /Type /Action %s >>" % action, page=b"/AA << /O << %s >> >>" % action)


def _link(action: bytes) -> bytes:
    note = b"<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << %s >> >>" % action
    return pdf(page=b"/Annots [6 0 R]", more=[note])


def _image(entries: bytes, body: bytes) -> bytes:
    head = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8 " + entries
    return pdf(
        resources=b"/XObject << /X 6 0 R >>", content=b"q 400 0 0 400 50 50 cm /X Do Q", more=[stream(body, head)]
    )


def _form(body: bytes, more: list[bytes] | None = None) -> bytes:
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 6 0 R >> >>"
    return pdf(resources=b"/XObject << /X 6 0 R >>", content=b"/X Do", more=[stream(body, head), *(more or [])])


def _embedded() -> bytes:
    return pdf(
        catalog=b"/Names << /EmbeddedFiles << /Names [(../../../etc/passwd) 6 0 R] >> >>",
        more=[
            b"<< /Type /Filespec /F (../../../etc/passwd) /UF (../../../etc/passwd) /EF << /F 7 0 R >> >>",
            stream(b"MZ" + _garbage(1000), b"/Type /EmbeddedFile /Subtype /application#2Fx-msdownload"),
        ],
    )


def _xfa() -> bytes:
    form = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">&e;</xdp:xdp>'
    return pdf(catalog=b"/NeedsRendering true /AcroForm << /Fields [] /XFA 6 0 R >>", more=[stream(form)])


def _encrypted() -> bytes:
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
    return pdf(
        more=[lock % (b"41" * 32, b"42" * 32)], trailer=b"/Encrypt 6 0 R /ID [<00112233445566778899aabbccddeeff> <00>]"
    )


def _xref_loop() -> bytes:
    whole = pdf()
    start = whole.index(b"xref\n")
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def _xref_stream_loop() -> bytes:
    body = b"%PDF-1.7\n"
    place = len(body)
    entries = b"/Type /XRef /Size 3 /W [1 2 1] /Root 1 0 R /Prev %d" % place
    return body + b"2 0 obj\n" + stream(_garbage(12), entries) + b"\nendobj\nstartxref\n%d\n%%%%EOF" % place


def _object_stream_loop() -> bytes:
    head = b"/Type /ObjStm /N 1 /First 4 /Extends 6 0 R"
    return pdf(more=[stream(b"6 0 6 0 R", head)], catalog=b"/Metadata 6 0 R")


def _type3_loop() -> bytes:
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 65"
        b" /Widths [1] /Encoding << /Differences [65 /A] >> /CharProcs << /A 7 0 R >>"
        b" /Resources << /Font << /T 6 0 R >> >> >>"
    )
    return pdf(
        resources=b"/Font << /T 6 0 R >>",
        content=b"BT /T 20 Tf 100 100 Td (A) Tj ET",
        more=[font, stream(b"1 0 d0 BT /T 1 Tf (AAAA) Tj ET")],
    )


def _tiling() -> bytes:
    head = (
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.00001 /YStep 0.00001"
        b" /Resources << >>"
    )
    return pdf(
        resources=b"/Pattern << /P 6 0 R >>",
        content=b"/Pattern cs /P scn 0 0 595 842 re f",
        more=[stream(b"1 0 0 rg 0 0 1 1 re f", head)],
    )


def _font(entry: bytes, body: bytes) -> bytes:
    font = b"<< /Type /Font /Subtype /TrueType /BaseFont /Bad /FirstChar 32 /LastChar 33 /Widths [500 500] /FontDescriptor 7 0 R >>"
    described = b"<< /Type /FontDescriptor /FontName /Bad /Flags 4 %s 8 0 R >>" % entry
    return pdf(
        resources=b"/Font << /B 6 0 R >>",
        content=b"BT /B 20 Tf 100 100 Td (!! !) Tj ET",
        more=[font, described, stream(body)],
    )


def _notes_loop() -> bytes:
    note = b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 500 500] /F 4 /AP << /N 7 0 R >> /Popup 6 0 R /Parent 6 0 R >>"
    drawn = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >> >>")
    return pdf(page=b"/Annots [6 0 R]", more=[note, drawn])


def _function_bomb() -> bytes:
    body = b"{ " + b"{ dup mul } { " * 2_000 + b"dup" + b" } ifelse" * 2_000 + b" }"
    function = stream(body, b"/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]")
    shading = b"<< /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1 0 1] /Matrix [595 0 0 842 0 0] /Function 7 0 R >>"
    return pdf(resources=b"/Shading << /S 6 0 R >>", content=b"/S sh", more=[shading, function])


def _big_contents() -> bytes:
    draws = b"0 0 m 595 842 l 595 0 l 0 842 l h f*\n" * 50_000
    whole = pdf(more=[stream(zlib.compress(draws), b"/Filter /FlateDecode")])
    return whole.replace(b"/Contents 4 0 R", b"/Contents [%s]" % (b"6 0 R " * 2_000), 1)


def _named_javascript() -> bytes:
    return pdf(catalog=b"/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>")


def _image_bomb_twice() -> bytes:
    return _image(b"/Width 9000 /Height 9000 /Filter [/FlateDecode /FlateDecode]", zlib.compress(zeros(2_000)))


def _content_bomb() -> bytes:
    return pdf(more=[stream(zeros(1_500), b"/Filter /FlateDecode")]).replace(b"/Contents 4", b"/Contents 6")


def _jpx_garbage() -> bytes:
    return _image(b"/Width 900 /Height 900 /Filter /JPXDecode", b"\x00\x00\x00\x0cjP  \r\n\x87\n" + _garbage(5_000))


def _path_in_title() -> bytes:
    return pdf(
        more=[b"<< /Title (../../../etc/passwd) /Author (<script>alert\\(1\\)</script>) >>"], trailer=b"/Info 6 0 R"
    )


def _text_bomb() -> bytes:
    return png_of(10, 10, chunk(b"zTXt", b"Comment\x00\x00" + zeros(900)))


def _profile_bomb() -> bytes:
    return png_of(10, 10, chunk(b"iCCP", b"profile\x00\x00" + zeros(900)))


def _animated() -> bytes:
    control = struct.pack("!IIIIIHHBB", 0, 10, 10, 0, 0, 1, 1, 0, 0)
    return png_of(10, 10, chunk(b"acTL", struct.pack("!II", 1_000_000, 0)), chunk(b"fcTL", control))


def _wrong_checksum() -> bytes:
    whole = bytearray(png_of(10, 10))
    whole[29] ^= 0xFF
    return bytes(whole)


def _long_exif() -> bytes:
    whole = picture("JPEG")
    segment = b"\xff\xe1\xff\xff" + exif(1) + b"A" * (65_533 - len(exif(1)))
    return whole[:2] + segment * 200 + whole[2:]


def _exif_loop() -> bytes:
    looping = b"Exif\x00\x00MM\x00*" + struct.pack("!IHHHIII", 8, 1, 0x8769, 4, 1, 8, 8)
    return picture("JPEG", exif=looping)


def _huge_jpeg() -> bytes:
    whole = bytearray(picture("JPEG"))
    at = whole.index(b"\xff\xc0") + 5
    whole[at : at + 4] = struct.pack("!HH", 65_500, 65_500)
    return bytes(whole)


def _tiff(entries: list[tuple[int, int, int, int]], body: bytes) -> bytes:
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\x00" + struct.pack("<IH", 8, len(entries)) + table + struct.pack("<I", 0) + body


def _tiff_bomb() -> bytes:
    """A picture of 100 by 100 whose one strip unfolds to 900 MB."""
    body = zeros(900)
    at = 8 + 2 + 12 * 8 + 4
    return _tiff(
        [
            (256, 3, 1, 100),
            (257, 3, 1, 100),
            (258, 3, 1, 8),
            (259, 3, 1, 8),
            (262, 3, 1, 1),
            (273, 4, 1, at),
            (278, 3, 1, 100),
            (279, 4, 1, len(body)),
        ],
        body,
    )


def _tiff_vast() -> bytes:
    return _tiff(
        [
            (256, 4, 1, 0x7FFFFFFF),
            (257, 4, 1, 0x7FFFFFFF),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (273, 4, 1, 8),
            (279, 4, 1, 1),
        ],
        b"",
    )


def _tiff_vast_second() -> bytes:
    whole = bytearray(tiff(2))
    second = whole.index(struct.pack("<HHII", 256, 3, 1, 1), 100)
    whole[second : second + 24] = struct.pack("<HHII", 256, 4, 1, 1 << 20) + struct.pack("<HHII", 257, 4, 1, 1 << 20)
    return bytes(whole)


def _tiff_long_tag() -> bytes:
    return _tiff([(256, 3, 1, 10), (257, 3, 1, 10), (270, 2, 0xFFFFFFF0, 8), (273, 4, 0x3FFFFFFF, 8)], b"")


def _pdf(name: str, made: Callable[[], bytes], *expected: str) -> Hostile:
    return Hostile(f"pdf-{name}", "application/pdf", made, expected)


def _png(name: str, made: Callable[[], bytes], *expected: str) -> Hostile:
    return Hostile(f"png-{name}", "image/png", made, expected)


def _jpeg(name: str, made: Callable[[], bytes], *expected: str) -> Hostile:
    return Hostile(f"jpeg-{name}", "image/jpeg", made, expected)


def _tif(name: str, made: Callable[[], bytes], *expected: str) -> Hostile:
    return Hostile(f"tiff-{name}", "image/tiff", made, expected)


CORPUS = (
    _pdf("javascript", partial(_opening, b"/S /JavaScript /JS (while\\(1\\){this.submitForm\\('%s'\\)})" % _HOST), DRAWN),
    _pdf("named-javascript", _named_javascript, DRAWN),
    _pdf("launch", partial(_opening, b"/S /Launch /F (/bin/sh) /Win << /F (cmd.exe) >>"), DRAWN),
    _pdf("uri", partial(_opening, b"/S /URI /URI (%s)" % _HOST), DRAWN),
    _pdf("link", partial(_link, b"/S /URI /URI (javascript:alert\\(1\\))"), DRAWN),
    _pdf("other-file", partial(_opening, b"/S /GoToR /F (../../../etc/passwd) /D [0 /Fit]"), DRAWN),
    _pdf("submit", partial(_opening, b"/S /SubmitForm /F (%s) /Fields [] /Flags 4" % _HOST), DRAWN),
    _pdf("import", partial(_opening, b"/S /ImportData /F (/etc/passwd)"), DRAWN),
    _pdf("embedded-file", _embedded, DRAWN),
    _pdf("xfa", _xfa, DRAWN),
    _pdf("outside-stream", lambda: _image(b"/Width 9 /Height 9 /F (/etc/passwd) /FFilter []", b""), DRAWN),
    _pdf("encrypted", _encrypted, ENCRYPTED),
    _pdf("truncated", lambda: pdf()[:400], DAMAGED, DRAWN),
    _pdf("head-only", lambda: b"%PDF-1.7\n", DAMAGED),
    _pdf("garbage", lambda: b"%PDF-1.7\n" + _garbage(100_000), DAMAGED),
    _pdf("table-loop", _xref_loop, DRAWN, DAMAGED),
    _pdf("table-stream-loop", _xref_stream_loop, DAMAGED),
    _pdf("object-stream-loop", _object_stream_loop, DRAWN),
    _pdf("page-tree-loop", lambda: pdf(pages=b"<< /Type /Pages /Kids [2 0 R] /Count 5 >>"), DAMAGED),
    _pdf("million-pages", lambda: pdf(pages=b"<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>"), DRAWN, DAMAGED),
    _pdf("negative-pages", lambda: pdf(pages=b"<< /Type /Pages /Kids [3 0 R] /Count -5 >>"), DRAWN, DAMAGED),
    _pdf("form-in-itself", partial(_form, b"/X Do /X Do"), DRAWN, *_STOPPED),
    _pdf("vast-page", lambda: pdf(box=b"[0 0 1000000000 1000000000]"), DRAWN, DAMAGED),
    _pdf("endless-strip", lambda: pdf(box=b"[0 0 1 14400000]"), DRAWN, DAMAGED),
    _pdf("no-page-size", lambda: pdf(box=b"[0 0 0 0]"), DRAWN, DAMAGED),
    _pdf("strange-page-size", lambda: pdf(box=b"[nan -1e999 99999999999999999999 null]"), DRAWN, DAMAGED),
    _pdf("vast-unit", lambda: pdf(page=b"/UserUnit 1000000000"), DRAWN, DAMAGED),
    _pdf("image-bomb", lambda: _image(b"/Width 30000 /Height 30000 /Filter /FlateDecode", zeros(2_700)), DRAWN, *_STOPPED),
    _pdf("image-bomb-twice", _image_bomb_twice, DRAWN, *_STOPPED),
    _pdf("content-bomb", _content_bomb, DRAWN, *_STOPPED),
    _pdf("jbig2-garbage", lambda: _image(b"/Width 900 /Height 900 /Filter /JBIG2Decode", _garbage(5_000)), DRAWN, DAMAGED),
    _pdf("jpx-garbage", _jpx_garbage, DRAWN, DAMAGED),
    _pdf("fax-garbage", lambda: _image(b"/Width 9000 /Height 9000 /Filter /CCITTFaxDecode", _garbage(5_000)), DRAWN, DAMAGED),
    _pdf("font-garbage", lambda: _font(b"/FontFile2", _garbage(20_000)), DRAWN, DAMAGED),
    _pdf("font-truetype-garbage", lambda: _font(b"/FontFile2", b"\x00\x01\x00\x00\x00\x40" + _garbage(20_000)), DRAWN, DAMAGED),
    _pdf("font-in-itself", _type3_loop, DRAWN, DAMAGED),
    Hostile("pdf-tiny-tiles", "application/pdf", _tiling, (TOO_LONG,), seconds=1),
    _pdf("function-bomb", _function_bomb, DRAWN, *_STOPPED),
    _pdf("notes-loop", _notes_loop, DRAWN, DAMAGED),
    _pdf("deep-states", lambda: pdf(content=b"q " * 500_000), DRAWN, *_STOPPED),
    _pdf("deep-arrays", lambda: pdf(catalog=b"/Deep " + b"[" * 200_000 + b"]" * 200_000), DRAWN, DAMAGED),
    _pdf("endless-drawing", _big_contents, DRAWN, *_STOPPED),
    _pdf("html-before", lambda: b"<html><script>alert(1)</script><!--\n" + pdf(), DRAWN, DAMAGED),
    _pdf("zip-after", lambda: pdf() + b"PK\x05\x06" + bytes(18), DRAWN),
    _pdf("path-in-title", _path_in_title, DRAWN),
    _pdf("is-a-png", lambda: png_of(10, 10), DAMAGED),
    _pdf("empty", lambda: b"", DAMAGED),
    _png("vast", lambda: png_of(50_000, 50_000, pixels=zlib.compress(bytes(1000))), TOO_LARGE),
    _png("vast-side", lambda: png_of(0x7FFFFFFF, 1, pixels=zlib.compress(bytes(1000))), TOO_LARGE),
    _png("no-size", lambda: png_of(0, 0, pixels=b""), DAMAGED),
    _png("text-bomb", _text_bomb, DAMAGED, DRAWN),
    _png("profile-bomb", _profile_bomb, DAMAGED, DRAWN),
    _png("pixel-bomb", lambda: png_of(10, 10, pixels=zeros(900)), DRAWN, DAMAGED),
    _png("truncated", lambda: picture("PNG")[:-60], DAMAGED),
    _png("wrong-checksum", _wrong_checksum, DAMAGED),
    _png("animated", _animated, DRAWN),
    _png("path-in-text", lambda: png_of(10, 10, chunk(b"tEXt", b"Title\x00../../../etc/passwd")), DRAWN),
    _png("is-a-gif", lambda: picture("GIF"), DAMAGED),
    _png("is-a-jpeg", lambda: picture("JPEG"), DAMAGED),
    _png("is-a-page", lambda: b"<html><script>alert(1)</script>", DAMAGED),
    _png("is-an-eps", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n", DAMAGED),
    _jpeg("vast", _huge_jpeg, TOO_LARGE),
    _jpeg("long-exif", _long_exif, DRAWN, DAMAGED),
    _jpeg("exif-loop", _exif_loop, DRAWN, DAMAGED),
    _jpeg("truncated", lambda: picture("JPEG")[:500], DAMAGED),
    _jpeg("garbage", lambda: b"\xff\xd8\xff" + _garbage(10_000), DAMAGED),
    _tif("many-pages", partial(tiff, 10_000), DRAWN, *_STOPPED),
    _tif("page-loop", partial(tiff, 3, loop=True), DRAWN, DAMAGED),
    _tif("bomb", _tiff_bomb, DRAWN, DAMAGED),
    _tif("vast", _tiff_vast, TOO_LARGE),
    _tif("vast-second", _tiff_vast_second, TOO_LARGE),
    _tif("long-tag", _tiff_long_tag, DAMAGED, TOO_LARGE),
    _tif("truncated", lambda: picture("TIFF", compression="tiff_lzw")[:300], DAMAGED),
)  # fmt: skip
