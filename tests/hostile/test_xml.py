"""XML meant to harm is refused by its own word, or read without harm: nothing is fetched, opened, run or repeated."""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from espace_sante.actions.described import describe
from espace_sante.actions.refusals import KINDS
from espace_sante.formats import xml
from espace_sante.formats.cda.header import read_header
from espace_sante.formats.cda.reading import read
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import CodeTables
from espace_sante.kernel.errors import Problem
from tests.hostile.xml_corpus import CORPUS, Hostile
from tests.needs import ROOT

SECRET = "un secret du serveur"
TABLES = CodeTables()
_IN_OPEN, _IN_NONBLOCK = 0x20, 0x800
# What a program asks of the machine when it fetches, opens or runs something (Python's audit events).
_FORBIDDEN = ("open", "socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "urllib.", "exec", "import")
_watching: list[list[str]] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event.startswith(_FORBIDDEN):
        _watching[-1].append(f"{event} {arguments[:1]}")


sys.addaudithook(_audit)


class Watched:
    """A file and an address that must not be touched: by Python, by its audit events; by C code, by the kernel's word."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "secret.txt"
        self.file.write_text(SECRET, encoding="utf-8")
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setblocking(False)
        self.http = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        libc = ctypes.CDLL(None, use_errno=True)
        self._opened = libc.inotify_init1(_IN_NONBLOCK)
        assert libc.inotify_add_watch(self._opened, os.fsencode(self.file), _IN_OPEN) >= 0

    def was_fetched(self) -> bool:
        try:
            self._server.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def was_opened(self) -> bool:
        try:
            return bool(os.read(self._opened, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._opened)
        self._server.close()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    found = Watched(tmp_path)
    yield found
    found.close()


def outcome(data: bytes) -> tuple[str, str]:
    """Return the word a document is refused by, or "" and everything that is read in its header."""
    try:
        header = read_header(read(data))
        return "", repr(describe(header, TABLES, trial=True))
    except Problem as problem:
        assert problem.kind is KINDS[problem.code]
        return problem.code, repr(problem.fields)


def test_the_watch_sees_what_it_must(watched: Watched) -> None:
    """The traps themselves work: what they would catch is caught."""
    _watching.append([])
    try:
        assert watched.file.read_text(encoding="utf-8") == SECRET
    finally:
        seen = _watching.pop()
    assert any(event.startswith("open") for event in seen)
    assert watched.was_opened()
    assert not watched.was_opened()
    socket.create_connection(("127.0.0.1", int(watched.http.rpartition(":")[2]))).close()
    assert watched.was_fetched()


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name.replace(" ", "-"))
def test_each_hostile_document_is_refused_or_harmless(
    hostile: Hostile, watched: Watched, record_property: pytest.RecordProperty
) -> None:
    data = hostile.data(watched.http, str(watched.file))
    for table in Table:
        TABLES.rows(table)  # what is read or imported at the first use is, before the watch begins
    outcome(b"<a/>")
    _watching.append([])
    started = time.perf_counter()
    try:
        code, words = outcome(data)
    finally:
        seconds = time.perf_counter() - started
        asked = _watching.pop()
    record_property("milliseconds", round(seconds * 1000, 1))
    print(f"{seconds * 1000:9.1f} ms  {len(data):>10}  {code or 'read':15} {hostile.name}")
    assert code == hostile.code
    assert SECRET not in words
    assert len(words) < 100_000, "what is kept of a header is bounded"
    assert asked == []
    assert not watched.was_opened()
    assert not watched.was_fetched()


def test_the_corpus_is_large_and_each_of_its_documents_is_one() -> None:
    assert len({hostile.name for hostile in CORPUS}) == len(CORPUS) >= 25
    for code in ("xml-doctype", "xml-unreadable", "xml-too-deep", "xml-too-large", "xml-too-complex", "not-a-cda", ""):
        assert any(hostile.code == code for hostile in CORPUS), code


_CHILD = """
import resource, sys
from espace_sante.formats.cda.header import read_header
from espace_sante.formats.cda.reading import read
from espace_sante.kernel.errors import Problem
from tests.small_cda import small_cda
kind = sys.argv[1]
many = {"large": 50_000_001, "text": 49_000_000, "elements": 499_000}[kind]
if kind == "large":
    data = b"<a>" + b"a" * many
elif kind == "text":
    data = small_cda(title="<title>" + "a" * many + "</title>")
else:
    data = small_cda(realm="<a> </a>" * many)
def most():
    words = open("/proc/self/status", encoding="ascii").read().split()
    return int(words[words.index("VmHWM:") + 1])
before = most()
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]) * 2**20,) * 2)
try:
    print(len(read_header(read(data)).title))
except Problem as problem:
    print(problem.code)
print((most() - before) // 1024)
"""


def in_a_child(kind: str, megabytes: int) -> tuple[str, int]:
    """Read a document in a process that may not have more memory; return what came of it and the megabytes it took."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, kind, str(megabytes)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said, taken = done.stdout.split()
    print(f"{kind}: {said}, {taken} MB more")
    return said, int(taken)


def test_a_document_too_large_is_refused_in_bounded_memory() -> None:
    said, taken = in_a_child("large", 400)
    assert said == "xml-too-large"
    assert taken < 10


def test_the_largest_documents_that_are_read_take_bounded_memory() -> None:
    assert in_a_child("text", 900)[0] == "2000"
    said, taken = in_a_child("elements", 900)
    assert said.isdigit()
    assert taken < 400


def test_invented_names_do_not_stay_in_memory() -> None:
    """lxml keeps the names it read as long as the thread lives: each document is read in a thread of its own."""
    documents = [
        b"<a>" + b"".join(b"<n%dx%d%s/>" % (k, n, b"a" * 40) for n in range(100_000)) + b"</a>" for k in range(8)
    ]
    xml.parse(documents[0])
    before = resident()
    for document in documents:
        xml.parse(document)
    assert resident() - before < 20_000_000, "eight documents would have left some sixty million bytes"
    assert threading.active_count() < 20


def resident() -> int:
    """Return how many bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
