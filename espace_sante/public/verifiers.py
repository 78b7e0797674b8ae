"""The programs that check us, a proof or the public figures, handed out as they stand: one file each, which import nothing of ours.

Whoever fears us takes them elsewhere: their SHA-256 stands on the page of G6, and in copies of it that we do not hold.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import espace_sante

VERIFIERS = ("verify.py", "verify.mjs", "indicators.py")
FOLDER = Path(espace_sante.__file__).resolve().parents[1] / "verifier"


@cache
def verifiers() -> dict[str, bytes]:
    """Return each program by its name; none when they are not beside the program installed."""
    return {name: (FOLDER / name).read_bytes() for name in VERIFIERS if (FOLDER / name).is_file()}
