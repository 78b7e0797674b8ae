"""The national health identity number (INS) and its key.

Source: référentiel INS; key = 97 − (first 13 digits modulo 97), Corsica's 2A and 2B counted as 19 and 18.
"""

from __future__ import annotations

import re

from espace_sante.kernel.ids import Ins

_FORM = re.compile(r"^[1-478]\d{4}(?:\d{2}|2[AB])\d{6}\d{2}$")


def parse_ins(text: str) -> Ins | None:
    """Return the number when its form and its key are right, else None. Spaces are accepted."""
    number = text.replace(" ", "").upper()
    return Ins(number) if _FORM.match(number) and is_key_right(number) else None


def is_key_right(number: str) -> bool:
    """Say whether the last two digits are the key of the thirteen first."""
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return body.isdigit() and number[13:15].isdigit() and 97 - int(body) % 97 == int(number[13:15])
