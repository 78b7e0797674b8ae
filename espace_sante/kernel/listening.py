"""The socket a process receives from the supervisor, already bound: it never chooses where it listens.

Connections wait in the socket while the process behind it is being restarted.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping

LISTEN_FD = "ESPACE_SANTE_LISTEN_FD"


def inherited_fd(environ: Mapping[str, str]) -> int | None:
    """Return the number of the inherited listening socket, or None when the process was started by hand."""
    given = environ.get(LISTEN_FD, "")
    return int(given) if given.isdecimal() else None


def inherited_socket(environ: Mapping[str, str]) -> socket.socket | None:
    """Return the inherited listening socket (TCP for web, Unix for a keeper), or None when there is none."""
    number = inherited_fd(environ)
    return None if number is None else socket.socket(fileno=number)
