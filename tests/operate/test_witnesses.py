"""The invented witnesses of the demonstration: started, kept and stopped with the house, and enough for a quorum."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from espace_sante.adapters.witness_http import cosigners_of, now_seconds
from espace_sante.journal.cosigners import CosignerRefused
from espace_sante.journal.notes import Kind, Note, NoteKey, open_checkpoint, parse_note
from espace_sante.journal.witness_list import Listed, WitnessList, written
from espace_sante.kernel.settings import Settings
from espace_sante.operate.witnesses import introduce_log
from tests import needs
from tests.operate.test_supervisor import alive, card, until, wait_ready
from tests.watching.invented_log import InventedJournal, leaves, private
from verifier.verify import Policy

pytestmark = [pytest.mark.database, pytest.mark.slow]
STAND_IN = needs.ROOT / "tests/operate/stand_in.py"
PROGRAM = f"""
import os, sys
from espace_sante.kernel.settings import load_settings
from espace_sante.operate.accounts import Process
from espace_sante.operate.plan import our_command
from espace_sante.operate.supervisor import supervise
outside = (Process.WITNESS, Process.MIRROR)
sys.exit(supervise(load_settings(os.environ), with_witnesses=sys.argv[1] == "demo", command=lambda kind: our_command(kind)
    if kind in outside else [{sys.executable!r}, {str(STAND_IN)!r}, kind.value]))
