"""`espace-sante ledger`: what the service costs and who pays, written line by line and never rewritten. Names no person."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from espace_sante.cli import show
from espace_sante.cli.arguments import Add, file_path
from espace_sante.cli.deciding import HELP, decision_of
from espace_sante.cli.french import Parser, actions_of, add_json
from espace_sante.formats.decp import NotProcurementData, PublicContract, read_procurement
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.i18n import Language, say_money
from espace_sante.kernel.on_disk import reading
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.public.ledger import Damaged, Ledger, Nature, Post, Said, Way
from espace_sante.public.ledger_file import FILE, FOLDER, alone, keep, ledger_of, read_ledger, with_line
from espace_sante.public.procurement import Around, with_contracts

_MONEY = re.compile(r"(-?)(\d{1,3}(?:[ \u202f\u00a0]?\d{3})*|\d+)(?:[.,](\d{1,2}))?(?: ?€)?")
Change = Callable[[Ledger], Ledger]


def register(add: Add) -> None:
    """Add the words of this command."""
    words = add("ledger", "le registre public des coûts : une ligne par fait, jamais réécrite", _none, json=False)
    action = actions_of(words, add_json)
    written = action("add", "inscrit une ligne", write)
    written.add_argument(
        "nature",
        choices=tuple(one.value for one in Nature),
        metavar="NATURE",
        help="budget, financement, contrat ou dépense",
    )
    _add_fields(written)
    corrected = action("correct", "inscrit une ligne qui en corrige une autre ; les deux restent lisibles", correct)
    corrected.add_argument("line", type=int, metavar="LIGNE", help="le numéro de la ligne à corriger")
    corrected.add_argument("--motif", required=True, metavar="MOTS", help="pourquoi (public)")
    _add_fields(corrected)
    taken = action("import-decp", "inscrit les marchés d'un fichier de données essentielles (DECP 2.0.3)", take)
    taken.add_argument("files", type=file_path, nargs="+", metavar="FICHIER", help="fichiers JSON")
    taken.add_argument(
        "--poste", default=Post.SOFTWARE.value, choices=_values(Post), metavar="POSTE", help="à quoi ils servent"
    )
    taken.add_argument("--financeur", default="", metavar="MOTS", help="avec l'argent de qui")
    taken.add_argument("--decision", default="", metavar="MOTS", help=HELP)
    taken.add_argument("--only", nargs="+", default=(), metavar="NUMÉRO", help="ces marchés seulement")
    checked = action("check", "relit tout le registre et ses empreintes", check)
    checked.add_argument(
        "--before", type=file_path, metavar="CSV", help="une copie gardée : elle doit être au début de celui-ci"
    )
    action("list", "montre les lignes", listed)


def write(settings: Settings, chosen: Namespace) -> int:
    """Write one line."""
    if chosen.debut is None or chosen.montant is None:
        raise OperatorRefusal("Dites au moins --objet, --montant et --debut. Rien n'est inscrit.")
    given = _given(chosen)
    given.setdefault("end", given["start"])
    given.setdefault("post", Post.NONE)
    given.setdefault("what", "")
    said = Said(nature=Nature(chosen.nature), source="saisie", decision=chosen.decision, **given)
    return _kept(settings, chosen, lambda ledger: with_line(ledger, said, _today()))


def correct(settings: Settings, chosen: Namespace) -> int:
    """Write a line that corrects another: what is not said again stays as it was."""
    given = _given(chosen)
    if not given:
        raise OperatorRefusal("Dites ce qui change (--montant 0 annule la ligne). Rien n'est inscrit.")

    def corrected(ledger: Ledger) -> Ledger:
        if not 1 <= chosen.line <= len(ledger.entries):
            raise OperatorRefusal(f"Il n'y a pas de ligne {chosen.line}. Rien n'est inscrit.")
        before = ledger.entries[chosen.line - 1].said
        said = replace(before, source="saisie", decision=chosen.decision, **given)
        return with_line(ledger, said, _today(), corrects=chosen.line, reason=chosen.motif)

    return _kept(settings, chosen, corrected)


def take(settings: Settings, chosen: Namespace) -> int:
    """Write the contracts of files of essential data, and what changed of them."""
    found = [one for path in chosen.files for one in _contracts(path)]
    only = set(chosen.only)
    if unknown := sorted(only - {one.number for one in found}):
        raise OperatorRefusal(f"Le marché « {unknown[0]} » n'est pas dans ces fichiers. Rien n'est inscrit.")
    wanted = [one for one in found if not only or one.number in only]
    around = Around(Post(chosen.poste), chosen.financeur, chosen.decision)
    return _kept(settings, chosen, lambda ledger: with_contracts(ledger, wanted, around, _today()))


def check(settings: Settings, chosen: Namespace) -> int:
    """Read everything again; with a copy, say whether this ledger goes on from it."""
    ledger = _sound(settings)
    if chosen.before:
        before = read_ledger(_text(chosen.before))
        if isinstance(before, Damaged):
            raise OperatorRefusal(f"La copie est abîmée, ligne {before.line} du fichier : {before.why}.")
        if ledger.entries[: len(before.entries)] != before.entries:
            raise OperatorRefusal(
                "Ce registre ne continue pas la copie : des lignes déjà publiées ont changé ou manquent."
            )
    if chosen.json:
        show.as_json({"lines": len(ledger.entries), "seal": ledger.seal})
    else:
        show.say(
            f"{how_many(len(ledger.entries), 'ligne')}, rien ne manque. Empreinte de la dernière : {ledger.seal or 'aucune'}."
        )
    return 0


def listed(settings: Settings, chosen: Namespace) -> int:
    """Show every line, corrected ones too."""
    ledger = _sound(settings)
    if chosen.json:
        show.as_json({"lines": [entry.cells() for entry in ledger.entries], "seal": ledger.seal})
        return 0
    corrected = ledger.corrected
    rows = [
        (str(e.number), e.said.start.isoformat(), e.said.nature.value, e.said.post.value, e.said.what, say_money(e.said.cents, Language.FR),
         f"corrigée par {corrected[e.number]}" if e.number in corrected else "")
        for e in ledger.entries
    ]  # fmt: skip
    show.table(("ligne", "début", "nature", "poste", "objet", "montant", ""), rows)
    return 0


def cents_of(text: str) -> int:
    """Return an amount in cents, as it is typed: « 1 234,56 ». Raises OperatorRefusal."""
    found = _MONEY.fullmatch(text.strip())
    if found is None:
        raise OperatorRefusal(f"« {text} » n'est pas un montant : écrivez 1234,56. Rien n'est inscrit.")
    euros = int("".join(one for one in found[2] if one.isdigit()))
    cents = euros * 100 + int((found[3] or "0").ljust(2, "0"))
    return -cents if found[1] else cents


def _add_fields(parser: Parser) -> None:
    parser.add_argument("--decision", default="", metavar="MOTS", help=HELP)
    parser.add_argument("--objet", metavar="MOTS", help="à quoi cela sert")
    parser.add_argument("--montant", metavar="EUROS", help="en euros : 1234,56 (--montant=-10 pour un remboursement)")
    parser.add_argument("--debut", metavar="AAAA-MM-JJ", help="le jour, ou le premier jour")
    parser.add_argument("--fin", metavar="AAAA-MM-JJ", help="le dernier jour")
    parser.add_argument("--poste", choices=_values(Post), metavar="POSTE", help=", ".join(_values(Post)[1:]))
    parser.add_argument("--voie", choices=_values(Way), metavar="VOIE", help=", ".join(_values(Way)[1:]))
    parser.add_argument("--demarche", metavar="NOM", help="la démarche payée, si c'en est une seule")
    parser.add_argument("--organisme", metavar="MOTS", help="payé à quel organisme (jamais une personne)")
    parser.add_argument("--financeur", metavar="MOTS", help="avec l'argent de qui")
    parser.add_argument("--marche", metavar="NUMÉRO", help="sous quel marché public")
    parser.add_argument("--etp", metavar="NOMBRE", help="équivalents temps plein, pour le personnel : 1,5")


def _given(chosen: Namespace) -> dict[str, Any]:
    """Return what was said, by the names of the line."""
    read: dict[str, tuple[str | None, Callable[[str], Any]]] = {
        "post": (chosen.poste, Post),
        "way": (chosen.voie, Way),
        "act": (chosen.demarche, str),
        "what": (chosen.objet, str),
        "paid_to": (chosen.organisme, str),
        "funded_by": (chosen.financeur, str),
        "contract": (chosen.marche, str),
        "start": (chosen.debut, _day),
        "end": (chosen.fin, _day),
        "cents": (chosen.montant, cents_of),
        "staff_hundredths": (chosen.etp, cents_of),
    }
    return {name: kind(value) for name, (value, kind) in read.items() if value is not None}


def _kept(settings: Settings, chosen: Namespace, change: Change) -> int:
    with alone(settings.home):
        before = _sound(settings)
        after = change(before)
        new = after.entries[len(before.entries) :]
        if new:
            decision_of(chosen.decision, _today(), "Rien n'est inscrit.")
            keep(settings.home, after)
    if chosen.json:
        show.as_json({"lines": [entry.number for entry in new], "seal": after.seal})
    elif new:
        show.say(f"Inscrit : {', '.join(f'ligne {entry.number}' for entry in new)}. Empreinte : {after.seal}.")
    else:
        show.say("Tout était déjà inscrit.")
    return 0


def _sound(settings: Settings) -> Ledger:
    found = ledger_of(settings.home)
    if isinstance(found, Damaged):
        path = settings.home / FOLDER / FILE
        raise OperatorRefusal(f"{path} est abîmé, ligne {found.line} du fichier : {found.why}. Rien n'est inscrit.")
    return found


def _contracts(path: Path) -> tuple[PublicContract, ...]:
    with reading(path, "Rien n'est inscrit."):
        data = path.read_bytes()
    try:
        return read_procurement(data)
    except NotProcurementData as fault:
        raise OperatorRefusal(f"« {path.name} » : {fault}. Rien n'est inscrit.") from None


def _text(path: Path) -> str:
    with reading(path):
        data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise OperatorRefusal(f"« {path} » ne se lit pas : ce n'est pas un texte en UTF-8.") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OperatorRefusal(f"« {text} » n'est pas une date (AAAA-MM-JJ). Rien n'est inscrit.") from None


def _values(names: type[Post] | type[Way]) -> tuple[str, ...]:
    return tuple(one.value for one in names)


def _today() -> date:
    return utc_now().date()


def _none(_: Settings, __: Namespace) -> int:
    return 2
