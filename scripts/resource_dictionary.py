#!/usr/bin/env python3
"""Train the dictionary that resources are compressed with before they are sealed, from public invented data.

    scripts/resource_dictionary.py FOLDER           write espace_sante/vault/dictionaries/2.dict
    scripts/resource_dictionary.py FOLDER --check   compare only

FOLDER holds synthea-r4/ (every second patient is read) and r4-examples/; what they are, and their licences, is said in
espace_sante/vault/dictionaries/sources.txt. A dictionary in use is never trained again: rows would no longer open. Another one takes
the next number.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path

import zstandard

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.resource_bytes import TRAINED_ON, examples, patients  # noqa: E402 - the tree is only importable once it is on the path

TARGET = ROOT / "espace_sante" / "vault" / "dictionaries" / "2.dict"
# 32,000, 64,000 and 112,000 bytes were tried: 228, 219 and 221 bytes sealed, for a resource of patients never seen.
_ID = re.compile(rb"[0-9a-f]{32}")
SIZE = 64_000
LEVEL = 3
NUMBER = (
    100_002  # of the dictionary itself, in the range that is nobody's (RFC 8878 section 6.1 leaves it to private use)
)
# One long example would take the place of a hundred short ones.
LONGEST = 20_000


def trained(folder: Path) -> bytes:
    """Return the dictionary; the same files give the same bytes."""
    read = [one.body for each in list(patients(folder))[::TRAINED_ON] for one in each]
    people = [_without_ids(body, number) for number, body in enumerate(read)]
    shown = [one.body for one in examples(folder) if len(one.body) < LONGEST]
    # Each example counts twice: there are twelve times as many resources of patients, of sixteen types only.
    return zstandard.train_dictionary(SIZE, people + shown * 2, level=LEVEL, dict_id=NUMBER).as_bytes()


def _without_ids(body: bytes, number: int) -> bytes:
    """Return a resource with other ids, its own: those of one person are in all of hers, and in nobody else's."""
    return _ID.sub(lambda found: hashlib.sha256(b"%d|%b" % (number, found[0])).hexdigest()[:32].encode(), body)


def main() -> int:
    """Train and write, or compare; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args()
    made = trained(options.folder)
    print(f"{len(made)} octets, SHA-256 {hashlib.sha256(made).hexdigest()}, zstandard {zstandard.__version__}")
    if options.check:
        return int(made != TARGET.read_bytes())
    if TARGET.exists() and TARGET.read_bytes() != made:
        print(
            f"{TARGET.name} sert déjà à lire des lignes : un autre dictionnaire prend un autre numéro", file=sys.stderr
        )
        return 1
    TARGET.write_bytes(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
