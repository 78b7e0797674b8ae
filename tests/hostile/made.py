"""Small documents written by us, whole or wrong on purpose, from which hostile ones are made."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
WORDS = "Résultat d'essai : 4,2 mmol/L"


def stream(body: bytes, entries: bytes = b"") -> bytes:
    """Return a PDF stream."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), entries, body)


def pdf_of(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def pdf(
    *,
    words: str = WORDS,
    catalog: bytes = b"",
    pages: bytes = b"",
    page: bytes = b"",
    box: bytes = b"[0 0 595 842]",
    content: bytes = b"",
    resources: bytes = b"",
    more: Sequence[bytes] = (),
    trailer: bytes = b"",
) -> bytes:
    """Return a PDF of one page of words; each part may be added to. `more` objects are numbered from 6."""
    said = words.encode("cp1252").replace(b"(", b"\\(")
    shown = b"BT /F1 24 Tf 72 700 Td (%s) Tj ET\n" % said
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
            pages or b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> %s >> %s >>" % (box, resources, page),
            stream(shown + content),
            FONT,
            *more,
        ],
        trailer,
    )


# What fills a password to 32 bytes. Source: ISO 32000-1, 7.6.3.3.
_FILL = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def locked_pdf(password: bytes) -> bytes:
    """Return a PDF locked by a password (40-bit RC4); an empty one opens it, and only asks not to change it."""
    owner, name = bytes(range(32)), bytes(16)
    key = hashlib.md5((password + _FILL)[:32] + owner + struct.pack("<i", -4) + name).digest()[:5]
    said = _rc4(hashlib.md5(key + b"\x04\x00\x00\x00\x00").digest()[:10], b"BT /F1 24 Tf 72 700 Td (Lisible) Tj ET")
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        owner.hex().encode(),
        _rc4(key, _FILL).hex().encode(),
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        stream(said),
        FONT,
        lock,
    ]
    return pdf_of(objects, b"/Encrypt 6 0 R /ID [<%s> <%s>]" % (name.hex().encode(), name.hex().encode()))


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def zeros(count: int) -> bytes:
    """Return a zlib stream of so many million zero bytes, without ever making them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    million = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = ((count * 1_000_000 % 65521) << 16) | 1
    return b"\x78\xda" + million * count + zlib.compressobj(9, zlib.DEFLATED, -15).flush() + struct.pack("!I", checksum)


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))


def png_of(width: int, height: int, *between: bytes, pixels: bytes | None = None) -> bytes:
    """Return a grey PNG, 8 bits, of this size; `between` the header and the pixels come other chunks."""
    raw = (
        zlib.compress(b"".join(b"\x00" + bytes([40 + row % 200]) * width for row in range(height)))
        if pixels is None
        else pixels
    )
    header = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(between) + chunk(b"IDAT", raw) + chunk(b"IEND", b"")


def picture(form: str, size: tuple[int, int] = (320, 200), **options: Any) -> bytes:
    """Return an image file drawn by Pillow: red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def tiff(pages: int, *, loop: bool = False) -> bytes:
    """Return a TIFF of one-pixel pages; the last one points back to the first when it is a `loop`."""
    out = bytearray(b"II*\x00" + struct.pack("<I", 8))
    for number in range(pages):
        start = len(out)
        size = 2 + 12 * 8 + 4
        last = number == pages - 1
        following = (8 if loop else 0) if last else start + size
        entries = (
            (256, 3, 1, 1),  # width
            (257, 3, 1, 1),  # height
            (258, 3, 1, 8),  # bits
            (259, 3, 1, 1),  # not compressed
            (262, 3, 1, 1),  # zero is black
            (273, 4, 1, 8),  # the pixel: any byte of the file
            (278, 3, 1, 1),  # rows in a strip
            (279, 4, 1, 1),  # bytes in the strip
        )
        out += struct.pack("<H", len(entries))
        for entry in entries:
            out += struct.pack("<HHII", *entry)
        out += struct.pack("<I", following)
    return bytes(out)


def exif(orientation: int) -> bytes:
    """Return EXIF data that say only how the camera was held."""
    return b"Exif\x00\x00MM\x00*" + struct.pack("!IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
