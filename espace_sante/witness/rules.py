"""What a witness answers to a demand, given what it cosigned last. Pure. Source: C2SP tlog-witness, add-checkpoint.

The order of the checks is that of the specification, so that other logs read our answers as those of any witness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from espace_sante.journal.add_checkpoint import AddCheckpoint
from espace_sante.journal.merkle import EMPTY_ROOT, ProofRefused, check_consistency
from espace_sante.journal.notes import Checkpoint, Note, NoteKey, NoteRefused, open_checkpoint, parse_note

# A clock that steps back by less is set right by itself; the last time is said again meanwhile.
BACK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Known:
    """The last checkpoint cosigned for a log, as its log signed it, and when."""

    checkpoint: Checkpoint
    note: bytes
    at_seconds: int


@dataclass(frozen=True, slots=True)
class Accept:
    """To be cosigned, once written down. `note`: the checkpoint under its log's line alone."""

    checkpoint: Checkpoint
    note: bytes


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not to be cosigned: the status to answer, why, and the size known when that is what the answer says."""

    status: int
    why: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Fork:
    """Two states of one size, both signed by the log: the proof that it lied to somebody."""

    ours: bytes
    theirs: bytes


Answer: TypeAlias = Accept | Refuse | Fork


def origin_of(note: bytes) -> str:
    """Return the first line of a note. Raises NoteRefused for what is no note."""
    return parse_note(note).text.partition("\n")[0]


def signed_checkpoint(note: bytes, log: NoteKey) -> tuple[Checkpoint, bytes]:
    """Return the checkpoint that a log signed, and the note with the log's line alone. Raises NoteRefused."""
    opened = open_checkpoint(note, log)
    read = parse_note(note)
    own = tuple(line for line in read.lines if (line.name, line.key_id) == (log.name, log.key_id))
    return opened.checkpoint, bytes(Note(read.text, own))


def answer(asked: AddCheckpoint, log: NoteKey, known: Known | None) -> Answer:
    """Return the answer to a demand about a log that is followed. Never raises."""
    try:
        Checkpoint.parse(parse_note(asked.note).text)
    except NoteRefused as refused:
        return Refuse(400, str(refused))
    try:
        checkpoint, note = signed_checkpoint(asked.note, log)
    except NoteRefused as refused:
        return Refuse(403, str(refused))
    if asked.old_size > checkpoint.size:
        return Refuse(400, "the old size is beyond the new one")
    if known and checkpoint.size == known.checkpoint.size and checkpoint.root != known.checkpoint.root:
        return Fork(known.note, note)
    size, root = (known.checkpoint.size, known.checkpoint.root) if known else (0, EMPTY_ROOT)
    if asked.old_size != size:
        return Refuse(409, "another size is known", size)
    try:
        check_consistency(asked.proof, old_size=size, old_root=root, new_size=checkpoint.size, new_root=checkpoint.root)
    except ProofRefused as refused:
        return Refuse(422, str(refused))
    return Accept(checkpoint, note)


def instant(now_seconds: int, known: Known | None) -> int | None:
    """Return the time to sign: now, never before the last one said; None when the clock stepped back too far to believe."""
    if known is None or now_seconds >= known.at_seconds:
        return now_seconds
    return known.at_seconds if known.at_seconds - now_seconds <= BACK_SECONDS else None
