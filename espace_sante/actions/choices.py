"""The answers she changes alone, made from one table: for each pair, the act that gives and the one that takes back.

The side that gives and the side that takes back have the same shape, so that neither asks more than the other.
Guarantee: G3, G10. Source: docs/decisions/0027.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.choices import Choice
from espace_sante.consent.purposes import purposes
from espace_sante.keeper.demand import ChoiceParams, ReceiptAnswer
from espace_sante.kernel.i18n import mark

_PROVISIONAL = mark("C'est pris en compte dès maintenant. Une lettre vous le confirmera.")
_STARTS = mark("Votre demande est notée, à signer. Rien ne change pour le moment.")
_PURPOSE = Field(
    "purpose",
    "Pour quel usage",
    FieldKind.CHOICE,
    choices=tuple((one.code, one.words) for one in purposes().values()),
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: its act, its paper form, and its words. `done` is said when it holds at once."""

    act: ActId
    form: str
    name: str
    sentence: str
    done: str
    counter: str
    phone: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One answer: what gives, and what takes it back."""

    gives: Side
    takes_back: Side


PAIRS: Mapping[Choice, Pair] = MappingProxyType(
    {
        Choice.DEPOSITS: Pair(
            Side(
                ActId.ACCEPT_DEPOSITS,
                "ES-35",
                "Accepter les dépôts des professionnels",
                "J'accepte que les professionnels déposent des documents dans mon espace.",
                mark("Les professionnels peuvent déposer des documents dans votre espace. Déposer n'est pas lire."),
                "Dites : ils pourront déposer dans votre espace. Ceux que vous bloquez ne le pourront toujours pas.",
                "Cela ne s'accepte pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
            ),
            Side(
                ActId.REFUSE_DEPOSITS,
                "ES-36",
                "Refuser les dépôts des professionnels",
                "Je refuse que les professionnels déposent des documents dans mon espace.",
                mark("Plus aucun professionnel ne dépose dans votre espace. Ce qui y est déjà y reste."),
                "Dites : plus personne ne déposera dans votre espace. Ce qui y est déjà y reste.",
                "C'est refusé dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste refusé.",
            ),
        ),
        Choice.AUTHORS: Pair(
            Side(
                ActId.LET_AUTHORS_READ,
                "ES-37",
                "Laisser chaque auteur relire ce qu'il a déposé",
                "J'accepte que chaque professionnel relise les documents qu'il a lui-même déposés.",
                mark("Chaque professionnel peut relire ce qu'il a déposé lui-même, et rien d'autre."),
                "Dites : celui qui a déposé un document pourra le relire, et ne verra rien d'autre.",
                "Cela ne s'accepte pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
            ),
            Side(
                ActId.STOP_AUTHORS_READING,
                "ES-38",
                "Ne plus laisser les auteurs relire leurs dépôts",
                "Je n'accepte plus que les professionnels relisent ce qu'ils ont déposé.",
                mark(
                    "Les professionnels ne relisent plus ce qu'ils ont déposé, sauf si une autorisation le leur permet."
                ),
                "Dites : celui qui a déposé un document ne pourra plus le relire, sauf si vous l'y autorisez.",
                "C'est retiré dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste retiré.",
            ),
        ),
        Choice.NEW_DOCUMENTS: Pair(
            Side(
                ActId.SHOW_NEW_DOCUMENTS,
                "ES-39",
                "Ne plus cacher d'office les nouveaux documents",
                "Je ne cache plus d'office les documents qui arrivent dans mon espace.",
                mark("Les documents qui arrivent ne sont plus cachés d'office. Ceux qui l'étaient le restent."),
                "Dites : les documents qui arriveront ne seront plus cachés d'office. Ceux qui l'étaient le restent.",
                "Cela ne se demande pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
            ),
            Side(
                ActId.HIDE_NEW_DOCUMENTS,
                "ES-40",
                "Cacher d'office les nouveaux documents",
                "Je cache à tous les professionnels les documents qui arriveront dans mon espace.",
                mark(
                    "Les documents qui arrivent sont cachés à tous, jusqu'à ce que vous les montriez. Les autres ne changent pas."
                ),
                "Dites : ce qui arrivera sera caché à tous, jusqu'à ce que vous le montriez. Ce qui est déjà là ne change pas.",
                "C'est pris en compte dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela dure.",
            ),
        ),
        Choice.CHEST: Pair(
            Side(
                ActId.UNSEAL_SPACE,
                "ES-41",
                "Ouvrir le coffre",
                "Je ne garde plus mon espace sous scellés.",
                mark("Le coffre est ouvert. Les autorisations encore en cours valent de nouveau, et rien de plus."),
                "Dites : les autorisations encore en cours vaudront de nouveau. Relisez-les avec la personne.",
                "Le coffre ne s'ouvre pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
            ),
            Side(
                ActId.SEAL_SPACE,
                "ES-42",
                "Mettre mon espace au coffre",
                "Je mets mon espace sous scellés : moi seul y lis, avec chaque auteur pour ce qu'il a déposé.",
                mark(
                    "Votre espace est au coffre : personne d'autre n'y lit, même en urgence, sauf chaque auteur pour ce qu'il a déposé."
                ),
                "Dites : plus personne ne lira, même en urgence. Seul un auteur peut relire son propre dépôt, si vous l'avez permis.",
                "C'est scellé dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste scellé.",
            ),
        ),
        Choice.AFTER_DEATH: Pair(
            Side(
                ActId.ALLOW_AFTER_DEATH,
                "ES-86",
                "Laisser à mes proches ce que la loi permet après ma mort",
                "Après ma mort, mes héritiers ou la personne avec qui je vis peuvent demander ce que la loi leur permet.",
                mark(
                    "Après votre mort, vos héritiers ou la personne avec qui vous vivez pourront demander certains documents, "
                    "pour l’un des trois motifs de la loi. Deux comptes de l’organisme vérifieront."
                ),
                "Dites les trois motifs : connaître les causes de la mort, défendre la mémoire, faire valoir des droits.",
                "Cela ne s'accepte pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
            ),
            Side(
                ActId.REFUSE_AFTER_DEATH,
                "ES-85",
                "Refuser que quiconque lise après ma mort",
                "Je refuse qu'après ma mort mes héritiers ou mes proches lisent dans mon espace.",
                mark(
                    "C’est refusé : après votre mort, personne ne lira, même pas vos héritiers. Vous pouvez changer d’avis."
                ),
                "Dites : après votre mort, personne ne lira ici, même vos héritiers. Un juge peut toujours l'ordonner.",
                "C'est refusé dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste refusé.",
            ),
        ),
        Choice.PURPOSE: Pair(
            Side(
                ActId.ALLOW_SECONDARY_USE,
                "ES-43",
                "Permettre un usage de mes données",
                "J'accepte que mes données servent à un usage, et à lui seul.",
                mark("C'est permis, pour cet usage et aucun autre. Aujourd'hui, ce service ne le fait pas encore."),
                "Lisez l'usage à voix haute. Dites : cela ne permet que cet usage. Aujourd'hui, ce service ne le fait pas encore.",
                "Cela ne se permet pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
            ),
            Side(
                ActId.END_SECONDARY_USE,
                "ES-44",
                "Arrêter un usage de mes données",
                "Je n'accepte plus que mes données servent à cet usage.",
                mark("C'est arrêté : vos données ne servent plus à cet usage. Vous n'avez pas à dire pourquoi."),
                "Demandez quel usage. Dites : c'est arrêté, vous n'avez pas à dire pourquoi.",
                "C'est arrêté dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste arrêté.",
            ),
        ),
    }
)


def _act(choice: Choice, side: Side, nature: Nature) -> Act:
    about = choice is Choice.PURPOSE
    allowing = nature is Nature.PERMISSIVE
    return Act(
        id=side.act,
        name=side.name,
        sentence=side.sentence,
        audience=frozenset({ActorKind.PERSON}),
        nature=nature,
        fields=(_PURPOSE,) if about else (),
        counter=side.counter,
        phone=side.phone,
        form=side.form,
        obligations=("receipt", "notice"),
        parse=_with_purpose if about else _alone,
        perform=_performed(side),
        delay=Delay(paper=24, phone=240) if allowing else Delay(),
    )


def _alone(values: Values) -> ChoiceParams:
    return ChoiceParams()


def _with_purpose(values: Values) -> ChoiceParams:
    return ChoiceParams(fields.text(values, "purpose", "usage"))


def _performed(side: Side) -> Callable[[Frame, Request, ChoiceParams], Awaitable[Outcome]]:
    async def perform(frame: Frame, request: Request, params: ChoiceParams) -> Outcome:
        answer, entry, effect = await frame.ask(request, side.act, params, ReceiptAnswer)
        said = {Effect.IMMEDIATE: side.done, Effect.PROVISIONAL: _PROVISIONAL, Effect.STARTS: _STARTS}[effect]
        return Outcome(entry, effect, said, answer.receipt if answer else b"")

    return perform


ACTS = tuple(
    _act(choice, side, nature)
    for choice, pair in PAIRS.items()
    for side, nature in ((pair.gives, Nature.PERMISSIVE), (pair.takes_back, Nature.RESTRICTIVE))
)
