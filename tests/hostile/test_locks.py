"""Each lock of a drawing process, tried from inside: what it gave up it cannot do any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from espace_sante.actions.previews import CannotShow, PreviewCode
from espace_sante.adapters import previewer
from espace_sante.preview import wire
from espace_sante.preview.locks import can_filter
from tests.hostile.test_previewer import draw

# What an attempt needs is loaded before the locks, as a document that took the process over would find it.
PROGRAM = """
import ctypes, errno, mmap, os, resource, socket, sys, threading, _posixsubprocess
from espace_sante.preview import locks
libc = ctypes.CDLL(None, use_errno=True)
def system_call(*arguments):
    if libc.syscall(*arguments) == -1:
        raise OSError(ctypes.get_errno(), "")
if sys.argv[1] == "limits":
    locks.filter_system_calls = lambda: False
file = os.open(sys.argv[2], os.O_RDWR)
os.dup2(file, 2)
os.close(file)
locked = locks.lock(seconds=1, megabytes=512)
assert locked is (sys.argv[1] == "all")
try:
    exec(sys.argv[3])
except OSError as fault:
    os.write(1, errno.errorcode[fault.errno].encode())
except (MemoryError, RuntimeError, ValueError) as fault:
    os.write(1, type(fault).__name__.encode())
else:
    os.write(1, b"done")
os._exit(0)
"""
KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is tried, what comes of it with every lock, and with the limits alone (empty: they do not stop it)."""

    name: str
    code: str
    locked: str
    limited: str


ATTEMPTS = (
    Attempt("open a socket", "socket.socket()", KILLED, "EMFILE"),
    Attempt("open a local socket", "socket.socket(socket.AF_UNIX)", KILLED, "EMFILE"),
    Attempt("make a pair of sockets", "socket.socketpair()", KILLED, "EMFILE"),
    Attempt("send through what it holds", "libc.sendto(1, b'x', 1, 0, None, 0)", KILLED, ""),
    Attempt("read a file", "open('/etc/passwd')", "EPERM", "EMFILE"),
    Attempt("list a folder", "os.listdir('/')", "EPERM", "EMFILE"),
    Attempt("make a file", "os.open('/tmp/made', os.O_CREAT | os.O_WRONLY)", "EPERM", "EMFILE"),
    Attempt("write to a file it held", "os.write(2, b'x')", "EFBIG", "EFBIG"),
    Attempt("make a process", "os.fork()", KILLED, "EAGAIN"),
    Attempt("make a thread", "threading.Thread(target=print).start()", KILLED, "RuntimeError"),
    Attempt("start a program", "os.execv('/bin/true', ['true'])", KILLED, ""),
    Attempt("signal another process", "os.kill(os.getppid(), 0)", KILLED, ""),
    Attempt("take hold of another process", "system_call(this.reaching['ptrace'], 16, os.getppid(), 0, 0)", KILLED, ""),
    Attempt("read another process", "system_call(this.reaching['process_vm_readv'], os.getppid(), 0, 0, 0, 0, 0)", KILLED, ""),
    Attempt("open a ring of demands", "system_call(this.reaching['io_uring_setup'], 1, bytes(200))", KILLED, ""),
    Attempt("leave its namespaces", "system_call(this.reaching['unshare'], 0x10000000)", KILLED, ""),
    Attempt("become root again", "os.setresuid(0, 0, 0)", "EPERM", "EPERM"),
    Attempt("execute what it wrote", "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)", "EPERM", ""),
    Attempt("take two gigabytes", "bytearray(2_000_000_000)", "MemoryError", "MemoryError"),
    Attempt("raise its own limits", "resource.setrlimit(resource.RLIMIT_NPROC, (9, 9))", "ValueError", "ValueError"),
    Attempt("run for ever", "while True: pass", "too long", "too long"),
)  # fmt: skip


def tried(attempt: Attempt, locks: str, tmp_path: Path) -> str:
    """Return what came of an attempt."""
    file = tmp_path / "held"
    file.touch()
    file.chmod(0o666)
    prepared = f"from espace_sante.preview.system_calls import this_machine; this = this_machine()\n{PROGRAM}"
    ran = subprocess.run(
        [sys.executable, "-I", "-c", prepared, locks, str(file), attempt.code], capture_output=True, timeout=20
    )
    assert file.read_bytes() == b""
    if ran.returncode == -signal.SIGSYS:
        return KILLED
    if ran.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return "too long"
    return ran.stdout.decode()


