"""The days of a form that came by post, or was written on a numbered sheet: since when it counts, for every delay and deadline.

What its line keeps of them stands here too.

An act takes effect when it is entered; it counts from the postmark when it can be read, else from the day the form arrived, else from
today. What was written on a sheet first counts from the day written there. Guarantee: G10. Source: inclusion.md PAR-09, PAR-20.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from espace_sante.access.request import Channel, Permit, Refuse
from espace_sante.consent.postal import POST_MOST, PostDays
from espace_sante.consent.sheets import late_day
from espace_sante.keeper.demand import Ask
from espace_sante.keeper.situation import Plan


def post_days(ask: Ask, today: date) -> PostDays | None:
    """Return the days of a form an agent enters, None for what did not come by post; today for days that are not said or cannot be."""
    if ask.channel != Channel.PAPER or not ask.on_behalf:
        return None
    written = late_day(ask.sheet, ask.since, today)
    if written is not None:
        return PostDays(written, written)
    if not ask.arrived or cannot_be(ask.arrived, ask.postmark, today):
        return PostDays(today, today)
    arrived = date.fromisoformat(ask.arrived)
    return PostDays(arrived, date.fromisoformat(ask.postmark) if ask.postmark else arrived)


def counted_from(ask: Ask, today: date) -> date:
    """Return the day a demand counts from: what every deadline uses."""
    days = post_days(ask, today)
    return today if days is None else days.since


def cannot_be(arrived: str, postmark: str, today: date) -> bool:
    """Say whether the days of the post cannot be: a page comes after it was posted, and before it is read, not too long ago."""
    try:
        came = date.fromisoformat(arrived)
        posted = date.fromisoformat(postmark) if postmark else came
    except ValueError:
        return True
    return not today - POST_MOST <= posted <= came <= today


def with_days(plan: Plan, ask: Ask, today: date) -> Plan:
    """Return the plan of a form entered by hand, with the days of the post in its line; refused when they cannot be."""
    if ask.channel != Channel.PAPER or not ask.on_behalf or not (ask.arrived or ask.postmark):
        return plan
    if not isinstance(plan.decision, Permit) or plan.repeat is not None:
        return plan
    if cannot_be(ask.arrived, ask.postmark, today):
        return Plan(Refuse("invalid"), code="coupon-days")
    return replace(plan, objects=(*plan.objects, *said_of(ask.arrived, ask.postmark)))


def said_of(arrived: str, postmark: str) -> tuple[str, str]:
    """Return what a line keeps of the days of the post."""
    return f"since:{postmark or arrived}", f"arrived:{arrived}"
