"""Why it was allowed or refused, as one sentence for her: which of her permissions, an emergency, her card, an agent for her.

The rules of the decision are explained in `access/explain.py`; those of the acts themselves (a mistake, something asked twice)
here. A line from before permissions were told with their date says that there was one, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from espace_sante.access.explain import SENTENCES, explain
from espace_sante.access.outcomes import EMERGENCY, GRANT, MANDATE
from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.actions.party_said import Say
from espace_sante.consent.recipient import RecipientKind
from espace_sante.kernel.i18n import DISPLAY_ZONE, mark

MISTAKES: Mapping[str, str] = MappingProxyType(
    {
        "repeat": mark("La même demande est arrivée deux fois : elle n’a été faite qu’une fois."),
        "invalid": mark("La demande était incomplète ou fausse."),
        "unknown": mark("Aucun document de votre espace ne porte ce numéro."),
        "conflict": mark("Cette demande en contredisait une autre, déjà faite."),
        "identity": mark("L’identité écrite dans la demande n’était pas la vôtre."),
        "no-emergency": mark("Aucune urgence de ce collègue n’attendait d’être confirmée."),
        "letter-over": mark("Cette lettre ne servait plus : c’était dit, annoncé ou arrêté depuis."),
        "nothing-to-undo": mark(
            "Il n’y avait rien à reprendre : cela n’était pas caché ainsi, pas bloqué, ou plus autorisé."
        ),
        "no-invitation": mark("Aucune invitation ne correspondait."),
        "unseen": mark("Cet agent n’avait pas regardé la feuille : il ne pouvait pas dire ce qu’elle demande."),
        "sheet-waits": mark("Une feuille signée attend qu’un autre agent l’entre aussi : rien n’a encore changé."),
        "to-be-read": mark("Ce coupon donnait quelque chose à quelqu’un : une personne devait le lire avant."),
        "card-over": mark("La carte ne servait plus, ou n’était pas la vôtre."),
        "card-pin": mark("Le code secret de la carte était faux. Après cinq fois, la carte ne sert plus."),
        "contact-word": mark("Ce n’était pas ce que dit le message de vérification. Après cinq fois, il ne sert plus."),
        "nothing-waits": mark("Aucun message de vérification n’attendait plus de réponse."),
        "ceiling": mark("Il avait demandé à lire chez trop de personnes nouvelles en peu de temps."),
        "mandate-over": mark("Aucun mandat en attente ne portait ce code."),
        "mandate-other": mark("Le mandat était pour quelqu’un d’autre : le nom n’est pas celui que vous avez écrit."),
        "requests-full": mark("Trop de demandes attendaient déjà votre réponse."),
        "unknown-request": mark("Aucune demande en attente ne portait ce numéro."),
        "presumption": mark("Ouvert sans votre oui, par la règle publiée de l’organisme. Personne n’y lit."),
        "contact-lost": mark(
            "Nos messages n’y arrivaient plus, ou revenaient. Vos avis partent par lettre. Pour recevoir des messages de"
            " nouveau : redonnez votre adresse ou votre numéro, dans votre espace ou au guichet."
        ),
        "declared-tie": mark(
            "Cet agent a dit qu’il vous connaît, hors de son travail. Un autre agent devait le faire."
        ),
        "message-yes": mark(
            "La réponse « oui » est venue de votre numéro. Ce n’était pas vous ? Arrêtez ce mandat, par n’importe quelle voie."
        ),
        "message-no": mark("La réponse venue de votre numéro n’était pas « oui », ou venait trop tard."),
        "archive-ended": mark("La fin de l’archive que vous aviez choisie est arrivée."),
    }
)
# What a permission opens, and an emergency may then show some of.
_PAGES = frozenset({ActId.LIST_DOCUMENTS.value, ActId.READ_RESOURCE.value})
# By whom her permission names: himself, his structure, a team he is of; then when he used a card of hers.
_GIVEN: Mapping[str, str] = MappingProxyType(
    {
        RecipientKind.PRACTITIONER.value: mark("Vous l’avez autorisé à lire, depuis le %(day)s."),
        RecipientKind.STRUCTURE.value: mark("Vous avez autorisé son établissement à lire, depuis le %(day)s."),
        RecipientKind.TEAM.value: mark("Vous avez autorisé une équipe dont il est membre, depuis le %(day)s."),
    }
)
_BY_CARD = mark("Vous lui aviez confié une carte ou un code : il l’a présenté le %(day)s.")
_MANDATE = mark("Vous lui avez donné un mandat d’aidant, depuis le %(day)s.")
_GLASS = mark("C’était une urgence, déclarée le %(day)s. Vous aviez dit d’avance que cela pouvait être lu.")


def reason_of(record: Mapping[str, Any], say: Say = str) -> str:
    """Return why, in the language `say` speaks; the rule's own sentence where the record names no permission."""
    rule = record["decision"]["rule"]
    if rule in MISTAKES:
        return say(MISTAKES[rule])
    basis = record.get("basis", {})
    if any(one.startswith("glass:") for one in record["objects"]) and record["act"] in _PAGES:
        rule, basis = EMERGENCY, {}  # a permission opened the list, an emergency showed some of its lines
    if basis.get("since") and rule == MANDATE:
        return say(_MANDATE) % {"day": _day(basis["since"])}
    if basis.get("since") and rule in (GRANT, EMERGENCY):
        words = _GLASS if rule == EMERGENCY else _BY_CARD if "card" in basis else _GIVEN[basis["to"]]
        return say(words) % {"day": _day(basis["since"])}
    effect = Effect(record.get("effect", Effect.IMMEDIATE.value))
    permitted = record["decision"]["result"] == "permit"
    return say(explain(Permit(rule, effect) if permitted else Refuse(rule)))


def is_explained(rule: str) -> bool:
    """Say whether a rule has a sentence of its own."""
    return rule in SENTENCES or rule in MISTAKES


def _day(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(DISPLAY_ZONE):%d/%m/%Y}"
