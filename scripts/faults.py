#!/usr/bin/env python3
"""Campaigns of faults against a whole house, too long for `make test`; results are kept in docs/campaigns.md.

    scripts/faults.py kills [--cycles 50] [--minutes 8] [--seed N]
    scripts/faults.py races [--rounds 5000] [--seed N]

`kills`: kill -9 of web, keepers and PostgreSQL at random under load. `races`: withdrawals against readings through two
keepers, half by her act, half by a bare change of rights. Each ends with one line of counts; 0 when no fault was seen.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from espace_sante.kernel.settings import Settings  # noqa: E402 - the tree is only importable once it is on the path
from tests.faults.killing import Campaign, supervised  # noqa: E402 - the tree is only importable once it is on the path
from tests.house import databases  # noqa: E402 - the tree is only importable once it is on the path
from tests.races.revocation import race  # noqa: E402 - the tree is only importable once it is on the path


def kills(cycles: int, minutes: float, seed: int) -> list[str]:
    """Run the kills; return the faults."""
    with tempfile.TemporaryDirectory(prefix="es-kills-", dir="/tmp") as folder, supervised(Path(folder)) as settings:

        async def play() -> list[str]:
            outcome = await Campaign(settings, seed).run(cycles, time.monotonic() + 60 * minutes)
            print("kills:", outcome.line())
            return outcome.faults

        return asyncio.run(play())


def races(rounds: int, seed: int) -> list[str]:
    """Run the races in both ways; return the faults."""
    faults: list[str] = []
    for bare, share in ((False, rounds - rounds // 2), (True, rounds // 2)):

        async def play(settings: Settings, bare: bool = bare, share: int = share) -> None:
            counts = await race(settings, share, seed=seed, bare=bare)
            print("races, bare change of rights:" if bare else "races, by her act:", counts.line(), flush=True)
            faults.extend(counts.faults)

        asyncio.run(_in_new_databases(play))
    return faults


async def _in_new_databases(work: Callable[[Settings], Awaitable[None]]) -> None:
    with tempfile.TemporaryDirectory(prefix="es-races-", dir="/tmp") as folder:
        async with databases(Path(folder)) as settings:
            await work(settings)


def main() -> int:
    """Run a campaign; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("campaign", choices=("kills", "races"))
    parser.add_argument("--cycles", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=8.0, help="limite de temps de « kills »")
    parser.add_argument("--rounds", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    run = {"kills": lambda: kills(options.cycles, options.minutes, options.seed)}
    faults = run.get(options.campaign, lambda: races(options.rounds, options.seed))()
    for fault in faults[:20]:
        print("fault:", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
