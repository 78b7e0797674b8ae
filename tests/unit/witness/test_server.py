"""What a witness bounds: demands a second, bodies, time. Asked directly, without a socket."""

from __future__ import annotations

import asyncio

import pytest

from espace_sante.witness import server
from espace_sante.witness.folder import Role, WitnessFolder
from espace_sante.witness.server import Rate, application
from espace_sante.witness.watch import Watch
from tests.watching.invented_log import InventedLog, leaf, leaves

LOG = InventedLog().add(leaves(10))


@pytest.fixture
def watch(tmp_path):
    folder = WitnessFolder.make(tmp_path / "w", "temoin.example", Role.LIGHT, seed=bytes(32))
    folder.follow(LOG.key)
    return Watch(folder, lambda: 1_000)


def asked(app, *pieces: bytes, method: str = "POST", path: str = "/add-checkpoint", pause: float = 0.0):
    """Ask an application; return the status, the headers, the body, and how many pieces it read."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [], "server": ("x", 1), "root_path": "",
    }  # fmt: skip
    said, read = {}, []

    async def receive():
        await asyncio.sleep(pause)
        read.append(1)
        number = len(read)
        body = pieces[number - 1] if number <= len(pieces) else b""
        return {"type": "http.request", "body": body, "more_body": number < len(pieces)}

    async def send(message):
        if message["type"] == "http.response.start":
            said["status"] = message["status"]
            said["headers"] = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            said["body"] = said.get("body", b"") + message.get("body", b"")

    asyncio.run(app(scope, receive, send))
    return said["status"], said["headers"], said["body"], len(read)


def test_a_bucket_of_demands_fills_with_time():
    now = [0.0]
    rate = Rate(2, 3, lambda: now[0])
    assert [rate.takes() for _ in range(4)] == [True, True, True, False]
    now[0] = 0.4
    assert not rate.takes()
    now[0] = 0.6
    assert rate.takes() and not rate.takes()
    now[0] = 1_000.0
    assert [rate.takes() for _ in range(4)] == [True, True, True, False]


def test_too_many_demands_are_told_when_to_come_back(watch):
    app = application(watch, rate=Rate(0, 2, lambda: 0.0))
    assert asked(app, LOG.asks(0, 5))[0] == 200
    assert asked(app, b"rubbish")[0] == 400
    status, headers, _, read = asked(app, LOG.asks(5))
    assert (status, headers["retry-after"], read) == (429, "1", 0)
    assert asked(app, method="GET", path="/")[0] == 200  # whoever looks is not kept out by whoever asks


def test_a_body_that_never_ends_is_left_where_it_is(watch):
    status, headers, _, read = asked(application(watch), *[b"x" * 10_000] * 100)
    assert (status, headers["connection"], read) == (413, "close", 7)


def test_a_body_that_does_not_come_is_not_waited_for(watch, monkeypatch):
    monkeypatch.setattr(server, "BODY_SECONDS", 0.05)
    whole = LOG.asks(0)
    assert asked(application(watch), *(whole[at : at + 1] for at in range(len(whole))), pause=0.02)[0] == 408
    assert watch.folder.known(watch.folder.logs()[0]) is None


def test_nothing_can_run_in_its_pages_and_what_others_name_is_escaped(watch):
    watch.folder.follow(InventedLog("<script>x</script>").key)
    _, headers, body, _ = asked(application(watch), method="GET", path="/")
    assert b"<script>" not in body and b"&lt;script&gt;" in body
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_a_light_witness_gives_no_file(watch):
    for path in ("/checkpoint", "/key", "/tile/0/000", "/witness.json"):
        assert asked(application(watch), method="GET", path=path)[0] == 404


def test_a_clock_that_stepped_back_signs_nothing(watch):
    app = application(watch)
    assert asked(app, LOG.asks(0, 5))[0] == 200
    stopped = application(Watch(watch.folder, lambda: 900))
    assert asked(stopped, LOG.asks(5))[0] == 503
    assert asked(app, LOG.asks(5))[0] == 200


def test_the_answer_to_a_fork_says_the_size_that_is_known(watch):
    app = application(watch)
    asked(app, LOG.asks(0))
    other = InventedLog().add([*leaves(9), leaf("other")])
    status, headers, body, _ = asked(app, other.asks(0))
    assert (status, headers["content-type"], body) == (409, "text/x.tlog.size", b"10\n")
    assert asked(app, LOG.asks(10))[0] == 403
