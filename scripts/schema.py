#!/usr/bin/env python3
"""Write migrations/schema.txt: what the migrations make of two empty databases, read back from their catalogues.

    scripts/schema.py --write | --check

Starts two databases in a folder of its own and removes them. A test compares the same text on the databases it has.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.catalogue import SNAPSHOT, described  # noqa: E402 - the tree is only importable once it is on the path
from tests.house import databases  # noqa: E402 - the tree is only importable once it is on the path


async def _described() -> str:
    with tempfile.TemporaryDirectory(prefix="es-schema-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        async with databases(Path(folder) / "home") as settings:
            return await described(settings)


def main() -> int:
    """Write or compare; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true", help="écrit migrations/schema.txt")
    choice.add_argument("--check", action="store_true", help="compare")
    options = parser.parse_args()
    found = asyncio.run(_described())
    if options.write:
        SNAPSHOT.write_text(found, encoding="utf-8")
        return 0
    if SNAPSHOT.read_text(encoding="utf-8") == found:
        return 0
    print("migrations/schema.txt n'est plus à jour : scripts/schema.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
