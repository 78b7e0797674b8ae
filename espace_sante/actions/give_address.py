"""Say where letters reach her: kept sealed with her choices, shown to nobody but whoever prints her letters. Guarantee: G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.letters import LINE_CHARACTERS
from espace_sante.keeper.demand import AddressParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem

# In the order of an envelope, under her name. Source: NF Z 10-011.
FIELDS = (
    Field("more", "Chez qui, bâtiment, étage", required=False, help="Laissez vide si le facteur n'en a pas besoin."),
    Field("street", "Numéro et rue"),
    Field("place", "Lieu-dit ou boîte postale", required=False),
    Field("town", "Code postal et ville"),
    Field("country", "Pays, s'il n'est pas la France", required=False),
)


def parse(values: Values) -> AddressParams:
    """Read the lines of the address. Raises Problem for one that an envelope cannot hold whole."""
    lines = [fields.text(values, one.name, one.label, required=one.required) for one in FIELDS]
    for line, one in zip(lines, FIELDS, strict=True):
        if len(line) > LINE_CHARACTERS:
            raise Problem(Kind.INVALID, "address-too-long", {"field": one.label, "maximum": LINE_CHARACTERS})
    return AddressParams(tuple(line for line in lines if line))


async def perform(frame: Frame, request: Request, params: AddressParams) -> Outcome:
    """Keep the address; a change is told by a letter to the address before it too."""
    answer, entry, effect = await frame.ask(request, ActId.GIVE_ADDRESS, params, ReceiptAnswer)
    sentence = "Vos lettres vous seront envoyées à cette adresse."
    if effect is Effect.STARTS:
        sentence = "Votre demande est notée, à signer. Vos lettres vont toujours au même endroit pour le moment."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.GIVE_ADDRESS,
    name="Donner mon adresse postale, ou en changer",
    sentence="Je donne l'adresse où je veux recevoir mes lettres.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=FIELDS,
    counter="Relisez l'adresse à voix haute. Si une autre était notée, une lettre le dira aussi à l'ancienne adresse.",
    phone="Une adresse ne se change pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-71",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
