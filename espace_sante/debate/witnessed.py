"""What outside witnesses signed of the debate's log: asked of the witnesses of `journal`, whose program follows any log.

They learn a size and digests, once a publication was committed: nothing of what somebody said, nor of when. Guarantee: G14.
Source: C2SP tlog-witness; docs/specs/debate.md §2.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from espace_sante.journal.cosigners import Cosigner, CosignerElsewhere, CosignerRefused, CosignerSilent
from espace_sante.journal.merkle import MemoryTree, consistency_proof
from espace_sante.journal.notes import Line, NoteKey, NoteRefused, Signed, cosigned, open_checkpoint, parse_note

FRESH_SECONDS = 12 * 3600  # after that, a witness is asked again about a log that did not grow
_log = logging.getLogger("espace_sante.debate")


class OtherLog(Exception):
    """A witness knows this log at a size, or with a root, that it does not have: it was cut, or another one was signed."""


@dataclass(frozen=True, slots=True)
class Head:
    """The signed head, and the tree it is about."""

    note: bytes
    tree: MemoryTree
    size: int


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The last line of one witness, under the head of a size. `differs`: it knows another log since."""

    key: NoteKey
    size: int
    line: Line
    differs: bool = False

    @property
    def at(self) -> datetime:
        """When it signed, by its own clock (UTC)."""
        return datetime.fromtimestamp(int.from_bytes(self.line.signature[:8], "big"), UTC)

    def is_due(self, head: Head, now: datetime) -> bool:
        """Say whether it is to be asked: the log grew, it knows another one, or it signed a while ago."""
        return self.size != head.size or self.differs or (now - self.at).total_seconds() >= FRESH_SECONDS


async def ask(cosigner: Cosigner, log: NoteKey, head: Head, known: int) -> Line:
    """Return the line of a witness under a head, verified; `known`: the size it last signed, 0 when none.

    Raises CosignerSilent, CosignerRefused, OtherLog.
    """
    old = min(known, head.size)
    for _ in range(2):
        try:
            line = await cosigner.add_checkpoint(old, consistency_proof(head.tree.node, old, head.size), head.note)
        except CosignerElsewhere as elsewhere:
            if elsewhere.size > head.size or elsewhere.size == old:
                raise OtherLog(f"{cosigner.key.name} knows it at {elsewhere.size}") from None
            old = elsewhere.size
            continue
        if not signers(cosigned(head.note, [line]), log, [cosigner.key]):
            raise CosignerRefused("signed with another key")
        return line
    raise CosignerSilent("moved twice while it was asked")


async def answer_of(cosigner: Cosigner, log: NoteKey, head: Head, known: Witnessed | None) -> Witnessed | None:
    """Ask one witness; return what is to be kept of its answer, None when there is nothing. Never raises for what it says."""
    try:
        line = await ask(cosigner, log, head, known.size if known else 0)
    except OtherLog as fault:
        _log.error("the log of the debate is not the one a witness knows: %s", fault)
        return None if known is None else Witnessed(known.key, known.size, known.line, differs=True)
    except (CosignerSilent, CosignerRefused, NoteRefused) as said:
        _log.warning("%s: %s", cosigner.key.name, type(said).__name__)
        return None
    return Witnessed(cosigner.key, head.size, line)


def signers(note: bytes, log: NoteKey, witnesses: Iterable[NoteKey]) -> tuple[Signed, ...]:
    """Return which of some witnesses signed a head of a log. Raises NoteRefused for a head or a line that is wrong."""
    return open_checkpoint(note, log, witnesses).cosigned


def line_of(text: str) -> Line:
    """Read a line as it is kept, its end included. Raises NoteRefused."""
    return parse_note(b"x\n\n" + text.encode()).lines[0]
