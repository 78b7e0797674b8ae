"""A witness or a mirror over HTTP (C2SP tlog-witness), as the sequencer and the debate ask it; nothing it says is believed unverified.

Each question has one time and one size at most; no redirection is followed and no proxy is used. Source: docs/specs/journal.md §8.
"""

from __future__ import annotations

import asyncio
import http.client
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from espace_sante.journal.add_checkpoint import MOST_BYTES, SIZE_TYPE, AddCheckpoint, parse_size
from espace_sante.journal.cosigners import (
    FUTURE_SECONDS,
    Cosigner,
    CosignerElsewhere,
    CosignerRefused,
    CosignerSilent,
    Quorum,
)
from espace_sante.journal.notes import Line, NoteKey, NoteRefused, open_note, parse_note
from espace_sante.journal.witness_list import Listed, read_light_witnesses, read_witnesses
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings

FILE_NAME = "witnesses.json"
ANSWER_SECONDS = 10.0
# What says nothing of the checkpoint: too slow, too many, not ready, broken. Source: RFC 9110 §15.
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class HttpCosigner:
    """One cosigner at its address. Fulfils `journal.cosigners.Cosigner`."""

    key: NoteKey
    url: str
    is_mirror: bool
    now_seconds: Callable[[], int]
    seconds: float = ANSWER_SECONDS

    async def add_checkpoint(self, old_size: int, proof: Sequence[bytes], note: bytes) -> Line:
        """Ask for a cosignature; return its line, verified, of a time that is ours within five minutes.

        Raises CosignerSilent, CosignerRefused or CosignerElsewhere.
        """
        status, kind, body = await self._asked(bytes(AddCheckpoint(old_size, tuple(proof), note)))
        if status == 200:
            return self._verified(note, body)
        if status in _LATER:
            raise CosignerSilent(f"{self.key.name}: {status}")
        if status == 409 and kind == SIZE_TYPE:
            raise CosignerElsewhere(self._size(body))
        raise CosignerRefused(f"{self.key.name}: {status}")

    def _verified(self, note: bytes, answer: bytes) -> Line:
        whole = parse_note(note).text.encode() + b"\n" + answer
        try:
            signed = open_note(whole, [self.key]).signed[0]
            lines = parse_note(whole).lines
        except NoteRefused as refused:
            raise CosignerRefused(f"{self.key.name}: {refused}") from None
        if signed.at_seconds is None or abs(signed.at_seconds - self.now_seconds()) > FUTURE_SECONDS:
            raise CosignerRefused(f"{self.key.name}: a time that is not now")
        return next(line for line in lines if (line.name, line.key_id) == (self.key.name, self.key.key_id))

    def _size(self, body: bytes) -> int:
        try:
            return parse_size(body)
        except NoteRefused as refused:
            raise CosignerRefused(f"{self.key.name}: {refused}") from None

    async def _asked(self, body: bytes) -> tuple[int, str, bytes]:
        address = urlsplit(self.url)
        assert address.hostname is not None
        secure = address.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(address.hostname, address.port, timeout=self.seconds)
        reached: list[socket.socket] = []
        try:
            # The socket's own time bounds each step only: an answer that comes drop by drop is cut from here.
            async with asyncio.timeout(self.seconds):
                return await asyncio.to_thread(_exchange, connection, reached, f"{address.path}/add-checkpoint", body)
        except TimeoutError:
            raise CosignerSilent(f"{self.key.name}: no answer in time") from None
        except (OSError, http.client.HTTPException) as fault:
            raise CosignerSilent(f"{self.key.name}: {type(fault).__name__}") from None
        except _TooLong:
            raise CosignerRefused(f"{self.key.name}: an answer too long") from None
        finally:
            _cut(reached)


class _TooLong(Exception):
    pass


def _exchange(
    connection: http.client.HTTPConnection, reached: list[socket.socket], path: str, body: bytes
) -> tuple[int, str, bytes]:
    headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
    try:
        connection.connect()
        reached.append(connection.sock)
        connection.request("POST", path, body, headers)
        with connection.getresponse() as answer:
            content = answer.read(MOST_BYTES + 1)
    finally:
        connection.close()
    if len(content) > MOST_BYTES:
        raise _TooLong
    if answer.length:  # `read` says nothing of a body cut short
        raise http.client.IncompleteRead(content, answer.length)
    return answer.status, answer.headers.get("Content-Type", "").partition(";")[0].strip().lower(), content


def _cut(reached: list[socket.socket]) -> None:
    """End the exchange, wherever its thread stands."""
    for held in reached:
        with suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)


def now_seconds() -> int:
    """Return the present second, since 1970."""
    return int(utc_now().timestamp())


def light_cosigners_of(path: Path) -> list[Cosigner]:
    """Return those whom the list of the debate names; nobody when there is none. Raises OperatorRefusal."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError:
        raise OperatorRefusal(f"La liste des témoins {path} ne peut pas être lue.") from None
    return [HttpCosigner(one.key, one.url, False, now_seconds) for one in read_light_witnesses(content)]


def cosigners_of(settings: Settings) -> tuple[list[Cosigner], Quorum]:
    """Return those whom the operator's list names, and how many are enough; nobody when there is no list.

    Raises OperatorRefusal for a list that cannot be used: a list that is there is never half followed.
    """
    path = settings.home / FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return [], Quorum()
    except OSError:
        raise OperatorRefusal(f"La liste des témoins {path} ne peut pas être lue.") from None
    known = read_witnesses(content)

    def reached(listed: Sequence[Listed], *, is_mirror: bool) -> list[Cosigner]:
        return [HttpCosigner(one.key, one.url, is_mirror, now_seconds) for one in listed]

    return [*reached(known.light, is_mirror=False), *reached(known.mirrors, is_mirror=True)], known.quorum
