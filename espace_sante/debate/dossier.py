"""A dossier and its contributions, as the events of the log leave them, and what is late in it. Guarantee: G14."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from espace_sante.debate.events import (
    Answered,
    Changed,
    ContestAnswered,
    ContestDropped,
    Contested,
    Contributed,
    Decided,
    DossierOpened,
    Flowed,
    Minuted,
    Moderated,
    Released,
    Summed,
    VoteCounted,
    VoteOpened,
)
from espace_sante.debate.rules import answer_due, review_due
from espace_sante.debate.words import Phase, Sort


@dataclass(slots=True)
class Voice:
    """A contribution and what became of it. `moderated` and `contested` stay once written, whatever comes later."""

    said: Contributed
    released: Released | None = None
    moderated: Moderated | None = None
    contested: Contested | None = None
    contest_answer: ContestAnswered | None = None
    # Contests that came once the text was shown, or contested already: they change nothing, and are told.
    dropped: list[ContestDropped] = field(default_factory=list)
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
