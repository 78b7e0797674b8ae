"""The three seeds of the public journal: two signing keys and the padding's. Drawn once, never replaced, never copied.

keys/log.seed, keys/index.seed, keys/padding.seed     32 random bytes each, 0400, to the sequencer alone
"""

from __future__ import annotations

import secrets
from pathlib import Path

from espace_sante.kernel.database import connect
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.accounts import Process
from espace_sante.operate.folders import hand_over, write_once
from espace_sante.operate.roles import OWNERS, connection_arguments

SEEDS = ("log", "index", "padding")
_BYTES = 32


def seed_path(settings: Settings, name: str) -> Path:
    """Return where a seed lies."""
    return settings.home / "keys" / f"{name}.seed"


def read_seed(settings: Settings, name: str) -> bytes:
    """Return a seed. Raises OperatorRefusal when it is missing or damaged."""
    path = seed_path(settings, name)
    try:
        seed = path.read_bytes()
    except OSError:
        raise OperatorRefusal(f"Ce processus ne peut pas lire {path}.") from None
    if len(seed) != _BYTES:
        raise OperatorRefusal(f"{path} n'a pas {_BYTES} octets : remettez la copie que vous en avez.")
    return seed


async def arrange_log_keys(settings: Settings) -> None:
    """Draw the seeds that are missing, unless the journal was published already; give them to the sequencer alone.

    The main database runs and is migrated. Raises OperatorRefusal when a seed is missing that others' copies of the journal
    are signed with: another key would begin another journal.
    """
    missing = [name for name in SEEDS if not seed_path(settings, name).exists()]
    if missing and await _is_published(settings):
        raise OperatorRefusal(
            f"Une clé du journal public manque : remettez-la dans {seed_path(settings, missing[0])}, sans elle le journal"
            " déjà publié ne peut plus être continué."
        )
    for name in missing:
        write_once(seed_path(settings, name), secrets.token_bytes(_BYTES))
    for name in SEEDS:
        hand_over(settings, seed_path(settings, name), Process.SEQUENCER)


async def _is_published(settings: Settings) -> bool:
    connection = await connect(connection_arguments(settings, OWNERS["main"]))
    try:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM log.checkpoint)"))
    finally:
        await connection.close()
