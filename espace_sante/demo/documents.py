"""The documents of the demonstration, all written by us, over the fifteen categories."""

from __future__ import annotations

from espace_sante.demo.paper import Paper
from espace_sante.demo.papers import biology, care, imaging, own, prevention, reports
from espace_sante.demo.writing.sheet import Someone

__all__ = ["PAPERS", "Paper", "Someone"]

PAPERS: tuple[Paper, ...] = (
    *biology.PAPERS,
    *imaging.PAPERS,
    *reports.PAPERS,
    *care.PAPERS,
    *prevention.PAPERS,
    *own.PAPERS,
)
