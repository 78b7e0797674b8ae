"""A light witness as a process: what C2SP tlog-witness asks, what its operator sees, and what no accident makes it sign."""

from __future__ import annotations

import socket
import time

import pytest

from espace_sante.journal.add_checkpoint import AddCheckpoint, parse_size
from espace_sante.journal.merkle import check_consistency
from espace_sante.journal.notes import open_checkpoint, parse_note
from tests.watching.invented_log import InventedLog, leaf, leaves
from tests.watching.watchers import Running, made, running, status, type_command

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path):
    return tmp_path / "temoin"


@pytest.fixture
def log():
    return InventedLog().add(leaves(300))


@pytest.fixture
def witness(place, log):
    key = made("witness", place, "temoin.association.example")
    with running("witness", place, key, "--log", str(log.key)) as found:
        yield found


def cosigned(witness: Running, log: InventedLog, old: int, size: int) -> int:
    """Have a checkpoint cosigned; return the time said."""
    answer = witness.post(log.asks(old, size))
    assert answer.status == 200, answer
    opened = open_checkpoint(log.signed(size) + answer.body, log.key, [witness.key])
    assert len(opened.cosigned) == 1
    return opened.cosigned[0].at_seconds


def test_it_cosigns_what_continues_and_says_which_size_it_knows(witness, log):
    times = [cosigned(witness, log, 0, 1), cosigned(witness, log, 1, 256), cosigned(witness, log, 256, 300)]
    times.append(cosigned(witness, log, 300, 300))
    assert times == sorted(times)
    elsewhere = witness.post(log.asks(256, 300))
    assert (elsewhere.status, elsewhere.headers["content-type"]) == (409, "text/x.tlog.size")
    assert parse_size(elsewhere.body) == 300


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("another origin", 404),
        ("another key", 403),
        ("a false proof", 422),
        ("no proof", 422),
        ("a proof between equal sizes", 422),
        ("an older checkpoint", 409),
        ("an old size beyond", 400),
        ("no note", 400),
        ("a size with a zero in front", 400),
        ("64 steps", 400),
        ("nothing", 400),
        ("too long", 413),
    ],
)
def test_each_wrong_demand_gets_the_answer_of_the_specification(witness, log, name, status):
    cosigned(witness, log, 0, 200)
    proof = log.proof(200)
    wrong = {
        "another origin": InventedLog("other.example").add(leaves(3)).asks(0),
        "another key": log.asks(200).replace(*_signature_swapped(log)),
        "a false proof": bytes(AddCheckpoint(200, (proof[0][::-1], *proof[1:]), log.signed())),
        "no proof": bytes(AddCheckpoint(200, (), log.signed())),
        "a proof between equal sizes": bytes(AddCheckpoint(200, (bytes(32),), log.signed(200))),
        "an older checkpoint": log.asks(100, 150),
        "an old size beyond": bytes(AddCheckpoint(301, (), log.signed())),
        "no note": b"old 200\n\n",
        "a size with a zero in front": log.asks(200).replace(b"old 200", b"old 0200"),
        "64 steps": bytes(AddCheckpoint(200, (bytes(32),) * 64, log.signed())),
        "nothing": b"",
        "too long": log.asks(200) + b"x" * 70_000,
    }[name]
    assert witness.post(wrong).status == status
    cosigned(witness, log, 200, 300)  # nothing was forgotten


def _signature_swapped(log: InventedLog) -> tuple[bytes, bytes]:
    mine = parse_note(log.signed()).lines[0].signature
    other = parse_note(log.signed(200)).lines[0].signature
    assert mine != other
    lines = [str(parse_note(log.signed(size)).lines[0]).encode() for size in (300, 200)]
    return lines[0], lines[1]


def test_two_states_of_one_size_are_kept_as_a_proof_and_end_its_signatures(witness, log, place):
    cosigned(witness, log, 0, 300)
    fork = InventedLog().add([*leaves(299), leaf("other")])
    assert witness.post(fork.asks(0)).status == 409
    assert witness.post(log.asks(300)).status == 403
    code, said = status("witness", place)
    alarm = said["logs"][0]["alarm"]
    assert (code, alarm["fault"], alarm["size"]) == (1, "fork", 300)
    both = [open_checkpoint(alarm[side].encode(), log.key).checkpoint for side in ("ours", "theirs")]
    assert both[0].size == both[1].size and both[0].root != both[1].root
    assert "ALARME" in witness.get("/").body.decode()
    assert b"fork" in witness.get("/alarme.json").body


