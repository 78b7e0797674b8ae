"""The client that asks a witness: before a true one, then before those that lie, hang, or say too much."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from espace_sante.adapters.witness_http import HttpCosigner, cosigners_of
from espace_sante.journal.cosigners import CosignerElsewhere, CosignerRefused, CosignerSilent, Quorum
from espace_sante.journal.notes import Checkpoint, Kind, NoteKey, cosign, open_checkpoint
from espace_sante.journal.witness_list import Listed, WitnessList, written
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from tests.watching.invented_log import InventedLog, leaves, private
from tests.watching.watchers import made, running

LOG = InventedLog().add(leaves(300))
NAME = "temoin.association.example"
KEY = NoteKey(NAME, Kind.COSIGNATURE, private(NAME).public_key().public_bytes_raw())
NOW = 1_795_000_000
HEAD = Checkpoint(LOG.origin, 300, LOG.root())


def line(*, at: int = NOW, name: str = NAME, of: str = NAME, head: Checkpoint = HEAD) -> bytes:
    return str(cosign(head, name, private(of), at)).encode()


def reply(status: str, body: bytes = b"", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(head).encode() + body


@contextmanager
def answering(*pieces: bytes, pause: float = 0.0) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says these bytes whatever it is asked; gives its address and what it was asked."""
    listener, asked = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                heard = b""
                while b"\r\n\r\n" not in heard or not heard.endswith(LOG.signed()):
                    heard += connection.recv(65_536)
                asked.append(heard)
                try:
                    for piece in pieces:
                        connection.sendall(piece)
                        time.sleep(pause)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/temoin", asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def ask(url: str, *, old: int = 256, seconds: float = 10.0):
    cosigner = HttpCosigner(KEY, url, False, lambda: NOW, seconds)
    return asyncio.run(cosigner.add_checkpoint(old, LOG.proof(old), LOG.signed()))


def test_a_true_answer_gives_a_line_that_verifies():
    with answering(reply("200 OK", line())) as (url, asked):
        got = ask(url)
    opened = open_checkpoint(LOG.signed() + str(got).encode(), LOG.key, [KEY])
    assert opened.cosigned[0].at_seconds == NOW
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /temoin/add-checkpoint HTTP/1.1\r\n")
    assert body == LOG.asks(256)


def test_lines_of_other_keys_are_passed_over():
    with answering(reply("200 OK", line(name="other.example", of="other") + line())) as (url, _):
        assert str(ask(url)).encode() == line()


