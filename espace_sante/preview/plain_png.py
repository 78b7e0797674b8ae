"""Checks that a picture is a PNG of nothing but pixels, before it is sent to anybody's browser.

The process that drew it may have been taken over by the document: its picture is not believed either.
Source: PNG specification, third edition, 5.2 to 5.6.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from struct import unpack_from

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BETWEEN = (b"PLTE", b"IDAT")
# Length, kind and checksum of a chunk.
_AROUND = 12


def is_plain_png(data: bytes, width: int, height: int) -> bool:
    """Say whether `data` is a PNG of this size, every checksum right, with no chunk but header, palette, pixels, end."""
    chunks = list(_chunks(data))
    if len(chunks) < 3 or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        return False
    header = chunks[0][1]
    if len(header) != 13 or unpack_from("!II", header) != (width, height):
        return False
    whole = len(_SIGNATURE) + sum(_AROUND + len(body) for _, body in chunks) == len(data)
    return whole and all(kind in _BETWEEN for kind, _ in chunks[1:-1])


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield the chunks, up to the first that is cut or whose checksum is wrong."""
    at, view = len(_SIGNATURE), memoryview(data)
    while data.startswith(_SIGNATURE) and at + _AROUND <= len(data):
        length, kind = unpack_from("!I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data) or zlib.crc32(view[at + 4 : end]) != unpack_from("!I", data, end)[0]:
            return
        yield kind, view[at + 8 : end]
        at = end + 4
