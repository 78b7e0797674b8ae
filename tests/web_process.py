"""One web process as an instance starts it, before the keeper of a served house; and what the system says of its memory."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from espace_sante.kernel.listening import LISTEN_FD
from tests.served import Client, Reply, ServedHouse


@dataclass(frozen=True)
class WebProcess:
    """A running web process."""

    pid: int
    port: int

    def client(self, token: str) -> Client:
        return Client(self.port, token)

    def memory(self) -> tuple[int, int]:
        """Return the bytes resident now, and the most there were since `forget_peak`."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        held = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
        return int(held["VmRSS"]) * 1024, int(held["VmHWM"]) * 1024

    def forget_peak(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def send(self, method: str, path: str, pieces: Iterable[bytes], headers: dict[str, str]) -> Reply:
        """Send a body piece by piece; chunked when its length is not among the headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        chunked = "Content-Length" not in headers
        try:
            connection.request(method, path, iter(pieces), headers, encode_chunked=chunked)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()


@contextmanager
def web_process(served: ServedHouse) -> Iterator[WebProcess]:
    """Start a web process on the keeper and the objects of a served house, with its settings' ceilings."""
    settings = served.house.settings
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    environ = os.environ | {
        LISTEN_FD: str(listener.fileno()),
        "ESPACE_SANTE_HOME": str(settings.home),
        "ESPACE_SANTE_PORT": str(port),
        "ESPACE_SANTE_UPLOADS_PER_MINUTE": str(settings.uploads_per_minute),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "espace_sante.assembly", "web"],
        env=environ,
        pass_fds=[listener.fileno()],
        stderr=subprocess.DEVNULL,
    )
    try:
        reply = Client(port).ask("GET", "/fhir/metadata")  # waits in the socket until it is served
        assert reply.status == 200
        yield WebProcess(process.pid, port)
    finally:
        process.terminate()
        process.wait(20)
        listener.close()
