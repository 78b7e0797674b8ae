"""The days of the debate: until when a text counts, when an answer is due, where a dossier stands. Pure; days come in.

Guarantee: G14. Source: inclusion.md PAR-09, PAR-10; docs/decisions/0070.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

ANSWER_DAYS = 60  # the project's choice: docs/decisions/0070
REVIEW_DAYS = 3  # a held text is looked at within this
# The longest postal time: nobody says where she lives. Source: inclusion.md PAR-10.
POSTAL_DAYS = 20
# An hour with fewer is not told, as everywhere in the public counts (docs/guarantees/g09).
FEWEST_TOLD = 11
SHORTEST_DAYS = 30  # of a dossier: time for a letter to come and go
LONGEST_DAYS = 366  # of a dossier or a vote: an answer is owed one day, and every day reckoned from there exists
MOST_VOTED = 100  # proposals of one vote: a ballot is one page, and one form


def counts(made_on: date, arrived_on: date, *, opened_on: date, closes_on: date) -> bool:
    """Say whether a voice counts: given while the dossier was open, and arrived within postal time after.

    `made_on` is the day of the postmark when it can be read, the day of arrival otherwise.
    """
    in_time = opened_on <= made_on <= closes_on
    return in_time and made_on <= arrived_on <= last_arrival(closes_on)


def last_arrival(closes_on: date) -> date:
    """Return the last day on which a letter posted in time may still arrive."""
    return closes_on + timedelta(days=POSTAL_DAYS)


def answer_due(on: date) -> date:
    """Return the day by which the authority must have answered."""
    return on + timedelta(days=ANSWER_DAYS)


def review_due(on: date) -> date:
    """Return the day by which a held text must have been looked at."""
    return on + timedelta(days=REVIEW_DAYS)


def told_hours(hours: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return the hours that had eleven contributions or more, each with its number, in order."""
    counted: dict[int, int] = {}
    for hour in hours:
        counted[hour] = counted.get(hour, 0) + 1
    return tuple(sorted((hour, number) for hour, number in counted.items() if number >= FEWEST_TOLD))


def next_working_day(day: date, closed: frozenset[date] = frozenset()) -> date:
    """Return the first day after one that is neither a Saturday, a Sunday nor one of the days given as closed."""
    following = day + timedelta(days=1)
    while following.weekday() >= 5 or following in closed:
        following += timedelta(days=1)
    return following
