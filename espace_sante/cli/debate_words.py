"""The words of `espace-sante debate …`: which actions there are, and what each is told."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from espace_sante.cli import debate, envelopes
from espace_sante.cli.arguments import Add, file_path
from espace_sante.cli.french import Parser, actions_of, add_json
from espace_sante.debate.words import CHANGES, REASONS, THEMES, Change, Reason, Theme
from espace_sante.kernel.settings import Settings

_MOST_SHEETS = 1000


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"« {text} » n'est pas une date (AAAA-MM-JJ)") from None


def _number(text: str) -> int:
    found = int(text) if text.isdecimal() else 0
    if not 1 <= found <= _MOST_SHEETS:
        raise ArgumentTypeError(f"« {text} » n'est pas un nombre de 1 à {_MOST_SHEETS}")
    return found


def _codes(names: type[StrEnum]) -> tuple[str, ...]:
    return tuple(one.value for one in names)


def _named(words: Mapping[Any, str]) -> str:
    return " ; ".join(f"{code} = {said.rstrip('.')}" for code, said in words.items())


def _read(text: str) -> str:
    """Return a text typed on the line; `-` reads the standard input."""
    return sys.stdin.read() if text == "-" else text


def register(add: Add) -> None:
    """Add the word `debate` and its actions."""
    word = add(
        "debate", "le débat public : dossiers, réponses, modération, enveloppes, export", debate.opening, json=False
    )
    act = actions_of(word, add_json)
    _add_authority(act)
    _add_moderation(act)
    _add_office(act)


Act = Callable[[str, str, Callable[[Settings, Namespace], int]], Parser]


def _dossier(word: Parser) -> Parser:
    word.add_argument("--dossier", required=True, metavar="MOT", help="le dossier, en un mot")
    return word


def _text(word: Parser, name: str = "--text", said: str = "le texte, ou - pour le lire à l'entrée") -> None:
    word.add_argument(name, required=True, type=_read, metavar="TEXTE", help=said)


def _add_authority(act: Act) -> None:
    opened = _dossier(act("open", "ouvre un dossier", debate.opening))
    opened.add_argument("--theme", required=True, choices=_codes(Theme), help=_named(THEMES))
    _text(opened, "--title", "le titre")
    _text(opened, "--question", "la question posée")
    opened.add_argument("--until", required=True, type=_day, metavar="AAAA-MM-JJ", help="dernier jour pour écrire")
    opened.add_argument("--vote", action="store_true", help="des propositions seront mises au vote")
    answered = _dossier(act("answer", "répond à un dossier, ou à une contribution", debate.answer))
    answered.add_argument("--contribution", default="", metavar="NUMÉRO", help="la contribution ; sans : le dossier")
    _text(answered)
    _text(_dossier(act("minutes", "ajoute le compte rendu d'une réunion", debate.minutes)))
    summed = _dossier(act("summary", "écrit le résumé, dans les trois langues", debate.summary))
    for name in ("--french", "--simple", "--english"):
        _text(summed, name, "le résumé dans cette langue")
    decided = _dossier(act("decide", "écrit une décision", debate.decide))
    decided.add_argument("--decision", required=True, metavar="MOT", help="son numéro")
    _text(decided)
    changed = act("change", "rattache un changement à sa décision", debate.change)
    changed.add_argument("--decision", required=True, metavar="MOT", help="la décision")
    changed.add_argument("--what", required=True, choices=_codes(Change), help=_named(CHANGES))
    changed.add_argument("--reference", required=True, metavar="MOT", help="la garantie, la version, la ligne de coût")
    voted = _dossier(act("vote", "met des propositions au vote", debate.vote))
    voted.add_argument("--proposal", required=True, nargs="+", metavar="NUMÉRO", help="les propositions")
    voted.add_argument("--until", required=True, type=_day, metavar="AAAA-MM-JJ", help="dernier jour pour voter")
    _dossier(act("count", "compte un vote, quand aucune lettre ne peut plus arriver", debate.count))


def _add_moderation(act: Act) -> None:
    act("waiting", "montre les textes retenus ou contestés", debate.waiting)
    hidden = act("moderate", "cache un texte, en public", debate.moderate)
    hidden.add_argument("--contribution", required=True, metavar="NUMÉRO", help="le texte")
    hidden.add_argument("--reason", required=True, choices=_codes(Reason), help=_named(REASONS))
    _text(hidden, "--why", "pourquoi, en une phrase publique")
    hidden.add_argument("--by", required=True, metavar="NOM", help="qui cache ; le journal n'en garde qu'une marque")
    shown = act("release", "montre un texte retenu", debate.release)
    shown.add_argument("--contribution", required=True, metavar="NUMÉRO", help="le texte")
    shown.add_argument("--by", required=True, metavar="NOM", help="qui le montre ; le journal n'en garde qu'une marque")
    answered = act("contested", "répond à une contestation, par une autre personne", debate.contested)
    answered.add_argument("--contribution", required=True, metavar="NUMÉRO", help="le texte")
    answered.add_argument("--restore", action="store_true", help="le texte est de nouveau montré")
    _text(answered, "--why", "pourquoi, en une phrase publique")
    answered.add_argument("--by", required=True, metavar="NOM", help="qui répond : une autre personne")


def _add_office(act: Act) -> None:
    printed = _dossier(act("envelopes", "imprime les feuilles des enveloppes", debate.envelopes))
    printed.add_argument("--count", required=True, type=_number, metavar="NOMBRE", help=f"de 1 à {_MOST_SHEETS}")
    printed.add_argument("--output", required=True, type=file_path, metavar="FICHIER", help="le PDF à écrire")
    blank = _dossier(act("ballot", "imprime le bulletin d'un vote, le même pour tous", debate.ballot))
    blank.add_argument("--output", required=True, type=file_path, metavar="FICHIER", help="le PDF à écrire")
    taken = _dossier(
        act("take", "note qu'une personne prend une enveloppe ; ce qu'elle montre se lit à l'entrée", envelopes.take)
    )
    taken.epilog = (
        "À l'entrée, une ligne chacun : nom de naissance, premier prénom, date (AAAA-MM-JJ), lieu de naissance."
    )
    _dossier(
        act("end-list", "détruit la liste de qui a pris une enveloppe ; seul leur nombre reste", envelopes.end_list)
    )
    named = act("desk", "donne à un guichet un code pour taper les lettres", debate.desk)
    named.add_argument("--label", required=True, metavar="MOT", help="son nom, jamais celui d'une personne")
    named.add_argument(
        "--envelopes", action="store_true", help="pour noter qui prend une enveloppe, non pour taper les lettres"
    )
    act("publish", "publie ce qui est arrivé avant aujourd'hui", debate.publish)
    taken = act("export", "écrit tout le débat dans un fichier signé", debate.export)
    taken.add_argument("--output", required=True, type=file_path, metavar="FICHIER", help="où l'écrire")
    checked = act("verify", "vérifie un fichier du débat", debate.verify)
    checked.add_argument("file", type=file_path, metavar="FICHIER", help="le fichier")
    checked.add_argument("--key", dest="key_of_log", required=True, metavar="CLÉ", help="la clé publique du débat")
    checked.add_argument("--witness", nargs="+", default=(), metavar="CLÉ", help="qui doit avoir cosigné ce fichier")
    brought = _dossier(act("import-decidim", "reprend les propositions d'une plateforme Decidim", debate.bring))
    brought.add_argument("file", type=file_path, metavar="FICHIER", help="son export, CSV ou JSON")
