"""The counters that may note who takes an envelope: a keyed digest of the code each holds, and until when.

    FOLDER/.desks.key   32 random bytes      FOLDER/.desks   one line each: digest, last day

Guarantee: G14.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date
from pathlib import Path

from espace_sante.envelopes.mark_list import write
from espace_sante.kernel.typed_code import normal_code

DRAWN = 16
_KEY_BYTES = 32


class Desks:
    """The codes of the counters, in the folder of the lists."""

    def __init__(self, folder: Path) -> None:
        self._key, self._lines = folder / ".desks.key", folder / ".desks"

    def add(self, code: str, until: date) -> None:
        """Let whoever holds a code note who takes an envelope, until a day. Raises ValueError for a mistyped one."""
        if not self._key.exists():
            write(self._key, secrets.token_bytes(_KEY_BYTES))
        line = f"{self._digest(code)} {until.isoformat()}"
        write(self._lines, "\n".join(sorted([*self._read(), line])).encode())

    def knows(self, code: str, today: date) -> bool:
        """Say whether a typed code is that of a counter, on a day."""
        try:
            digest = self._digest(code)
        except (ValueError, OSError):
            return False
        lines = (line.split(" ") for line in self._read())
        return any(hmac.compare_digest(found, digest) and date.fromisoformat(end) >= today for found, end in lines)

    def _read(self) -> list[str]:
        return self._lines.read_text(encoding="ascii").splitlines() if self._lines.exists() else []

    def _digest(self, code: str) -> str:
        found = normal_code(code, DRAWN)
        if found is None:
            raise ValueError("a mistyped code")
        return hmac.digest(self._key.read_bytes(), b"envelope-desk-v1\0" + found.encode(), hashlib.sha256).hex()