needs_filter = pytest.mark.skipif(not can_filter(), reason="sans filtre d'appels système dans ce noyau")


@needs_filter
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_a_locked_process_cannot(attempt: Attempt, tmp_path: Path) -> None:
    assert tried(attempt, "all", tmp_path) == attempt.locked


@pytest.mark.parametrize("attempt", [each for each in ATTEMPTS if each.limited], ids=lambda attempt: attempt.name)
def test_without_the_filter_the_limits_stop(attempt: Attempt, tmp_path: Path) -> None:
    assert tried(attempt, "limits", tmp_path) == attempt.limited


def test_a_limit_the_machine_had_set_is_never_raised(tmp_path: Path) -> None:
    asked = "resource.setrlimit(resource.RLIMIT_AS, (400_000_000,) * 2); locks.limit(seconds=9, megabytes=512); "
    asked += "os.write(1, b'%d %d ' % (resource.getrlimit(resource.RLIMIT_AS)[1], resource.getrlimit(resource.RLIMIT_CPU)[1]))"
    assert tried(Attempt("limit twice", asked, "", ""), "limits", tmp_path) == "400000000 2 done"


def test_no_memory_is_written_and_executed(tmp_path: Path) -> None:
    program = """
import os, re
from espace_sante.preview import __main__ as drawing
drawing.pdf.start()
os.write(1, repr([line for line in open("/proc/self/maps") if re.search(" .w.x|rwx", line)]).encode())
"""
    ran = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=True)
    assert ran.stdout == b"[]"


@pytest.mark.root
def test_it_never_draws_as_root(tmp_path: Path) -> None:
    asked = Attempt("say who it is", "os.write(1, repr((os.getresuid(), os.getgroups())).encode())", "", "")
    assert tried(asked, "limits", tmp_path) == "((65533, 65533, 65533), [])done"


def test_it_holds_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    program = """
import os, sys
held = sorted(os.listdir("/proc/self/fd"), key=int)[:-1]
known = {key for key in os.environ if key != "LC_CTYPE"}  # set by Python itself
alone = os.getsid(0) == os.getpid() and os.getcwd() == "/"
sys.stdin.buffer.read()
said = b"preview-encrypted" if held == ["0", "1", "2"] and not known and alone else b"preview-damaged"
sys.stdout.buffer.write(b"R" + bytes([len(said)]) + said)
"""
    monkeypatch.setenv("ESPACE_SANTE_SECRET", "x")
    monkeypatch.setattr(previewer, "_COMMAND", (sys.executable, "-I", "-c", program))
    with open("/etc/passwd") as held:
        os.set_inheritable(held.fileno(), True)
        assert draw(b"") == CannotShow(PreviewCode.ENCRYPTED)


def gone(process: Path) -> bool:
    try:
        return "State:\tZ" in (process / "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_it_dies_with_who_started_it(tmp_path: Path) -> None:
    # The pipe stays open here: only the death of its parent can end it.
    command = (*previewer._COMMAND, "espace_sante.preview")
    reading, writing = os.pipe()
    starter = f"""
import os, subprocess, sys, time
child = subprocess.Popen({command!r}, stdin={reading}, stdout=subprocess.PIPE, env={{}}, cwd="/")
os.write({writing}, {wire.write_request(wire.Request(wire.Format.PDF, 1, 1, 9, 60, 512, 9, 9))!r})
while child.poll() is None and b"Max open files            3 " not in open(f"/proc/{{child.pid}}/limits", "rb").read():
    time.sleep(0.01)
assert child.poll() is None
print(child.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", starter], pass_fds=(reading, writing), stdout=subprocess.PIPE)
    assert parent.stdout
    number = parent.stdout.readline().decode().strip()
    assert number.isdigit(), "the drawing process ended before its parent did"
    child = Path("/proc") / number
    assert child.exists()
    parent.kill()
    parent.communicate()
    for _ in range(500):
        if gone(child):
            break
        time.sleep(0.01)
    assert gone(child)
    os.close(reading)
    os.close(writing)
