"""A structure's national number: FINESS (nine characters) or SIRET (fourteen digits)."""

from __future__ import annotations

import re

_FINESS = re.compile("[0-9][0-9AB][0-9]{7}")
_SIRET = re.compile("[0-9]{14}")


def parse_structure(text: str) -> str | None:
    """Return a structure's number in its one form, None for anything else; spaces are left out.

    The leading type digit of the CI-SIS (1 for FINESS, 3 for SIRET) is left out too.
    Source: CI-SIS, OID 1.2.250.1.71.4.2.2 (structure: type digit followed by the number).
    """
    plain = text.replace(" ", "").upper()
    if not plain.isascii():
        return None
    for kind, form, length in (("1", _FINESS, 9), ("3", _SIRET, 14)):
        if len(plain) == length + 1 and plain.startswith(kind):
            plain = plain[1:]
        if len(plain) == length and form.fullmatch(plain):
            return plain
    return None
