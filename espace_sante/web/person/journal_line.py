"""One record of the journal as a sentence: who, what, by which way, and by which rule it was allowed or refused.

Pure: values in, values out. A record of an act unknown here is still shown, in general words: no line is ever hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from espace_sante.access.explain import SENTENCES, explain
from espace_sante.access.outcomes import EMERGENCY
from espace_sante.access.request import Effect, Permit, Refuse
from espace_sante.actions.party_said import party_said
from espace_sante.consent.emergency import GROUNDS, GlassKind, Ground
from espace_sante.consent.purposes import purposes
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES

# By act: what you did; what someone did; what you asked and was refused; what someone asked and was refused.
_SENTENCES: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "open_space": (
            mark("Vous avez ouvert votre espace."),
            mark("%(who)s a ouvert votre espace, à votre demande."),
            mark("Vous avez demandé à ouvrir un espace."),
            mark("%(who)s a demandé à ouvrir un espace à votre nom."),
        ),
        "refuse_space": (
            mark("Vous avez refusé l’ouverture d’un espace."),
            mark("%(who)s a noté votre refus."),
            mark("Vous avez voulu refuser l’ouverture d’un espace."),
            mark("%(who)s a voulu noter un refus."),
        ),
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
        "grant_access": (
            mark("Vous avez autorisé %(whom)s à lire."),
            mark("%(who)s a noté que vous autorisez %(whom)s à lire."),
            mark("Vous avez voulu autoriser quelqu’un à lire."),
            mark("%(who)s a voulu autoriser quelqu’un à lire."),
        ),
        "limit_grant": (
            mark("Vous avez réduit une autorisation de %(whom)s."),
            mark("%(who)s a réduit une autorisation de %(whom)s, à votre demande."),
            mark("Vous avez voulu réduire une autorisation."),
            mark("%(who)s a voulu réduire une autorisation."),
        ),
        "name_administrator": (
            mark("Vous avez nommé administrateur %(whom)s : il lit aussi ce que vous cachez à tous."),
            mark("%(who)s a noté que vous nommez administrateur %(whom)s : il lit aussi ce que vous cachez à tous."),
            mark("Vous avez voulu nommer un administrateur."),
            mark("%(who)s a voulu nommer un administrateur."),
        ),
        "withdraw_access": (
            mark("Vous avez retiré à %(whom)s l’autorisation de lire."),
            mark("%(who)s a retiré à %(whom)s, à votre demande, l’autorisation de lire."),
            mark("Vous avez voulu retirer une autorisation."),
            mark("%(who)s a voulu retirer une autorisation."),
        ),
        "mask": (
            mark("Vous avez caché %(what)s."),
            mark("%(who)s a caché %(what)s, à votre demande."),
            mark("Vous avez voulu cacher quelque chose."),
            mark("%(who)s a voulu cacher quelque chose."),
        ),
        "unmask": (
            mark("Vous avez montré de nouveau %(what)s."),
            mark("%(who)s a montré de nouveau %(what)s, à votre demande."),
            mark("Vous avez voulu montrer de nouveau quelque chose."),
            mark("%(who)s a voulu montrer de nouveau quelque chose."),
        ),
        "keep_episode": (
            mark("Vous avez gardé des documents ensemble : %(what)s."),
            mark("%(who)s a gardé des documents ensemble, à votre demande : %(what)s."),
            mark("Vous avez voulu garder des documents ensemble."),
            mark("%(who)s a voulu garder des documents ensemble."),
        ),
        "end_episode": (
            mark("Vous avez défait %(what)s."),
            mark("%(who)s a défait %(what)s, à votre demande."),
            mark("Vous avez voulu défaire un épisode de soins."),
            mark("%(who)s a voulu défaire un épisode de soins."),
        ),
        "block": (
            mark("Vous avez bloqué %(whom)s."),
            mark("%(who)s a bloqué %(whom)s, à votre demande."),
            mark("Vous avez voulu bloquer un professionnel."),
            mark("%(who)s a voulu bloquer un professionnel."),
        ),
        "unblock": (
            mark("Vous avez débloqué %(whom)s."),
            mark("%(who)s a débloqué %(whom)s, à votre demande."),
            mark("Vous avez voulu débloquer un professionnel."),
            mark("%(who)s a voulu débloquer un professionnel."),
        ),
        "set_emergency_will": (
            mark("Vous avez dit ce qui peut être lu en urgence."),
            mark("%(who)s a noté vos réponses pour l’urgence."),
            mark("Vous avez voulu dire ce qui peut être lu en urgence."),
            mark("%(who)s a voulu noter des réponses pour l’urgence."),
        ),
        "refuse_emergency": (
            mark("Vous avez dit que personne ne lit en urgence."),
            mark("%(who)s a noté, à votre demande, que personne ne lit en urgence."),
            mark("Vous avez voulu dire que personne ne lit en urgence."),
            mark("%(who)s a voulu noter que personne ne lit en urgence."),
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
        "contest_access": (
            mark("Vous avez contesté un accès."),
            mark("%(who)s a noté que vous contestez un accès."),
            mark("Vous avez voulu contester un accès."),
            mark("%(who)s a voulu noter que vous contestez un accès."),
        ),
        "report_mistake": (
            mark("Vous avez signalé une erreur dans un document."),
            mark("%(who)s a signalé une erreur dans un document, à votre demande."),
            mark("Vous avez voulu signaler une erreur dans un document."),
            mark("%(who)s a voulu signaler une erreur dans un document."),
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
        "close_space": (
            mark("Vous avez fermé votre espace."),
            mark("%(who)s a fermé votre espace, à votre demande."),
            mark("Vous avez voulu fermer votre espace."),
            mark("%(who)s a voulu fermer votre espace."),
        ),
        "issue_access_card": (
            mark("Vous avez fait une carte d’accès."),
            mark("%(who)s a fait une carte d’accès pour vous."),
            mark("Vous avez voulu faire une carte d’accès."),
            mark("%(who)s a voulu faire une carte d’accès."),
        ),
        "use_access_card": (
            mark("Vous avez présenté une carte."),
            mark("%(who)s a présenté une carte que vous avez faite."),
            mark("Vous avez voulu présenter une carte."),
            mark("%(who)s a présenté une carte que vous avez faite, sans succès."),
        ),
        "revoke_access_card": (
            mark("Vous avez arrêté une carte d’accès."),
            mark("%(who)s a arrêté une carte d’accès, à votre demande."),
            mark("Vous avez voulu arrêter une carte d’accès."),
            mark("%(who)s a voulu arrêter une carte d’accès."),
        ),
        "request_access": (
            mark("Vous avez demandé un accès."),
            mark("%(who)s vous demande un accès."),
            mark("Vous avez voulu demander un accès."),
            mark("%(who)s a voulu vous demander un accès."),
        ),
        "accept_request": (
            mark("Vous avez dit oui à la demande de %(whom)s."),
            mark("%(who)s a noté votre oui à la demande de %(whom)s."),
            mark("Vous avez voulu dire oui à une demande."),
            mark("%(who)s a voulu noter un oui à une demande."),
        ),
        "decline_request": (
            mark("Vous avez dit non à la demande de %(whom)s."),
            mark("%(who)s a noté votre non à la demande de %(whom)s."),
            mark("Vous avez voulu dire non à une demande."),
            mark("%(who)s a voulu noter un non à une demande."),
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
        "announce_document": (
            mark("Vous avez dit qu’un document vous a été annoncé."),
            mark("%(who)s a dit vous avoir parlé d’un document : vous pouvez maintenant le lire."),
            mark("Vous avez voulu dire qu’un document vous a été annoncé."),
            mark("%(who)s a voulu dire vous avoir parlé d’un document."),
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
        "reverse_refusal": (
            mark("Vous avez repris votre refus."),
            mark("%(who)s a noté que vous reprenez votre refus."),
            mark("Vous avez voulu reprendre un refus."),
            mark("%(who)s a voulu reprendre un refus."),
        ),
    }
)
# The list as somebody else would be shown it: only she, or who acts for her, asks for that.
_VIEW = (
    mark("Vous avez regardé ce que voit %(whom)s."),
    mark("%(who)s a imprimé pour vous ce que voit %(whom)s."),
    mark("Vous avez voulu regarder ce que voit quelqu’un."),
    mark("%(who)s a voulu imprimer ce que voit quelqu’un."),
)
_OTHER = (
    mark("Vous avez fait une démarche."),
    mark("%(who)s a fait une démarche dans votre espace."),
    mark("Vous avez demandé une démarche."),
    mark("%(who)s a demandé une démarche dans votre espace."),
)
# Rules that are not those of the decision: a mistake in what was asked, or the same thing asked again.
_MISTAKES: Mapping[str, str] = MappingProxyType(
    {
        "repeat": mark("La même demande est arrivée deux fois : elle n’a été faite qu’une fois."),
        "invalid": mark("La demande était incomplète ou fausse."),
        "unknown": mark("Aucun document de votre espace ne porte ce numéro."),
        "conflict": mark("Cette demande en contredisait une autre, déjà faite."),
        "identity": mark("L’identité écrite dans la demande n’était pas la vôtre."),
        "second-account": mark("Il faut deux comptes différents du support."),
        "no-emergency": mark("Aucune urgence de ce collègue n’attendait d’être confirmée."),
        "letter-over": mark("Cette lettre ne servait plus : c’était dit, annoncé ou arrêté depuis."),
        "nothing-to-undo": mark(
            "Il n’y avait rien à reprendre : cela n’était pas caché ainsi, pas bloqué, ou plus autorisé."
        ),
        "no-invitation": mark("Aucune invitation ne correspondait."),
        "card-over": mark("La carte ne servait plus, ou n’était pas la vôtre."),
        "card-pin": mark("Le code secret de la carte était faux. Après cinq fois, la carte ne sert plus."),
        "ceiling": mark("Il avait demandé à lire chez trop de personnes nouvelles en peu de temps."),
        "requests-full": mark("Trop de demandes attendaient déjà votre réponse."),
        "unknown-request": mark("Aucune demande en attente ne portait ce numéro."),
        "presumption": mark("Ouvert sans votre oui, par la règle publiée de l’organisme. Personne n’y lit."),
        "archive-ended": mark("La fin de l’archive que vous aviez choisie est arrivée."),
    }
)
_CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "web": mark("par internet"),
        "api": mark("par un logiciel"),
        "counter": mark("au guichet"),
        "paper": mark("par courrier"),
        "phone": mark("par téléphone"),
        "system": mark("par le service lui-même"),
    }
)


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line ready to be shown; `document` is the public id of the document it leads to, "" when it leads to none.

    `others`: done by somebody else than she.
    """

    number: int
    at: datetime
    sentence: str
    permitted: bool
    channel: str
    why: str
    document: str
    reference: str
    others: bool = False


