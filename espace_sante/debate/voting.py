"""Ballots and their count. Pure. Guarantee: G14."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from espace_sante.debate.events import Count, VoteCounted
from espace_sante.debate.words import Choice


def is_whole(choices: Mapping[str, Choice], proposals: Sequence[str]) -> bool:
    """Say whether a ballot says something of each proposal, and of nothing else."""
    return set(choices) == set(proposals)


def counted(dossier: str, proposals: Sequence[str], ballots: Sequence[Mapping[str, str]], on: date) -> VoteCounted:
    """Return the result: for each proposal, how many ballots said what."""
    return VoteCounted(dossier, len(ballots), tuple(_count(one, ballots) for one in proposals), on)


def _count(proposal: str, ballots: Sequence[Mapping[str, str]]) -> Count:
    said = [ballot[proposal] for ballot in ballots]
    return Count(proposal, said.count(Choice.FOR), said.count(Choice.AGAINST), said.count(Choice.BLANK))
