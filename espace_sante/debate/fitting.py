"""Which event fits what came before it, and why another does not: the rules of the debate. Pure.

Guarantee: G14. Source: docs/decisions/0070.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from espace_sante.debate.dossier import Dossier, Voice
from espace_sante.debate.events import (
    Answered,
    ContestAnswered,
    ContestDropped,
    Contested,
    Contributed,
    Decided,
    DossierOpened,
    EnvelopesPrinted,
    Flowed,
    Minuted,
    Moderated,
    Released,
    Summed,
    VoteCounted,
    VoteOpened,
)
from espace_sante.debate.rules import LONGEST_DAYS, MOST_VOTED, SHORTEST_DAYS, last_arrival
from espace_sante.debate.words import ABOUT, Role, Sort

# A dossier is an address, a file of the site, and the folder of a list of envelopes (envelopes/mark_list.py); these are pages beside it.
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_PAGES = frozenset({"index", "moderation", "decisions"})


class Refusal(StrEnum):
    """Why an event does not fit."""

    NO_DOSSIER = "debate-no-dossier"
    TWICE = "debate-twice"
    TOO_SHORT = "debate-too-short"
    TOO_LONG = "debate-too-long"
    TOO_MANY = "debate-too-many"
    NAME = "debate-name"
    NOT_OPEN = "debate-not-open"
    STILL_OPEN = "debate-still-open"
    VOTE_UNCOUNTED = "debate-vote-uncounted"
    NO_CONTRIBUTION = "debate-no-contribution"
    WRONG_SORT = "debate-wrong-sort"
    NOT_HIDDEN = "debate-not-hidden"
    NOT_HELD = "debate-not-held"
    SAME_ROLE = "debate-same-role"
    NO_VOTE = "debate-no-vote"
    WRONG_COUNT = "debate-wrong-count"
    NO_DECISION = "debate-no-decision"
    EMPTY = "debate-empty"
    STILL_HIDDEN = "debate-still-hidden"


def opening(known: Collection[str], event: DossierOpened) -> Refusal | None:
    """Say why a dossier may not open."""
    if not _NAME.fullmatch(event.dossier) or event.dossier in _PAGES:
        return Refusal.NAME
    if event.dossier in known:
        return Refusal.TWICE
    if not event.title.strip() or not event.question.strip():
        return Refusal.EMPTY
    return _lasting(event.opened_on, event.closes_on)


def _lasting(first: date, last: date) -> Refusal | None:
    if last - first < timedelta(days=SHORTEST_DAYS):
        return Refusal.TOO_SHORT
    return None if last - first <= timedelta(days=LONGEST_DAYS) else Refusal.TOO_LONG


Moderating = Released | Moderated | Contested | ContestDropped | ContestAnswered


def moderating(voice: Voice, event: Moderating) -> Refusal | None:
    """Say why a text may not be hidden, shown, contested or answered about."""
    match event:
        case Released():
            return None if voice.waits else Refusal.NOT_HELD
        case Moderated():
            if not event.why.strip():
                return Refusal.EMPTY
            return None if voice.moderated is None and voice.contest_answer is None else Refusal.TWICE
        case Contested():
            if voice.contested is not None:
                return Refusal.TWICE
            return Refusal.NOT_HIDDEN if voice.is_shown else None
        case ContestDropped():
            return None if voice.contested is not None or voice.is_shown else Refusal.STILL_HIDDEN
        case ContestAnswered():
            if voice.contested is None or voice.contest_answer is not None:
                return Refusal.NOT_HIDDEN
            if voice.is_shown and not event.restored:
                return Refusal.NOT_HIDDEN  # shown since: a text is hidden for one of the four reasons only
            if event.role is not Role.MODERATOR_OF_CONTESTS:
                return Refusal.SAME_ROLE
            first = voice.moderated
            if first is not None and first.by and event.by in ("", first.by):
                return Refusal.SAME_ROLE
            return None if event.why.strip() else Refusal.EMPTY


Inside = Contributed | Answered | Minuted | Summed | Decided | VoteOpened | VoteCounted | EnvelopesPrinted | Flowed


def inside(dossier: Dossier, event: Inside) -> Refusal | None:
    """Say why an event does not fit in its dossier."""
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


def answers_well(dossier: Dossier, sort: Sort, about: str) -> bool:
    """Say whether a text of this sort may answer that one, or answers none as it should."""
    wanted = ABOUT[sort]
    if not wanted:
        return not about
    answered = dossier.voices.get(about)
    return answered is not None and answered.said.sort in wanted


def _contributing(dossier: Dossier, event: Contributed) -> Refusal | None:
    opened = dossier.opened
    if not opened.opened_on <= event.made_on <= opened.closes_on or event.published_on < event.made_on:
        return Refusal.NOT_OPEN
    if not event.source and dossier.voices_by_code >= dossier.envelopes:
        return Refusal.WRONG_COUNT
    return None if answers_well(dossier, event.sort, event.about) else Refusal.WRONG_SORT


def _answering(dossier: Dossier, event: Answered) -> Refusal | None:
    if not event.text.strip():
        return Refusal.EMPTY
    if not event.contribution:
        if dossier.answer is not None:
            return Refusal.TWICE
        if event.on <= dossier.opened.closes_on:
            return Refusal.STILL_OPEN
        return None if dossier.vote is None or dossier.counted is not None else Refusal.VOTE_UNCOUNTED
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
    if len(proposals) > MOST_VOTED:
        return Refusal.TOO_MANY
    if not all(one and one.is_shown and one.said.sort in (Sort.PROPOSAL, Sort.AMENDMENT) for one in proposals):
        return Refusal.NO_CONTRIBUTION
    if event.on <= dossier.opened.closes_on:
        return Refusal.STILL_OPEN
    return _lasting(event.on, event.closes_on)


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
