"""What a notice says instead where the operator published that silence opens a space; its words may change, and are never lost.

A change of words is one more value here, under its own mark: receipts name the exact text she was shown. Pure.
Source: inclusion.md HLP-14, PAR-10; docs/decisions/0028.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class NoticeLanguage(StrEnum):
    """The languages the opening notice is written in; each is a full text, none is a summary."""

    FRENCH = "fr"
    SIMPLE_FRENCH = "fr-simple"
    ENGLISH = "en"


Instead = Mapping[NoticeLanguage, tuple[tuple[str, str], ...]]

# What was said of six weeks alone. Source: CSP art. R1111-28.
_SIX_WEEKS: Instead = MappingProxyType(
    {
        NoticeLanguage.FRENCH: (
            ("# Un espace de santé, seulement si vous le voulez\n", "# Un espace de santé : oui ou non, répondez\n"),
            (
                "Aujourd’hui, cet espace n’existe pas. Si vous ne répondez pas, il n’existera pas : le silence n’ouvre rien, "
                "ni dans six semaines, ni dans dix ans.",
                "Sans réponse de votre part six semaines après la remise de cette lettre, cet espace est ouvert sans votre oui. "
                "Des professionnels peuvent alors y déposer des documents. Personne n’y lit tant que vous n’avez pas dit oui. "
                "Vous pouvez dire non à tout moment : il est effacé.",
            ),
            (
                "- Plus tard, je ne décide pas maintenant.",
                "- Plus tard : je sais que le délai de six semaines continue.",
            ),
        ),
        NoticeLanguage.SIMPLE_FRENCH: (
            ("# Un espace de santé : c’est vous qui choisissez\n", "# Un espace de santé : répondez oui ou non\n"),
            (
                "Vous n’avez pas encore d’espace de santé.\n\nSi vous ne répondez pas, vous n’en aurez pas.",
                "Vous avez six semaines pour répondre à cette lettre. Après, nous ouvrons un espace sans votre oui.\n\n"
                "Des médecins peuvent alors y mettre des papiers. Personne ne peut les lire avant votre oui.\n\n"
                "Vous pouvez dire non quand vous voulez. Alors nous effaçons tout.",
            ),
            ("- Plus tard, je ne choisis pas maintenant.", "- Plus tard. Je sais que les six semaines continuent."),
        ),
        NoticeLanguage.ENGLISH: (
            ("# A health space, only if you want one\n", "# A health space: answer yes or no\n"),
            (
                "Today this space does not exist. If you do not answer, it will not exist: silence opens nothing, neither in six "
                "weeks nor in ten years.",
                "Without an answer from you six weeks after this letter was handed over, this space is opened without your yes. "
                "Professionals may then deposit documents in it. Nobody reads anything in it until you have said yes. "
                "You may say no at any time: it is erased.",
            ),
            ("- Later, I am not deciding now.", "- Later: I know that the six weeks go on."),
        ),
    }
)
# The same, and the time of the post. Source: inclusion.md PAR-10.
_AND_THE_POST: Instead = MappingProxyType(
    {
        NoticeLanguage.FRENCH: (
            ("# Un espace de santé, seulement si vous le voulez\n", "# Un espace de santé : oui ou non, répondez\n"),
            (
                "Aujourd’hui, cet espace n’existe pas. Si vous ne répondez pas, il n’existera pas : le silence n’ouvre rien, "
                "ni dans six semaines, ni dans dix ans.",
                "Sans réponse de votre part six semaines après la remise de cette lettre, et vingt jours de plus pour le courrier, "
                "cet espace est ouvert sans votre oui. "
                "Des professionnels peuvent alors y déposer des documents. Personne n’y lit tant que vous n’avez pas dit oui. "
                "Vous pouvez dire non à tout moment : il est effacé.",
            ),
            (
                "- Plus tard, je ne décide pas maintenant.",
                "- Plus tard : je sais que ce délai continue.",
            ),
        ),
        NoticeLanguage.SIMPLE_FRENCH: (
            ("# Un espace de santé : c’est vous qui choisissez\n", "# Un espace de santé : répondez oui ou non\n"),
            (
                "Vous n’avez pas encore d’espace de santé.\n\nSi vous ne répondez pas, vous n’en aurez pas.",
                "Vous avez six semaines pour répondre à cette lettre, et vingt jours de plus pour le courrier. "
                "Après, nous ouvrons un espace sans votre oui.\n\n"
                "Des médecins peuvent alors y mettre des papiers. Personne ne peut les lire avant votre oui.\n\n"
                "Vous pouvez dire non quand vous voulez. Alors nous effaçons tout.",
            ),
            ("- Plus tard, je ne choisis pas maintenant.", "- Plus tard. Je sais que ce temps continue."),
        ),
        NoticeLanguage.ENGLISH: (
            ("# A health space, only if you want one\n", "# A health space: answer yes or no\n"),
            (
                "Today this space does not exist. If you do not answer, it will not exist: silence opens nothing, neither in six "
                "weeks nor in ten years.",
                "Without an answer from you six weeks after this letter was handed over, and twenty more days for the post, "
                "this space is opened without your yes. "
                "Professionals may then deposit documents in it. Nobody reads anything in it until you have said yes. "
                "You may say no at any time: it is erased.",
            ),
            ("- Later, I am not deciding now.", "- Later: I know that this time goes on."),
        ),
    }
)
# By what a version is called when its words about silence are these; the last is what is shown today.
SILENCES: Mapping[str, Instead] = MappingProxyType({"six-weeks": _SIX_WEEKS, "six-weeks-post": _AND_THE_POST})
SILENCE_TODAY = "six-weeks-post"
