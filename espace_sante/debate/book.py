"""The whole debate as its log tells it: one event after another, each refused when it does not fit what came before.

Nothing else decides what the pages, the export and the static site say: the same events give the same book. Pure.
Guarantee: G14. Source: docs/decisions/0070.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from espace_sante.debate.events import (
    Answered,
    Changed,
    ContestAnswered,
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
from espace_sante.debate.rules import SHORTEST_DAYS, answer_due, last_arrival, review_due
from espace_sante.debate.words import ABOUT, Phase, Role, Sort


class Refusal(StrEnum):
    """Why an event does not fit."""

    NO_DOSSIER = "debate-no-dossier"
    TWICE = "debate-twice"
    TOO_SHORT = "debate-too-short"
    NOT_OPEN = "debate-not-open"
    NO_CONTRIBUTION = "debate-no-contribution"
    WRONG_SORT = "debate-wrong-sort"
    NOT_HIDDEN = "debate-not-hidden"
    SAME_ROLE = "debate-same-role"
    NO_VOTE = "debate-no-vote"
    WRONG_COUNT = "debate-wrong-count"
    NO_DECISION = "debate-no-decision"
    EMPTY = "debate-empty"


class NotFitting(ValueError):
    """An event that does not fit what came before it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(slots=True)
class Voice:
    """A contribution and what became of it. `moderated` and `contested` stay once written, whatever comes later."""

    said: Contributed
    released: Released | None = None
    moderated: Moderated | None = None
    contested: Contested | None = None
    contest_answer: ContestAnswered | None = None
    answer: Answered | None = None

    @property
    def is_shown(self) -> bool:
        """Say whether its text may be read."""
        if self.contest_answer is not None:
            return self.contest_answer.restored
        return self.moderated is None and not self.waits

    @property
    def waits(self) -> bool:
        """Say whether it is held and nobody looked at it yet."""
        untouched = self.released is None and self.moderated is None and self.contest_answer is None
        return self.said.held is not None and untouched

    def answer_is_late(self, today: date) -> bool:
        """Say whether it asks for an answer that did not come in time."""
        asks = self.said.sort in (Sort.QUESTION, Sort.PROPOSAL) and self.is_shown
        return asks and self.answer is None and today > answer_due(self.said.published_on)

    def review_is_late(self, today: date) -> bool:
        """Say whether it is held for longer than promised."""
        return self.waits and today > review_due(self.said.published_on)


@dataclass(slots=True)
class Dossier:
    """A dossier and everything said, answered, counted and decided in it."""

    opened: DossierOpened
    voices: dict[str, Voice] = field(default_factory=dict)
    answer: Answered | None = None
    minutes: list[Minuted] = field(default_factory=list)
    summary: Summed | None = None
    decisions: dict[str, Decided] = field(default_factory=dict)
    changes: list[Changed] = field(default_factory=list)
    vote: VoteOpened | None = None
    counted: VoteCounted | None = None
    envelopes: int = 0
    # How many contributions a code was spent on: the others came from another platform, which is named.
    voices_by_code: int = 0
    flow: list[Flowed] = field(default_factory=list)

    def phase(self, today: date) -> Phase:
        """Say where the dossier stands on a day."""
        if self.answer is not None:
            return Phase.ANSWERED
        if today <= self.opened.closes_on:
            return Phase.OPEN
        return Phase.VOTING if self.vote is not None and self.counted is None else Phase.CLOSED

    @property
    def answer_due(self) -> date:
        """Return the day by which the authority must have answered the dossier: after the vote when there is one."""
        return answer_due(self.vote.closes_on if self.vote else self.opened.closes_on)

    def is_late(self, today: date) -> bool:
        """Say whether the authority's answer did not come in time."""
        return self.answer is None and today > self.answer_due

    def decision_on(self, change: Changed) -> Decided:
        """Return the decision a change rests on."""
        return self.decisions[change.decision]


@dataclass(slots=True)
class Book:
    """Every dossier, by its identifier, in the order they were opened."""

    dossiers: dict[str, Dossier] = field(default_factory=dict)
    size: int = 0

    def refusal(self, event: Event) -> Refusal | None:
        """Say why an event does not fit, None when it does. Changes nothing."""
        if isinstance(event, DossierOpened):
            return _opening(self, event)
        if isinstance(event, Released | Moderated | Contested | ContestAnswered):
            voice = self.voice(event.contribution)
            return Refusal.NO_CONTRIBUTION if voice is None else _moderating(voice, event)
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
        return _inside(dossier, event)

    def add(self, event: Event) -> None:
        """Add the next event. Raises NotFitting, and then nothing has changed."""
        if refusal := self.refusal(event):
            raise NotFitting(refusal)
        self.size += 1
        if isinstance(event, DossierOpened):
            self.dossiers[event.dossier] = Dossier(event)
        elif isinstance(event, Released | Moderated | Contested | ContestAnswered):
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


def book_of(events: Iterable[Event]) -> Book:
    """Return the book that some events give. Raises NotFitting at the first that does not fit."""
    book = Book()
    for event in events:
        book.add(event)
    return book


