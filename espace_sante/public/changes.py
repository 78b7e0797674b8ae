"""What was changed in public, and by which decision: the words of a promise, the grid of professions, a line of the ledger.

Guarantee: G14. Decision: 0086.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from espace_sante.access.matrix_cells import Version
from espace_sante.formats.atom import FeedEntry, atom
from espace_sante.kernel.decided import Kind, reference_of
from espace_sante.kernel.i18n import mark
from espace_sante.public.decision import decisions
from espace_sante.public.guarantee import Guarantee
from espace_sante.public.ledger import Damaged, Ledger
from espace_sante.public.pages import Addresses, Content
from espace_sante.public.texts import LIMITS, USEFULNESS, WHO_GETS_WHAT, PublicText

# Shown on the page and in the feed, the most recent first; what is older is in the files of each.
MOST_SHOWN = 100
GUARANTEE, MATRIX, COST = mark("Une garantie"), mark("La grille des métiers"), mark("Une ligne de coût")
TEXT = mark("Un texte public")


@dataclass(frozen=True, slots=True)
class Change:
    """One change: when, of what kind, what it is about, where it is read, and the decision it names ("": none was asked then).

    `key` names it among all, for ever.
    """

    key: str
    on: date
    kind: str
    about: str
    href: str
    decision: str

    @property
    def project(self) -> str:
        """The number of the decision when it is one of this project, which this page shows; else ""."""
        return self._number(Kind.PROJECT)

    @property
    def debate(self) -> str:
        """The number of the decision when it is one of the public debate; else ""."""
        return self._number(Kind.DEBATE)

    def _number(self, kind: Kind) -> str:
        found = reference_of(self.decision)
        return found.number if found is not None and found.kind is kind else ""


def changes_of(
    texts: Iterable[Guarantee | PublicText], versions: Iterable[Version], ledger: Ledger | Damaged, addresses: Addresses
) -> tuple[Change, ...]:
    """Return every change, the most recent first. A damaged ledger tells none."""
    found = [*_of_texts(texts, addresses), *_of_versions(versions, addresses), *_of_lines(ledger, addresses)]
    return tuple(sorted(found, key=lambda one: one.on, reverse=True))


def decisions_page(changes: Sequence[Change], addresses: Addresses) -> Content:
    """Return what changed, each with its decision, and what each decision of the project says."""
    values = {
        "changes": changes[:MOST_SHOWN],
        "more": max(0, len(changes) - MOST_SHOWN),
        "decisions": sorted(decisions(), key=lambda one: one.number, reverse=True),
        "addresses": addresses,
    }
    return Content("public/decisions.html", values)


def decisions_feed(changes: Sequence[Change], here: str) -> bytes:
    """Return the same changes as a feed, in French; `here`: what leads from the feed to where the addresses begin."""
    entries = [
        FeedEntry(
            one.key,
            f"{one.kind} : {one.about}",
            f"Décision liée : {one.decision}." if one.decision else "Aucune décision liée.",
            one.on,
            here + one.href,
        )
        for one in changes[:MOST_SHOWN]
    ]
    return atom("decisions", "Ce qui a changé, et par quelle décision", "espace-sante", entries)


def _of_texts(texts: Iterable[Guarantee | PublicText], addresses: Addresses) -> Iterator[Change]:
    elsewhere = {USEFULNESS: addresses.usefulness, LIMITS: addresses.limits, WHO_GETS_WHAT: addresses.who_gets_what}
    for one in texts:
        kind = GUARANTEE if isinstance(one, Guarantee) else TEXT
        where = elsewhere.get(one.name) or addresses.of(one.name)
        for changed in reversed(one.changes):
            key = f"text/{one.name}/{changed.on}/{changed.digest}"
            yield Change(key, changed.on, kind, one.title, where, changed.decision)


def _of_versions(versions: Iterable[Version], addresses: Addresses) -> Iterator[Change]:
    for one in versions:
        day = date.fromisoformat(one.name[:10])
        yield Change(f"matrix/{one.name}", day, MATRIX, f"version {one.name}", addresses.matrix, one.decided)


def _of_lines(ledger: Ledger | Damaged, addresses: Addresses) -> Iterator[Change]:
    for entry in ledger.entries if isinstance(ledger, Ledger) else ():
        about = f"ligne {entry.number}, {entry.said.what}"
        yield Change(f"cost/{entry.number}", entry.written_on, COST, about, addresses.costs, entry.said.decision)
