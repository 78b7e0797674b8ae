"""How many there are of something, in French words: none and one are singular."""

from __future__ import annotations

_NARROW = "\u202f"


def how_many(number: int, one: str, many: str = "") -> str:
    """Return a number and what it counts: « 1 ligne », « 2 000 lignes »; `many` is `one` with an s when it is not given."""
    words = one if abs(number) < 2 else many or f"{one}s"
    return f"{number:,} {words}".replace(",", _NARROW)
