"""The answers she gives apart and changes alone: each is a pair, one side gives something, the other takes it back.

Pure moves of her will. What each side changes is said once, here; whatever the side that takes back does, it never gives more.
Guarantee: G3. Source: docs/decisions/0027.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from espace_sante.consent.rights import Rights


class Choice(StrEnum):
    """What may be answered apart, and changed alone."""

    DEPOSITS = "deposits"
    AUTHORS = "authors"
    NEW_DOCUMENTS = "new_documents"
    CHEST = "chest"
    AFTER_DEATH = "after_death"
    PURPOSE = "purpose"


@dataclass(frozen=True, slots=True)
class Present:
    """One answer as it stands: whether it gives, and when she said so (None: never)."""

    choice: Choice
    purpose: str
    gives: bool
    since: datetime | None


def gives(rights: Rights, choice: Choice, purpose: str) -> bool:
    """Say whether an answer, as it stands, is the one that gives."""
    match choice:
        case Choice.DEPOSITS:
            return rights.accepts_deposits
        case Choice.AUTHORS:
            return rights.authors_read
        case Choice.NEW_DOCUMENTS:
            return not rights.hides_new
        case Choice.CHEST:
            return not rights.chest
        case Choice.AFTER_DEATH:
            return not rights.heirs_refused
        case Choice.PURPOSE:
            return purpose in rights.purposes


def answered(rights: Rights, choice: Choice, yes: bool, at: datetime, purpose: str) -> Rights:
    """Return her will with one answer changed, and nothing else; `yes` is the side that gives, `purpose` the use it is about."""
    rights = rights.with_said(said_as(choice, purpose), at)
    match choice:
        case Choice.DEPOSITS:
            return replace(rights, accepts_deposits=yes)
        case Choice.AUTHORS:
            return replace(rights, authors_read=yes)
        case Choice.NEW_DOCUMENTS:
            return replace(rights, hides_new=not yes)
        case Choice.CHEST:
            return replace(rights, chest=not yes)
        case Choice.AFTER_DEATH:
            return replace(rights, heirs_refused=not yes)
        case Choice.PURPOSE:
            kept = rights.purposes | {purpose} if yes else rights.purposes - {purpose}
            return replace(rights, purposes=kept)


def present(rights: Rights, purposes: tuple[str, ...]) -> tuple[Present, ...]:
    """Return every answer as it stands: the five about her space, then each use asked about or answered."""
    asked: list[tuple[Choice, str]] = [(choice, "") for choice in Choice if choice is not Choice.PURPOSE]
    further = dict.fromkeys((*purposes, *sorted(rights.purposes)))
    asked += [(Choice.PURPOSE, code) for code in further]
    since = {one.what: one.at for one in rights.said}
    return tuple(
        Present(choice, code, gives(rights, choice, code), since.get(said_as(choice, code))) for choice, code in asked
    )


def said_as(choice: Choice, purpose: str = "") -> str:
    """Return the name an answer's date is kept under."""
    return f"{choice.value}:{purpose}" if purpose else choice.value
