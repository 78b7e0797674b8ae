"""A professional's national number (RPPS)."""

from __future__ import annotations

from espace_sante.kernel.ids import Rpps


def parse_rpps(text: str) -> Rpps | None:
    """Return the eleven digits of an RPPS number, with or without its leading type digit 8; None for anything else.

    Source: CI-SIS, OID 1.2.250.1.71.4.2.1 (identifier = type digit followed by the number).
    """
    digits = text.replace(" ", "")
    if len(digits) == 12 and digits.startswith("8"):
        digits = digits[1:]
    return Rpps(digits) if len(digits) == 11 and digits.isascii() and digits.isdigit() else None
