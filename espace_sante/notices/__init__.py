"""What must be told to someone, in the same words on a screen, in a letter, in a mail and in a short message.

Knows words only: neither whom they are for, nor how they leave. Source: docs/decisions/0067.
"""

from espace_sante.notices.kinds import LEGAL, PREFERRED, Kind, Pace, Way
from espace_sante.notices.short import SMS_CHARACTERS, is_short, short
from espace_sante.notices.words import (
    MAIL_SUBJECT,
    RECOGNISE,
    WORDS,
    Words,
    mail_text,
    proving_mail,
    proving_sms,
    sms_text,
)

__all__ = [
    "LEGAL",
    "MAIL_SUBJECT",
    "PREFERRED",
    "RECOGNISE",
    "SMS_CHARACTERS",
    "WORDS",
    "Kind",
    "Pace",
    "Way",
    "Words",
    "is_short",
    "mail_text",
    "proving_mail",
    "proving_sms",
    "short",
    "sms_text",
]
