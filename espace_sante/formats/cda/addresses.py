"""Addresses a document gives, written so that a person sees where they lead; never as something to press."""

from __future__ import annotations

from urllib.parse import urlsplit

_MOST_SHOWN = 300


def in_clear(address: str) -> str:
    """Return an address to be read: a host with letters that imitate others is followed by its real name.

    Long addresses (`data:` files) are cut. Never raises.
    """
    shown = address if len(address) <= _MOST_SHOWN else f"{address[:_MOST_SHOWN]}…"
    try:
        host = urlsplit(address).hostname or ""
        real = host.encode("idna").decode("ascii")
    except ValueError:
        return shown
    return shown if host.isascii() else f"{shown} [{real}]"