"""


@contextmanager
def house(home, how):
    """Start a house whose own processes are stand-ins, with the true witnesses."""
    environ = {key: value for key, value in os.environ.items() if key in ("PATH", "ESPACE_SANTE_POSTGRES_BIN")}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, how],
        env=environ | {"ESPACE_SANTE_HOME": str(home), "ESPACE_SANTE_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
    )
    try:
        wait_ready(process)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=25)


def keyed(home, journal):
    """Write the keys of the log where its sequencer does."""
    said = {"log": str(journal.log.key), "index": str(journal.index.key)}
    (home / "public" / "journal-keys.json").write_text(json.dumps(said))


def key_of(name):
    return NoteKey(name, Kind.COSIGNATURE, private(name).public_key().public_bytes_raw())


def cosigned_by_the_light(settings, log):
    """Ask the witnesses of the list, as the sequencer does, until they follow the log; return the note."""
    cosigners, quorum = cosigners_of(settings)
    light = [one for one in cosigners if not one.is_mirror]
    deadline, lines = time.monotonic() + 30, {}
    while len(lines) < len(light):
        assert time.monotonic() < deadline
        for one in (one for one in light if one.key.name not in lines):
            try:
                lines[one.key.name] = asyncio.run(one.add_checkpoint(0, (), log.signed()))
            except CosignerRefused:
                time.sleep(0.2)  # it was not told of this log yet
    note = parse_note(log.signed())
    whole = bytes(Note(note.text, (*note.lines, *(lines[name] for name in sorted(lines)))))
    opened = open_checkpoint(whole, log.key, quorum.keys)
    assert quorum.journal_holds(opened.cosigned, now_seconds())
    assert not quorum.index_holds(opened.cosigned, now_seconds())
    return opened


def test_the_demonstration_has_its_witnesses_and_they_are_enough(state_folder, tmp_path):
    home = state_folder()
    journal = InventedJournal(tmp_path / "public")
    journal.publish(leaves(20))
    settings = Settings(home=home)
    with house(home, "demo") as process:
        assert not (home / "politique.json").exists(), "the log has no keys yet"
        keyed(home, journal)
        until((home / "politique.json").exists)
        opened = cosigned_by_the_light(settings, journal.log)
        assert len(opened.cosigned) == 3
        policy = Policy((home / "politique.json").read_bytes())
        assert (policy.need, policy.log[0]) == ({"light": 2, "mirror": 1}, journal.log.origin)
        pids = card(home)
        ours = {name for name in pids if name.startswith(("witness-", "mirror-"))}
        assert ours == {"witness-temoin-1", "witness-temoin-2", "witness-temoin-3", "mirror-miroir"}
        os.kill(pids["witness-temoin-2"], signal.SIGKILL)
        until(lambda: card(home)["witness-temoin-2"] != pids["witness-temoin-2"])
        pids |= card(home)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=25)
        assert process.returncode == 0
    assert not [name for name, pid in pids.items() if alive(pid)]


def test_they_keep_their_keys_and_ports_and_yield_a_port_that_was_taken(state_folder):
    home = state_folder()
    settings = Settings(home=home)
    with house(home, "demo"):
        before = cosigners_of(settings)[0]
    taken = int(before[0].url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", taken)), house(home, "run"):
        after = cosigners_of(settings)[0]
    assert [one.key for one in after] == [one.key for one in before]
    assert [one.url for one in after[1:]] == [one.url for one in before[1:]]
    assert after[0].url != before[0].url


def test_a_house_without_a_demonstration_has_none(state_folder):
    home = state_folder()
    with house(home, "run"):
        assert not [name for name in card(home) if name.startswith(("witness", "mirror"))]
    assert not (home / "witnesses").exists() and not (home / "witnesses.json").exists()


def test_a_house_without_a_demonstration_says_in_its_policy_who_signs(state_folder, tmp_path):
    """Nobody, plainly, until its operator lists witnesses; then those."""
    home, policy = state_folder(), lambda: Policy((home / "politique.json").read_bytes())
    journal = InventedJournal(tmp_path / "public")
    with house(home, "run"):
        keyed(home, journal)
        until((home / "politique.json").exists)
        alone = policy()
    assert (alone.is_alone, alone.need, alone.log[0]) == (True, {"light": 0, "mirror": 0}, journal.log.origin)
    light, mirror = (
        [Listed(key_of(name), f"https://{name}") for name in ("a.example", "b.example")],
        key_of("m.example"),
    )
    listed = WitnessList(tuple(light), 2, (Listed(mirror, "https://m.example"),), 1, 3600)
    (home / "witnesses.json").write_bytes(written(listed))
    with house(home, "run"):
        until(lambda: not policy().is_alone)
        assert (policy().need, policy().max_age, len(policy().keys)) == ({"light": 2, "mirror": 1}, 3600, 3)
    assert (home / "witnesses.json").read_bytes() == written(listed)


def test_a_policy_that_says_the_same_is_left_as_it_is(state_folder, tmp_path):
    home, journal = state_folder(), InventedJournal(tmp_path / "public")
    policy, settings = home / "politique.json", Settings(home=home)
    (home / "public").mkdir()
    keyed(home, journal)
    assert introduce_log(settings)
    before, content = policy.stat(), policy.read_bytes()
    assert introduce_log(settings)
    assert (policy.stat().st_ino, policy.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    policy.write_bytes(b"{}")
    assert introduce_log(settings)
    assert policy.read_bytes() == content


def test_a_policy_that_cannot_be_written_stops_no_house(state_folder, tmp_path):
    home = state_folder()
    with house(home, "run") as process:
        (home / "politique.json").mkdir()
        keyed(home, InventedJournal(tmp_path / "public"))
        assert "politique.json ne peut pas être écrit" in process.stderr.readline()
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=25)
        assert process.returncode == 0


def test_a_list_of_the_operator_is_never_replaced(state_folder):
    home = state_folder()
    with house(home, "demo"):
        pass
    own = json.loads((home / "witnesses.json").read_text())
    own["light"]["cosigners"][0]["url"] = "https://temoin.example"
    (home / "witnesses.json").write_text(json.dumps(own))
    with house(home, "demo"):
        assert json.loads((home / "witnesses.json").read_text()) == own


@pytest.mark.root
def test_each_has_its_own_user_and_no_group_of_ours(state_folder):
    home = state_folder()
    with house(home, "demo"):
        pids = card(home)
        for name in ("witness-temoin-1", "mirror-miroir"):
            lines = Path(f"/proc/{pids[name]}/status").read_text().splitlines()
            said = {line.partition(":")[0]: line.split()[1:] for line in lines}
            base = Settings(home=home).uid_base
            assert set(said["Uid"]) == {str(base + (5 if name.startswith("witness") else 6))}
            assert said["Groups"] == [] and set(said["Gid"]) == set(said["Uid"])
