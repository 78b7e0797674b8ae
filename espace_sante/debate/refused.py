"""Why a demand of somebody is not taken, in the words she reads: one table for every way of coming."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import Language, mark, say_date, translator

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "debate-code-mistyped": mark("Ce code n’est pas complet, ou un caractère est faux. Relisez-le sur la feuille."),
        "debate-code-unknown": mark("Ce code n’est pas pour ce dossier, ou sa date est passée."),
        "debate-code-spent": mark("Ce code a déjà servi. Chaque code sert une seule fois."),
        "debate-text-length": mark("Le texte doit avoir entre 3 et 4 000 caractères."),
        "debate-no-dossier": mark("Ce dossier n’existe pas."),
        "debate-not-open": mark("Ce dossier ne reçoit rien à cette date."),
        "debate-still-open": mark("On ne peut pas encore : ce dossier reçoit des textes jusqu’au %(day)s."),
        "debate-vote-uncounted": mark("On ne peut pas encore : le vote de ce dossier n’est pas compté."),
        "debate-no-contribution": mark("Nous n’avons pas trouvé ce texte."),
        "debate-no-sort": mark("Choisissez ce que vous écrivez."),
        "debate-wrong-sort": mark("Dites à quelle proposition vous répondez."),
        "debate-answers-none": mark(
            "Une question ou une proposition ne répond à aucune autre : choisissez « Aucune »."
        ),
        "debate-not-hidden": mark("Ce texte est montré : il n’y a rien à contester."),
        "debate-not-held": mark("Ce texte n’attend personne : il est déjà montré, ou caché."),
        "debate-twice": mark("C’est déjà fait."),
        "debate-no-vote": mark("Aucun vote n’est ouvert dans ce dossier à cette date."),
        "debate-choices": mark("Répondez pour chaque proposition, même par « ni l’un ni l’autre »."),
        "debate-day": mark("Cette date n’est pas possible : une lettre est postée avant d’arriver."),
        "debate-too-short": mark("Un dossier ou un vote dure trente jours au moins."),
        "debate-too-long": mark("Un dossier ou un vote dure un an au plus."),
        "debate-too-many": mark("Un vote porte sur cent propositions au plus."),
        "debate-name": mark(
            "Le nom d’un dossier est fait de petites lettres sans accent, de chiffres et de tirets : soixante au plus. « index »,"
            " « moderation » et « decisions » sont pris."
        ),
        "debate-same-role": mark("Une contestation est lue par une autre personne que celle qui a caché le texte."),
        "debate-wrong-count": mark("Ces nombres ne vont pas ensemble : rien n’est écrit."),
        "debate-no-decision": mark("Un changement nomme la décision qui le permet."),
        "debate-empty": mark("Il manque un texte."),
        "debate-still-hidden": mark("Ce texte est encore caché : sa contestation reste."),
        "debate-form-stale": mark("Ce formulaire ne vient pas de cette page. Rechargez la page, puis recommencez."),
        "debate-no-desk": mark("Ce code n’est pas celui d’un guichet du débat, ou sa date est passée."),
        "debate-busy": mark("Le débat ne répond pas en ce moment. Votre code n’a pas servi. Réessayez plus tard."),
    }
)


def sentence(problem: Problem, language: Language) -> str:
    """Return why, in a language; "" for a problem that is not of the debate."""
    words = translator(language).gettext(SENTENCES[problem.code]) if problem.code in SENTENCES else ""
    day = problem.fields.get("day")
    return words % {"day": say_date(date.fromisoformat(str(day)), language)} if words and day else words
