"""Reads what a log publishes, from outside: bounded in time and size, no redirection, nothing believed."""

from __future__ import annotations

import http.client
import time
from contextlib import suppress
from urllib.parse import urlsplit

STEP_SECONDS = 10.0
WHOLE_SECONDS = 30.0
ATTEMPTS = 3
PAUSE_SECONDS = 0.2
MOST_BYTES = 65_536  # the largest file we read is a bundle: 256 leaves of 73 bytes at most, each after its length
_PIECE = 8_192


class SourceSilent(Exception):
    """No answer, or one that says nothing of the file: to be asked again later."""


class Source:
    """One public address, asked over one connection kept open. For one thread at a time."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        assert address.hostname is not None
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(address.hostname, address.port, timeout=STEP_SECONDS)
        self._prefix = address.path.rstrip("/")

    def get(self, path: str) -> bytes | None:
        """Return a file, None when there is none; asked three times before it is silent. Raises SourceSilent."""
        for attempt in range(ATTEMPTS):
            time.sleep(attempt * PAUSE_SECONDS)
            try:
                return self._got(path)
            except SourceSilent as silent:
                said = silent
            except (OSError, http.client.HTTPException) as fault:
                said = SourceSilent(f"{path}: {type(fault).__name__}")
            self._connection.close()
        raise said

    def close(self) -> None:
        """Let the connection go."""
        with suppress(OSError):
            self._connection.close()

    def _got(self, path: str) -> bytes | None:
        self._connection.request("GET", f"{self._prefix}/{path}")
        answer = self._connection.getresponse()
        content, until = b"", time.monotonic() + WHOLE_SECONDS
        while piece := answer.read(_PIECE):
            content += piece
            if len(content) > MOST_BYTES or time.monotonic() > until:
                raise SourceSilent(f"{path}: too long, or too slow")
        if answer.length:  # `read` says nothing of a body cut short
            raise http.client.IncompleteRead(content, answer.length)
        if answer.status == 200:
            return content
        if answer.status in (404, 410):
            return None
        raise SourceSilent(f"{path}: {answer.status}")
