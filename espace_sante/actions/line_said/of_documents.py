"""What a line says of documents, of emergencies, of her journal and of what the service answers her.

By act: what you did; what someone did; what you asked and was refused; what someone asked and was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.kernel.i18n import mark

WORDS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "deposit_document": (
            mark("Vous avez déposé un document."),
            mark("%(who)s a déposé un document."),
            mark("Vous avez voulu déposer un document."),
            mark("%(who)s a voulu déposer un document."),
        ),
        "list_documents": (
            mark("Vous avez vu la liste de vos documents."),
            mark("%(who)s a vu la liste des documents que vous lui montrez."),
            mark("Vous avez demandé la liste de vos documents."),
            mark("%(who)s a demandé la liste de vos documents."),
        ),
        "read_document": (
            mark("Vous avez lu un document."),
            mark("%(who)s a lu un document."),
            mark("Vous avez demandé à lire un document."),
            mark("%(who)s a demandé à lire un document."),
        ),
        "write_resource": (
            mark("Vous avez écrit une donnée de soins."),
            mark("%(who)s a écrit, changé ou supprimé une donnée de soins."),
            mark("Vous avez voulu écrire une donnée de soins."),
            mark("%(who)s a voulu écrire, changer ou supprimer une donnée de soins."),
        ),
        "read_resource": (
            mark("Vous avez vu vos données de soins."),
            mark("%(who)s a lu des données de soins que vous lui montrez."),
            mark("Vous avez demandé vos données de soins."),
            mark("%(who)s a demandé des données de soins."),
        ),
        "announce_document": (
            mark("Vous avez dit qu’un document vous a été annoncé."),
            mark("%(who)s a dit vous avoir parlé d’un document : vous pouvez maintenant le lire."),
            mark("Vous avez voulu dire qu’un document vous a été annoncé."),
            mark("%(who)s a voulu dire vous avoir parlé d’un document."),
        ),
        "report_mistake": (
            mark("Vous avez signalé une erreur dans un document."),
            mark("%(who)s a signalé une erreur dans un document, à votre demande."),
            mark("Vous avez voulu signaler une erreur dans un document."),
            mark("%(who)s a voulu signaler une erreur dans un document."),
        ),
        "break_glass": (
            mark("Vous avez déclaré une urgence."),
            mark("%(who)s a déclaré une urgence, %(where)s. Son motif : %(ground)s."),
            mark("Vous avez voulu déclarer une urgence."),
            mark("%(who)s a voulu déclarer une urgence."),
        ),
        "confirm_emergency": (
            mark("Vous avez confirmé une urgence."),
            mark("%(who)s a confirmé l’urgence déclarée par %(whom)s."),
            mark("Vous avez voulu confirmer une urgence."),
            mark("%(who)s a voulu confirmer une urgence."),
        ),
        "read_journal": (
            mark("Vous avez lu votre journal, ou vu qui peut lire et ce que vous cachez."),
            mark("%(who)s a imprimé votre journal pour vous."),
            mark("Vous avez demandé votre journal."),
            mark("%(who)s a demandé votre journal."),
        ),
        "export_journal": (
            mark("Vous avez emporté votre journal et vos reçus."),
            mark("%(who)s a imprimé votre journal et vos reçus pour vous."),
            mark("Vous avez demandé votre journal et vos reçus."),
            mark("%(who)s a demandé votre journal et vos reçus."),
        ),
        "prove_journal": (
            mark("Vous avez demandé la preuve de votre journal."),
            mark("%(who)s a demandé pour vous la lettre de votre journal."),
            mark("Vous avez voulu demander la preuve de votre journal."),
            mark("%(who)s a voulu demander la preuve de votre journal."),
        ),
        "contest_access": (
            mark("Vous avez contesté un accès."),
            mark("%(who)s a noté que vous contestez un accès."),
            mark("Vous avez voulu contester un accès."),
            mark("%(who)s a voulu noter que vous contestez un accès."),
        ),
        "answer_case": (
            mark("Vous avez fait une démarche."),
            mark("%(who)s a répondu à votre demande."),
            mark("Vous avez demandé une démarche."),
            mark("%(who)s a voulu répondre à votre demande."),
        ),
        "confirm_case_answer": (
            mark("Vous avez fait une démarche."),
            mark("%(who)s a confirmé la réponse à votre demande : elle vous est envoyée."),
            mark("Vous avez demandé une démarche."),
            mark("%(who)s a voulu confirmer la réponse à votre demande."),
        ),
        "allow_support": (
            mark("Vous avez permis au support de vous aider."),
            mark("%(who)s a noté que vous permettez au support de vous aider."),
            mark("Vous avez voulu permettre au support de vous aider."),
            mark("%(who)s a voulu noter que vous permettez au support de vous aider."),
        ),
        "end_support": (
            mark("Vous avez arrêté l’aide du support."),
            mark("%(who)s a arrêté l’aide du support, à votre demande."),
            mark("Vous avez voulu arrêter l’aide du support."),
            mark("%(who)s a voulu arrêter l’aide du support."),
        ),
        "open_support": (
            mark("Vous avez fait une démarche."),
            mark("Le support (%(who)s) a demandé ou confirmé l’aide que vous avez permise."),
            mark("Vous avez demandé une démarche."),
            mark("Le support (%(who)s) a voulu ouvrir une aide dans votre espace."),
        ),
        "read_support": (
            mark("Vous avez fait une démarche."),
            mark("Le support (%(who)s) a vu ce que vous lui avez permis de voir."),
            mark("Vous avez demandé une démarche."),
            mark("Le support (%(who)s) a voulu voir l’état de vos choix."),
        ),
    }
)
