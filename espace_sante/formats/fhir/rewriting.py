"""The references of a resource that is sent with others: each leads to what the other will be, and nothing else of it changes.

Only the text of `reference` and `url` members is replaced, in the bytes as they were sent. A reference that leads to nothing in the
Bundle is left as it is, for the rules of a single resource to judge. Source: FHIR R4 http 3.1.0.11.2, bundle 2.36.4.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

# A quotation mark after a backslash is inside a text, never the beginning of a member's name.
_MEMBER = re.compile(rb'(?<!\\)("(?:reference|url)"\s*:\s*)("(?:[^"\\]|\\.)*")')
_ENCODE = msgspec.json.Encoder().encode


def references_of(body: bytes) -> Iterator[str]:
    """Yield the text of each `reference` and `url` member of a resource, as it was sent."""
    for match in _MEMBER.finditer(body):
        yield _text(match[2])


def rewritten(body: bytes, leads: Mapping[str, str], full_url: str = "") -> bytes:
    """Return a resource whose references lead where `leads` says; `full_url` is its own address in the Bundle.

    `leads` gives, for each address of the Bundle, the type and id of what it will be. A relative reference of a resource whose own
    address is on a server is one of that server. What follows `#` or `/_history/` is left out: what is sent has no past yet.
    """
    root = _root(full_url)

    def to(match: re.Match[bytes]) -> bytes:
        said = _text(match[2])
        plain = said.partition("#")[0] if not said.startswith("#") else said
        plain = plain.partition("/_history/")[0]
        led = leads.get(plain) or (leads.get(root + plain) if root else None)
        return match[0] if led is None else match[1] + _ENCODE(led)

    return _MEMBER.sub(to, body)


def _root(full_url: str) -> str:
    """Return the address of the server that an absolute address of a resource is on, with its final slash; "" for none."""
    if not full_url.startswith(("http://", "https://")):
        return ""
    parts = full_url.rsplit("/", 2)
    return f"{parts[0]}/" if len(parts) == 3 else ""


def _text(quoted: bytes) -> str:
    try:
        return msgspec.json.decode(quoted, type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
