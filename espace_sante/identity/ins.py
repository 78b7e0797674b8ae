"""The national health identity number (INS), as this house accepts it: its form and its key right.

Source: référentiel INS; the key is that of `formats/ins.py`.
"""

from __future__ import annotations

import re

from espace_sante.formats.ins import is_key_right
from espace_sante.kernel.ids import Ins

_FORM = re.compile(r"^[1-478]\d{4}(?:\d{2}|2[AB])\d{6}\d{2}$")


def parse_ins(text: str) -> Ins | None:
    """Return the number when its form and its key are right, else None. Spaces are accepted."""
    number = text.replace(" ", "").upper()
    return Ins(number) if _FORM.match(number) and is_key_right(number) else None
