"""A mirror as a process, before a log that tells the truth, then before logs that lie in each way it must find out."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler
from typing import ClassVar

import pytest

from espace_sante.journal.index import MemoryIndex
from espace_sante.journal.notes import open_checkpoint
from tests.watching.invented_log import ORIGIN, InventedJournal, InventedLog, leaf, leaves, served
from tests.watching.watchers import Running, made, running, status, type_command, until

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path):
    return tmp_path / "miroir"


@pytest.fixture
def journal(tmp_path):
    return InventedJournal(tmp_path / "public")


@contextmanager
def mirror(place, journal, address=None, every="0.2"):
    with served(journal.folder) as url:
        key = made("mirror", place, "miroir.universite.example", "--from", address or url)
        with running(
            "mirror", place, key, "--log", str(journal.log.key), str(journal.index.key), "--every", every
        ) as it:
            yield it


def has_cosigned(it: Running, log: InventedLog, old: int) -> bool:
    """Ask until it answers otherwise than `later`; say whether it cosigned."""
    while True:
        answer = it.post(log.asks(old))
        if answer.status != 503:
            break
        assert answer.headers["retry-after"]
        time.sleep(0.1)
    if answer.status != 200:
        return False
    return bool(open_checkpoint(log.signed() + answer.body, log.key, [it.key]).cosigned)


def alarm(place) -> dict:
    code, said = status("mirror", place)
    found = [one["alarm"] for one in said["logs"] if one["alarm"]]
    assert code == (1 if found else 0)
    return found[0] if found else {}


def test_it_cosigns_a_true_log_as_it_grows_and_gives_the_same_files(place, journal):
    with mirror(place, journal) as it:
        sizes = [(0, 0)]
        for count in (5, 251, 1, 700, 40, 1):  # across bundles, and across several doublings of the index
            journal.publish(leaves(count, begin=journal.log.size))
            assert has_cosigned(it, journal.log, sizes[-1][0])
            assert has_cosigned(it, journal.index, sizes[-1][1])
            sizes.append((journal.log.size, journal.index.size))
        for prefix, log in (("", journal.log), ("index/", journal.index)):
            for path in grown_files(log):
                assert it.get(f"/{prefix}{path}").body == (journal.folder / prefix / path).read_bytes(), path
            given = it.get(f"/{prefix}checkpoint").body
            assert open_checkpoint(given, log.key, [it.key]).checkpoint.size == log.size
        assert it.get("/tile/entries/004").status == 404
        assert it.get("/key").status == it.get("/../key").status == it.get("/logs").status == 404
        page = it.get("/").body.decode()
        assert "998 lignes" in page and "Aucune alarme" in page
    assert not alarm(place)
    assert type_command("mirror", "audit", "--folder", place).returncode == 0


def grown_files(log: InventedLog) -> list[str]:
    return list(InventedLog(log.origin).add(log.leaves).grown())


def test_it_finds_its_way_from_a_log_that_was_there_before(place, journal):
    for count in (300, 17, 2_000, 17_000):
        journal.publish(leaves(count, begin=journal.log.size))
    with mirror(place, journal) as it:
        assert has_cosigned(it, journal.log, 0)
        assert has_cosigned(it, journal.index, 0)
    done = type_command("mirror", "audit", "--folder", place, "--json")
    assert (done.returncode, json.loads(done.stdout)["journal"]) == (0, 19_317)


def test_it_is_asked_about_what_is_not_its_public_head_yet(place, journal):
    """The log publishes its checkpoint after those outside cosigned it; its files are there before."""
    journal.publish(leaves(20))
    with mirror(place, journal) as it:
        assert has_cosigned(it, journal.log, 0) and has_cosigned(it, journal.index, 0)
        seen = journal.sign
        journal.sign = lambda: None
        journal.publish(leaves(300, begin=20))
        assert has_cosigned(it, journal.log, 20) and has_cosigned(it, journal.index, 1)
        seen()


def test_a_journal_size_that_it_never_saw_alone_does_not_stop_it(place, journal):
    """Sizes between two demands, also before the index was cut anew."""
    journal.publish(leaves(30))
    with mirror(place, journal, every="30") as it:
        assert has_cosigned(it, journal.log, 0) and has_cosigned(it, journal.index, 0)
        for count in (1, 1, 1, 40, 200):
            journal.publish(leaves(count, begin=journal.log.size))
        assert has_cosigned(it, journal.log, 30)  # held far beyond the sizes of the index leaves still to come
        assert has_cosigned(it, journal.index, 1)
    assert not alarm(place)


def lies_by_index(journal):
    journal.publish(leaves(3, begin=60), of_index=MemoryIndex([one[1:33] for one in journal.log.leaves]).root)


def lies_by_root(journal):
    journal.publish(leaves(3, begin=60), root=journal.log.root())


def doubles_a_tag(journal):
    journal.publish([leaf("true 7")])


def drops_a_leaf(journal):
    journal.publish(leaves(3, begin=60))
    other = InventedLog().add([*journal.log.leaves[:61], *journal.log.leaves[62:], leaf("other")])
    journal.write({"tile/entries/000.p/63": other.grown()["tile/entries/000.p/63"]})


def withholds_leaves(journal):
    journal.publish(leaves(3, begin=60))
    (journal.folder / "tile/entries/000.p/63").unlink()


def cuts_a_bundle(journal):
    journal.publish(leaves(3, begin=60))
    whole = (journal.folder / "tile/entries/000.p/63").read_bytes()
    journal.write({"tile/entries/000.p/63": whole[:-1]})


def has_leaves_of_another_form(journal):
    journal.publish([b"\2" + leaf("x")[1:]])


def rewrites_the_past(journal):
    other = InventedLog().add([leaf("other"), *journal.log.leaves[1:], *leaves(3, begin=60)])
    journal.write(other.grown() | {"checkpoint": other.signed()})
    journal.log = other


def shows_another_head_in_public(journal):
    other = InventedLog().add([*journal.log.leaves[:-1], leaf("other")])
    journal.write({"checkpoint": other.signed()})


@pytest.mark.parametrize(
    ("lie", "fault"),
    [
        (lies_by_index, "wrong-index"),
        (lies_by_root, "wrong-index"),
        (doubles_a_tag, "tag-twice"),
        (drops_a_leaf, "other-root"),
        (withholds_leaves, "missing"),
        (cuts_a_bundle, "form"),
        (has_leaves_of_another_form, "form"),
        (rewrites_the_past, "other-root"),
        (shows_another_head_in_public, "fork"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_lie_is_found_out_said_in_public_and_ends_its_cosignatures(place, journal, lie, fault):
    journal.publish(leaves(60))
    with mirror(place, journal) as it:
        assert has_cosigned(it, journal.log, 0) and has_cosigned(it, journal.index, 0)
        before = {
            log.origin: it.get(path).body
            for log, path in ((journal.log, "/checkpoint"), (journal.index, "/index/checkpoint"))
        }
        lie(journal)
        if journal.log.size > 60:
            it.post(journal.log.asks(60))
        if journal.index.size > 1:
            it.post(journal.index.asks(1))
        until(lambda: alarm(place))
        found = alarm(place)
        assert (found["fault"], found["origin"].removesuffix("/index")) == (fault, ORIGIN)
        key = journal.index.key if found["origin"].endswith("/index") else journal.log.key
        assert open_checkpoint(found["theirs"].encode(), key).checkpoint.origin == found["origin"]
        for log, old in ((journal.log, 60), (journal.index, 1)):
            assert it.post(log.asks(old)).status in (403, 409)
        assert "ALARME" in it.get("/").body.decode()
        assert json.loads(it.get("/alarme.json").body)["alarms"] == [found]
        shown = it.get("/index/checkpoint" if found["origin"].endswith("/index") else "/checkpoint").body
        assert shown == before[found["origin"]]


def test_an_alarm_outlives_the_process(place, journal):
    journal.publish(leaves(60))
    with mirror(place, journal) as it:
        assert has_cosigned(it, journal.log, 0)
        doubles_a_tag(journal)
        it.post(journal.log.asks(60))
        until(lambda: alarm(place))
        it.kill()
    with served(journal.folder), running("mirror", place, it.key) as again:
        assert again.post(journal.log.asks(60)).status == 403
        assert any("ALARME" in line for line in again.said)


class _Failing(SimpleHTTPRequestHandler):
    """A public address that often fails, and cuts its answers, but never lies."""

    asked = 0

    def do_GET(self):
        type(self).asked += 1
        if self.asked % 3 == 0:
            self.send_error(503)
        elif self.asked % 3 == 1:
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"x")
            self.close_connection = True
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


def test_an_address_that_fails_is_no_lie(place, journal):
    journal.publish(leaves(600))
    _Failing.asked = 0
    with served(journal.folder, _Failing) as url, mirror(place, journal, url) as it:
        assert has_cosigned(it, journal.log, 0)
    assert not alarm(place)
    assert _Failing.asked > 6


class _Slow(SimpleHTTPRequestHandler):
    """A public address that takes its time, and notes what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self.asked.append(self.path)
        time.sleep(0.01)
        super().do_GET()

    def log_message(self, *_):
        pass


