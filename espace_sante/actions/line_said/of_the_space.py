"""What a line says of the life of a space, and of letters.

By act: what you did; what someone did; what you asked and was refused; what someone asked and was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.kernel.i18n import mark

# What the service itself stopped using, because its messages did not arrive there (docs/decisions/0067).
LOST: Mapping[str, str] = MappingProxyType(
    {
        "way:mail": mark("Le service n’écrit plus à votre adresse de courrier électronique."),
        "way:sms": mark("Le service n’écrit plus à votre numéro de mobile."),
    }
)
# By which letters she asks for, or no more, when it is not the one that says who may read.
REMINDERS: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        ("ask_reminders", "wanted:journal"): (
            mark("Vous avez demandé la lettre de votre journal, chaque trimestre."),
            mark("%(who)s a demandé pour vous la lettre de votre journal, chaque trimestre."),
        ),
        ("ask_reminders", "wanted:both"): (
            mark("Vous avez demandé la lettre qui dit qui peut lire et celle de votre journal."),
            mark("%(who)s a demandé pour vous la lettre qui dit qui peut lire et celle de votre journal."),
        ),
        ("stop_reminders", "wanted:journal"): (
            mark("Vous avez arrêté la lettre de votre journal."),
            mark("%(who)s a arrêté la lettre de votre journal, à votre demande."),
        ),
        ("stop_reminders", "wanted:both"): (
            mark("Vous avez arrêté la lettre qui dit qui peut lire et celle de votre journal."),
            mark("%(who)s a arrêté la lettre qui dit qui peut lire et celle de votre journal, à votre demande."),
        ),
    }
)
# What was done about a page that she sent, and that a machine did not read alone.
_PAGES: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        ("handle_page", "step:look"): (
            mark("Vous avez regardé une feuille."),
            mark("%(who)s a regardé la feuille que vous avez renvoyée, pour savoir ce que vous demandez."),
        ),
        ("handle_page", "step:again"): (
            mark("Vous avez laissé une feuille qui ne se lit pas."),
            mark(
                "%(who)s n’a pas pu savoir ce que demande la feuille que vous avez renvoyée. Rien n’a changé."
                " Refaites votre demande : au guichet, par téléphone, ou avec une nouvelle feuille."
            ),
        ),
        ("receive_coupon", "read:doubt"): (
            mark("Plusieurs cases étaient cochées sur votre feuille : rien ne change."),
            mark("Plusieurs cases étaient cochées sur la feuille que vous avez renvoyée : rien ne change."),
        ),
        ("handle_page", "step:typed"): (
            mark("Vous avez entré une feuille à la main."),
            mark("%(who)s a entré à la main ce que demande la feuille que vous avez renvoyée."),
        ),
    }
)
# What one act says in several ways: by the act, and by one object of its line.
TOLD_APART: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType({**REMINDERS, **_PAGES})
WORDS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "handle_page": (
            mark("Vous avez mis une feuille en attente."),
            mark("La feuille que vous avez renvoyée est arrivée. Elle attend qu’une personne la lise."),
            mark("Vous avez voulu regarder une feuille."),
            mark("%(who)s a voulu s’occuper d’une feuille que vous avez renvoyée."),
        ),
        "open_space": (
            mark("Vous avez ouvert votre espace."),
            mark("%(who)s a ouvert votre espace, à votre demande."),
            mark("Vous avez demandé à ouvrir un espace."),
            mark("%(who)s a demandé à ouvrir un espace à votre nom."),
        ),
        # In an invented space alone: nobody was asked, and no person reads it.
        "open_sandbox": (
            mark("Vous avez ouvert un espace d’essai."),
            mark("%(who)s a ouvert cet espace d’essai : la personne est inventée, son oui aussi."),
            mark("Vous avez voulu ouvrir un espace d’essai."),
            mark("%(who)s a voulu ouvrir un espace d’essai."),
        ),
        "refuse_space": (
            mark("Vous avez refusé l’ouverture d’un espace."),
            mark("%(who)s a noté votre refus."),
            mark("Vous avez voulu refuser l’ouverture d’un espace."),
            mark("%(who)s a voulu noter un refus."),
        ),
        "reverse_refusal": (
            mark("Vous avez repris votre refus."),
            mark("%(who)s a noté que vous reprenez votre refus."),
            mark("Vous avez voulu reprendre un refus."),
            mark("%(who)s a voulu reprendre un refus."),
        ),
        "close_space": (
            mark("Vous avez fermé votre espace."),
            mark("%(who)s a fermé votre espace, à votre demande."),
            mark("Vous avez voulu fermer votre espace."),
            mark("%(who)s a voulu fermer votre espace."),
        ),
        "reopen_space": (
            mark("Vous avez rouvert votre espace."),
            mark("%(who)s a rouvert votre espace, à votre demande."),
            mark("Vous avez voulu rouvrir votre espace."),
            mark("%(who)s a voulu rouvrir votre espace."),
        ),
        "erase_content": (
            mark("Vous avez effacé votre archive."),
            mark("%(who)s a effacé votre archive, à votre demande."),
            mark("Vous avez voulu effacer votre archive."),
            mark("%(who)s a voulu effacer votre archive."),
        ),
        "record_representation": (
            mark("Vous avez noté un représentant légal."),
            mark(
                "%(who)s a noté, d’après un papier, qu’une personne agit pour vous par la loi. Vous pouvez le contester."
            ),
            mark("Vous avez voulu noter un représentant légal."),
            mark("%(who)s a voulu noter qu’une personne agit pour vous par la loi."),
        ),
        "confirm_representation": (
            mark("Vous avez confirmé un représentant légal."),
            mark("%(who)s a confirmé qu’une personne agit pour vous par la loi. Vous pouvez le contester."),
            mark("Vous avez voulu confirmer un représentant légal."),
            mark("%(who)s a voulu confirmer qu’une personne agit pour vous par la loi."),
        ),
        "end_representation": (
            mark("Vous avez fini le pouvoir d’un représentant légal."),
            mark("%(who)s a fini, d’après un papier, le pouvoir d’une personne qui agissait pour vous."),
            mark("Vous avez voulu finir le pouvoir d’un représentant légal."),
            mark("%(who)s a voulu finir le pouvoir d’une personne qui agit pour vous."),
        ),
        "contest_representation": (
            mark("Vous avez contesté qui agit pour vous par la loi : c’est suspendu."),
            mark("%(who)s a noté que vous contestez qui agit pour vous par la loi : c’est suspendu."),
            mark("Vous avez voulu contester qui agit pour vous par la loi."),
            mark("%(who)s a voulu noter que vous contestez qui agit pour vous par la loi."),
        ),
        "record_death": (
            mark("Vous avez noté un décès."),
            mark("%(who)s a noté votre décès. Si c’est une erreur, dites-le : votre espace vous revient."),
            mark("Vous avez voulu noter un décès."),
            mark("%(who)s a voulu noter votre décès."),
        ),
        "contest_death": (
            mark("Vous avez dit que vous êtes en vie."),
            mark("%(who)s a noté que vous êtes en vie, à votre demande."),
            mark("Vous avez voulu dire que vous êtes en vie."),
            mark("%(who)s a voulu noter que vous êtes en vie."),
        ),
        "demand_after_death": (
            mark("Vous avez noté la demande d’un ayant droit."),
            mark("%(who)s a noté la demande d’un ayant droit, après un décès."),
            mark("Vous avez voulu noter la demande d’un ayant droit."),
            mark("%(who)s a voulu noter la demande d’un ayant droit."),
        ),
        "list_after_death": (
            mark("Vous avez vu une liste pour un ayant droit."),
            mark("%(who)s a vu la liste des documents que demande un ayant droit, après un décès."),
            mark("Vous avez voulu voir une liste pour un ayant droit."),
            mark("%(who)s a voulu voir une liste pour un ayant droit."),
        ),
        "read_after_death": (
            mark("Vous avez pris un document pour un ayant droit."),
            mark("%(who)s a pris un document pour le remettre à un ayant droit, après un décès."),
            mark("Vous avez voulu prendre un document pour un ayant droit."),
            mark("%(who)s a voulu prendre un document pour un ayant droit."),
        ),
        "give_address": (
            mark("Vous avez dit où vos lettres arrivent."),
            mark("%(who)s a noté où vos lettres arrivent, à votre demande."),
            mark("Vous avez voulu dire où vos lettres arrivent."),
            mark("%(who)s a voulu noter où vos lettres arrivent."),
        ),
        "remove_address": (
            mark("Vous avez retiré votre adresse : vos lettres vous attendent au guichet."),
            mark("%(who)s a retiré votre adresse, à votre demande : vos lettres vous attendent au guichet."),
            mark("Vous avez voulu retirer votre adresse."),
            mark("%(who)s a voulu retirer votre adresse."),
        ),
        "ask_reminders": (
            mark("Vous avez demandé la lettre qui dit qui peut lire."),
            mark("%(who)s a demandé pour vous la lettre qui dit qui peut lire."),
            mark("Vous avez voulu demander la lettre qui dit qui peut lire."),
            mark("%(who)s a voulu demander la lettre qui dit qui peut lire."),
        ),
        "stop_reminders": (
            mark("Vous avez arrêté la lettre qui dit qui peut lire."),
            mark("%(who)s a arrêté la lettre qui dit qui peut lire, à votre demande."),
            mark("Vous avez voulu arrêter la lettre qui dit qui peut lire."),
            mark("%(who)s a voulu arrêter la lettre qui dit qui peut lire."),
        ),
        "choose_letters": (
            mark("Vous avez dit comment vos lettres sont écrites."),
            mark("%(who)s a noté comment vos lettres sont écrites, à votre demande."),
            mark("Vous avez voulu dire comment vos lettres sont écrites."),
            mark("%(who)s a voulu noter comment vos lettres sont écrites."),
        ),
        "return_letter": (
            mark("Vous avez noté qu’une lettre est revenue."),
            mark("%(who)s a noté qu’une lettre à votre adresse est revenue."),
            mark("Vous avez voulu noter qu’une lettre est revenue."),
            mark("%(who)s a voulu noter qu’une lettre à votre adresse est revenue."),
        ),
        "change_contact": (
            mark("Vous avez dit où vos avis arrivent par message."),
            mark("%(who)s a noté où vos avis arrivent par message, à votre demande."),
            mark("Vous avez voulu dire où vos avis arrivent par message."),
            mark("%(who)s a voulu changer où vos avis arrivent par message."),
        ),
        "remove_contact": (
            mark("Vous avez arrêté vos avis par message."),
            mark("%(who)s a arrêté vos avis par message, à votre demande."),
            mark("Vous avez voulu arrêter vos avis par message."),
            mark("%(who)s a voulu arrêter vos avis par message."),
        ),
        "confirm_contact": (
            mark("Vous avez vérifié où vos avis arrivent par message."),
            mark("%(who)s a vérifié avec vous où vos avis arrivent par message."),
            mark("Vous avez voulu vérifier où vos avis arrivent par message."),
            mark("%(who)s a voulu vérifier où vos avis arrivent par message."),
        ),
        "choose_notices": (
            mark("Vous avez choisi vos avis."),
            mark("%(who)s a noté vos choix d’avis, à votre demande."),
            mark("Vous avez voulu choisir vos avis."),
            mark("%(who)s a voulu changer vos avis."),
        ),
        "expect_access": (
            mark("Vous avez dit que vous vous attendiez à un accès."),
            mark("%(who)s a noté que vous vous attendiez à un accès."),
            mark("Vous avez voulu dire que vous vous attendiez à un accès."),
            mark("%(who)s a voulu noter que vous vous attendiez à un accès."),
        ),
        "print_letter": (
            mark("Vous avez imprimé une lettre."),
            mark("%(who)s a imprimé ce qui devait vous être dit par courrier."),
            mark("Vous avez voulu imprimer une lettre."),
            mark("%(who)s a voulu imprimer une lettre."),
        ),
        "post_letter": (
            mark("Vous avez posté une lettre."),
            mark("%(who)s a posté ce qui devait vous être dit par courrier, ou l’a laissé au guichet pour vous."),
            mark("Vous avez voulu poster une lettre."),
            mark("%(who)s a voulu noter qu’une lettre était postée."),
        ),
    }
)
