#!/usr/bin/env python3
"""Live two lives from each seed: `scripts/simulate_log.py [--seed 1] [--lives 1000] [--steps 120] [--only house|log]`.

`log`: the public journal alone, through restores and old backups. `house`: the keepers that write it and the sequencer that publishes
it, side by side. Stops at any wait, cut lines, writes that are lost, cosigners that lag, lie or die. Ends with one line of counts a
kind; the first fault stops it, and its seed is the report.
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

from tests.simulation.house_life import HouseLife  # noqa: E402 - the tree is only importable once it is on the path
from tests.simulation.log_life import Life  # noqa: E402 - as above


def main() -> int:
    """Play the lives; exit 1 at the first that does not hold."""
    parser = argparse.ArgumentParser(
        description="Le journal public et les gardiens qui l'écrivent, leur vie tirée au sort."
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lives", type=int, default=1_000)
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--only", choices=("house", "log"))
    chosen = parser.parse_args()
    logging.getLogger("espace_sante").setLevel(logging.CRITICAL)  # thousands of witnesses that do not answer
    for kind in ("house", "log") if chosen.only is None else (chosen.only,):
        _live(kind, chosen.seed, chosen.lives, chosen.steps)
    return 0


def _live(kind: str, seed: int, lives: int, steps: int) -> None:
    counts: Counter[str] = Counter()
    begun = time.monotonic()
    for number in range(lives):
        life = HouseLife(seed + number) if kind == "house" else Life(seed + number, steps=steps)
        try:
            life.play()
        except BaseException:
            print(f"faute : scripts/simulate_log.py --seed {life.seed} --lives 1 --steps {steps} --only {kind}")
            raise
        counts.update(life.counts)
        if sys.stdout.isatty() or (number + 1) % 100 == 0:
            print(f"{kind} {number + 1}/{lives}", flush=True)
    said = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
    print(f"{kind}: {lives} lives from seed {seed}: {said}; {time.monotonic() - begun:.0f} s, 0 faults")


if __name__ == "__main__":
    raise SystemExit(main())