def test_a_copy_that_was_killed_goes_on(place, journal):
    for count in (16_000, 16_000, 16_000):
        journal.publish(leaves(count, begin=journal.log.size))
    with served(journal.folder, _Slow) as url, mirror(place, journal, url) as it:
        until(lambda: list(place.glob("logs/*/under-way")))
        it.kill()
        with running("mirror", place, it.key, "--every", "0.2") as again:
            assert has_cosigned(again, journal.log, 0) and has_cosigned(again, journal.index, 0)
    assert _Slow.asked.count("/tile/entries/000") == 1
    assert type_command("mirror", "audit", "--folder", place).returncode == 0


def test_an_audit_sees_what_was_changed_on_its_disk(place, journal):
    journal.publish(leaves(300))
    with mirror(place, journal) as it:
        assert has_cosigned(it, journal.log, 0) and has_cosigned(it, journal.index, 0)
    for path in ("tile/entries/000", "tile/0/000", "tile/1/000.p/1", "index/tile/entries/000.p/1"):
        kept = (place / path).read_bytes()
        for damaged in (kept[:-1] + bytes([kept[-1] ^ 1]), kept[:-1], None):
            if damaged is None:
                (place / path).unlink()
            else:
                (place / path).write_bytes(damaged)
            assert type_command("mirror", "audit", "--folder", place).returncode == 1, path
        (place / path).write_bytes(kept)
    assert type_command("mirror", "audit", "--folder", place).returncode == 0


def test_two_processes_never_serve_one_mirror(place, journal):
    journal.publish(leaves(1))
    with mirror(place, journal):
        second = type_command("mirror", "run", "--folder", place, "--port", "0")
        assert second.returncode == 1 and "tourne déjà" in second.stderr
