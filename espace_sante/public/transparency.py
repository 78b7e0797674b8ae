"""The pages about the service itself: what leaves, who is paid for it, what it is made of, how it opens, secondary uses, the poster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from espace_sante.journal.notes import NoteRefused, parse_note
from espace_sante.journal.witness_list import INVENTED
from espace_sante.public.guarantee import Guarantee, State
from espace_sante.public.ledger import Damaged, Entry, Ledger, Post
from espace_sante.public.ledger_sums import contracts, years
from espace_sante.public.pages import Addresses, Content
from espace_sante.public.published import Published
from espace_sante.public.shipped import accessibility, components, connections, secondary_uses, version

# Whoever holds such a contract may see machines, mail or programs: a sub-processor.
_HANDS_IN = (
    Post.HOSTING,
    Post.HARDWARE,
    Post.MAIL,
    Post.PRINTING,
    Post.COUNTER,
    Post.PHONE,
    Post.SOFTWARE,
    Post.SECURITY,
)


@dataclass(frozen=True, slots=True)
class Root:
    """The public journal at an instant: how many lines, and the root that binds them all, cut to be read aloud.

    `published_at`: when its file was written. `cosigners`: the names under which others signed it, as the sequencer verified
    them before it wrote them.
    """

    lines: int
    parts: tuple[str, ...]
    published_at: datetime
    cosigners: tuple[str, ...] = ()

    @property
    def witnesses(self) -> tuple[str, ...]:
        """Return the names of those that others keep."""
        return tuple(name for name in self.cosigners if name not in INVENTED)

    @property
    def invented(self) -> tuple[str, ...]:
        """Return the names of those that the demonstration keeps beside the house: they vouch for nothing."""
        return tuple(name for name in self.cosigners if name in INVENTED)


def root_of(home: Path) -> Root | None:
    """Return the root last published by an instance, None when there is none. Source: C2SP tlog-checkpoint."""
    try:
        path = home / "public" / "journal" / "checkpoint"
        note, at = parse_note(path.read_bytes()), datetime.fromtimestamp(path.stat().st_mtime, UTC)
        origin, said, root = note.text.split("\n")[:3]
        size = int(said)
    except (OSError, NoteRefused, ValueError):
        return None
    others = tuple(dict.fromkeys(line.name for line in note.lines if line.name != origin))
    return Root(size, tuple(root[start : start + 4] for start in range(0, len(root), 4)), at, others)


def transparency_page(
    published: Published, ledger: Ledger | Damaged, root: Root | None, today: date | None, addresses: Addresses
) -> Content:
    """Return the page that says everything of the service itself; `today` None on the static site: nothing depends on the day."""
    return Content(
        "public/transparency.html",
        {
            "published": published,
            "connections": connections(),
            "partners": _partners(ledger, today),
            "components": components(),
            "accessibility": accessibility(),
            "root": root,
            "version": version(),
            "addresses": addresses,
        },
    )


def secondary_page(addresses: Addresses) -> Content:
    """Return the register of secondary uses, and what the European regulation would let the State do."""
    return Content("public/secondary.html", {"uses": secondary_uses(), "addresses": addresses})


def poster_page(
    promises: Iterable[Guarantee],
    published: Published,
    ledger: Ledger | Damaged,
    root: Root | None,
    addresses: Addresses,
) -> Content:
    """Return one sheet to hang in a town hall: the root of the journal, where to compare it, whom to tell, and a few figures."""
    found = Counter(one.state for one in promises)
    sums = years(ledger) if isinstance(ledger, Ledger) else ()
    values = {
        "root": root,
        "published": published,
        "held": found[State.HELD],
        "partly": found[State.PARTLY],
        "not_here": found[State.NOT_HERE],
        "not_built": found[State.NOT_BUILT],
        "year": sums[0] if sums else None,
        "addresses": addresses,
    }
    return Content("public/poster.html", values)


def _partners(ledger: Ledger | Damaged, today: date | None) -> tuple[Entry, ...]:
    if isinstance(ledger, Damaged):
        return ()
    found = (one for one in contracts(ledger) if one.said.post in _HANDS_IN)
    return tuple(one for one in found if today is None or one.said.start <= today <= one.said.end)
