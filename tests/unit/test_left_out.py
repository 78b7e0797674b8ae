"""What a run leaves out is said, counted once and refused by TOUT=1, however many processes share the run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import ROOT

HELD = """
import os, pytest

@pytest.mark.skip(reason="sans horloge (apt install horloge)")
def test_of_what_is_missing():
    raise AssertionError

@pytest.mark.root
def test_of_what_root_does():
    assert os.geteuid() == 0

def test_of_the_seed():
    assert os.environ["ESPACE_SANTE_SEED"] == "42"

def test_of_the_network():
    import socket
    with pytest.raises(PermissionError, match="network is closed"):
        socket.create_connection(("192.0.2.1", 80), 1)
"""
ABSENT = """
import pytest

pytest.skip("sans ../shared/exemples", allow_module_level=True)
"""


def ran(folder: Path, processes: int, **environ: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_held.py").write_text(HELD)
    (folder / "test_absent.py").write_text(ABSENT)
    options = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestUnknownMarkWarning"]
    command = [sys.executable, "-m", "pytest", *options, f"-n{processes}", "--dist=loadfile", str(folder)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TOUT"))}
    return subprocess.run(
        command, env=kept | {"ESPACE_SANTE_SEED": "42"} | environ, cwd=ROOT, capture_output=True, text=True
    )


@pytest.mark.slow
@pytest.mark.parametrize("processes", [0, 2])
def test_what_is_left_out_is_told_and_counted_once(tmp_path: Path, processes: int) -> None:
    run = ran(tmp_path, processes)
    assert run.returncode == 0, run.stdout
    told = run.stdout.partition("Laissé de côté :")[2].splitlines()[1:]
    root = ["  1 × à lancer par root"] if os.geteuid() else []
    assert told[: 2 + len(root)] == ["  1 × sans ../shared/exemples", "  1 × sans horloge (apt install horloge)", *root]
    assert "Pour tout lancer : apt install horloge" in run.stdout
    assert "graine : ESPACE_SANTE_SEED=42" in run.stdout
    assert f"{2 if root else 3} passed" in run.stdout


@pytest.mark.slow
@pytest.mark.parametrize("processes", [0, 2])
def test_a_run_that_must_be_whole_fails_on_what_it_left_out(tmp_path: Path, processes: int) -> None:
    run = ran(tmp_path, processes, TOUT="1")
    assert run.returncode == 1, run.stdout
    assert "TOUT=1 n'admet rien de côté : échec." in run.stdout
