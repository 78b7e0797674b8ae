"""multipart/form-data, read while it comes: what each part is, then its bytes, never more than one piece at a time.

Source: RFC 7578; RFC 2046 section 5.1. Headers of a part, their number and the boundary are bounded by the parser
underneath; the number of parts, by this reader.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

PARTS = 1000
# What the parser underneath says of a malformed body quotes bytes of it, at the sender's pace: not for a log.
logging.getLogger("python_multipart.multipart").disabled = True


class Malformed(ValueError):
    """A body that is not what it says, or that has no end."""


@dataclass(frozen=True, slots=True)
class Part:
    """The beginning of a part: the field's name; a file's name and its declared type, None for a text."""

    field: str
    file: str | None
    media_type: str


@dataclass(frozen=True, slots=True)
class End:
    """The end of a part."""


Event = Part | bytes | End


class MultipartReader:
    """Reads one body, piece by piece. Raises Malformed."""

    def __init__(self, content_type: str, *, most_parts: int = PARTS) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Malformed
        self._left = most_parts
        self._events: list[Event] = []
        self._data = bytearray()
        self._name = b""
        self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._ended = False
        self._parser = _parser(options[b"boundary"], self._callbacks())

    def feed(self, piece: bytes) -> list[Event]:
        """Return what one more piece of the body brought, in order."""
        try:
            self._parser.write(piece)
        except FormParserError:
            raise Malformed from None
        self._flush()
        events, self._events = self._events, []
        return events

    def end(self) -> None:
        """Check that the body was whole."""
        if not self._ended:
            raise Malformed

    def _callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._part_begins,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._part_data,
            "on_part_end": self._part_ends,
            "on_end": self._end_comes,
        }

    def _part_begins(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Malformed
        self._headers = {}

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        name = self._name.lower()
        if name in self._headers:
            raise Malformed
        self._headers[name] = self._value
        self._name = self._value = b""

    def _headers_end(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise Malformed
        file = _text(options[b"filename"]) if b"filename" in options else None
        media_type = _text(self._headers.get(b"content-type", b""))
        self._events.append(Part(_text(options[b"name"]), file, media_type))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def _part_ends(self) -> None:
        self._flush()
        self._events.append(End())

    def _end_comes(self) -> None:
        self._ended = True

    def _flush(self) -> None:
        if self._data:
            self._events.append(bytes(self._data))
            self._data = bytearray()


def _parser(boundary: bytes, callbacks: dict[str, Callable[..., None]]) -> MultipartParser:
    try:
        return MultipartParser(boundary, callbacks)  # type: ignore[arg-type]  # its own TypedDict of the same names
    except FormParserError:
        raise Malformed from None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed from None
