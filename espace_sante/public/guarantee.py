"""A promise, as its page in `docs/guarantees` tells it: its name, whether it holds, the tests that show it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

import espace_sante
from espace_sante.kernel.decided import HOW, Reference, named, reference_of
from espace_sante.kernel.i18n import Language, mark
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.translated import Translation, digest_of, translations


class State(StrEnum):
    """Whether a promise holds, in the words shown to everybody."""

    HELD = mark("tenue")
    PARTLY = mark("tenue en partie")
    NOT_HERE = mark("non tenue ici")
    NOT_BUILT = mark("pas encore construite")


@dataclass(frozen=True, slots=True)
class Changed:
    """When the words of a promise changed, by which decision (as `kernel.decided` writes it), and the digest they have since."""

    on: date
    decision: str
    digest: str

    @property
    def named(self) -> Reference | str:
        """The decision, to be shown."""
        return named(self.decision)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """One promise. `name` is that of its page (g01-…), `text` what follows its title, in Markdown.

    `digest`: that of its French words, which a translation names when it was written from them. `changes`: the oldest first.
    """

    number: int
    name: str
    title: str
    state: State
    text: str
    tests: tuple[str, ...]
    digest: str = ""
    translations: Mapping[Language, Translation] = field(default_factory=dict)
    changes: tuple[Changed, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Whether its words are those that the last decision written beside it was about."""
        return bool(self.changes) and self.changes[-1].digest == self.digest

    def is_behind(self, language: Language) -> bool:
        """Say whether the French words changed since a translation was written."""
        return language in self.translations and self.translations[language].follows != self.digest


CHANGES = "changements.csv"
_TITLE = re.compile(r"# (G\d+)\. (.+)")
_STATES = (
    ("**État : tenue.**", State.HELD),
    ("**État : tenue en partie.**", State.PARTLY),
    ("**Non tenue ici**", State.NOT_HERE),
    ("**Pas encore construit", State.NOT_BUILT),
)
_TEST = re.compile(r"`(tests/[^`]+)`")


def guarantee(name: str, page: str) -> Guarantee:
    """Read a page. Raises OperatorRefusal when it does not begin with a title and a known state."""
    first, _, text = page.partition("\n")
    title, text = _TITLE.fullmatch(first), text.strip()
    state = next((state for words, state in _STATES if text.startswith(words)), None)
    if title is None or state is None:
        raise OperatorRefusal(f"La page « {name} » ne commence pas par son titre et son état.")
    tests = _TEST.findall(text.partition("## Les tests")[2])
    named = tuple(dict.fromkeys(tests))
    return Guarantee(int(title[1][1:]), name, f"{title[1]}. {title[2]}", state, text, named, digest_of(page))


def read_guarantees(folder: Path) -> tuple[Guarantee, ...]:
    """Return every promise of a folder, by number; none when there is no such folder. Raises OperatorRefusal."""
    pages: Iterable[Path] = folder.glob("g[0-9][0-9]-*.md")
    changes = read_changes(folder / CHANGES)
    read = [
        replace(
            guarantee(page.stem, page.read_text(encoding="utf-8")),
            translations=translations(folder, page.stem),
            changes=tuple(changes.get(page.stem[:3], ())),
        )
        for page in pages
    ]
    for one in read:
        refuse_without_test(one, folder.parent.parent)
    return tuple(sorted(read, key=lambda one: one.number))


def read_changes(path: Path) -> Mapping[str, list[Changed]]:
    """Return what changed of each promise, by the beginning of its page's name. Raises OperatorRefusal for a bad line."""
    found: dict[str, list[Changed]] = {}
    if not path.is_file():
        return found
    for number, line in enumerate(csv.reader(path.read_text(encoding="utf-8").splitlines()), 1):
        if number == 1:
            continue
        try:
            page, on, decision, digest = line
            changed = Changed(date.fromisoformat(on), decision, digest)
        except ValueError:
            raise OperatorRefusal(
                f"{path.name}, ligne {number} : page, jour, décision et empreinte attendus."
            ) from None
        if reference_of(decision) is None:
            raise OperatorRefusal(f"{path.name}, ligne {number} : la décision ne se lit pas. {HOW}")
        found.setdefault(page, []).append(changed)
    return found


def refuse_without_test(one: Guarantee, tree: Path) -> None:
    """Raise OperatorRefusal for a promise said to hold, even in part, without a test, or by a test that is not in the tree."""
    if one.state in (State.HELD, State.PARTLY) and not one.tests:
        raise OperatorRefusal(f"La page « {one.name} » dit une promesse tenue sans nommer un test.")
    gone = [test for test in one.tests if (tree / "tests").is_dir() and not (tree / test.partition("::")[0]).exists()]
    if gone:
        raise OperatorRefusal(f"La page « {one.name} » nomme un test qui n'existe pas : {gone[0]}.")


@cache
def guarantees() -> tuple[Guarantee, ...]:
    """Return the promises of this tree; none when the program was installed without its documents."""
    return read_guarantees(Path(espace_sante.__file__).resolve().parent.parent / "docs" / "guarantees")
