"""The supervisor, with small stand-ins for our processes: starts, restarts, stops, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from espace_sante.kernel.settings import Settings
from espace_sante.operate.card import running_instance
from tests import needs

pytestmark = [pytest.mark.database]
STAND_IN = needs.ROOT / "tests/operate/stand_in.py"
PROGRAM = f"""
import os, sys
from espace_sante.kernel.settings import load_settings
from espace_sante.operate.supervisor import supervise
extra = dict(word.split("=") for word in sys.argv[1:])
sys.exit(supervise(load_settings(os.environ), command=lambda kind: [
    {sys.executable!r}, {str(STAND_IN)!r}, kind.value, *extra.get(kind.value, "").split()]))
"""


@contextmanager
def supervised(home: Path, *extra: str) -> Iterator[subprocess.Popen[str]]:
    environ = {key: value for key, value in os.environ.items() if key in ("PATH", "ESPACE_SANTE_POSTGRES_BIN")}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *extra],
        env=environ | {"ESPACE_SANTE_HOME": str(home), "ESPACE_SANTE_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=25)


def wait_ready(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline()
    assert line.startswith("ready http://127.0.0.1:"), process.stderr.read()
    return line.removeprefix("ready ").strip()


def card(home: Path) -> dict[str, int]:
    return json.loads((home / "run/instance.json").read_text())["pids"]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(truth, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_it_says_ready_once_and_ctrl_c_stops_every_process_within_20_seconds(state_folder):
    home = state_folder()
    with supervised(home) as process:
        url = wait_ready(process)
        assert running_instance(Settings(home=home))["url"] == url
        pids = card(home)
        own = {"pg-debate", "debate", "envelopes"}
        assert (
            set(pids) == {"supervisor", "pg-main", "pg-keys", "keeper-0", "sequencer", "jobs", "web-0", "web-1"} | own
        )
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=25)
    assert time.monotonic() - began < 20
    assert (process.returncode, rest, errors) == (0, "", "")
    assert not any(alive(pid) for pid in pids.values())
    assert running_instance(Settings(home=home)) is None and not (home / "run/instance.json").exists()


def test_a_prepared_instance_makes_nothing_again(prepared_folder):
    """What a first start makes is there already: the five seconds of the second are measured by hand (docs/performance.md)."""
    folder = prepared_folder()
    made = {path: path.stat().st_ino for path in folder.rglob("*") if path.name in ("PG_VERSION", "master.key")}
    assert made
    with supervised(folder) as process:
        wait_ready(process)
        assert {path: path.stat().st_ino for path in made} == made


@pytest.mark.slow
def test_a_process_that_will_not_stop_is_ended_within_20_seconds(prepared_folder):
    home = prepared_folder()
    with supervised(home, "web=stubborn", "keeper=stubborn", "jobs=stubborn") as process:
        wait_ready(process)
        pids = card(home)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=25)
    assert time.monotonic() - began < 20
    assert not any(alive(pid) for pid in pids.values())


@pytest.mark.parametrize("name", ["web-0", "keeper-0", "jobs", "debate", "pg-main", "pg-keys", "pg-debate"])
def test_a_killed_process_is_started_again(prepared_folder, name):
    home = prepared_folder()
    with supervised(home) as process:
        wait_ready(process)
        killed = card(home)[name]
        os.kill(killed, signal.SIGKILL)
        until(lambda: card(home)[name] != killed)
        assert alive(card(home)[name])


def test_when_the_supervisor_is_killed_everything_dies_and_the_next_start_works(prepared_folder):
    home = prepared_folder()
    with supervised(home) as process:
        wait_ready(process)
        pids = card(home)
        process.kill()
        until(lambda: not any(alive(pid) for pid in pids.values()))
    assert running_instance(Settings(home=home)) is None
    with supervised(home) as process:
        wait_ready(process)


def test_a_second_start_on_the_same_folder_is_refused(prepared_folder):
    home = prepared_folder()
    with supervised(home) as process:
        wait_ready(process)
        with supervised(home) as second:
            said, errors = second.communicate(timeout=25)
        assert (second.returncode, said) == (1, "")
        assert errors.startswith("Une instance tourne déjà sur") and errors.count("\n") == 1
        assert running_instance(Settings(home=home)) is not None


def test_a_process_that_cannot_start_stops_the_whole_start_with_one_sentence(prepared_folder):
    home = prepared_folder()
    with supervised(home, "keeper=fails", "web=unready") as process:
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, "")
    assert errors.startswith("Le processus keeper-0 s'arrête dès qu'il démarre") and errors.count("\n") == 1


@pytest.mark.root
def test_under_root_each_process_has_its_own_user(prepared_folder):
    home = prepared_folder()
    with supervised(home) as process:
        wait_ready(process)
        owners = {name: os.stat(f"/proc/{pid}").st_uid for name, pid in card(home).items()}
    assert owners.pop("supervisor") == 0
    assert owners.pop("pg-main") == owners.pop("pg-keys") == owners.pop("pg-debate") == 65534
    assert owners.pop("web-0") == owners["web-1"]
    assert len(set(owners.values())) == len(owners) and 0 not in owners.values()
