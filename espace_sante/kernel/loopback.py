"""The names of this machine itself, as an address writes them: what is said to them crosses no network."""

from __future__ import annotations

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