def _opening(book: Book, event: DossierOpened) -> Refusal | None:
    if event.dossier in book.dossiers:
        return Refusal.TWICE
    if not event.title.strip() or not event.question.strip():
        return Refusal.EMPTY
    long_enough = event.closes_on - event.opened_on >= timedelta(days=SHORTEST_DAYS)
    return None if long_enough else Refusal.TOO_SHORT


def _moderating(voice: Voice, event: Released | Moderated | Contested | ContestAnswered) -> Refusal | None:
    match event:
        case Released():
            return None if voice.waits else Refusal.NOT_HIDDEN
        case Moderated():
            if not event.why.strip():
                return Refusal.EMPTY
            return None if voice.moderated is None and voice.contest_answer is None else Refusal.TWICE
        case Contested():
            if voice.contested is not None:
                return Refusal.TWICE
            return Refusal.NOT_HIDDEN if voice.is_shown else None
        case ContestAnswered():
            if voice.contested is None or voice.contest_answer is not None:
                return Refusal.NOT_HIDDEN
            if event.role is not Role.MODERATOR_OF_CONTESTS:
                return Refusal.SAME_ROLE
            return None if event.why.strip() else Refusal.EMPTY


def _moderate(voice: Voice, event: Released | Moderated | Contested | ContestAnswered) -> None:
    match event:
        case Released():
            voice.released = event
        case Moderated():
            voice.moderated = event
        case Contested():
            voice.contested = event
        case ContestAnswered():
            voice.contest_answer = event


_Inside = Contributed | Answered | Minuted | Summed | Decided | VoteOpened | VoteCounted | EnvelopesPrinted | Flowed


def _inside(dossier: Dossier, event: _Inside) -> Refusal | None:
    match event:
        case Contributed():
            return _contributing(dossier, event)
        case Answered():
            return _answering(dossier, event)
        case VoteOpened():
            return _vote_opening(dossier, event)
        case VoteCounted():
            return _counting(dossier, event)
        case EnvelopesPrinted():
            return None if event.envelopes > 0 else Refusal.EMPTY
        case Minuted() | Decided():
            return None if event.text.strip() else Refusal.EMPTY
        case Summed():
            whole = all(text.strip() for text in (event.french, event.simple, event.english))
            return None if whole else Refusal.EMPTY
        case Flowed():
            return None  # a letter typed in later adds to its day


def _contributing(dossier: Dossier, event: Contributed) -> Refusal | None:
    opened = dossier.opened
    if not opened.opened_on <= event.made_on <= opened.closes_on or event.published_on < event.made_on:
        return Refusal.NOT_OPEN
    if not event.source and dossier.voices_by_code >= dossier.envelopes:
        return Refusal.WRONG_COUNT
    wanted = ABOUT[event.sort]
    if not wanted:
        return Refusal.WRONG_SORT if event.about else None
    about = dossier.voices.get(event.about)
    return None if about is not None and about.said.sort in wanted else Refusal.WRONG_SORT


def _answering(dossier: Dossier, event: Answered) -> Refusal | None:
    if not event.text.strip():
        return Refusal.EMPTY
    if not event.contribution:
        if dossier.answer is not None:
            return Refusal.TWICE
        ended = event.on > dossier.opened.closes_on and (dossier.vote is None or dossier.counted is not None)
        return None if ended else Refusal.NOT_OPEN
    voice = dossier.voices.get(event.contribution)
    if voice is None:
        return Refusal.NO_CONTRIBUTION
    return Refusal.TWICE if voice.answer is not None else None


def _vote_opening(dossier: Dossier, event: VoteOpened) -> Refusal | None:
    if not dossier.opened.votes or dossier.answer is not None:
        return Refusal.NO_VOTE
    if dossier.vote is not None:
        return Refusal.TWICE
    proposals = [dossier.voices.get(one) for one in event.proposals]
    if not proposals or len(set(event.proposals)) != len(proposals):
        return Refusal.NO_CONTRIBUTION
    if not all(one and one.is_shown and one.said.sort in (Sort.PROPOSAL, Sort.AMENDMENT) for one in proposals):
        return Refusal.NO_CONTRIBUTION
    if event.on <= dossier.opened.closes_on:
        return Refusal.NOT_OPEN
    return None if event.closes_on - event.on >= timedelta(days=SHORTEST_DAYS) else Refusal.TOO_SHORT


def _counting(dossier: Dossier, event: VoteCounted) -> Refusal | None:
    if dossier.vote is None or event.on <= last_arrival(dossier.vote.closes_on):
        return Refusal.NO_VOTE
    if dossier.counted is not None:
        return Refusal.TWICE
    whole = tuple(one.proposal for one in event.counts) == dossier.vote.proposals
    sums = all(one.in_favour + one.against + one.blank == event.ballots for one in event.counts)
    none_below = all(min(one.in_favour, one.against, one.blank) >= 0 for one in event.counts)
    bounded = event.ballots <= dossier.envelopes
    return None if whole and sums and none_below and bounded else Refusal.WRONG_COUNT


def _write(dossier: Dossier, event: _Inside) -> None:
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