OTHER_HEAD = Checkpoint(LOG.origin, 300, LOG.root(299))
REFUSED = {
    "another text": reply("200 OK", line(head=OTHER_HEAD)),
    "another key under its name": reply("200 OK", line(of="other")),
    "another name": reply("200 OK", line(name="other.example", of="other")),
    "signed twice": reply("200 OK", line() + line(at=NOW + 1)),
    "far ahead": reply("200 OK", line(at=NOW + 301)),
    "long ago": reply("200 OK", line(at=NOW - 301)),
    "nothing": reply("200 OK"),
    "no note": reply("200 OK", b"yes\n"),
    "cut short": reply("200 OK", line()[:-2]),
    "no newline": reply("200 OK", line()[:-1]),
    "a note of its own": reply("200 OK", b"\n" + LOG.signed() + line()),
    "too long": reply("200 OK", line() + b"\xe2\x80\x94 x AAAAAAAA\n" * 5_000),
    "elsewhere": reply("302 Found", b"", "Location: http://127.0.0.1:1/"),
    "bad": reply("400 Bad Request"),
    "forbidden": reply("403 Forbidden"),
    "unknown": reply("404 Not Found"),
    "the proof is wrong": reply("422 Unprocessable Entity"),
    "a conflict without a size": reply("409 Conflict", b"300\n", "Content-Type: text/plain"),
    "a conflict with another body": reply("409 Conflict", b"three hundred\n", "Content-Type: text/x.tlog.size"),
    "created": reply("201 Created", line()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_believed_is_refused(name):
    with answering(REFUSED[name]) as (url, _), pytest.raises(CosignerRefused):
        ask(url)


@pytest.mark.parametrize("at", [NOW - 300, NOW + 300])
def test_five_minutes_between_two_clocks_are_allowed(at):
    with answering(reply("200 OK", line(at=at))) as (url, _):
        assert str(ask(url)).encode() == line(at=at)


def test_the_size_it_knows_is_told():
    with (
        answering(reply("409 Conflict", b"123\n", "Content-Type: text/x.tlog.size; charset=utf-8")) as (url, _),
        pytest.raises(CosignerElsewhere) as elsewhere,
    ):
        ask(url)
    assert elsewhere.value.size == 123


@pytest.mark.parametrize("status", ["429 Too Many", "500 Broken", "502 Bad Gateway", "503 Unavailable", "504 Timeout"])
def test_what_says_nothing_of_the_checkpoint_is_silence(status):
    with answering(reply(status, b"", "Retry-After: 5")) as (url, _), pytest.raises(CosignerSilent):
        ask(url)


def test_no_server_is_silence():
    with answering() as (url, _):
        pass
    with pytest.raises(CosignerSilent):
        ask(url)


@pytest.mark.parametrize("whole", [b"", b"not HTTP at all\r\n\r\n", reply("200 OK", line())[:-30]])
def test_what_is_no_answer_is_silence(whole):
    with answering(whole) as (url, _), pytest.raises(CosignerSilent):
        ask(url)


@pytest.mark.parametrize("drops", [b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 90, reply("200 OK", line())])
def test_an_answer_that_comes_drop_by_drop_is_cut(drops):
    pieces = [drops[at : at + 1] for at in range(len(drops))]
    with answering(*pieces, pause=0.02) as (url, _), pytest.raises(CosignerSilent):
        ask(url, seconds=0.3)


def test_a_port_where_nobody_answers_is_silence():
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(CosignerSilent):
        ask(f"http://127.0.0.1:{mute.getsockname()[1]}", seconds=0.2)


def listed(**urls: str) -> WitnessList:
    keys = {name: NoteKey(name, Kind.COSIGNATURE, private(name).public_key().public_bytes_raw()) for name in urls}
    every = [Listed(keys[name], url) for name, url in urls.items()]
    return WitnessList(tuple(every[:-1]), 2, tuple(every[-1:]), 1, 86_400)


def test_the_operator_s_list_says_whom_to_ask(tmp_path):
    known = listed(a="https://a.example/x/", b="http://127.0.0.1:1", m="https://m.example")
    (tmp_path / "witnesses.json").write_bytes(written(known))
    found, quorum = cosigners_of(Settings(home=tmp_path))
    assert [(one.key.name, one.is_mirror) for one in found] == [("a", False), ("b", False), ("m", True)]
    assert (len(quorum.light), quorum.light_need, len(quorum.mirrors), quorum.mirror_need) == (2, 2, 1, 1)


def test_without_a_list_nobody_is_asked_and_a_list_that_is_wrong_is_never_half_followed(tmp_path):
    assert cosigners_of(Settings(home=tmp_path)) == ([], Quorum())
    (tmp_path / "witnesses.json").write_bytes(written(listed(a="https://a", b="https://b", m="https://m"))[:-3])
    with pytest.raises(OperatorRefusal):
        cosigners_of(Settings(home=tmp_path))


@pytest.mark.slow
def test_a_true_witness_is_asked_from_the_size_it_says(tmp_path):
    key = made("witness", tmp_path / "w", NAME)
    with running("witness", tmp_path / "w", key, "--log", str(LOG.key)) as witness:
        cosigner = witness.cosigner()
        asyncio.run(cosigner.add_checkpoint(0, (), LOG.signed(100)))
        with pytest.raises(CosignerElsewhere) as elsewhere:
            asyncio.run(cosigner.add_checkpoint(0, (), LOG.signed()))
        assert elsewhere.value.size == 100
        got = asyncio.run(cosigner.add_checkpoint(100, LOG.proof(100), LOG.signed()))
        assert open_checkpoint(LOG.signed() + str(got).encode(), LOG.key, [key]).cosigned
        with pytest.raises(CosignerRefused):
            asyncio.run(cosigner.add_checkpoint(300, (bytes(32),), LOG.signed()))
        fork = InventedLog().add([*leaves(299), *leaves(1, "other")])
        with pytest.raises(CosignerElsewhere):
            asyncio.run(cosigner.add_checkpoint(300, (), fork.signed()))
