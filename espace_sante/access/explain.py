"""A decision as a sentence: why this was allowed or refused, in the words the person reads in her journal.

Refusals are explained to the person alone. The one who was refused never reads these sentences: he gets the answer
given for an unknown person (guarantees G3 and G11).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.access.request import Decision, Effect, Permit

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "holder": "C’est vous : cet espace est le vôtre.",
        "agent-counter": "Un agent l’a fait pour vous, au guichet, après avoir vu votre pièce d’identité.",
        "agent-paper": "Un agent l’a fait pour vous, d’après votre formulaire signé.",
        "agent-phone-provisional": "Un agent l’a fait pour vous, à votre demande, par téléphone.",
        "agent-phone-starts": "Vous avez commencé cette démarche par téléphone.",
        "deposit": "Vous acceptez que les professionnels déposent des documents dans votre espace.",
        "invite": "Une invitation n’ouvre rien : vous êtes libre de répondre oui, non, ou rien.",
        "mail-room": "Le courrier d’une invitation : sa remise, ou son retour. Cela ne dit rien de votre réponse.",
        "sheets": "Les feuilles numérotées d’un guichet : leurs numéros, et rien de personne.",
        "account": "Le personnel de l’organisme a renouvelé un compte. Cela ne montre rien de personne.",
        "letter": "Le service vous écrit ce qui a été fait dans votre espace. Cela ne montre aucun document.",
        "grant": "Vous avez donné à ce professionnel une autorisation, en cours à ce moment-là.",
        "author": "Il a déposé ce document lui-même, et vous acceptez que les auteurs relisent leurs dépôts.",
        "request": "Il vous demande un accès : rien ne lui est montré tant que vous n’avez pas répondu oui.",
        "card": "Il a présenté la carte ou le code que vous lui avez confié.",
        "emergency": "C’était une urgence, et vous aviez dit d’avance que cela pouvait être lu.",
        "case": "Le service doit vous répondre. Celui qui répond ne sait pas qui vous êtes.",
        "support-asked": "Vous avez permis l’aide du support. Un premier compte demande à l’ouvrir.",
        "support-opened": "Vous avez permis l’aide du support. Un second compte a confirmé l’ouverture.",
        "support": "Vous avez permis au support de voir vos choix, pour quelques heures. Jamais vos documents.",
        "support-not-allowed": "Vous n’avez pas permis cette aide, ou elle est finie, ou deux comptes ne l’ont pas ouverte.",
        "second-account": "Il faut deux comptes différents : le même ne demande pas et ne confirme pas.",
        "order": "Une décision de justice l’imposait. Deux comptes de l’organisme l’ont vérifiée.",
        "order-asked": "Une décision de justice demande plus de temps avant de vous le dire. Un second compte doit le confirmer.",
        "order-confirmed": "Une décision de justice. Un second compte l’a confirmée.",
        "sandbox": "C’est un espace d’essai : la personne est inventée, son oui aussi. Seul un logiciel d’essai y agit.",
        "not-sandbox": "Un logiciel d’essai n’atteint que les espaces d’essai, inventés.",
        "sandbox-only": "C’est un espace d’essai, inventé : seul un logiciel d’essai y agit.",
        "order-not-confirmed": "Aucune décision de justice, confirmée par deux comptes et encore en cours, ne le permettait.",
        "order-does-not-cover": "La décision de justice ne couvrait pas ce document.",
        "emergency-opened": "Une urgence était déclarée, et vous l’aviez permise d’avance.",
        "no-space": "Il n’y a pas d’espace ouvert.",
        "space-closing": "L’espace est en cours de fermeture.",
        "space-closed": "L’espace est fermé.",
        "space-archived": "L’espace est fermé et gardé en archive : personne n’y lit ni n’y dépose.",
        "space-exists": "Un espace est déjà ouvert. Pour ne plus en avoir, il faut le fermer.",
        "proof": "La preuve demandée pour cette démarche n’a pas été apportée.",
        "not-holder": "Cet espace n’est pas celui de la personne qui l’a demandé.",
        "not-on-behalf": "Un agent n’agit que pour vous, à votre demande.",
        "not-their-act": "Cette démarche ne lui est pas ouverte.",
        "nothing-named": "La demande ne disait pas quel document, ni de quelle catégorie.",
        "not-announced": "L’auteur a demandé qu’un professionnel vous en parle d’abord. Cela dure un mois au plus.",
        "not-activated": "Cet espace a été ouvert sans votre oui : personne n’y lit tant que vous ne l’avez pas activé.",
        "chest": "Vous avez scellé votre espace : vous seul y lisez, avec chaque auteur pour ce qu’il a déposé.",
        "matrix": "La grille publique ne montre pas cette sorte de document à sa profession.",
        "emergency-refused": "Vous n’avez pas permis cet accès en urgence.",
        "deposits-refused": "Vous n’avez pas accepté que les professionnels déposent des documents.",
        "blocked": "Vous avez bloqué ce professionnel, ou ses dépôts.",
        "masked": "Vous avez caché ce document ou sa catégorie.",
        "app-scope": "L’application n’a pas reçu le droit de faire cela.",
        "app-ended": "L’application n’est plus autorisée.",
        "app-beyond": "L’application n’est pas autorisée pour cette sorte de donnée.",
        "death": "Un compte a noté un décès. Rien ne change avant qu’un second compte note le même.",
        "after-death": "La loi le permet à un ayant droit, pour ce motif. Deux comptes de l’organisme l’ont vérifié.",
        "deceased": "Un décès est noté pour cet espace : personne n’y lit ni n’y change rien.",
        "not-deceased": "Aucun décès n’est noté par deux comptes.",
        "after-death-refused": "La personne avait dit non, de son vivant.",
        "after-death-not-confirmed": "Deux comptes n’ont pas noté la même demande d’un ayant droit, ou elle est finie.",
        "after-death-does-not-cover": "La demande de l’ayant droit ne couvrait pas ce document.",
        "mandate": "Vous lui avez donné ce mandat : il agit pour vous, dans ce que vous avez dit.",
        "mandate-accepted": "Vous l’avez nommé aidant. Il accepte avec le code que vous lui avez remis.",
        "representative": "La loi ou un juge lui donne ce pouvoir, vérifié par deux agents.",
        "representation": "Un agent l’a noté d’après une décision ou l’état civil. Vous pouvez le contester.",
        "no-power": "Cette personne n’a aucun mandat de votre part.",
        "power-over": "Son mandat n’est pas commencé, ou il est fini.",
        "power-beyond": "Son mandat ne dit pas cela.",
        "no-grant": "Aucune autorisation de votre part, en cours à ce moment-là, ne couvrait cette demande.",
    }
)

EFFECT_SENTENCES: Mapping[Effect, str] = MappingProxyType(
    {
        Effect.IMMEDIATE: "L’effet est immédiat.",
        Effect.PROVISIONAL: (
            "L’effet est immédiat et provisoire : une lettre vous le confirme. Si vous ne répondez pas, il dure."
        ),
        Effect.STARTS: (
            "Rien n’a changé et rien n’a été montré : "
            "un formulaire prérempli ou un rendez-vous vous permet de terminer."
        ),
    }
)

_UNKNOWN_RULE = "Cette règle n’a pas d’explication."


def explain(decision: Decision) -> str:
    """Say in French why something was allowed, and how far it went, or why it was refused.

    For the person, never for the one who was refused. A rule without a sentence is said so, never invented.
    """
    sentence = SENTENCES.get(decision.rule, _UNKNOWN_RULE)
    if isinstance(decision, Permit) and decision.effect is not Effect.IMMEDIATE:
        return f"{sentence} {EFFECT_SENTENCES[decision.effect]}"
    return sentence
