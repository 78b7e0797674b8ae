#!/usr/bin/env python3
"""Send mutated bytes, led by the lines they reach, to each reader of FHIR: it reads or refuses, or the run fails.

    .venv/bin/python -m pip install --no-deps atheris==3.0.0    34 MB, for this alone: not in the lock file
    .venv/bin/python scripts/fuzz_parsers.py --runs 100000 --seed 1 [--reader resource]

Needs atheris (Apache-2.0, the fuzzer of OSS-Fuzz). Each reader runs in a process of its own; an input that takes ten seconds, or that
raises anything but a Problem, is kept in the folder named and ends the run with 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def one(reader: str, runs: int, seed: int, folder: Path) -> None:
    """Fuzz one reader; never returns: atheris ends the process."""
    import atheris

    with atheris.instrument_imports(include=["espace_sante.formats", "espace_sante.exchange", "json"]):
        from tests.parsers import SEEDS, reads_or_refuses
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, right in enumerate(SEEDS[reader]):
        (corpus / str(number)).write_bytes(right)
    flags = [
        f"-runs={runs}",
        f"-seed={seed}",
        "-timeout=10",
        "-max_len=8192",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
    ]
    atheris.Setup(
        [sys.argv[0], *flags, f"-artifact_prefix={folder}/", str(corpus)],
        lambda data: reads_or_refuses(reader, data) and None,
    )
    atheris.Fuzz()


def every(readers: list[str], runs: int, seed: int) -> int:
    """Fuzz each reader in a process of its own; return how many failed."""
    failed = 0
    for reader in readers:
        folder = Path(tempfile.mkdtemp(prefix="espace-sante-fuzz."))
        command = [
            sys.executable,
            __file__,
            "--one",
            reader,
            "--runs",
            str(runs),
            "--seed",
            str(seed),
            "--folder",
            str(folder),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line or " DONE " in line]
        print(
            f"{reader}: {'ok' if done.returncode == 0 else 'FAILED'}; {'; '.join(' '.join(line.split()) for line in said)}",
            flush=True,
        )
        if done.returncode:
            failed += 1
            print(f"  {folder}\n{done.stderr[-3000:]}", flush=True)
    return failed


def main() -> int:
    """Read the command line; return 1 when a reader failed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--reader")
    options.add_argument("--one", help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:  # before anything of ours is loaded: what is loaded is not followed
        one(asked.one, asked.runs, asked.seed, asked.folder)
    from tests.parsers import READERS

    return 1 if every([asked.reader] if asked.reader else list(READERS), asked.runs, asked.seed) else 0


if __name__ == "__main__":
    sys.exit(main())
