"""Static files: named by their content, compressed once, cached for a year by browsers.

A page names a file as `static_url("site.css")`; the address changes with the content, so that an old page keeps
finding what it was written for as long as the old name is served by nobody else: an unknown hash gives the present
file, never an error, because a page older than one release must still be readable.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

PREFIX = "/static/"
_MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8"}
# One year, the longest that RFC 9111 caches honour in practice; right because the name holds the hash.
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file ready to be sent."""

    name: str
    media_type: str
    digest: str
    plain: bytes
    packed: bytes

    @property
    def url(self) -> str:
        """Its address, with the first 12 hexadecimal digits of its SHA-256."""
        stem, _, ending = self.name.rpartition(".")
        return f"{PREFIX}{stem}.{self.digest}.{ending}"


@cache
def assets() -> Mapping[str, Asset]:
    """Return every static file by name; read and compressed once per process."""
    found = {}
    for entry in files("espace_sante.web").joinpath("static").iterdir():
        media_type = _MEDIA_TYPES.get("." + entry.name.rpartition(".")[2])
        if media_type is None:
            continue
        plain = entry.read_bytes()
        digest = hashlib.sha256(plain).hexdigest()[:12]
        found[entry.name] = Asset(entry.name, media_type, digest, plain, gzip.compress(plain, 9, mtime=0))
    return MappingProxyType(found)


def static_url(name: str) -> str:
    """Return the address of a static file. Raises KeyError when there is none of that name."""
    return assets()[name].url


async def serve_static(request: Request) -> Response:
    """Answer `/static/{path}`; mount it as `Route("/static/{path}", serve_static)`."""
    asked = request.path_params["path"]
    stem, _, ending = asked.rpartition(".")
    name, _, digest = stem.rpartition(".")
    asset = assets().get(f"{name}.{ending}") or assets().get(asked)
    if asset is None:
        return Response(status_code=404)
    headers = {
        "Cache-Control": _FOR_EVER if digest == asset.digest else _FOR_NOW,
        "ETag": f'"{asset.digest}"',
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(asset.plain, media_type=asset.media_type, headers=headers)
