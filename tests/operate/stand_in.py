"""A process that stands in for one of ours: answers on the socket it inherits, or only waits."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time

kind, *rest = sys.argv[1:]
STATUS = b"503 Service Unavailable" if "unready" in rest else b"200 OK"
signal.signal(signal.SIGTERM, signal.SIG_DFL)
if "stubborn" in rest:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "fails" in rest:
    sys.exit("stand-in told to fail")
print("stand-in", kind, os.getuid(), os.getgid(), sorted(os.getgroups()), flush=True)
if kind != "web":
    while True:
        time.sleep(60)
with socket.socket(fileno=int(os.environ["ESPACE_SANTE_LISTEN_FD"])) as listener:
    listener.setblocking(True)
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 " + STATUS + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
