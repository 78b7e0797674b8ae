"""What a line says of each answer that stands alone.

By act: what you did; what someone did; what you asked and was refused; what someone asked and was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.kernel.i18n import mark

WORDS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "allow_after_death": (
            mark("Vous avez laissé à vos proches ce que la loi permet après votre mort."),
            mark("%(who)s a laissé à vos proches ce que la loi permet après votre mort, à votre demande."),
            mark("Vous avez voulu laisser à vos proches ce que la loi permet après votre mort."),
            mark("%(who)s a voulu laisser à vos proches ce que la loi permet après votre mort."),
        ),
        "refuse_after_death": (
            mark("Vous avez refusé que quiconque lise après votre mort."),
            mark("%(who)s a refusé que quiconque lise après votre mort, à votre demande."),
            mark("Vous avez voulu refuser que quiconque lise après votre mort."),
            mark("%(who)s a voulu refuser que quiconque lise après votre mort."),
        ),
        "accept_deposits": (
            mark("Vous avez accepté que les professionnels déposent des documents."),
            mark("%(who)s a accepté les dépôts des professionnels, à votre demande."),
            mark("Vous avez voulu accepter les dépôts des professionnels."),
            mark("%(who)s a voulu accepter les dépôts des professionnels."),
        ),
        "refuse_deposits": (
            mark("Vous avez refusé les dépôts des professionnels."),
            mark("%(who)s a refusé les dépôts des professionnels, à votre demande."),
            mark("Vous avez voulu refuser les dépôts des professionnels."),
            mark("%(who)s a voulu refuser les dépôts des professionnels."),
        ),
        "let_authors_read": (
            mark("Vous avez laissé chaque auteur relire ce qu’il a déposé."),
            mark("%(who)s a laissé chaque auteur relire ce qu’il a déposé, à votre demande."),
            mark("Vous avez voulu laisser chaque auteur relire ce qu’il a déposé."),
            mark("%(who)s a voulu laisser chaque auteur relire ce qu’il a déposé."),
        ),
        "stop_authors_reading": (
            mark("Vous avez cessé de laisser les auteurs relire leurs dépôts."),
            mark("%(who)s a empêché les auteurs de relire leurs dépôts, à votre demande."),
            mark("Vous avez voulu empêcher les auteurs de relire leurs dépôts."),
            mark("%(who)s a voulu empêcher les auteurs de relire leurs dépôts."),
        ),
        "show_new_documents": (
            mark("Vous avez cessé de cacher d’office les nouveaux documents."),
            mark("%(who)s a cessé de cacher d’office les nouveaux documents, à votre demande."),
            mark("Vous avez voulu cesser de cacher d’office les nouveaux documents."),
            mark("%(who)s a voulu cesser de cacher d’office les nouveaux documents."),
        ),
        "hide_new_documents": (
            mark("Vous avez caché d’office les nouveaux documents."),
            mark("%(who)s a caché d’office les nouveaux documents, à votre demande."),
            mark("Vous avez voulu cacher d’office les nouveaux documents."),
            mark("%(who)s a voulu cacher d’office les nouveaux documents."),
        ),
        "unseal_space": (
            mark("Vous avez ouvert le coffre."),
            mark("%(who)s a ouvert le coffre, à votre demande."),
            mark("Vous avez voulu ouvrir le coffre."),
            mark("%(who)s a voulu ouvrir le coffre."),
        ),
        "seal_space": (
            mark("Vous avez mis votre espace au coffre."),
            mark("%(who)s a mis votre espace au coffre, à votre demande."),
            mark("Vous avez voulu mettre votre espace au coffre."),
            mark("%(who)s a voulu mettre votre espace au coffre."),
        ),
        "allow_secondary_use": (
            mark("Vous avez permis un usage de vos données : %(use)s."),
            mark("%(who)s a permis un usage de vos données, à votre demande : %(use)s."),
            mark("Vous avez voulu permettre un usage de vos données."),
            mark("%(who)s a voulu permettre un usage de vos données."),
        ),
        "end_secondary_use": (
            mark("Vous avez arrêté un usage de vos données : %(use)s."),
            mark("%(who)s a arrêté un usage de vos données, à votre demande : %(use)s."),
            mark("Vous avez voulu arrêter un usage de vos données."),
            mark("%(who)s a voulu arrêter un usage de vos données."),
        ),
    }
)
