"""The closed list of what a notice may be about, the ways it may take, and how often.

A kind says no more than what she needs to know to come and look: the rest stands in her space. Pure values.
Source: docs/decisions/0067.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about."""

    EMERGENCY = "emergency"  # somebody opened her space without asking her
    FIRST_ACCESS = "first_access"  # somebody read in her space for the first time
    ACCESS = "access"  # somebody who had read before read again
    DOCUMENT = "document"  # something was added
    REQUEST = "request"  # somebody asks to read, and waits for her answer
    DONE = "done"  # something was done in her name by somebody else, or with a card of hers
    CONTACT = "contact"  # where she is written to changed
    ANSWER = "answer"  # the organisation answered her
    MANDATE = "mandate"  # a mandate begins, or ends soon
    LETTER = "letter"  # a letter she asked for is on its way, or waits for her


class Way(StrEnum):
    """By which way a notice reaches her. The screen is always there: what was said is listed on her pages."""

    SCREEN = "screen"
    MAIL = "mail"
    SMS = "sms"
    LETTER = "letter"


class Pace(StrEnum):
    """When a notice leaves: at once, or with the others of the day or of the week."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"


# What she may move from one way to another, and slow down to a day, but not silence everywhere: somebody else used her space,
# acted in her name, or changed where she is written to. Source: EHDS art. 9 (information on each access); PAR-15.
LEGAL = frozenset({Kind.EMERGENCY, Kind.FIRST_ACCESS, Kind.DONE, Kind.CONTACT})
# What is hers to choose by kind. A letter she asked for is asked for, and stopped, by acts of its own.
PREFERRED = tuple(kind for kind in Kind if kind is not Kind.LETTER)
