"""Whether the words of a choice were struck out: a box ticked beside words struck out is no answer.

The reader does not know the words. It knows that words are apart: between two of them stands a column of bare paper, unless a
line goes through them all. Source: inclusion.md PAR-08.
"""

from __future__ import annotations

import numpy as np

from espace_sante.formats.coupon.reading.ink import Ink
from espace_sante.formats.coupon.reading.plane import FINE

# Of the first line of words, at 12 points: where it stands, the space between two words, and what is too short to say.
_LINE = (0.8, 6.4)
_SPACE, _SHORT = 0.5, 10.0


def are_struck(ink: Ink) -> bool:
    """Say whether something goes through the first line of words from end to end."""
    top, bottom = (round(mm * FINE) for mm in _LINE)
    inked = ink[top:bottom].any(axis=0)
    columns = np.nonzero(inked)[0]
    if columns.size == 0 or np.ptp(columns) < _SHORT * FINE:
        return False
    return bool(np.diff(columns).max() < _SPACE * FINE)