def line_of(
    record: Mapping[str, Any],
    reference: str,
    document: str,
    say: Callable[[str], str],
    name_of: Callable[[str], str],
) -> JournalLine:
    """Return a record as a line, in the language `say` speaks. `name_of` gives a professional's name, "" if unknown.

    `document`: the one it is about, as far as she may know. A deposit by another never leads to its document: so the line of
    one that waits to be announced to her is the same as any other (docs/decisions/0032).
    """
    permitted = record["decision"]["result"] == "permit"
    others = record["actor"]["kind"] != "person"
    return JournalLine(
        number=record["seq"],
        at=datetime.fromisoformat(record["at"]),
        sentence=_sentence(record, permitted, say, name_of),
        permitted=permitted,
        channel=say(_CHANNELS.get(record["channel"], record["channel"])),
        why=_why(record, permitted, say),
        document="" if others and record["act"] == "deposit_document" else document,
        reference=reference,
        others=others,
    )


def _sentence(
    record: Mapping[str, Any], permitted: bool, say: Callable[[str], str], name_of: Callable[[str], str]
) -> str:
    actor = record["actor"]
    you = actor["kind"] == "person" and record["decision"]["rule"] != "not-holder"
    view = record["act"] == "list_documents" and any(one.startswith("practitioner:") for one in record["objects"])
    words = (_VIEW if view else _SENTENCES.get(record["act"], _OTHER))[(0 if permitted else 2) + (0 if you else 1)]
    parts = [part for part in (actor["name"] or say(mark("Quelqu’un")), actor["structure"]) if part]
    who = f"{parts[0]} ({parts[1]})" if len(parts) > 1 else parts[0]
    return say(words) % {
        "who": who,
        "whom": _whom(record, say, name_of),
        "what": _what(record, say),
        "ground": _ground(record, say),
        "where": _where(record, say),
        "use": _use(record, say),
    }


