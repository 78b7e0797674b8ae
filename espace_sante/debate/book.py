"""The whole debate as its log tells it: one event after another, each refused when it does not fit what came before.

Nothing else decides what the pages, the export and the static site say: the same events give the same book. Pure.
Guarantee: G14. Source: docs/decisions/0070.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from espace_sante.debate.dossier import Dossier, Voice
from espace_sante.debate.events import (
    Answered,
    Changed,
    ContestAnswered,
    ContestDropped,
    Contested,
    Contributed,
    Decided,
    DossierOpened,
    EnvelopesPrinted,
    Event,
    Flowed,
    Minuted,
    Moderated,
    Released,
    Summed,
    VoteCounted,
    VoteOpened,
)
from espace_sante.debate.fitting import Inside, Moderating, Refusal, inside, moderating, opening


class NotFitting(ValueError):
    """An event that does not fit what came before it; `until`: the last day of what is still going on, when that is why."""

    def __init__(self, refusal: Refusal, until: date | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.until = until


@dataclass(slots=True)
class Book:
    """Every dossier, by its identifier, in the order they were opened."""

    dossiers: dict[str, Dossier] = field(default_factory=dict)
    size: int = 0

    def refusal(self, event: Event) -> Refusal | None:
        """Say why an event does not fit, None when it does. Changes nothing."""
        if isinstance(event, DossierOpened):
            return opening(self.dossiers, event)
        if isinstance(event, Moderating):
            voice = self.voice(event.contribution)
            return Refusal.NO_CONTRIBUTION if voice is None else moderating(voice, event)
        if isinstance(event, Changed):
            known = any(event.decision in one.decisions for one in self.dossiers.values())
            return None if known and event.reference else Refusal.NO_DECISION
        dossier = self.dossiers.get(event.dossier)
        if dossier is None:
            return Refusal.NO_DOSSIER
        if isinstance(event, Contributed) and self.voice(event.contribution) is not None:
            return Refusal.TWICE
        if isinstance(event, Decided) and any(event.decision in one.decisions for one in self.dossiers.values()):
            return Refusal.TWICE
        return inside(dossier, event)

    def add(self, event: Event) -> None:
        """Add the next event. Raises NotFitting, and then nothing has changed."""
        if refusal := self.refusal(event):
            raise NotFitting(refusal, self._until(refusal, event))
        self.size += 1
        if isinstance(event, DossierOpened):
            self.dossiers[event.dossier] = Dossier(event)
        elif isinstance(event, Moderating):
            voice = self.voice(event.contribution)
            assert voice is not None
            _moderate(voice, event)
        elif isinstance(event, Changed):
            next(one for one in self.dossiers.values() if event.decision in one.decisions).changes.append(event)
        else:
            _write(self.dossiers[event.dossier], event)

    def voice(self, contribution: str) -> Voice | None:
        """Return a contribution, wherever it stands."""
        found = (one.voices.get(contribution) for one in self.dossiers.values())
        return next((voice for voice in found if voice is not None), None)

    def _until(self, refusal: Refusal, event: Event) -> date | None:
        if refusal is not Refusal.STILL_OPEN or not isinstance(event, Inside):
            return None
        return self.dossiers[event.dossier].opened.closes_on


def book_of(events: Iterable[Event]) -> Book:
    """Return the book that some events give. Raises NotFitting at the first that does not fit."""
    book = Book()
    for event in events:
        book.add(event)
    return book


def _moderate(voice: Voice, event: Moderating) -> None:
    match event:
        case Released():
            voice.released = event
        case Moderated():
            voice.moderated = event
        case Contested():
            voice.contested = event
        case ContestDropped():
            voice.dropped.append(event)  # the text stays as it is
        case ContestAnswered():
            voice.contest_answer = event


def _write(dossier: Dossier, event: Inside) -> None:
    match event:
        case Contributed():
            dossier.voices[event.contribution] = Voice(event)
            dossier.voices_by_code += not event.source
        case Answered():
            if event.contribution:
                dossier.voices[event.contribution].answer = event
            else:
                dossier.answer = event
        case Minuted():
            dossier.minutes.append(event)
        case Summed():
            dossier.summary = event
        case Decided():
            dossier.decisions[event.decision] = event
        case VoteOpened():
            dossier.vote = event
        case VoteCounted():
            dossier.counted = event
        case EnvelopesPrinted():
            dossier.envelopes += event.envelopes
        case Flowed():
            dossier.flow.append(event)
