"""What waits to be printed at a counter: which reading, never what it gives. Source: docs/decisions/0066."""

from __future__ import annotations

import msgspec


class Prints(msgspec.Struct, frozen=True, array_like=True, tag="prints"):
    """Ask what waits at the printing station that is signed in; anybody else is refused."""

    number: int
    session: bytes


class PrintWaiting(msgspec.Struct, frozen=True):
    """One thing to print: the reference of the entry it was asked by, which reading, by which way, and when it was asked."""

    reference: str
    act: str
    channel: str
    proof: str
    params: bytes
    at: str


class PrintsAnswer(msgspec.Struct, frozen=True):
    """What waits, the oldest first."""

    waiting: tuple[PrintWaiting, ...]