def _use(record: Mapping[str, Any], say: Callable[[str], str]) -> str:
    code = next((one.rpartition(":")[2] for one in record["objects"] if one.startswith("choice:purpose:")), "")
    use = purposes().get(code)
    return say(use.words) if use else code


def _whom(record: Mapping[str, Any], say: Callable[[str], str], name_of: Callable[[str], str]) -> str:
    for one in record["objects"]:
        kind, _, value = one.partition(":")
        if kind == "practitioner":
            return name_of(value) or say(mark("le professionnel numéro %(number)s")) % {"number": value}
        if kind == "structure":
            return party_said(one, say, name_of)
        if kind == "team":
            members = ", ".join(name_of(number) or number for number in value.split(","))
            return say(mark("l’équipe de %(number)s")) % {"number": members}
    return say(mark("un professionnel"))


def _where(record: Mapping[str, Any], say: Callable[[str], str]) -> str:
    """Say from where an emergency was declared."""
    if f"kind:{GlassKind.REGULATOR.value}" in record["objects"]:
        return say(mark("pour un appel au centre d’urgence"))
    return say(mark("auprès de vous") if "beside:yes" in record["objects"] else mark("loin de vous"))


def _ground(record: Mapping[str, Any], say: Callable[[str], str]) -> str:
    """Say why somebody declared an emergency: the ground he chose, then his own words; hers alone to read."""
    said = dict(one.partition(":")[::2] for one in record["objects"])
    chosen = said.get("ground", "")
    ground = say(GROUNDS[Ground(chosen)]) if chosen in set(Ground) else chosen
    return f"{ground} (« {said['reason']} »)" if said.get("reason") else ground


def _what(record: Mapping[str, Any], say: Callable[[str], str]) -> str:
    for one in record["objects"]:
        kind, _, value = one.partition(":")
        if kind == "category" and value.isdecimal():
            name = CATEGORIES.get(int(value), value)
            return say(mark("la catégorie « %(name)s »")) % {"name": name}
        if kind == "episode":
            return say(mark("l’épisode numéro %(number)s")) % {"number": value}
    return say(mark("un document"))


def _why(record: Mapping[str, Any], permitted: bool, say: Callable[[str], str]) -> str:
    rule = record["decision"]["rule"]
    if rule in _MISTAKES and rule not in SENTENCES:
        return say(_MISTAKES[rule])
    if any(one.startswith("glass:") for one in record["objects"]) and record["act"] in (
        "list_documents",
        "read_resource",
    ):
        rule = EMERGENCY  # a permission opened the list, an emergency showed some of its lines
    effect = Effect(record.get("effect", Effect.IMMEDIATE.value))
    return say(explain(Permit(rule, effect) if permitted else Refuse(rule)))
