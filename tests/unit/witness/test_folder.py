"""The folder of a witness: what it refuses, and what it remembers."""

import json

import pytest

from espace_sante.journal.notes import Kind, NoteKey
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.witness.alarm import Alarm, Fault, lift_alarm, lifted_alarms, raise_alarm, standing_alarm
from espace_sante.witness.durable import write_whole
from espace_sante.witness.folder import Role, WitnessFolder
from tests.watching.invented_log import InventedLog, private

LOG, OTHER = InventedLog(), InventedLog("other.example")


@pytest.fixture
def folder(tmp_path):
    return WitnessFolder.make(tmp_path / "w", "temoin.example", Role.LIGHT, seed=bytes(32))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "é", "a\nb", "a\u00a0b", "x" * 256])
def test_a_name_that_no_verifier_would_read_is_refused(tmp_path, name):
    with pytest.raises(OperatorRefusal):
        WitnessFolder.make(tmp_path / "w", name, Role.LIGHT, seed=bytes(32))
    assert not (tmp_path / "w" / "key").exists()


def test_a_log_never_changes_its_key(folder):
    assert folder.follow(LOG.key)
    assert not folder.follow(LOG.key)
    with pytest.raises(OperatorRefusal, match="autre clé"):
        folder.follow(NoteKey(LOG.origin, Kind.ED25519, OTHER.key.public))
    assert [log.key for log in folder.logs()] == [LOG.key]


def test_a_witness_follows_no_witness(folder):
    with pytest.raises(OperatorRefusal):
        folder.follow(folder.key)


def test_what_was_half_written_is_not_followed_and_does_not_stand_in_the_way(folder):
    folder.follow(LOG.key)
    (folder.path / "logs" / f".{folder.logs()[0].folder.name}.1.new").mkdir()
    assert len(folder.logs()) == 1


def test_a_witness_folder_that_does_not_read_is_said_so(folder, tmp_path):
    with pytest.raises(OperatorRefusal, match="aucun témoin"):
        WitnessFolder.open(tmp_path / "nowhere", Role.LIGHT)
    for content in (b"", b"[]", b"{}", b'{"kind":"espace-temoin","v":2,"name":"a","role":"light","from":""}'):
        (folder.path / "witness.json").write_bytes(content)
        with pytest.raises(OperatorRefusal):
            WitnessFolder.open(folder.path, Role.LIGHT)


def test_a_damaged_key_signs_nothing(folder):
    (folder.path / "key").chmod(0o600)
    (folder.path / "key").write_bytes(bytes(31))
    with pytest.raises(OperatorRefusal, match="abîmée"):
        folder.private_key()


def test_the_key_that_others_know_is_that_of_the_seed(tmp_path):
    seed = private("x").private_bytes_raw()
    found = WitnessFolder.make(tmp_path / "w", "temoin.example", Role.LIGHT, seed=seed)
    assert found.key == NoteKey("temoin.example", Kind.COSIGNATURE, private("x").public_key().public_bytes_raw())


def test_the_first_alarm_stays_until_it_is_lifted_and_is_kept_after(tmp_path):
    first, second = (Alarm(fault, LOG.origin, 3, 5, "") for fault in (Fault.FORK, Fault.ROOT))
    assert standing_alarm(tmp_path) is None and not lift_alarm(tmp_path)
    assert raise_alarm(tmp_path, first) and not raise_alarm(tmp_path, second)
    assert standing_alarm(tmp_path) == json.loads(json.dumps(first.said()))
    assert lift_alarm(tmp_path) and standing_alarm(tmp_path) is None
    assert raise_alarm(tmp_path, second) and lift_alarm(tmp_path)
    assert lifted_alarms(tmp_path) == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["alarme-levee-1.json", "alarme-levee-2.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"kind":"x"}', b"\xff"])
def test_an_alarm_that_does_not_read_is_an_alarm(tmp_path, content):
    (tmp_path / "alarme.json").write_bytes(content)
    assert standing_alarm(tmp_path)


def test_a_file_takes_its_place_whole(tmp_path):
    path = tmp_path / "x"
    (tmp_path / ".x.new").write_bytes(b"left by one that was stopped")
    write_whole(path, b"one", mode=0o400)
    write_whole(path, b"two", mode=0o400)
    assert path.read_bytes() == b"two" and path.stat().st_mode & 0o777 == 0o400
    assert [file.name for file in tmp_path.iterdir()] == ["x"]
