"""Say yes to a professional's request, for what it asks or for less. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import AcceptRequestParams, ReceiptAnswer


def parse(values: Values) -> AcceptRequestParams:
    """Read which request, and what she gives of it: fewer days, some categories only; nothing more is read as all it asks."""
    number = fields.text(values, "number", "numéro de la demande", longest=40)
    days = fields.number(values, "days", "pendant combien de jours", required=False)
    return AcceptRequestParams(number, days, fields.categories(values))


async def perform(frame: Frame, request: Request, params: AcceptRequestParams) -> Outcome:
    """Give what was asked, or less; effective on the next reading."""
    answer, entry, effect = await frame.ask(request, ActId.ACCEPT_REQUEST, params, ReceiptAnswer)
    sentence = "Vous avez dit oui : l'autorisation est donnée."
    if effect is not Effect.IMMEDIATE:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    elif answer is not None and answer.still:
        sentence = "Vous avez dit oui, mais vous bloquez ce professionnel, ou votre espace est scellé : il ne lit rien."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.ACCEPT_REQUEST,
    name="Dire oui à une demande d'accès",
    sentence="Je dis oui à un professionnel qui demande à lire, pour ce qu'il demande ou pour moins.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field("number", "Le numéro de la demande", help="Six chiffres, écrits avec la demande."),
        Field("days", "Pendant combien de jours, si c'est moins que demandé", FieldKind.NUMBER, required=False),
        Field("categories", "Ces catégories seulement", FieldKind.CATEGORY, required=False),
    ),
    counter="Lisez la demande imprimée : qui, quoi, pourquoi, combien de jours. Dites : oui, moins, ou non ; c'est vous qui dites.",
    phone="Un oui ne se donne pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-27",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
