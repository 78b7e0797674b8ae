"""The journal of a space: append-only, chained, committed to, sealed. Knows bytes and numbers, not who may read."""

from espace_sante.journal.entry import (
    ChainBroken,
    Entry,
    Head,
    JournalKeys,
    append,
    check_chain,
    first_head,
    open_record,
)

__all__ = ["ChainBroken", "Entry", "Head", "JournalKeys", "append", "check_chain", "first_head", "open_record"]
