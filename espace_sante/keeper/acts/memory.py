"""What the mail room remembers of a person who has no space: at most a keyed term and a month, and only two of them.

*A refusal*, when she asks that nobody propose it again; *a rest*, after a letter that nobody answered. Each under a key used for
nothing else: neither can be compared with the directory, with the other, or with anything of a space.
Guarantee: G2. Source: docs/decisions/0028.
"""

from __future__ import annotations

from datetime import date

from espace_sante.keeper.situation import Session
from espace_sante.vault.keys import ServiceKeys, derive, term


def refusal_term(service: ServiceKeys, reference: str) -> bytes:
    """Return the blind token of a refusal, for a reference in its one form ("ins:…", "local:…")."""
    return term(derive(service.directory, "refusal"), "refusal", reference)


def rest_term(service: ServiceKeys, reference: str) -> bytes:
    """Return the term of a person who is not to be proposed a space for a time."""
    return term(derive(service.directory, "rest"), "rest", reference)


def references_of(session: Session) -> tuple[str, ...]:
    """Return every reference a sign-in vouches for, in its one form."""
    numbers = (("ins", session.ins), ("local", session.local.upper()))
    return tuple(f"{kind}:{number}" for kind, number in numbers if number)


def month_of(day: date) -> date:
    """Return the first day of a month: no finer date is kept."""
    return day.replace(day=1)


def again_on(proposed: date, months: int) -> date:
    """Return the first month a space may be proposed again, at least so many months after it was."""
    count = proposed.year * 12 + proposed.month - 1 + months + 1
    return date(count // 12, count % 12 + 1, 1)
