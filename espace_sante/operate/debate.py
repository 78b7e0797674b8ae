"""The debate's own database and keys: drawn once, given to its process alone, reached by nothing of the health side.

debate/log.seed, debate/codes.key, debate/es_debate.password     0400, to the debate's process
debate/origin                                                    the name its log is signed under, for ever
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.accounts import Process
from espace_sante.operate.card import hold_lock, is_held, running_instance
from espace_sante.operate.folders import DEBATE, forget_short_folder, hand_over, prepare, write_once
from espace_sante.operate.launcher import start_instance, stop_instance

_BYTES = 32


def log_seed_path(settings: Settings) -> Path:
    """Return where the seed that signs the debate's log lies."""
    return settings.home / "debate" / "log.seed"


def code_key_path(settings: Settings) -> Path:
    """Return where the key of the codes' digests lies."""
    return settings.home / "debate" / "codes.key"


def witnesses_path(settings: Settings) -> Path:
    """Return where the operator names those who cosign the debate's log."""
    return settings.home / "debate" / "witnesses.json"


def arrange_debate_keys(settings: Settings) -> None:
    """Draw what is missing, before the first start only: another seed would begin another log, another key spoil every code."""
    for path in (log_seed_path(settings), code_key_path(settings)):
        if not path.exists():
            if (settings.home / "data" / DEBATE).exists():
                raise OperatorRefusal(f"Une clé du débat manque : remettez-la dans {path}.")
            write_once(path, secrets.token_bytes(_BYTES))
        hand_over(settings, path, Process.DEBATE)
    if not origin_path(settings).exists():  # nor is it copied into a backup: its log would go on under another name
        if (settings.home / "data" / DEBATE).exists():
            raise OperatorRefusal(f"Le nom du débat manque : remettez-le dans {origin_path(settings)}.")
        write_once(origin_path(settings), (settings.address.partition("://")[2] + "/debat").encode())
    hand_over(settings, origin_path(settings), Process.DEBATE)


def origin_of(settings: Settings) -> str:
    """Return the name under which the log is signed: that of its first day. Raises OperatorRefusal before it."""
    try:
        return origin_path(settings).read_text(encoding="utf-8")
    except OSError:
        raise OperatorRefusal(f"Ce processus ne peut pas lire {origin_path(settings)}.") from None


def origin_path(settings: Settings) -> Path:
    """Return where the name its log is signed under lies."""
    return settings.home / "debate" / "origin"


def read_key(path: Path) -> bytes:
    """Return one of the two. Raises OperatorRefusal when it is missing, damaged or closed to this process."""
    try:
        found = path.read_bytes()
    except OSError:
        raise OperatorRefusal(f"Ce processus ne peut pas lire {path}.") from None
    if len(found) != _BYTES:
        raise OperatorRefusal(f"{path} n'a pas {_BYTES} octets : remettez la copie que vous en avez.")
    return found


@asynccontextmanager
async def open_debate(settings: Settings) -> AsyncIterator[None]:
    """Give access to the debate's database, whether the instance runs or not; what was started here is stopped here.

    Raises OperatorRefusal when the state folder is held by another command, or was never started.
    """
    if running_instance(settings) is not None:
        yield
        return
    if is_held(settings):
        raise OperatorRefusal(f"Une autre commande travaille sur {settings.home} : attendez qu'elle finisse.")
    if not (settings.home / "data" / DEBATE / "PG_VERSION").exists():
        raise OperatorRefusal(f"{settings.home} n'a jamais été démarré : lancez d'abord « make run ».")
    async with started_debate(settings):
        yield


@asynccontextmanager
async def started_debate(settings: Settings) -> AsyncIterator[None]:
    """Start the debate's database under the lock of the state folder, and stop it at the end."""
    prepare(settings)
    with hold_lock(settings):
        instance = await start_instance(DEBATE, settings)
        try:
            yield
        finally:
            await stop_instance(instance)
            forget_short_folder(settings)
