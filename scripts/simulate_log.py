#!/usr/bin/env python3
"""Live the public journal's life many times, each from its seed: `scripts/simulate_log.py [--seed 1] [--lives 1000] [--steps 120]`.

Stops at any wait, writes that are lost, cosigners that lag, lie or die, old backups. Ends with one line of counts; the first fault stops
it, and its seed is the report.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.simulation.log_life import Life  # noqa: E402 - the tree is only importable once it is on the path


def main() -> int:
    """Play the lives; exit 1 at the first that does not hold."""
    parser = argparse.ArgumentParser(description="Le journal public, sa vie tirée au sort.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lives", type=int, default=1_000)
    parser.add_argument("--steps", type=int, default=120)
    chosen = parser.parse_args()
    logging.getLogger("espace_sante").setLevel(logging.CRITICAL)  # thousands of witnesses that do not answer
    counts: Counter[str] = Counter()
    begun = time.monotonic()
    for number in range(chosen.lives):
        life = Life(chosen.seed + number, steps=chosen.steps)
        try:
            life.play()
        except BaseException:
            print(f"faute : scripts/simulate_log.py --seed {life.seed} --lives 1 --steps {chosen.steps}")
            raise
        counts.update(life.counts)
        if sys.stdout.isatty() or (number + 1) % 100 == 0:
            print(f"{number + 1}/{chosen.lives}", flush=True)
    said = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
    print(
        f"{chosen.lives} lives from seed {chosen.seed}, {chosen.steps} steps: {said}; {time.monotonic() - begun:.0f} s, 0 faults"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
