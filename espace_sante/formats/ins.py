"""The national health identity number as bytes carry it: under which OID it comes, and whether its key is right.

Source: référentiel INS; key = 97 − (first 13 characters modulo 97), Corsica's 2A and 2B counted as 19 and 18.
"""

from __future__ import annotations

import re
from types import MappingProxyType

# How each root is called; numbers of trials and demonstrations have roots of their own.
KINDS = MappingProxyType(
    {
        "1.2.250.1.213.1.4.8": "INS-NIR",
        "1.2.250.1.213.1.4.9": "INS-NIA",
        "1.2.250.1.213.1.4.10": "INS-NIR (test)",
        "1.2.250.1.213.1.4.11": "INS-NIR (démonstration)",
    }
)
_FIFTEEN = re.compile(r"(\d{5})(\d\d|2A|2B)(\d{6})(\d\d)", re.ASCII)
_CORSICA = MappingProxyType({"2A": "19", "2B": "18"})


def is_key_right(number: str) -> bool:
    """Say whether the last two digits are the key of the thirteen first; anything but fifteen characters is wrong."""
    found = _FIFTEEN.fullmatch(number)
    if found is None:
        return False
    start, department, end, key = found.groups()
    return 97 - int(start + _CORSICA.get(department, department) + end) % 97 == int(key)
