"""`espace-sante run`: start everything in the foreground, and load nothing else, since that process only watches the others."""

from __future__ import annotations

from argparse import Namespace

from espace_sante.kernel.settings import Settings
from espace_sante.operate.supervisor import supervise


def run(settings: Settings, _: Namespace) -> int:
    """Start everything in the foreground."""
    return supervise(settings)
