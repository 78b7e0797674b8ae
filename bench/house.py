"""A house started for measurements, in a folder of its own, stopped and removed at the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from espace_sante.kernel.settings import Settings, load_settings

# What a measure must not run into: the ceiling of one depositor.
_NO_CEILING = 10**9


@dataclass(frozen=True, slots=True)
class Running:
    """A house that answers: its settings, the process that holds the others, its port."""

    settings: Settings
    pid: int
    port: int


@contextmanager
def running() -> Iterator[Running]:
    """Start a house and stop it; raises SystemExit when it does not start."""
    home = Path(tempfile.mkdtemp(prefix="es-bench-", dir=os.environ.get("ESPACE_SANTE_BENCH")))
    home.chmod(0o755)
    os.umask(0o007)  # what is stored while filling the house must open to its web processes
    given = {"ESPACE_SANTE_HOME": str(home / "etat"), "ESPACE_SANTE_PORT": "0"}
    settings = replace(load_settings(given), uploads_per_minute=_NO_CEILING)
    ceilings = ("UPLOADS_PER_MINUTE", "NEW_PERSONS_PER_HOUR", "NEW_PERSONS_PER_DAY")
    environ = os.environ | given | {f"ESPACE_SANTE_{name}": str(_NO_CEILING) for name in ceilings}
    process = subprocess.Popen(
        [sys.executable, "-m", "espace_sante.assembly", "run"], env=environ, stdout=subprocess.PIPE, text=True
    )
    try:
        ready = process.stdout.readline() if process.stdout else ""
        if not ready.startswith("ready http"):
            raise SystemExit(f"la maison n'a pas démarré : {ready}")
        yield Running(settings, process.pid, int(ready.rstrip().rpartition(":")[2]))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)
