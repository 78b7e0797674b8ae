"""Reads back the text of the PDFs we write: enough of the format for our own files, so that no test needs a reader."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"\n(\d+) 0 obj\n(.*?)\nendobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.S)
_FONT = re.compile(rb"/(f\d+) ([\d.]+) Tf")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf: bytes) -> int:
    """How many pages a file has."""
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


def text(pdf: bytes) -> str:
    """The text of a file in the order it is drawn, spaces made single."""
    return " ".join("".join(piece for piece, _ in runs(pdf)).split())


def runs(pdf: bytes) -> list[tuple[str, float]]:
    """Each run of text with the size of its font, in points."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    found: list[tuple[str, float]] = []
    for body in objects.values():
        if not re.search(rb"/Type\s*/Page[^s]", body):
            continue
        resources = re.search(rb"/Resources (\d+) 0 R", body)
        assert resources is not None
        named = re.findall(rb"/(f\d+) (\d+) 0 R", objects[int(resources[1])])
        fonts = {name: _letters(objects, int(number)) for name, number in named}
        content = re.search(rb"/Contents (\d+) 0 R", body)
        assert content is not None
        found += _shown(_stream(objects[int(content[1])]), fonts)
    return found


def _shown(content: bytes, fonts: dict[bytes, dict[int, str]]) -> list[tuple[str, float]]:
    font: dict[int, str] = {}
    size = 0.0
    found = []
    pieces: list[bytes] = []
    place = 0
    while place < len(content):
        if content[place : place + 1] == b"(":
            piece, place = _string(content, place)
            pieces.append(piece)
        elif match := _FONT.match(content, place):
            font, size, place = fonts[match[1]], float(match[2]), match.end()
        elif content[place : place + 2] in (b"TJ", b"Tj"):
            raw = b"".join(pieces)
            codes = [int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)]
            found.append(("".join(font.get(code, "�") for code in codes) + " ", size))
            pieces, place = [], place + 2
        elif content[place : place + 3] == b"BDC":
            pieces, place = [], place + 3
        else:
            place += 1
    return found


def _string(content: bytes, start: int) -> tuple[bytes, int]:
    """A literal string and where it ends; parentheses inside it are balanced or escaped."""
    depth, place = 0, start
    while True:
        byte = content[place : place + 1]
        depth += {b"(": 1, b")": -1}.get(byte, 0)
        place += 2 if byte == b"\\" else 1
        if depth == 0:
            return _ESCAPE.sub(_unescape, content[start + 1 : place - 1]), place


def _unescape(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 8)]) if match[1][:1].isdigit() else _LETTERS.get(match[1], match[1])


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    reference = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    if reference is None:
        return {}
    cmap = _stream(objects[int(reference[1])])
    return {
        int(code, 16): bytes.fromhex(word.decode()).decode("utf-16-be")
        for code, word in re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", cmap)
    }


def _stream(body: bytes) -> bytes:
    match = _STREAM.search(body)
    assert match is not None
    return zlib.decompress(match[1]) if b"FlateDecode" in body else match[1]
