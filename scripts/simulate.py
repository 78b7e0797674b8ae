#!/usr/bin/env python3
"""Do the acts of a person in any order, many times, beside a pure model: `scripts/simulate.py [--runs 200] [--steps 50]`.

Ends with one line of counts; a difference stops it and prints the shortest sequence that shows it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import hypothesis  # noqa: E402 - the tree is only importable once it is on the path
from hypothesis.stateful import run_state_machine_as_test  # noqa: E402 - the tree is only importable once it is on the path

from tests.house import databases  # noqa: E402 - the tree is only importable once it is on the path
from tests.simulation.acts import COUNTS, TenActs  # noqa: E402 - the tree is only importable once it is on the path


async def _simulate(runs: int, steps: int) -> None:
    chosen = hypothesis.settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    with tempfile.TemporaryDirectory(prefix="es-simulate-", dir="/tmp") as folder:
        async with databases(Path(folder)) as settings:
            TenActs.settings_of_house = settings
            await asyncio.to_thread(run_state_machine_as_test, TenActs, settings=chosen)


def main() -> int:
    """Run the simulation; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--steps", type=int, default=50)
    options = parser.parse_args()
    began = time.monotonic()
    asyncio.run(_simulate(options.runs, options.steps))
    seconds = time.monotonic() - began
    print(
        f"{COUNTS['runs']} runs, {COUNTS['acts']} acts, {COUNTS['entries']} entries recomputed, 0 faults, {seconds:.0f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
