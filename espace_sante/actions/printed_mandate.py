"""A mandate on paper, in two copies to sign: hers, and the helper's, which alone bears the code. Source: inclusion.md HLP-06."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from espace_sante.actions.mandate_words import acts_said
from espace_sante.actions.name_helper import DURATIONS, NamedHelper
from espace_sante.actions.will_said import day_said
from espace_sante.formats.letter import MandateSheet, mandate_pdf
from espace_sante.kernel.i18n import mark


def printed_mandate(
    named: NamedHelper, say: Callable[[str], str] = str, *, language: str = "fr", at: datetime
) -> bytes:
    """Return both copies as pages to print."""
    values = {
        "name": named.name,
        "days": say(dict(DURATIONS)[str(named.days)]),
        "ends": day_said(named.ends),
    }
    before = (
        mark("Je nomme %(name)s. Cette personne peut faire pour moi ce qui est écrit ici, et rien d’autre."),
        mark("Pendant : %(days)s, à partir du moment où elle accepte."),
    )
    reading = []
    if named.reads:
        reading.append(say(mark("Lire mes documents")))
    if named.hidden:
        reading.append(say(mark("Lire même ceux que je cache à tous")))
    waits = mark("Un autre agent vérifie cette feuille. Avant cela, rien n’est permis.")
    if named.asked:
        waits = mark("Deux SMS me demandent mon accord. Sans ma réponse « oui », rien n’est permis.")
    after = [
        mark("Tout ce que cette personne fait est écrit dans mon journal, avec son nom."),
        mark(
            "Je peux arrêter ce mandat quand je veux, sans dire pourquoi : mon espace, un guichet, le téléphone, le courrier."
        ),
        *([waits] if named.checks else []),
    ]
    sheet = MandateSheet(
        say(mark("Mandat d’aidant numéro %(number)s")) % {"number": named.number},
        [say(one) % values for one in before],
        [*reading, *(say(one) for one in acts_said(named.acts))],
        [say(one) for one in after],
        say(mark("Code à taper pour accepter, jusqu’au %(ends)s :")) % values,
        [
            say(mark("Ma signature, et la date :")),
            say(mark("Signature de %(name)s, et la date :")) % values,
        ],
    )
    copies = [
        (say(mark("Exemplaire de la personne, à garder")), ""),
        (say(mark("Exemplaire de l’aidant, à garder")), named.code),
    ]
    return mandate_pdf(sheet, copies, language=language, at=at)
