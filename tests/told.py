"""What an answer tells whoever asked, with what is drawn at random or known beforehand named instead of written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
import pytest

from espace_sante.adapters.keeper_link import KeeperLink
from espace_sante.keeper import demand as d
from tests.inside import rows
from tests.served import Reply, ServedHouse

# Drawn anew at each answer: its entry, its hour, what a form or a cookie carries once.
_DRAWN_HEADERS = frozenset({"journal-entry", "date", "set-cookie"})
_ONCE = re.compile(rb'name="(anti_forgery|idempotency_key|key|coupon)" value="[^"]*"')
_CODE = re.compile(rb"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]\b")


def told(reply: Reply, known: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body; each word of `known` stands as its name there, its length as it was."""
    body = reply.body
    if reply.entry:
        body = body.replace(reply.entry.encode(), b"<entry>")
    body = _CODE.sub(b"<code>", _ONCE.sub(rb'name="\1"', body))
    headers = {name: "" if name in _DRAWN_HEADERS else named(value, known) for name, value in reply.headers.items()}
    in_bytes = {word.encode().decode("latin-1"): name for word, name in known.items()}
    return reply.status, headers, named(body.decode("latin-1"), in_bytes).encode("latin-1")


def named(text: str, known: Mapping[str, str]) -> str:
    """Return a text with each known word replaced by its name, longest first."""
    for word in sorted(known, key=len, reverse=True):
        if word:
            text = text.replace(word, f"<{known[word]}>")
    return text


@dataclass
class Messages:
    """What was asked of the keeper while heard: the kind of each message, its act, and the bytes of its answer."""

    heard: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def looked_up(self) -> bool:
        """Say whether somebody's session was asked for since the last call: its own statements are among those watched."""
        return any(one[0] == "WhoIs" for one in self.heard)

    def taken(self) -> list[tuple[str, str, int]]:
        """Return what was heard since the last call, but whose session it is, asked again every five seconds."""
        heard, self.heard = self.heard, []
        return [one for one in heard if one[0] != "WhoIs"]


@contextmanager
def overheard() -> Iterator[Messages]:
    """Hear every message to the keeper, and the size of what it answers."""
    messages, patch, original = Messages(), pytest.MonkeyPatch(), KeeperLink.ask

    async def ask(link: KeeperLink, demand: d.Demand) -> d.Answer:
        answer = await original(link, demand)
        size = len(
            d.ENCODER.encode([msgspec.structs.replace(answer, number=0)])
        )  # a number grows with the messages before
        messages.heard.append((type(demand).__name__, getattr(demand, "act", ""), size))
        return answer

    patch.setattr(KeeperLink, "ask", ask)
    try:
        yield messages
    finally:
        patch.undo()


def entered(served: ServedHouse) -> tuple[int, int]:
    """Return how many entries there are in all chains, and how many bytes they take."""
    counted = "SELECT count(*) AS n, coalesce(sum(length(sealed)), 0) AS bytes FROM journal.entry"
    (row,) = served.background.run(rows(served.house.settings, "postgres", counted))
    return row["n"], int(row["bytes"])
