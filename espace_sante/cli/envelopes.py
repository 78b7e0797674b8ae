"""Who took an envelope, noted without a screen of the health space: what a document shows is typed in, and only a mark stays.

Nothing typed here is on the command line, in a log or in an answer. Guarantee: G14. Source: docs/decisions/0071.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date

from espace_sante.cli import show
from espace_sante.envelopes.mark_list import Answer, MarkList
from espace_sante.envelopes.marks import NotWritten, Shown
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings

_SAID = {
    Answer.MAY_TAKE: "Elle peut prendre une enveloppe. C'est noté.",
    Answer.HAS_TAKEN: "Cette personne a déjà pris une enveloppe pour ce dossier.",
    Answer.NO_LIST: "Aucune enveloppe n'est donnée pour ce dossier.",
}


def lists_of(settings: Settings) -> MarkList:
    """Return the lists of an instance."""
    if not (settings.home / "envelopes").is_dir():
        raise OperatorRefusal(f"{settings.home} n'a jamais été démarré : lancez d'abord « make run ».")
    return MarkList(settings.home / "envelopes")


def take(settings: Settings, chosen: Namespace) -> int:
    """Note that a person takes an envelope; exit 1 when she took one already."""
    lines = [line.strip() for line in sys.stdin.read().splitlines() if line.strip()]
    try:
        name, given, born, place = lines
        answer = lists_of(settings).take(chosen.dossier, Shown(name, given, date.fromisoformat(born), place))
    except (ValueError, NotWritten):
        raise OperatorRefusal(
            "Il faut quatre lignes : nom de naissance, premier prénom, date (AAAA-MM-JJ), lieu de naissance."
        ) from None
    if chosen.json:
        show.as_json({"answer": answer.value})
    else:
        show.say(_SAID[answer])
    return 0 if answer is Answer.MAY_TAKE else 1


def end_list(settings: Settings, chosen: Namespace) -> int:
    """Destroy a list: only how many took an envelope stays."""
    try:
        number = lists_of(settings).destroy(chosen.dossier)
    except (ValueError, FileNotFoundError):
        raise OperatorRefusal(_SAID[Answer.NO_LIST]) from None
    if chosen.json:
        show.as_json({"taken": number})
    else:
        show.say(f"Liste détruite. {how_many(number, 'personne avait', 'personnes avaient')} pris une enveloppe.")
    return 0