def test_its_operator_lifts_an_alarm_and_it_goes_on_where_it_was(witness, log, place):
    cosigned(witness, log, 0, 200)
    witness.post(InventedLog().add([*leaves(199), leaf("other")]).asks(0))
    assert type_command("witness", "resume", "--folder", place, log.origin).returncode == 0
    cosigned(witness, log, 200, 300)
    code, said = status("witness", place)
    assert (code, said["logs"][0]["lifted"]) == (0, 1)


def test_a_replayed_checkpoint_moves_nothing_back(witness, log):
    first = log.asks(0, 100)
    assert witness.post(first).status == 200
    cosigned(witness, log, 100, 200)
    assert witness.post(first).status == 409
    assert witness.post(log.asks(100, 150)).status == 409
    cosigned(witness, log, 200, 300)


def test_it_goes_on_after_a_restart_and_after_being_killed(place, log):
    key = made("witness", place, "temoin.association.example")
    with running("witness", place, key, "--log", str(log.key)) as first:
        cosigned(first, log, 0, 100)
        first.kill()
    with running("witness", place, key) as second:
        assert any("100 lignes" in line for line in second.said)
        assert second.post(log.asks(0, 300)).status == 409
        cosigned(second, log, 100, 300)


def test_two_processes_never_serve_one_folder(witness, place):
    second = type_command("witness", "run", "--folder", place, "--port", "0")
    assert second.returncode == 1
    assert "tourne déjà" in second.stderr


def test_a_folder_whose_memory_was_lost_signs_nothing(witness, log, place):
    cosigned(witness, log, 0, 100)
    memory = next(place.glob("logs/*/cosigned"))
    kept = memory.read_bytes()
    for damaged in (None, b"", kept[:-10], kept.replace(b"100", b"101")):
        if damaged is None:
            memory.unlink()
        else:
            memory.write_bytes(damaged)
        assert witness.post(log.asks(0, 300)).status == 500
        assert status("witness", place)[0] == 1
    memory.write_bytes(kept)
    cosigned(witness, log, 100, 300)


def test_its_key_is_drawn_once_and_read_by_nobody_else(place):
    made("witness", place, "temoin.association.example")
    assert (place / "key").stat().st_mode & 0o777 == 0o400
    again = type_command("witness", "init", "--folder", place, "--name", "autre.example")
    assert again.returncode == 1 and "déjà" in again.stderr
    other_role = type_command("mirror", "status", "--folder", place)
    assert other_role.returncode == 1 and "témoin" in other_role.stderr


def test_its_whole_state_stays_small(witness, log, place):
    for size in range(1, 50):
        cosigned(witness, log, size - 1, size)
    assert sum(file.stat().st_size for file in place.rglob("*") if file.is_file()) < 20_000


def test_a_head_that_never_ends_does_not_keep_others_out(witness, log):
    held = [socket.create_connection(("127.0.0.1", witness.port)) for _ in range(20)]
    try:
        for one in held:
            one.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 100\r\n")
        cosigned(witness, log, 0, 300)
    finally:
        for one in held:
            one.close()


def test_what_it_signs_is_what_the_specification_says(witness, log):
    """Two checkpoints cosigned one after the other are of one tree: checked here from the answers alone."""
    roots = []
    for old, size in ((0, 123), (123, 300)):
        note = log.signed(size)
        opened = open_checkpoint(note + witness.post(log.asks(old, size)).body, log.key, [witness.key])
        roots.append(opened.checkpoint)
    check_consistency(log.proof(123, 300), old_size=123, old_root=roots[0].root, new_size=300, new_root=roots[1].root)


def test_it_ends_whole_whatever_the_moment_it_is_told_to(place):
    key = made("mirror", place, "miroir.association.example", "--from", "http://127.0.0.1:9/")
    for pause in (0, 0, 0.002, 0.005, 0.01, 0.02):
        with running("mirror", place, key) as found:
            time.sleep(pause)
        assert found.process.returncode == 0
