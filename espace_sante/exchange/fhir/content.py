"""A document's own bytes as software reads them: whole or a range, and what must be said with them.

Source: RFC 9110 sections 13.1.5 (If-Range) and 14 (ranges); RFC 9530 (Repr-Digest); FHIR R4 binary.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from espace_sante.actions.frame import Frame
from espace_sante.actions.read_document import ClearDocument
from espace_sante.exchange.edge import Answer, Call, Headers, entry_header
from espace_sante.exchange.fhir import emergency
from espace_sante.exchange.fhir.person import person_at
from espace_sante.formats.byte_range import Unsatisfiable, wanted
from espace_sante.kernel.errors import Kind, Problem

_SAVED = (
    (b"content-disposition", b"attachment"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"accept-ranges", b"bytes"),
)
_AT_ONCE = 64 * 1024  # below, opening costs less than going to a thread and back


async def raw(frame: Frame, call: Call, found: ClearDocument, entry: str) -> Answer:
    """Return the document's own bytes, to be saved and never run or shown in place. Raises Problem."""
    meta = found.meta
    tag = found.entity_tag
    headers = (
        entry_header(entry)
        + emergency.header(found.emergency)
        + _SAVED
        + ((b"etag", tag.encode()), (b"repr-digest", found.digest.encode()))
    )
    media_type = meta.media_type.encode("latin-1", "replace")
    if call.method == "HEAD":
        return Answer(200, media_type, b"", headers, None, meta.size)
    part = _wanted(call, meta.size, tag, entry)
    if part is None:
        first, rest = await _begun(found.content(frame), meta.size)
        return Answer(200, media_type, first, headers, rest, meta.size)
    start, stop = part
    first, rest = await _begun(found.part(frame, start, stop), stop - start)
    placed: Headers = ((b"content-range", b"bytes %d-%d/%d" % (start, stop - 1, meta.size)),)
    return Answer(206, media_type, first, headers + placed, rest, stop - start)


def security_context(header: str, base: str) -> str:
    """Return the person that X-Security-Context names, "" for none. Raises Problem(resource-invalid)."""
    if not header:
        return ""
    tail = header.removeprefix(f"{base}/")
    if not tail.startswith("Patient/"):
        raise Problem(Kind.INVALID, "resource-invalid", {"field": "X-Security-Context"})
    return person_at(tail, base)


def _wanted(call: Call, size: int, tag: str, entry: str) -> tuple[int, int] | None:
    try:
        return wanted(call.header(b"range"), size, tag, call.header(b"if-range"))
    except Unsatisfiable:
        raise Problem(Kind.INVALID, "range-unsatisfiable", {"maximum": size}, entry=entry) from None


async def _begun(pieces: Iterator[bytes], length: int) -> tuple[bytes, Iterator[bytes] | None]:
    """Open the first piece before anything is answered; return it with the others, None when it is alone and whole."""

    def begin() -> tuple[bytes, Iterator[bytes] | None]:
        first = next(pieces, b"")
        if len(first) < length:
            return first, pieces
        for _ in pieces:  # the end is what says that nothing is missing
            pass
        return first, None

    return begin() if length <= _AT_ONCE else await asyncio.to_thread(begin)
