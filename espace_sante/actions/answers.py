"""The two acts that answer an invitation share the words that were shown."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from espace_sante.actions import fields
from espace_sante.actions.act import Values
from espace_sante.actions.frame import Frame
from espace_sante.consent.evidence import Notice, NoticeLanguage, opening_notice
from espace_sante.keeper.demand import OpenParams, RefuseParams
from espace_sante.kernel.settings import OpeningPolicy, Settings

Answered = TypeVar("Answered", OpenParams, RefuseParams)


def shown(values: Values) -> Notice:
    """Return the notice whose words were shown: the current version, in the language of the form."""
    word = fields.text(values, "language", "langue", required=False)
    return opening_notice(NoticeLanguage(word) if word in set(NoticeLanguage) else NoticeLanguage.FRENCH)


def notice_here(settings: Settings, language: NoticeLanguage) -> Notice:
    """Return the notice as this instance shows it, by the policy its operator published."""
    return opening_notice(language, silence_opens=settings.opening_policy is OpeningPolicy.SIX_WEEK_PRESUMPTION)


def as_shown_here(frame: Frame, params: Answered) -> Answered:
    """Return an answer with the version and the hash of the words that this instance shows."""
    words = notice_here(frame.settings, NoticeLanguage(params.notice_language))
    return msgspec.structs.replace(params, notice_version=words.version, notice_sha256=words.sha256)
