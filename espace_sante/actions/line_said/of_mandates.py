"""What a line says of mandates, and of whoever acts under one.

By act: what you did; what someone did; what you asked and was refused; what someone asked and was refused. A helper is always
said to be one: his name is never in the place of hers. Source: inclusion.md PAR-13, HLP-12.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.kernel.i18n import mark

# Said by her, by message, and written by the service: by rule.
BY_MESSAGE: Mapping[str, str] = MappingProxyType(
    {
        "message-yes": mark("Oui, par SMS, à un mandat d’aidant : votre aidant doit encore accepter."),
        "message-no": mark("Pas de oui, par SMS, à un mandat d’aidant : il est annulé."),
    }
)
HELPER = mark("Votre aidant %(name)s")
WORDS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "name_helper": (
            mark("Vous avez nommé un aidant : il doit encore accepter."),
            mark("%(who)s a noté que vous nommez un aidant : rien n’est encore permis."),
            mark("Vous avez voulu nommer un aidant."),
            mark("%(who)s a voulu noter que vous nommez un aidant."),
        ),
        "check_mandate": (
            mark("Vous avez vérifié un mandat."),
            mark("%(who)s a vérifié la feuille du mandat que vous avez signée."),
            mark("Vous avez voulu vérifier un mandat."),
            mark("%(who)s a voulu vérifier la feuille d’un mandat."),
        ),
        "accept_mandate": (
            mark("Vous avez accepté un mandat."),
            mark("%(who)s a accepté son mandat : il peut agir pour vous, dans ce que vous avez dit."),
            mark("Vous avez voulu accepter un mandat."),
            mark("%(who)s a voulu accepter un mandat que vous n’avez pas donné à cette personne."),
        ),
        "read_mandate": (
            mark("Vous avez regardé un mandat."),
            mark("%(who)s a regardé ce que son mandat permet, et ce qu’il a fait."),
            mark("Vous avez voulu regarder un mandat."),
            mark("%(who)s a voulu regarder un mandat."),
        ),
        "end_mandate": (
            mark("Vous avez arrêté un aidant."),
            mark("%(who)s a arrêté un mandat d’aidant."),
            mark("Vous avez voulu arrêter un aidant."),
            mark("%(who)s a voulu arrêter un mandat d’aidant."),
        ),
        "name_trusted_person": (
            mark("Vous avez nommé votre personne de confiance."),
            mark("%(who)s a noté votre personne de confiance, à votre demande."),
            mark("Vous avez voulu nommer votre personne de confiance."),
            mark("%(who)s a voulu noter une personne de confiance."),
        ),
        "end_trusted_person": (
            mark("Vous avez repris le nom de votre personne de confiance."),
            mark("%(who)s a repris le nom de votre personne de confiance, à votre demande."),
            mark("Vous avez voulu reprendre le nom de votre personne de confiance."),
            mark("%(who)s a voulu reprendre le nom d’une personne de confiance."),
        ),
    }
)
