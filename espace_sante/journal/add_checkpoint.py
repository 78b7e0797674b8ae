"""What a log asks of a witness (`add-checkpoint` of C2SP tlog-witness): one written form, read and made here by both sides.

Pure. Every other sequence of bytes is refused, so that a witness and a log never read two demands in one.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from espace_sante.journal.merkle import HASH_BYTES, LIMIT
from espace_sante.journal.notes import NoteRefused

MOST_STEPS = 63  # of a proof. Source: C2SP tlog-witness, add-checkpoint
MOST_BYTES = 65_536  # of a demand, and of an answer: 63 steps are 2,835 bytes, the rest is a note of a few lines
SIZE_TYPE = "text/x.tlog.size"  # of the 409 that says which size is known
_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A checkpoint signed by its log, and the proof that it continues the tree of `old_size` leaves."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    def __bytes__(self) -> bytes:
        """Return the demand as it is sent."""
        lines = [b"old %d" % self.old_size, *map(base64.b64encode, self.proof), b"", b""]
        return b"\n".join(lines) + self.note

    @classmethod
    def parse(cls, content: bytes) -> AddCheckpoint:
        """Return the demand that these bytes give; the note is not read. Raises NoteRefused for any other form."""
        head, between, note = content.partition(b"\n\n")
        old, *steps = head.split(b"\n")
        found = _OLD.fullmatch(old)
        if not between or found is None or int(found[1]) >= LIMIT or len(content) > MOST_BYTES:
            raise NoteRefused("not a demand to add a checkpoint")
        if len(steps) > MOST_STEPS:
            raise NoteRefused("a proof of too many steps")
        return cls(int(found[1]), tuple(map(_step, steps)), note)


def parse_size(content: bytes) -> int:
    """Return the size that a 409 says. Raises NoteRefused for any other form."""
    found = _OLD.fullmatch(b"old " + content.removesuffix(b"\n"))
    if found is None or not content.endswith(b"\n") or int(found[1]) >= LIMIT:
        raise NoteRefused("not the size of a tree")
    return int(found[1])


def _step(line: bytes) -> bytes:
    try:
        step = base64.b64decode(line)
    except ValueError:
        raise NoteRefused("not base 64") from None
    if len(step) != HASH_BYTES or base64.b64encode(step) != line:
        raise NoteRefused("not a hash, or not the one way of writing it")
    return step
