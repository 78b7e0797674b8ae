"""Answers from the public decision table alone: shares no line with the rules it is compared with.

Works on words (the table's own French values), knows nothing of the product's types. The first line whose cells all
match gives the answer; a cell is `*` or a list of words separated by `|`.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Every fact of the table with every value it may take. The product of all of them is what is enumerated.
FACTS: Mapping[str, tuple[str, ...]] = {
    "qui": ("personne", "professionnel", "agent", "exploitant"),
    "pour elle": ("oui", "non"),
    "titulaire": ("oui", "non"),
    "démarche": (
        "ouvrir",
        "refuser",
        "déposer",
        "lister",
        "lire",
        "autoriser",
        "retirer",
        "masquer",
        "montrer de nouveau",
        "bloquer",
        "débloquer",
        "lire le journal",
        "fermer",
        "inviter",
    ),
    "espace": ("aucun", "ouvert", "en fermeture", "fermé", "chaîne de l'institution"),
    "canal": ("web", "logiciel", "guichet", "papier", "téléphone"),
    "preuve": (
        "aucune",
        "contact connu",
        "formulaire signé",
        "identité vue",
        "connexion",
        "connexion professionnelle",
    ),
    "objet": ("rien", "une catégorie", "un document", "un document sans catégorie"),
    "dépôts": ("acceptés", "refusés"),
    "autorisation": (
        "volontés inconnues",
        "aucune",
        "à un autre",
        "pas commencée",
        "terminée à cet instant",
        "sans catégorie aucune",
        "sans document aucun",
        "tout depuis cet instant",
        "une autre catégorie",
        "cette catégorie",
        "un autre document",
        "ce document",
        "tout",
    ),
    "masque": (
        "aucun",
        "ce document à tous",
        "ce document à lui",
        "ce document à un autre",
        "cette catégorie à tous",
        "ne nomme rien",
    ),
    "blocage": ("aucun", "lui pour tout", "lui pour ses dépôts", "un autre pour tout"),
}
# Who asks for what, in which circumstances; then on what, and what she wants. Lines are sifted by the first part once.
WHO = ("qui", "pour elle", "titulaire", "démarche", "espace", "canal", "preuve")
WILL = ("objet", "dépôts", "autorisation", "masque", "blocage")


@dataclass(frozen=True)
class Answer:
    """One line's answer."""

    decision: str
    effect: str
    rule: str
    notify: str


@dataclass
class Line:
    """One line of the table: what it asks of each fact (None: anything), and its answer."""

    number: int
    asks: dict[str, frozenset[str] | None]
    answer: Answer
    used: bool = field(default=False)

    def matches(self, facts: Mapping[str, str], names: tuple[str, ...]) -> bool:
        for name in names:
            asked = self.asks[name]
            if asked is not None and facts[name] not in asked:
                return False
        return True


def read_table(path: Path) -> list[Line]:
    """Read the table; a word that no fact may take is an error, so that a line cannot be dead by a misspelling."""
    lines = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            asks: dict[str, frozenset[str] | None] = {}
            for name, values in FACTS.items():
                words = frozenset(row[name].split("|"))
                if not words <= {"*", *values}:
                    raise ValueError(f"line {number}: unknown words {words - set(values)} for {name!r}")
                asks[name] = None if words == {"*"} else words
            answer = Answer(row["décision"], row["effet"], row["règle"], row["prévenir"])
            lines.append(Line(number, asks, answer))
    return lines


def product(names: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Every combination of the facts named."""
    for values in itertools.product(*(FACTS[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def answers_by_will(lines: list[Line], who: Mapping[str, str], wills: list[dict[str, str]]) -> list[Answer] | Answer:
    """Return the table's answer for one combination of the first facts and each combination of the others.

    One answer stands for all of them when the first line that matches asks nothing of the others.
    """
    left = [line for line in lines if line.matches(who, WHO)]
    if all(left[0].asks[name] is None for name in WILL):
        left[0].used = True
        return left[0].answer
    answers = []
    for will in wills:
        line = next(line for line in left if line.matches(will, WILL))
        line.used = True
        answers.append(line.answer)
    return answers
