"""The public key of a log, typed on the command line: the journal's, the debate's, a witness's."""

from __future__ import annotations

from espace_sante.journal.notes import NoteKey, NoteRefused
from espace_sante.kernel.refusal import OperatorRefusal


def log_key(text: str) -> NoteKey:
    """Return the key that was typed. Raises OperatorRefusal."""
    try:
        return NoteKey.parse(text)
    except NoteRefused:
        raise OperatorRefusal(f"La clé « {text} » ne se lit pas : elle a la forme nom+8 chiffres+base 64.") from None
