"""Both databases at hand for an operator's command: those of the running instance, or started for its duration."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.card import hold_lock, is_held, running_instance
from espace_sante.operate.folders import INSTANCES, forget_short_folder, prepare
from espace_sante.operate.launcher import start_instance, stop_instance


@asynccontextmanager
async def open_databases(settings: Settings) -> AsyncIterator[None]:
    """Give access to both databases, whether the instance runs or not; what was started here is stopped here.

    Raises OperatorRefusal when the state folder is held by another command, or was never started.
    """
    if running_instance(settings) is not None:
        yield
        return
    if is_held(settings):
        raise OperatorRefusal(f"Une autre commande travaille sur {settings.home} : attendez qu'elle finisse.")
    if not (settings.home / "data" / "main" / "PG_VERSION").exists():
        raise OperatorRefusal(f"{settings.home} n'a jamais été démarré : lancez d'abord « make run ».")
    async with started_databases(settings):
        yield


@asynccontextmanager
async def started_databases(settings: Settings) -> AsyncIterator[None]:
    """Start both databases under the lock of the state folder, and stop them at the end."""
    prepare(settings)
    with hold_lock(settings):
        outcomes = await asyncio.gather(*(start_instance(name, settings) for name in INSTANCES), return_exceptions=True)
        try:
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            yield
        finally:
            running = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
            await asyncio.gather(*(stop_instance(instance) for instance in running))
            forget_short_folder(settings)
