"""What must be told to the person by another way than the one used: a sealed line of her outbox."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from espace_sante.keeper.notice_body import CARD, MANDATE_ENDS, QUARTER, REMINDER, TO_AUTHOR, YEAR, Notice, seal_notice
from espace_sante.keeper.origin import Depositor
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.situation import Situation

# Nobody told her by then: whoever deposited is reminded, and she is invited to consult. Source: CSP R1111-53.
REMINDED = timedelta(days=14)
Later = tuple[UUID, date, bytes]


def notice(s: Situation, reference: str, *, letter: bool = False) -> tuple[UUID, bytes]:
    """Return the sealed notice of an act done for her by someone else; `letter`: it is due on paper too, at once."""
    notice_id = UUID(bytes=s.random(16), version=4)
    said = Notice(1, s.ask.act, s.ask.channel, instant(s.now), reference, letter=letter)
    return notice_id, seal_notice(said, s.keys, notice_id)


def notice_elsewhere(s: Situation, reference: str, address: tuple[str, ...]) -> Later:
    """Return the sealed notice of an act that goes to one address alone, whatever her will says when it is printed."""
    said = Notice(1, s.ask.act, s.ask.channel, instant(s.now), reference, address=address)
    return _later(s, said, s.now.date())


def next_reminder(s: Situation, due: date) -> Later:
    """Return the sealed line of the letter she asked for, due on a day: it holds nothing, her will says the rest."""
    return _later(s, Notice(1, REMINDER, at=instant(s.now)), due)


def next_quarter(s: Situation, due: date) -> Later:
    """Return the sealed line of the letter of her journal of each quarter, due on the first day after one."""
    return _later(s, Notice(1, QUARTER, at=instant(s.now)), due)


def card_letter(s: Situation, notice_id: UUID) -> Later:
    """Return the sealed line of the letter that brings her a card, due today: it holds nothing, her will says which."""
    said = Notice(1, CARD, at=instant(s.now))
    return notice_id, s.now.date(), seal_notice(said, s.keys, notice_id)


def year_letter(s: Situation, year: int) -> Later:
    """Return the sealed line of the letter that shows one year of her journal, due today: her journal says the rest."""
    return _later(s, Notice(1, YEAR, at=instant(s.now), year=year), s.now.date())


def notice_of_end(s: Situation, notice_id: UUID, helper: str, ends: datetime, due: date) -> Later:
    """Return the sealed line that tells her, before it does, that a mandate ends: of whom, and when."""
    said = Notice(1, MANDATE_ENDS, at=instant(ends), whom=helper)
    return notice_id, due, seal_notice(said, s.keys, notice_id)


def reminders(s: Situation, document: UUID, author: Depositor) -> tuple[Later, ...]:
    """Return the two sealed lines due when nobody told her of a document by then: one to its author, one to her.

    Hers names no document and says nothing of what it is; whoever sends them asks first whether it was announced since.
    """
    due = (s.now + REMINDED).date()
    said = Notice(1, "announce_document", at=instant(s.now), to="person", of=document.hex)
    return (
        _later(s, Notice(1, "announce_document", at=said.at, to=TO_AUTHOR, whom=author.identifier, of=said.of), due),
        _later(s, said, due),
    )


def _later(s: Situation, said: Notice, due: date) -> Later:
    notice_id = UUID(bytes=s.random(16), version=4)
    return notice_id, due, seal_notice(said, s.keys, notice_id)
