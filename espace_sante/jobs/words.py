"""The words of one message, from the one source of words; what proves a contact stands alone in its message."""

from __future__ import annotations

from dataclasses import dataclass

from espace_sante.consent.text_messages import QUESTION, RECAP, Part
from espace_sante.keeper.demand import Outgoing
from espace_sante.kernel.i18n import Language, translator
from espace_sante.notices import MAIL_SUBJECT, Kind, Way, mail_text, proving_mail, proving_sms, short, sms_text


@dataclass(frozen=True, slots=True)
class Written:
    """What is sent. A short message has no subject."""

    subject: str
    text: str


def written(one: Outgoing) -> Written:
    """Return the words of a message; what she speaks is not known yet: French. Raises ValueError for a kind that is none."""
    say = translator(Language.FR).gettext
    if one.part:
        words = QUESTION if one.part == Part.QUESTION else RECAP
        return Written("", short(say(words) % {"number": one.mandate, "days": one.days}))
    if one.way == Way.SMS:
        return Written("", proving_sms(one.word, say) if one.word else sms_text(_kinds(one), say))
    return Written(say(MAIL_SUBJECT), proving_mail(one.word, say) if one.word else mail_text(_kinds(one), say))


def _kinds(one: Outgoing) -> tuple[Kind, ...]:
    return tuple(Kind(kind) for kind in one.kinds)
