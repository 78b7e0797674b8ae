"""The receipt of one line of a journal on paper: one code that any reader of codes reads back, and what it shows in words.

Knows words and bytes, nothing of our domain. The same arguments give the same bytes. Source: docs/specs/proof.md §5.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from espace_sante.formats.letter import BODY_POINTS, EPOCH, compiled, shared, svg_code


def line_receipt_pdf(
    title: str,
    data: bytes,
    *,
    lines: Sequence[str],
    paragraphs: Sequence[str],
    reference: str,
    after: Sequence[str],
    alt: str,
    language: str = "fr",
    at: datetime = EPOCH,
) -> bytes:
    """Return a page with a code of these bytes, 90 mm wide: 0.6 mm a module at version 30, read at 200 dpi and from a copy.

    `paragraphs` stand before the code, `reference` and `after` below it; `alt` says what it is to whoever does not see it.
    """
    content = {
        **shared(title, language, BODY_POINTS),
        "lines": list(lines),
        "paragraphs": list(paragraphs),
        "svg": svg_code(data),
        "alt": alt,
        "reference": reference,
        "after": list(after),
    }
    return compiled("line_receipt.typ", content, at)
