#!/usr/bin/env python3
"""Write migrations/schema.txt: what the migrations make of three empty databases, read back from their catalogues.

    scripts/schema.py --write | --check

Starts the databases in folders of its own and removes them: those of the health side, then that of the debate, which are never in
one folder with the same secrets. Tests compare the same lines on the databases they have.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.catalogue import DEBATE, HEAD, HEALTH, SNAPSHOT, described  # noqa: E402 - the tree is only importable once it is on the path
from tests.debate_house import debate_house  # noqa: E402 - the same
from tests.house import databases  # noqa: E402 - the tree is only importable once it is on the path


async def _health() -> list[str]:
    with tempfile.TemporaryDirectory(prefix="es-schema-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        async with databases(Path(folder) / "home") as settings:
            return await described(settings, HEALTH)


def _debate() -> list[str]:
    with debate_house() as house:
        found: list[str] = house.run(described(house.settings, DEBATE))
        return found


def main() -> int:
    """Write or compare; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true", help="écrit migrations/schema.txt")
    choice.add_argument("--check", action="store_true", help="compare")
    options = parser.parse_args()
    found = "\n".join([HEAD, *asyncio.run(_health()), *_debate()]) + "\n"
    if options.write:
        SNAPSHOT.write_text(found, encoding="utf-8")
        return 0
    if SNAPSHOT.read_text(encoding="utf-8") == found:
        return 0
    print("migrations/schema.txt n'est plus à jour : scripts/schema.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
