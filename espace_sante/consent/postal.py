"""The days that the post takes, added to every deadline that runs against a person, whatever the way she answers by. Pure.

Where she lives is not known before she says yes: the longest is then hers. What she is told follows where she lives; what is still
accepted is never shorter than that, nor than what a letter to another address said. Every deadline, and why some are not
lengthened: docs/specs/deadlines.md. Source: inclusion.md PAR-10 (27 November 2026): ten days
in mainland France, twenty elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MAINLAND, ELSEWHERE = timedelta(days=10), timedelta(days=20)
# A form that was posted longer ago counts from no such day: a coupon serves for ninety, and the post takes twenty.
POST_MOST = timedelta(days=120)
# The last line of an address in France: five digits, then a town. 97 and 98 are overseas. Source: NF Z 10-011.
_TOWN = re.compile(r"\s*(\d{2})\d{3}\s+\S")
_OVERSEAS = ("97", "98")
_FRANCE = "france"


@dataclass(frozen=True, slots=True)
class PostDays:
    """The day a form came by post, and the day it counts from: that of the postmark when it can be read. Source: PAR-09."""

    arrived: date
    since: date


def lengthened(days: int, address: Sequence[str] = ()) -> timedelta:
    """Return a deadline of so many days, with the time of the post for who lives at an address; the longest for no address."""
    return timedelta(days=days) + postal_time(address)


def postal_time(address: Sequence[str] = ()) -> timedelta:
    """Return what is added to a deadline for who lives at an address; for no address, or one that is not clear, the longest."""
    lines = [line for line in address if line.strip()]
    if lines and lines[-1].strip().lower() == _FRANCE:
        lines = lines[:-1]
    town = _TOWN.match(lines[-1]) if lines else None
    return MAINLAND if town is not None and town[1] not in _OVERSEAS else ELSEWHERE
