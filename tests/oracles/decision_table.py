"""Answers from the public decision table alone: shares no line with the rules it is compared with.

Works on words (the table's own French values), knows nothing of the product's types. The first line whose cells all
match gives the answer; a cell is `*`, a list of words separated by `|`, or "sauf" and the words it is not.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

# Every fact of the table with every value it may take. The product of all of them is what is enumerated.
FACTS: Mapping[str, tuple[str, ...]] = {
    "qui": ("personne", "professionnel", "agent", "exploitant", "logiciel d'essai", "aidant"),
    "pour elle": ("oui", "non"),
    "titulaire": ("oui", "non"),
    "démarche": (
        "entrer un coupon",
        "s'occuper d'une page",
        "tenir les feuilles",
        "ouvrir",
        "refuser",
        "déposer",
        "lister",
        "lire",
        "écrire une donnée",
        "lire des données",
        "autoriser",
        "limiter",
        "nommer un administrateur",
        "retirer",
        "masquer",
        "montrer de nouveau",
        "bloquer",
        "débloquer",
        "garder ensemble",
        "défaire un épisode",
        "accepter les dépôts",
        "refuser les dépôts",
        "laisser relire",
        "ne plus laisser relire",
        "montrer les nouveaux",
        "cacher les nouveaux",
        "desceller",
        "sceller",
        "permettre un usage",
        "arrêter un usage",
        "lire le journal",
        "fermer",
        "inviter",
        "demander un accès",
        "présenter une carte",
        "ouvrir l'urgence",
        "confirmer l'urgence",
        "annoncer",
        "contester",
        "signaler une erreur",
        "voir les dossiers",
        "répondre à un dossier",
        "confirmer une réponse",
        "permettre l'assistance",
        "finir l'assistance",
        "ouvrir l'assistance",
        "lire l'assistance",
        "dire pour l'urgence",
        "refuser l'urgence",
        "faire une carte",
        "arrêter une carte",
        "accepter une demande",
        "refuser une demande",
        "rouvrir",
        "effacer l'archive",
        "reprendre un refus",
        "emporter le journal",
        "prouver le journal",
        "constater une remise",
        "constater un retour",
        "voir les lettres",
        "renouveler un compte",
        "imprimer une lettre",
        "poster une lettre",
        "donner l'adresse",
        "retirer l'adresse",
        "demander les rappels",
        "arrêter les rappels",
        "choisir les lettres",
        "noter une lettre revenue",
        "changer le contact",
        "retirer le contact",
        "vérifier le contact",
        "choisir les avis",
        "attendre un accès",
        "noter une réquisition",
        "confirmer une réquisition",
        "prolonger une réquisition",
        "voir les réquisitions",
        "lister pour la justice",
        "lire pour la justice",
        "ouvrir un essai",
        "permettre une application",
        "finir une application",
        "permettre après un décès",
        "refuser après un décès",
        "contester un décès",
        "noter un décès",
        "demander après un décès",
        "lister après un décès",
        "lire après un décès",
        "noter un représentant",
        "confirmer un représentant",
        "finir un représentant",
        "contester un représentant",
        "nommer un aidant",
        "vérifier un mandat",
        "accepter un mandat",
        "voir un mandat",
        "finir un mandat",
        "nommer une personne de confiance",
        "reprendre une personne de confiance",
    ),
    "espace": ("aucun", "ouvert", "en fermeture", "fermé", "archivé", "chaîne de l'institution"),
    "canal": ("web", "logiciel", "guichet", "papier", "téléphone"),
    "preuve": (
        "aucune",
        "contact connu",
        "formulaire signé",
        "identité vue",
        "connexion",
        "connexion professionnelle",
    ),
    # Whether an application asks for somebody, and what the authorisation it rests on lets through.
    "application": ("aucune", "pour cela", "pour autre chose", "sans ce droit", "finie"),
    # What her will says of whoever asks: a mandate that names every act, with reading; one that names none; one in which what
    # she hides is ticked too; one that is over at this instant, or not begun.
    "mandat": (
        "aucun",
        "le permet",
        "ne le permet pas",
        "le permet, cachés compris",
        "fini à cet instant",
        "pas commencé",
        "représente",
        "représente à deux",
        "représente, l'autre le veut aussi",
    ),
    "objet": (
        "rien",
        "une catégorie",
        "un document",
        "un document sans catégorie",
        "une urgence auprès d'elle",
        "un appel d'urgence",
        "une assistance permise",
        "une assistance demandée par lui",
        "une assistance demandée par un autre",
        "une assistance ouverte avec lui",
        "une réquisition demandée par lui",
        "une réquisition demandée par un autre",
        "une réquisition confirmée",
        "une réquisition qui ne le couvre pas",
        "une demande d'héritier confirmée",
        "une demande d'héritier qui ne le couvre pas",
    ),
    "déposé par lui": ("non", "oui"),
    "né caché": ("non", "oui", "oui, montré depuis"),
    "retenu": ("non", "oui"),
    "volontés": ("connues", "inconnues", "présumées", "d'essai", "d'un décès", "d'un décès, avec un non"),
    "dépôts": ("acceptés", "refusés"),
    "auteurs relisent": ("non", "oui"),
    "coffre": ("non", "oui"),
    "autorisation": (
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
        "tout à sa structure",
        "tout à une autre structure",
        "tout à son équipe",
        "tout à une autre équipe",
        "tout comme administrateur",
        "tout par un représentant",
    ),
    "grille": ("permet", "refuse", "ne permet que depuis", "ne permet plus"),
    "masque": (
        "aucun",
        "ce document à tous",
        "ce document à lui",
        "ce document à un autre",
        "ce document à sa structure",
        "cette catégorie à tous",
        "cette catégorie à lui",
        "ne nomme rien",
        "ce document à ses représentants",
        "cette catégorie à ses représentants",
    ),
    "blocage": (
        "aucun",
        "lui pour tout",
        "lui pour tout sauf l'urgence",
        "lui pour lire",
        "lui pour lire sauf en urgence",
        "lui pour ses dépôts",
        "sa structure pour tout",
        "un autre pour tout",
    ),
    "urgence": (
        "aucune",
        "voulue, pas ouverte",
        "ouverte",
        "ouverte, cachés compris",
        "ouverte pour une autre catégorie",
        "ouverte mais plus voulue",
        "ouverte mais métier exclu",
        "terminée",
        "ouverte par un autre",
    ),
}
# Who asks for what, in which circumstances; then on what, and what she wants. Lines are sifted by the first part once.
WHO = ("qui", "pour elle", "titulaire", "démarche", "espace", "canal", "preuve")
WILL = tuple(name for name in FACTS if name not in WHO)


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
                cell = row[name]
                words = frozenset(cell.removeprefix("sauf ").split("|"))
                if not words <= {"*", *values}:
                    raise ValueError(f"line {number}: unknown words {words - set(values)} for {name!r}")
                if words == {"*"}:
                    asks[name] = None
                else:
                    asks[name] = frozenset(values) - words if cell.startswith("sauf ") else words
            answer = Answer(row["décision"], row["effet"], row["règle"], row["prévenir"])
            lines.append(Line(number, asks, answer))
    return lines


def product(
    names: tuple[str, ...], held: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> Iterator[dict[str, str]]:
    """Every combination of the facts named; those `held` take only the values given."""
    for values in itertools.product(*(held.get(name, FACTS[name]) for name in names)):
        yield dict(zip(names, values, strict=True))


def sifted(lines: list[Line], who: Mapping[str, str]) -> list[tuple[Line, list[tuple[str, frozenset[str]]]]]:
    """Return the lines that fit the first facts, each with what it still asks of the others."""
    return [
        (line, [(name, asked) for name in WILL if (asked := line.asks[name]) is not None])
        for line in lines
        if line.matches(who, WHO)
    ]


def answer_to(left: list[tuple[Line, list[tuple[str, frozenset[str]]]]], will: Mapping[str, str]) -> Answer:
    """Return the answer of the first of these lines that fits the other facts."""
    for line, asks in left:
        for name, asked in asks:
            if will[name] not in asked:
                break
        else:
            line.used = True
            return line.answer
    raise AssertionError("the table's last line answers everything")
