"""The public journal as static files: fixed names and the paths of tiles, and nothing else of the folder. No one is asked who he is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from espace_sante.journal.tiles import TileRefused, parse_path

ADDRESS = "/journal"
_ALWAYS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
_FOR_EVER = "public, max-age=31536000, immutable"
_DAY = re.compile(r"padding/\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Kind:
    media_type: str
    cache: str


_CHECKPOINT = _Kind("text/plain; charset=utf-8", "no-store")
_TILE = _Kind("application/octet-stream", _FOR_EVER)
_PADDING = _Kind("application/json", _FOR_EVER)


def routes(home: Path) -> list[BaseRoute]:
    """Return the routes of the published files of docs/specs/journal.md §4."""
    folder = home / "public" / "journal"

    async def file(request: Request) -> Response:
        path = request.path_params["path"]
        kind = _kind(path)
        content = None if kind is None else await run_in_threadpool(_read, folder / path)
        if kind is None or content is None:
            return Response(status_code=404, headers=_ALWAYS | {"Cache-Control": "no-store"})
        return Response(content, media_type=kind.media_type, headers=_ALWAYS | {"Cache-Control": kind.cache})

    return [Route(f"{ADDRESS}/{{path:path}}", file)]


def _kind(path: str) -> _Kind | None:
    of_a_log = path.removeprefix("index/")
    if of_a_log == "checkpoint":
        return _CHECKPOINT
    if _DAY.fullmatch(path):
        return _PADDING
    try:
        parse_path(of_a_log)
    except TileRefused:
        return None
    return _TILE


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
