"""What a browser posted, read once, counted while it arrives, and kept in memory only.

The usual reader of forms writes large files to a temporary folder: here a document would then stand in clear on a disk.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from espace_sante.actions.act import Upload, Value
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Settings

# The fields in which several answers may be ticked; every other name may stand only once.
SEVERAL = frozenset({"categories", "documents"})
_MOST_FIELDS = 1000


class _InMemory(MultiPartParser):
    spool_max_size = 0  # never rolled over to a disk


async def read_form(request: Request, settings: Settings, *, files: bool) -> Mapping[str, Value]:
    """Return the values of a form; several answers to one question are joined by commas.

    Raises Problem for a body too large, a name that stands twice, or text that is not UTF-8.
    """
    most = settings.form_bytes + (settings.document_bytes if files else 0)
    refusal = Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": settings.document_bytes if files else most})
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise refusal
    if said == "multipart/form-data" and files:
        pairs = await _multipart(request, most, refusal, settings.form_bytes)
    elif said == "application/x-www-form-urlencoded":
        pairs = _pairs(b"".join([piece async for piece in _counted(request, most, refusal)]))
    else:
        raise Problem(Kind.UNSUPPORTED_MEDIA, "demand-invalid")
    return _values(pairs)


async def _counted(request: Request, most: int, refusal: Problem) -> AsyncGenerator[bytes, None]:
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > most:
                raise refusal
            yield piece
    except ClientDisconnect:
        raise Problem(Kind.INVALID, "demand-invalid") from None


async def _multipart(request: Request, most: int, refusal: Problem, part: int) -> list[tuple[str, Value]]:
    parser = _InMemory(
        request.headers,
        _counted(request, most, refusal),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=part,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError):
        raise Problem(Kind.INVALID, "demand-invalid") from None
    found: list[tuple[str, Value]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            data = await value.read()
            if value.filename or data:
                found.append((name, Upload(value.filename or "", value.content_type or "", data)))
        else:
            found.append((name, value))
    await form.close()
    return found


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
