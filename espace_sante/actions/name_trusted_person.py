"""Name one's trusted person: whom doctors ask when one cannot speak. It opens nothing. Guarantee: G2. Source: CSP L1111-6."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.trusted import CONTACT_LONGEST
from espace_sante.identity.names import NAME_LONGEST
from espace_sante.keeper.demand import ReceiptAnswer, TrustedParams
from espace_sante.kernel.i18n import mark


def parse(values: Values) -> TrustedParams:
    """Read who, how to reach her, and whether both signed."""
    return TrustedParams(
        fields.text(values, "name", "son prénom et son nom", longest=NAME_LONGEST),
        fields.text(values, "contact", "comment la joindre", required=False, longest=CONTACT_LONGEST),
        fields.yes_no(values, "signed", "si elle a signé avec vous"),
    )


async def perform(frame: Frame, request: Request, params: TrustedParams) -> Outcome:
    """Note it; the sentence says what is still to be signed."""
    answer, entry, effect = await frame.ask(request, ActId.NAME_TRUSTED_PERSON, params, ReceiptAnswer)
    words = mark("C’est noté. Cela ne lui ouvre pas votre espace.")
    if effect is not Effect.IMMEDIATE:
        words = mark("Votre demande est notée, à signer.")
    elif not params.signed:
        words = mark("C’est noté. Il faut encore l’écrire et le signer tous les deux : formulaire ES-82.")
    return Outcome(entry, effect, words, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.NAME_TRUSTED_PERSON,
    name="Nommer ma personne de confiance",
    sentence="Je nomme la personne que les médecins interrogent si je ne peux plus m'exprimer. Cela ne lui ouvre pas mon espace.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.ADDING,
    fields=(
        Field("name", "Son prénom et son nom"),
        Field(
            "contact",
            "Comment la joindre",
            required=False,
            help="Un téléphone ou une adresse, en 120 caractères au plus.",
        ),
        Field(
            "signed",
            "A-t-elle signé avec vous ?",
            FieldKind.YES_NO,
            help="La loi demande un papier signé par vous deux. Les deux signatures vont sur ce formulaire.",
        ),
    ),
    counter="Dites : cette personne témoigne de ce que vous voulez, et peut venir avec vous. Elle ne lit rien ici.",
    phone="On ne la nomme pas par téléphone. Je vous envoie le formulaire rempli : vous le signez tous les deux.",
    form="ES-82",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
