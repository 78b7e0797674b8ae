"""Leaves that are no entry: they pad a batch, so that the size of the log tells nobody how much one quiet hour saw.

They are made from a key of the day, published later: anybody then takes them away and counts the true entries. Until then they
cannot be told from entries. Pure. Guarantee: G6. Source: docs/specs/journal.md §9; docs/decisions/0038.
"""

from __future__ import annotations

import hmac
import json
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from espace_sante.journal.tiles import make_leaf

KEPT_DAYS = 7  # how long a day's dummies cannot be told from entries
_LABEL = b"espace-journal/v1/padding\0"
_TAG = b"espace-journal/v1/dummy-tag\0"
_COM = b"espace-journal/v1/dummy-com\0"
_U64 = struct.Struct(">Q")
_KEY_BYTES = 32
_FORM = re.compile(r'\{"day":"(\d{4}-\d\d-\d\d)","dummies":(0|[1-9]\d{0,6}),"key":"([0-9a-f]{64})"\}\n', re.ASCII)


class PaddingRefused(Exception):
    """A file that is not in its one form, or that takes away what is not there."""


def day_key(seed: bytes, day: date) -> bytes:
    """Return the key of the dummies of one day (UTC)."""
    return hmac.digest(seed, _LABEL + day.isoformat().encode(), "sha256")


def dummy(key: bytes, number: int) -> tuple[bytes, bytes]:
    """Return the tag and the commitment of a dummy; numbers count the dummies of one day, from 0."""
    counter = _U64.pack(number)
    return hmac.digest(key, _TAG + counter, "sha256"), hmac.digest(key, _COM + counter, "sha256")


def missing(entries: int, multiple: int) -> int:
    """Return how many dummies a batch needs: none when nothing waits."""
    return -entries % multiple


@dataclass(frozen=True, slots=True)
class Padding:
    """What is published of one day: its key and how many dummies were made of it. `bytes()` gives the file."""

    day: date
    dummies: int
    key: bytes

    def __bytes__(self) -> bytes:
        said = {"day": self.day.isoformat(), "dummies": self.dummies, "key": self.key.hex()}
        return json.dumps(said, separators=(",", ":")).encode() + b"\n"

    @property
    def path(self) -> str:
        """The file's path below the address of the log."""
        return f"padding/{self.day.isoformat()}"

    @property
    def leaves(self) -> list[bytes]:
        """The leaves it says are no entries, in the order they were made."""
        return [make_leaf(*dummy(self.key, number)) for number in range(self.dummies)]


def read_padding(content: bytes) -> Padding:
    """Return what a published file says. Raises PaddingRefused for any form but the one."""
    try:
        found = _FORM.fullmatch(content.decode("ascii"))
        if found is None:
            raise PaddingRefused("not the form of a day's padding")
        return Padding(date.fromisoformat(found[1]), int(found[2]), bytes.fromhex(found[3]))
    except ValueError:
        raise PaddingRefused("not the form of a day's padding") from None


def may_be_told(day: date, *, today: date, last_day: date) -> bool:
    """Say whether a day's key may be published: it is old enough, and no later batch can add dummies to it.

    `last_day` is that of the newest publication: days of publications never go back, whatever the clock does.
    """
    return day < last_day and today - day > timedelta(days=KEPT_DAYS)


def without_padding(leaves: Iterable[bytes], told: Iterable[Padding]) -> list[bytes]:
    """Return the leaves that are true entries, in their order, as far as the days told go.

    Raises PaddingRefused when a dummy that is told is not among the leaves: its count is false.
    """
    away = {leaf for one in told for leaf in one.leaves}
    kept, seen = [], set()
    for leaf in leaves:
        if leaf in away:
            seen.add(leaf)
        else:
            kept.append(leaf)
    if seen != away:
        raise PaddingRefused(f"{len(away) - len(seen)} dummies told are not in the log")
    return kept
