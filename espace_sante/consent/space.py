"""The life of a space: not opened, open, archived, closing, closed; and the only moves between them.

A space that is not opened is no space at all: its state is the absence of a state, and a refusal leaves that absence.
A closed space never opens again: whoever changes her mind opens another one, with other keys. An archived one may: she kept it
for that, or to be erased later. Silence moves nothing, unless the operator published that it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from espace_sante.consent.postal import lengthened
from espace_sante.consent.rights import SpaceState
from espace_sante.kernel.settings import OpeningPolicy

# An archive lasts from one to ten years, as she says. Source: CSP art. L1111-18 (ten years after closing).
ARCHIVE_YEARS_MOST = 10
# Silence counts from a proven delivery, never from sending. Source: CSP art. L1111-13-1, R1111-28 (six weeks).
SILENCE_DAYS = 42
# And the time of the post, whatever way she answers by; where she lives is not known. Source: inclusion.md PAR-10.
SILENCE = lengthened(SILENCE_DAYS)


class Move(StrEnum):
    """What may happen to a space. Silence is not among them under the policy `consent`."""

    OPEN = "open"  # she said yes
    REFUSE = "refuse"  # she said no: nothing exists, nothing will
    CLOSE = "close"  # she closes: nobody reads or deposits from this instant
    KEYS_DESTROYED = "keys_destroyed"  # the key blob is overwritten and deleted: the content is gone
    ARCHIVE = "archive"  # she closes and keeps: nobody reads or deposits, not even an author
    REOPEN = "reopen"  # she opens her archive again
    ERASE = "erase"  # she wants her archive erased now
    ARCHIVE_ENDED = "archive_ended"  # the end she chose for it has come
    PRESUME = "presume"  # six weeks of silence after a proven delivery, where the operator published that rule


@dataclass(frozen=True, slots=True)
class Moved:
    """The move is allowed and leads to this state; None is the absence of any space."""

    state: SpaceState | None


@dataclass(frozen=True, slots=True)
class Illegal:
    """The move does not exist from this state; nothing changes."""

    state: SpaceState | None
    move: Move


def move(state: SpaceState | None, asked: Move, *, policy: OpeningPolicy = OpeningPolicy.CONSENT) -> Moved | Illegal:
    """Say where a move leads from a state. Never raises; an unknown move is illegal. Guarantee: G1, G8."""
    if (state, asked) == (None, Move.PRESUME) and policy is OpeningPolicy.SIX_WEEK_PRESUMPTION:
        return Moved(SpaceState.OPEN)
    if (state, asked) not in _MOVES:
        return Illegal(state, asked)
    return Moved(_MOVES[state, asked])


def archive_ends(today: date, years: int) -> date | None:
    """Return the last day of an archive of so many years, None for a number that is not offered."""
    if not 1 <= years <= ARCHIVE_YEARS_MOST:
        return None
    return today.replace(year=today.year + years, day=min(today.day, 28))


def silence_is_over(delivered: date | None, today: date) -> bool:
    """Say whether six whole weeks, then the time of the post, went by since a proven delivery; without a delivery they never do."""
    return delivered is not None and today - delivered > SILENCE


_MOVES: dict[tuple[SpaceState | None, Move], SpaceState | None] = {
    (None, Move.OPEN): SpaceState.OPEN,
    (None, Move.REFUSE): None,
    (SpaceState.OPEN, Move.CLOSE): SpaceState.CLOSING,
    (SpaceState.OPEN, Move.ARCHIVE): SpaceState.ARCHIVED,
    (SpaceState.ARCHIVED, Move.REOPEN): SpaceState.OPEN,
    (SpaceState.ARCHIVED, Move.ERASE): SpaceState.CLOSING,
    (SpaceState.ARCHIVED, Move.ARCHIVE_ENDED): SpaceState.CLOSING,
    (SpaceState.CLOSING, Move.KEYS_DESTROYED): SpaceState.CLOSED,
}
