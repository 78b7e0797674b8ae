"""The two acts that answer an invitation share the words that were shown."""

from __future__ import annotations

from espace_sante.actions import fields
from espace_sante.actions.act import Values
from espace_sante.consent.evidence import Notice, NoticeLanguage, opening_notice


def shown(values: Values) -> Notice:
    """Return the notice whose words were shown: the current version, in the language of the form."""
    word = fields.text(values, "language", "langue", required=False)
    return opening_notice(NoticeLanguage(word) if word in set(NoticeLanguage) else NoticeLanguage.FRENCH)
