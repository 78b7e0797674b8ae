"""The parts of an address that somebody gave: what is no address at all has none, and is no error of ours."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def place_of(address: str) -> SplitResult:
    """Return the parts of an address, all empty when it is none. Never raises."""
    try:
        return urlsplit(address)
    except ValueError:  # « [ », or another bracket astray
        return urlsplit("")
