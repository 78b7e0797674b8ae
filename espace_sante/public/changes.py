"""What was changed in public, and by which decision: the words of a promise, the grid of professions, a line of the ledger.

Guarantee: G14. Decision: 0086.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from espace_sante.access.matrix_cells import Version
from espace_sante.formats.atom import FeedEntry, atom
from espace_sante.kernel.decided import Kind, Reference, named
from espace_sante.kernel.i18n import mark
from espace_sante.public.decision import Decision, decisions
from espace_sante.public.guarantee import Guarantee
from espace_sante.public.ledger import Damaged, Ledger
from espace_sante.public.pages import Addresses, Content
from espace_sante.public.texts import LIMITS, USEFULNESS, WHO_GETS_WHAT, PublicText
from espace_sante.public.translated import titles

# Shown on the page and in the feed, the most recent first; what is older is in the files of each.
MOST_SHOWN = 100
# What the page shows before anything has to be opened.
MOST_OPEN = 10
GUARANTEE, MATRIX, COST = mark("Une garantie"), mark("La grille des métiers"), mark("Une ligne de coût")
TEXT = mark("Un texte public")


@dataclass(frozen=True, slots=True)
class Change:
    """One change: when, of what kind, what it is about, where it is read, and the decision it names ("": none was asked then).

    `key` names it among all, for ever. `titles`: those of a text, by language. `version`: that of the grid. `line`: its number in
    the ledger (0: it is no line), and then `about` says what for.
    """

    key: str
    on: date
    kind: str
    about: str
    href: str
    decision: str
    titles: Mapping[str, str] = field(default_factory=dict)
    version: Version | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """What was changed one day by one decision, each thing once; `project`: what it says, when it is one of this project.

    `is_first`: no change before it, in the order shown, names the same decision.
    """

    on: date
    reference: Reference | str
    project: Decision | None
    changes: tuple[Change, ...]
    is_first: bool


def changes_of(
    texts: Iterable[Guarantee | PublicText], versions: Iterable[Version], ledger: Ledger | Damaged, addresses: Addresses
) -> tuple[Change, ...]:
    """Return every change, the most recent first. A damaged ledger tells none."""
    found = [*_of_texts(texts, addresses), *_of_versions(versions, addresses), *_of_lines(ledger, addresses)]
    return tuple(sorted(found, key=lambda one: one.on, reverse=True))


def decisions_page(changes: Sequence[Change], addresses: Addresses) -> Content:
    """Return what changed, under its day and its decision, and what each other decision of the project says."""
    days = decided(changes[:MOST_SHOWN])
    told = {one.project.number for one in days if one.project is not None}
    values = {
        "recent": days[:MOST_OPEN],
        "older": days[MOST_OPEN:],
        "more": max(0, len(changes) - MOST_SHOWN),
        "decisions": sorted(
            (one for one in decisions() if one.number not in told), key=lambda one: one.number, reverse=True
        ),
        "addresses": addresses,
    }
    return Content("public/decisions.html", values)


def decided(changes: Iterable[Change]) -> tuple[Decided, ...]:
    """Return the changes under their day and their decision, the days in the order given.

    A text that one decision changed twice that day is named once.
    """
    found: list[Decided] = []
    seen: set[str] = set()
    for on, that_day in groupby(changes, key=lambda one: one.on):
        by_decision: dict[str, dict[tuple[str, str, int], Change]] = {}
        for one in that_day:
            by_decision.setdefault(one.decision, {}).setdefault((one.kind, one.about, one.line), one)
        for decision in sorted(by_decision, reverse=True):
            reference = named(decision)
            project, first = _of_the_project(reference), decision not in seen
            found.append(Decided(on, reference, project, tuple(by_decision[decision].values()), first))
        seen |= by_decision.keys()
    return tuple(found)


def decisions_feed(changes: Sequence[Change], here: str) -> bytes:
    """Return the same changes as a feed, in French; `here`: what leads from the feed to where the addresses begin."""
    entries = [
        FeedEntry(
            one.key,
            f"{one.kind} : {_said(one)}",
            f"Décision liée : {one.decision}." if one.decision else "Aucune décision liée.",
            one.on,
            here + one.href,
        )
        for one in changes[:MOST_SHOWN]
    ]
    return atom("decisions", "Ce qui a changé, et par quelle décision", "espace-sante", entries)


def _said(one: Change) -> str:
    if one.version is not None:
        return f"version {one.about}"
    return f"ligne {one.line}, {one.about}" if one.line else one.about


def _of_the_project(reference: Reference | str) -> Decision | None:
    if isinstance(reference, str) or reference.kind is not Kind.PROJECT:
        return None
    return next((one for one in decisions() if one.number == int(reference.number)), None)


def _of_texts(texts: Iterable[Guarantee | PublicText], addresses: Addresses) -> Iterator[Change]:
    elsewhere = {USEFULNESS: addresses.usefulness, LIMITS: addresses.limits, WHO_GETS_WHAT: addresses.who_gets_what}
    for one in texts:
        kind = GUARANTEE if isinstance(one, Guarantee) else TEXT
        where = elsewhere.get(one.name) or addresses.of(one.name)
        for changed in reversed(one.changes):
            key = f"text/{one.name}/{changed.on}/{changed.digest}"
            yield Change(key, changed.on, kind, one.title, where, changed.decision, titles(one.title, one.translations))


def _of_versions(versions: Iterable[Version], addresses: Addresses) -> Iterator[Change]:
    for one in versions:
        yield Change(f"matrix/{one.name}", one.day, MATRIX, one.name, addresses.matrix, one.decided, version=one)


def _of_lines(ledger: Ledger | Damaged, addresses: Addresses) -> Iterator[Change]:
    for entry in ledger.entries if isinstance(ledger, Ledger) else ():
        said = entry.said
        yield Change(
            f"cost/{entry.number}", entry.written_on, COST, said.what, addresses.costs, said.decision, line=entry.number
        )
