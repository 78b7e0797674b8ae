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
from espace_sante.access.request import Effect, Permit, Refuse
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
        "grant_access": (
            mark("Vous avez autorisé %(whom)s à lire."),
            mark("%(who)s a noté que vous autorisez %(whom)s à lire."),
            mark("Vous avez voulu autoriser quelqu’un à lire."),
            mark("%(who)s a voulu autoriser quelqu’un à lire."),
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
        "read_journal": (
            mark("Vous avez lu votre journal, ou vu qui peut lire et ce que vous cachez."),
            mark("%(who)s a imprimé votre journal pour vous."),
            mark("Vous avez demandé votre journal."),
            mark("%(who)s a demandé votre journal."),
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
        "export_journal": (
            mark("Vous avez emporté votre journal et vos reçus."),
            mark("%(who)s a imprimé votre journal et vos reçus pour vous."),
            mark("Vous avez demandé votre journal et vos reçus."),
            mark("%(who)s a demandé votre journal et vos reçus."),
        ),
        "reverse_refusal": (
            mark("Vous avez repris votre refus."),
            mark("%(who)s a noté que vous reprenez votre refus."),
            mark("Vous avez voulu reprendre un refus."),
            mark("%(who)s a voulu reprendre un refus."),
        ),
    }
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
        "nothing-to-undo": mark("Il n’y avait rien à reprendre : cela n’était pas caché ainsi, ou pas bloqué."),
        "presumption": mark("Ouvert sans votre oui, par la règle publiée de l’organisme. Personne n’y lit."),
        "archive-ended": mark("La fin de l’archive que vous aviez choisie est arrivée."),
        "no-invitation": mark("Aucune invitation ne correspondait."),
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
    """A line ready to be shown; `document` is the public id of the document concerned, "" when there is none."""

    number: int
    at: datetime
    sentence: str
    permitted: bool
    channel: str
    why: str
    document: str
    reference: str


def line_of(
    record: Mapping[str, Any],
    reference: str,
    person: str,
    say: Callable[[str], str],
    name_of: Callable[[str], str],
) -> JournalLine:
    """Return a record as a line, in the language `say` speaks. `name_of` gives a professional's name, "" if unknown."""
    permitted = record["decision"]["result"] == "permit"
    documents = [one.partition(":")[2] for one in record["objects"] if one.startswith("document:")]
    return JournalLine(
        number=record["seq"],
        at=datetime.fromisoformat(record["at"]),
        sentence=_sentence(record, permitted, say, name_of),
        permitted=permitted,
        channel=say(_CHANNELS.get(record["channel"], record["channel"])),
        why=_why(record, permitted, say),
        document=f"{person}{documents[0]}" if documents else "",
        reference=reference,
    )


def _sentence(
    record: Mapping[str, Any], permitted: bool, say: Callable[[str], str], name_of: Callable[[str], str]
) -> str:
    actor = record["actor"]
    you = actor["kind"] == "person" and record["decision"]["rule"] != "not-holder"
    words = _SENTENCES.get(record["act"], _OTHER)[(0 if permitted else 2) + (0 if you else 1)]
    parts = [part for part in (actor["name"] or say(mark("Quelqu’un")), actor["structure"]) if part]
    who = f"{parts[0]} ({parts[1]})" if len(parts) > 1 else parts[0]
    return say(words) % {"who": who, "whom": _whom(record, say, name_of), "what": _what(record, say)}


def _whom(record: Mapping[str, Any], say: Callable[[str], str], name_of: Callable[[str], str]) -> str:
    number = next((one.partition(":")[2] for one in record["objects"] if one.startswith("practitioner:")), "")
    if not number:
        return say(mark("un professionnel"))
    return name_of(number) or say(mark("le professionnel numéro %(number)s")) % {"number": number}


def _what(record: Mapping[str, Any], say: Callable[[str], str]) -> str:
    for one in record["objects"]:
        kind, _, value = one.partition(":")
        if kind == "category" and value.isdecimal():
            name = CATEGORIES.get(int(value), value)
            return say(mark("la catégorie « %(name)s »")) % {"name": name}
    return say(mark("un document"))


def _why(record: Mapping[str, Any], permitted: bool, say: Callable[[str], str]) -> str:
    rule = record["decision"]["rule"]
    if rule in _MISTAKES and rule not in SENTENCES:
        return say(_MISTAKES[rule])
    effect = Effect(record.get("effect", Effect.IMMEDIATE.value))
    return say(explain(Permit(rule, effect) if permitted else Refuse(rule)))
