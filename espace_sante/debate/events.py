"""What may happen in the debate, as lines of its log: each event is one leaf, and the log alone gives everything back.

What people wrote is there as a commitment only, so that a text may be hidden while its place, its date and its digest stay.
No event has an hour, a way of coming, a code or anything about a person. Format: docs/specs/debate.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import msgspec
import orjson

from espace_sante.debate.words import Change, Reason, Role, Sort, Theme
from espace_sante.kernel.canonical import canonical


@dataclass(frozen=True, slots=True)
class DossierOpened:
    """A dossier opens on one of the four themes; `votes` says beforehand whether proposals will be voted on."""

    dossier: str
    theme: Theme
    title: str
    question: str
    opened_on: date
    closes_on: date
    votes: bool


@dataclass(frozen=True, slots=True)
class Contributed:
    """Somebody wrote; `text` is the commitment; `held` gives a reason to look at it before it is shown.

    `made_on` is the day she wrote, or the postmark; `source` the address of a platform the text came from, "" otherwise.
    """

    contribution: str
    dossier: str
    sort: Sort
    about: str
    text: str
    made_on: date
    published_on: date
    held: Reason | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """A held text is shown after all; `by`: a mark of who did, in this text alone."""

    contribution: str
    role: Role
    on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class Moderated:
    """A text is hidden, for a reason of the closed list and in plain words; `by`: a mark of who did, in this text alone."""

    contribution: str
    reason: Reason
    why: str
    role: Role
    on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class Contested:
    """Whoever wrote a hidden or held text contests it; `text` is the commitment of what she says."""

    contribution: str
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class ContestDropped:
    """A contest came of a text that was shown, or contested already, when it was to be published: it says no more."""

    contribution: str
    on: date


@dataclass(frozen=True, slots=True)
class ContestAnswered:
    """Somebody else than the first moderator answers the contest: the marks `by` are not the same."""

    contribution: str
    restored: bool
    why: str
    role: Role
    on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The authority answers a contribution, or the whole dossier when `contribution` is empty."""

    dossier: str
    contribution: str
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Minuted:
    """The minutes of a public meeting on a dossier."""

    dossier: str
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Summed:
    """The summary of a dossier, in the three languages of the service."""

    dossier: str
    french: str
    simple: str
    english: str
    on: date


@dataclass(frozen=True, slots=True)
class Decided:
    """The authority decides something at the end of a dossier."""

    decision: str
    dossier: str
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Changed:
    """A guarantee, the matrix or a cost line changed, by a decision: `reference` says which one."""

    decision: str
    change: Change
    reference: str
    on: date


@dataclass(frozen=True, slots=True)
class VoteOpened:
    """Proposals of a dossier are put to the vote."""

    dossier: str
    proposals: tuple[str, ...]
    on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class Count:
    """How many ballots said what of one proposal."""

    proposal: str
    in_favour: int
    against: int
    blank: int


@dataclass(frozen=True, slots=True)
class VoteCounted:
    """The result of a vote: nothing of it is known before."""

    dossier: str
    ballots: int
    counts: tuple[Count, ...]
    on: date


@dataclass(frozen=True, slots=True)
class EnvelopesPrinted:
    """Envelopes were printed for a dossier: nobody may count more voices than that."""

    dossier: str
    envelopes: int
    on: date


@dataclass(frozen=True, slots=True)
class Flowed:
    """How contributions came on one day, by hour of Paris; an hour with fewer than eleven is not told."""

    dossier: str
    day: date
    contributions: int
    hours: tuple[tuple[int, int], ...]


Event = (
    DossierOpened
    | Contributed
    | Released
    | Moderated
    | Contested
    | ContestDropped
    | ContestAnswered
    | Answered
    | Minuted
    | Summed
    | Decided
    | Changed
    | VoteOpened
    | VoteCounted
    | EnvelopesPrinted
    | Flowed
)
KINDS = MappingProxyType(
    {
        "dossier-opened": DossierOpened,
        "contributed": Contributed,
        "released": Released,
        "moderated": Moderated,
        "contested": Contested,
        "contest-dropped": ContestDropped,
        "contest-answered": ContestAnswered,
        "answered": Answered,
        "minuted": Minuted,
        "summed": Summed,
        "decided": Decided,
        "changed": Changed,
        "vote-opened": VoteOpened,
        "vote-counted": VoteCounted,
        "envelopes-printed": EnvelopesPrinted,
        "flowed": Flowed,
    }
)
_NAMES = MappingProxyType({kind: name for name, kind in KINDS.items()})


class NotAnEvent(ValueError):
    """Bytes that are not the one form of an event."""


def leaf_of(event: Event) -> bytes:
    """Return the leaf of an event: its canonical JSON."""
    members: dict[str, Any] = msgspec.to_builtins(event)
    if not members.get("by", True):  # logs older than the mark have no such member
        del members["by"]
    return canonical({"kind": _NAMES[type(event)], **members})


def event_of(leaf: bytes) -> Event:
    """Return the event of a leaf. Raises NotAnEvent for any other bytes, were they the same value written otherwise."""
    try:
        members = orjson.loads(leaf)
        kind = KINDS[members.pop("kind")]
        found: Event = msgspec.convert(members, kind)
    except (orjson.JSONDecodeError, msgspec.ValidationError, KeyError, AttributeError, TypeError):
        raise NotAnEvent("not an event of the debate") from None
    if leaf_of(found) != leaf:
        raise NotAnEvent("not the one form of this event")
    return found


def day_of(event: Event) -> date:
    """Return the day an event was written on."""
    match event:
        case DossierOpened():
            return event.opened_on
        case Contributed():
            return event.published_on
        case Flowed():
            return event.day
        case _:
            return event.on
