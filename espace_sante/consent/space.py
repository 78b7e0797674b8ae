"""The life of a space: not opened, open, closing, closed; and the only moves between them.

A space that is not opened is no space at all: its state is the absence of a state, and a refusal leaves that absence.
A closed space never opens again: whoever changes her mind opens another one, with other keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from espace_sante.consent.rights import SpaceState


class Move(StrEnum):
    """What may happen to a space. Time and silence are not among them."""

    OPEN = "open"  # she said yes
    REFUSE = "refuse"  # she said no: nothing exists, nothing will
    CLOSE = "close"  # she closes: nobody reads or deposits from this instant
    KEYS_DESTROYED = "keys_destroyed"  # the key blob is overwritten and deleted: the content is gone


@dataclass(frozen=True, slots=True)
class Moved:
    """The move is allowed and leads to this state; None is the absence of any space."""

    state: SpaceState | None


@dataclass(frozen=True, slots=True)
class Illegal:
    """The move does not exist from this state; nothing changes."""

    state: SpaceState | None
    move: Move


def move(state: SpaceState | None, asked: Move) -> Moved | Illegal:
    """Say where a move leads from a state. Never raises; an unknown move is illegal. Guarantee: G1, G8."""
    if (state, asked) not in _MOVES:
        return Illegal(state, asked)
    return Moved(_MOVES[state, asked])


_MOVES: dict[tuple[SpaceState | None, Move], SpaceState | None] = {
    (None, Move.OPEN): SpaceState.OPEN,
    (None, Move.REFUSE): None,
    (SpaceState.OPEN, Move.CLOSE): SpaceState.CLOSING,
    (SpaceState.CLOSING, Move.KEYS_DESTROYED): SpaceState.CLOSED,
}
