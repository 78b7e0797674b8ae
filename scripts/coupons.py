#!/usr/bin/env python3
"""Read invented coupons, filled in and scanned in every way: `scripts/coupons.py [--pages 200] [--seed 1000] [--layouts 2,4,8]`.

Prints, for each kind of page, how many were decided without a person. A wrong decision ends it with code 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.coupons.campaign import Count, run  # noqa: E402 - the tree is only importable once it is on the path


def _printed(boxes: int, count: Count) -> None:
    print(f"{boxes} boxes, {count.pages.total()} pages, {count.automatic.total()} decided without a person")
    for kind, pages in sorted(count.pages.items()):
        print(f"  {kind:18} {pages:4} pages, {count.automatic[kind]:4} automatic")
    print(f"  why clear pages went to a person: {dict(count.doubts)}")
    for words in count.wrong:
        print(f"  WRONG: {words}")


def main() -> int:
    """Run the campaign; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--layouts", default="2,4,8")
    options = parser.parse_args()
    began, counts = time.process_time(), []
    for boxes in (int(one) for one in options.layouts.split(",")):
        counts.append(run(boxes, range(options.seed, options.seed + options.pages)))
        _printed(boxes, counts[-1])
    pages, wrong = sum(one.pages.total() for one in counts), sum(len(one.wrong) for one in counts)
    clear = sum(one.pages["clear"] for one in counts)
    read = sum(one.automatic["clear"] for one in counts)
    sample = "" if options.pages >= 200 else "sample, "
    seconds = time.process_time() - began
    print(
        f"{sample}{pages} pages, {wrong} wrong, {read} of {clear} clear pages without a person, {seconds:.0f} s of CPU"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
