"""What a mandate may name, in the words she ticks: each is the name of the act itself (a test compares), so that both read alike.

Kept apart from the registry, which these words are a part of. Source: access/powers.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from espace_sante.access.powers import GIVING, NAMEABLE
from espace_sante.access.request import ActId

WORDS: Mapping[ActId, str] = MappingProxyType(
    {
        ActId.DEPOSIT_DOCUMENT: "Déposer un document",
        ActId.WITHDRAW_ACCESS: "Retirer une autorisation",
        ActId.LIMIT_GRANT: "Réduire une autorisation",
        ActId.BLOCK: "Bloquer un professionnel",
        ActId.MASK: "Cacher un document",
        ActId.DECLINE_REQUEST: "Dire non à une demande d'accès",
        ActId.REVOKE_ACCESS_CARD: "Arrêter une carte d'accès",
        ActId.REFUSE_EMERGENCY: "Dire jamais pour l'urgence",
        ActId.REFUSE_DEPOSITS: "Refuser les dépôts des professionnels",
        ActId.STOP_AUTHORS_READING: "Ne plus laisser les auteurs relire leurs dépôts",
        ActId.HIDE_NEW_DOCUMENTS: "Cacher d'office les nouveaux documents",
        ActId.SEAL_SPACE: "Mettre mon espace au coffre",
        ActId.END_SECONDARY_USE: "Arrêter un usage de mes données",
        ActId.END_APP: "Arrêter une application",
        ActId.END_SUPPORT: "Arrêter l'aide du support",
        ActId.CONTEST_ACCESS: "Contester un accès",
        ActId.REPORT_MISTAKE: "Signaler une erreur dans un document",
        ActId.GRANT_ACCESS: "Autoriser un professionnel à lire",
        ActId.ACCEPT_REQUEST: "Dire oui à une demande d'accès",
        ActId.ISSUE_ACCESS_CARD: "Faire une carte d'accès",
        ActId.ACCEPT_DEPOSITS: "Accepter les dépôts des professionnels",
        ActId.UNBLOCK: "Débloquer un professionnel",
    }
)
ORDINARY = tuple((act.value, WORDS[act]) for act in NAMEABLE)
OPENING = tuple((act.value, WORDS[act]) for act in GIVING)


def acts_said(acts: Sequence[str]) -> list[str]:
    """Return the acts of a mandate in words, in the order they are offered; one that is not known any more is left out."""
    named = set(acts)
    return [words for act, words in (*ORDINARY, *OPENING) if act in named]
