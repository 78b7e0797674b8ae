"""Why nothing may be signed: what was published, or what others know, does not follow from the rows of this database.

A log that signs two roots for one size has lied for ever. Before each signature what is published is compared with the rows;
anything that does not fit stops the signing, never the accesses. Guarantee: G6. Source: docs/decisions/0038.
"""

from __future__ import annotations

from enum import StrEnum

from espace_sante.journal.log_files import Files
from espace_sante.journal.log_rows import Rows
from espace_sante.journal.notes import Checkpoint, NoteRefused, open_checkpoint
from espace_sante.journal.publication import Log, LogKeys, Publication

CHECKPOINT = "checkpoint"


class Cause(StrEnum):
    """What was seen."""

    AHEAD = "published-ahead"  # a file that was published is of a larger log than the rows
    OTHER_ROOT = "other-root"  # a published checkpoint has another root than the rows at its size
    UNREADABLE = "published-unreadable"  # a published checkpoint is damaged, or signed by another key
    INDEX_AHEAD = "index-ahead"  # the index holds more than the rows
    COSIGNER_AHEAD = "cosigner-ahead"  # a cosigner knows a larger log than the rows
    COSIGNER_ROOT = "cosigner-root"  # a cosigner knows another root at the size of the rows
    ROWS = "rows"  # the rows do not give the root that was signed
    TAG_TWICE = "tag-twice"  # an entry has the tag of an earlier one
    KEYS = "keys"  # the keys or the origin are not those that signed the last checkpoint


class SigningRefused(Exception):
    """Nothing may be signed, and what was seen. `cause` goes to the log and to the public page; never an entry."""

    def __init__(self, cause: Cause, size: int = 0) -> None:
        super().__init__(f"{cause.value} at size {size}")
        self.cause = cause
        self.size = size


def check_keys(keys: LogKeys, last: Publication | None) -> None:
    """Check that these keys, under this origin, signed the last publication. Raises SigningRefused."""
    if last is None:
        return
    for log in Log:
        try:
            open_checkpoint(last.head(log).note, keys.public(log))
        except NoteRefused:
            raise SigningRefused(Cause.KEYS, last.size) from None


async def check_published(files: Files, rows: Rows, keys: LogKeys, last: Publication | None) -> None:
    """Check that both published checkpoints are of the rows. Raises SigningRefused."""
    for log in Log:
        seen = published(files, keys, log)
        if seen is None:
            continue
        if last is None or seen.size > last.head(log).size:
            raise SigningRefused(Cause.AHEAD, seen.size)
        ours = await rows.publication(log, seen.size)
        if ours is None or ours.head(log).root != seen.root:
            raise SigningRefused(Cause.OTHER_ROOT, seen.size)


def published(files: Files, keys: LogKeys, log: Log) -> Checkpoint | None:
    """Return the published checkpoint of a log, None before the first. Raises SigningRefused when it cannot be read."""
    content = files.read(log.value + CHECKPOINT)
    if content is None:
        return None
    try:
        return open_checkpoint(content, keys.public(log)).checkpoint
    except NoteRefused:
        raise SigningRefused(Cause.UNREADABLE) from None
