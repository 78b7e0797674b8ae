"""What sort of line it is, in words: whether somebody was before a screen, whether only titles were shown, or a software asked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.access.kinds import Group, Kind
from espace_sante.actions.party_said import Say
from espace_sante.kernel.i18n import mark

WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.OPENED: mark("Une personne, à l’écran, sur nos pages."),
        Kind.PRINTED: mark("Une personne : un agent l’a fait imprimer."),
        Kind.ORDERED: mark("Une personne : une décision de justice obligeait à le remettre."),
        Kind.LISTED: mark("Une liste : des titres, sans le contenu."),
        Kind.SOFTWARE_READ: mark("Par un logiciel : nous ne savons pas si quelqu’un l’a regardé."),
        Kind.SOFTWARE_LIST: mark(
            "Une liste, par un logiciel : des titres, sans le contenu. Nous ne savons pas si quelqu’un l’a regardée."
        ),
        Kind.REFUSED: mark("Un essai refusé : rien n’a été montré."),
        Kind.STARTED: mark("Un appel : rien n’a été montré."),
        Kind.DEPOSITED: mark("Un dépôt : rien n’a été lu."),
        Kind.SERVICE: mark("Le service, sans personne : le jour était venu."),
        Kind.OTHER: mark("Une démarche : aucun document n’a été ouvert."),
    }
)
GROUP_WORDS: Mapping[Group, str] = MappingProxyType(
    {
        Group.PERSONS: mark("Lectures par des personnes"),
        Group.LISTS: mark("Listes"),
        Group.SOFTWARE: mark("Par des logiciels"),
        Group.REFUSED: mark("Essais refusés"),
        Group.OTHERS: mark("Dépôts et démarches"),
    }
)


def counted_said(counts: Mapping[str, int], low: int, say: Say = str) -> list[str]:
    """Return one sentence: how many lines there are of each group, from line `low` on; nothing when they were not counted."""
    if not counts:
        return []
    words = say(mark("Depuis la ligne %(low)s, votre journal compte : %(counts)s."))
    return [words % {"low": low, "counts": counts_said(counts, say)}]


def counts_said(counts: Mapping[str, int], say: Say = str) -> str:
    """Return how many lines there are of each group, those without any left out, as a piece of a sentence."""
    found = [(group, counts.get(group.value, 0)) for group in Group]
    words = say(mark("%(name)s : %(count)s"))
    return ", ".join(words % {"name": say(GROUP_WORDS[group]), "count": count} for group, count in found if count)
