"""What she wants to be told of, by which way, and how often. What others did in her space cannot be silenced everywhere at once.

Pure values. Guarantee: G10. Source: docs/decisions/0067; inclusion.md UX-09, PAR-15.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from espace_sante.consent.contact import ELECTRONIC, Contact
from espace_sante.kernel.i18n import DISPLAY_ZONE
from espace_sante.notices import LEGAL, PREFERRED, Kind, Pace, Way

# When what was kept for the day, or for Monday, leaves.
MORNING = time(8)
# Told by an electronic way alone, and it did not leave by then: the letter.
FALLBACK_DAYS = 3
# By letter unless she says otherwise: what the outbox tells. The rest is told on paper only when she asks for her journal.
ON_PAPER = frozenset(
    {Kind.EMERGENCY, Kind.FIRST_ACCESS, Kind.REQUEST, Kind.DONE, Kind.CONTACT, Kind.ANSWER, Kind.MANDATE}
)
# What may not wait: another day is a day somebody reads.
_NEVER_WAITS = frozenset({Kind.EMERGENCY, Kind.CONTACT})


@dataclass(frozen=True, slots=True)
class Wish:
    """How she wants to be told of one kind. `ways`: mail, short message, letter; none of them: on her pages alone."""

    kind: Kind
    ways: frozenset[Way]
    pace: Pace = Pace.AT_ONCE


def usual(kind: Kind) -> Wish:
    """Return what holds until she says otherwise: the mailbox or the number she gave, in place of a letter but for an emergency."""
    if kind is Kind.EMERGENCY:
        return Wish(kind, frozenset({Way.MAIL, Way.SMS, Way.LETTER}))
    if kind is Kind.CONTACT:
        return Wish(kind, frozenset({Way.MAIL, Way.SMS}))
    if kind is Kind.ACCESS:
        return Wish(kind, frozenset({Way.MAIL}), Pace.WEEKLY)
    return Wish(kind, frozenset({Way.MAIL}), Pace.DAILY if kind is Kind.DOCUMENT else Pace.AT_ONCE)


def wish_for(wishes: Mapping[Kind, Wish], kind: Kind) -> Wish:
    """Return how she wants to be told of a kind."""
    return wishes.get(kind) or usual(kind)


def fault_of(wish: Wish) -> str:
    """Return the code of what may not be wished, "" for nothing."""
    if wish.kind not in PREFERRED or Way.SCREEN in wish.ways:
        return "notices-invalid"
    if wish.kind in LEGAL and not wish.ways:
        return "notices-silent"
    return "notices-late" if wish.kind in _NEVER_WAITS and wish.pace is not Pace.AT_ONCE else ""


def electronic_ways(wish: Wish, contact: Contact, chosen: bool) -> tuple[Way, ...]:
    """Return by which proven contacts a notice leaves; not chosen, a number serves where there is no mailbox."""
    ways = tuple(way for way in ELECTRONIC if way in wish.ways and contact.is_proven(way))
    if not ways and not chosen and Way.MAIL in wish.ways and contact.is_proven(Way.SMS):
        return (Way.SMS,)
    return ways


def leaves_at(pace: Pace, now: datetime) -> datetime:
    """Return when a notice leaves: now, the next morning, or the next Monday morning, in Paris."""
    if pace is Pace.AT_ONCE:
        return now
    local = now.astimezone(DISPLAY_ZONE)
    day = local.date() + timedelta(days=1 if pace is Pace.DAILY else 7 - local.weekday())
    return datetime.combine(day, MORNING, DISPLAY_ZONE).astimezone(now.tzinfo)
