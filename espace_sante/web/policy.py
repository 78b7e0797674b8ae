"""What the operator published about openings, as the pages say it."""

from __future__ import annotations

from dataclasses import dataclass

from espace_sante.kernel.settings import OpeningPolicy, Settings


@dataclass(frozen=True, slots=True)
class Here:
    """Whether silence opens a space here, and for how many months nobody who did not answer is asked again."""

    silence_opens: bool
    months: int


def policy_here(settings: Settings) -> Here:
    """Return what pages show of the settings that are published."""
    return Here(settings.opening_policy is OpeningPolicy.SIX_WEEK_PRESUMPTION, settings.reproposal_months)
