"""What a browser posted, read once and counted while it arrives: texts in memory, a file sealed to its object as it comes.

The usual reader of forms writes large files to a temporary folder: here a document would then stand in clear on a disk.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from espace_sante.actions.act import Value
from espace_sante.actions.frame import Frame
from espace_sante.actions.posted_form import discard_files, read_posted
from espace_sante.actions.receiving import in_time
from espace_sante.kernel.errors import Kind, Problem

# The fields in which several answers may be ticked; every other name may stand only once.
SEVERAL = frozenset({"categories", "documents", "documents_out", "confidentiality", "items", "acts", "giving"})
_MOST_FIELDS = 1000


async def read_form(request: Request, frame: Frame, *, files: int) -> Mapping[str, Value]:
    """Return the values of a form, with `files` files at most; several answers to one question are joined by commas.

    Whoever calls gives the values to `discard_files` in the end. Raises Problem for a body too large, a name that stands
    twice, or text that is not UTF-8; then nothing is kept.
    """
    settings = frame.settings
    most = settings.form_bytes + settings.document_bytes * files
    refusal = Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": settings.document_bytes if files else most})
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise refusal
    if said == "multipart/form-data" and files:
        said = request.headers.get("content-type", "")
        pairs = await read_posted(frame, said, _counted(request, most, refusal), max_files=files)
    elif said == "application/x-www-form-urlencoded":
        pairs = _pairs(b"".join([piece async for piece in _counted(request, most, refusal)]))
    else:
        raise Problem(Kind.UNSUPPORTED_MEDIA, "demand-invalid")
    try:
        return _values(pairs)
    except Problem:
        await discard_files(frame, [value for _, value in pairs])
        raise


async def _counted(request: Request, most: int, refusal: Problem) -> AsyncGenerator[bytes, None]:
    size = 0
    pieces = request.stream()
    try:
        while True:
            piece = await in_time(anext(pieces))
            size += len(piece)
            if size > most:
                raise refusal
            yield piece
    except StopAsyncIteration:
        return
    except ClientDisconnect:
        raise Problem(Kind.INVALID, "demand-invalid") from None


def _pairs(body: bytes) -> list[tuple[str, Value]]:
    try:
        return [*parse_qsl(body.decode("ascii"), True, errors="strict", max_num_fields=_MOST_FIELDS)]
    except UnicodeDecodeError:
        raise Problem(Kind.UNPROCESSABLE, "text-not-utf8") from None
    except ValueError:
        raise Problem(Kind.INVALID, "demand-invalid") from None


def _values(pairs: list[tuple[str, Value]]) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    for name, value in pairs:
        held = found.get(name)
        if held is None:
            found[name] = value
        elif name in SEVERAL and isinstance(held, str) and isinstance(value, str):
            found[name] = f"{held},{value}"
        else:
            raise Problem(Kind.INVALID, "patient-twice" if name == "person" else "demand-invalid")
    return found
