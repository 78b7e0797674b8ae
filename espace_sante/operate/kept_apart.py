"""What no backup holds and no restored instance can do without: a copy of each is kept elsewhere, in a closed place.

The one list: `backup` and `restore` say it, `keys --to-keep` prints it, the restore drill follows it.
Guarantee: G7 (a backup opens nothing), G13.
"""

from __future__ import annotations

from pathlib import Path

from espace_sante.kernel.settings import Settings
from espace_sante.operate.debate import code_key_path, log_seed_path, origin_path
from espace_sante.operate.log_keys import SEEDS, seed_path


def kept_apart(settings: Settings) -> tuple[Path, ...]:
    """Return every such file, absolute, whether it is there or not; passwords are not among them, each is drawn anew."""
    journal = tuple(seed_path(settings, name) for name in SEEDS)
    debate = (log_seed_path(settings), code_key_path(settings), origin_path(settings))
    return (settings.home / "keys" / "master.key", *journal, *debate)


def missing(settings: Settings) -> tuple[Path, ...]:
    """Return those that are not where they are looked for."""
    return tuple(path for path in kept_apart(settings) if not path.exists())


def named(settings: Settings, paths: tuple[Path, ...]) -> str:
    """Return their names inside the state folder, as a sentence lists them."""
    return ", ".join(str(path.relative_to(settings.home)) for path in paths)
