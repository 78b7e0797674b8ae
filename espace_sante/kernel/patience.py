"""How much, and for how long, anybody may send before a request begins: the server underneath sets no bound to heads.

Controls: C18. Source: RFC 9110 §5.4 (a server may refuse fields larger than it wishes to process).
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 15.0


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1, hanging up on a head that is too long, or that does not come.

    What arrived in one piece with the end of a head is not counted: a piece is 256 kB at most.
    """

    _head = 0
    _in_head = True
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for a first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read a piece, then count it if the head it belongs to has not ended."""
        super().data_received(data)
        if not self._in_head:
            return
        self._head += len(data)
        if self._head > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("Request head too large.")

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._head, self._in_head = 0, True
        if self._waiting is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """End a head: what follows is bounded by who reads it."""
        self._in_head = False
        self._stop()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._hang_up)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hang_up(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()
