"""Give a mailbox or a mobile number where notices may reach her, or change it: none is ever asked for. Guarantee: G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Channel, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.contact import parse_mail, parse_mobile
from espace_sante.keeper.demand import ContactParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem


def parse(values: Values) -> ContactParams:
    """Read a mailbox, a number, or both. Raises Problem for what no message reaches."""
    mail = fields.text(values, "mail", "adresse électronique", required=False, longest=254)
    mobile = fields.text(values, "mobile", "numéro de téléphone mobile", required=False, longest=40)
    if not mail and not mobile:
        raise Problem(Kind.INVALID, "contact-empty")
    if mail and parse_mail(mail) is None:
        raise Problem(Kind.INVALID, "mail-invalid")
    if mobile and parse_mobile(mobile) is None:
        raise Problem(Kind.INVALID, "mobile-invalid")
    return ContactParams(mail, mobile)


async def perform(frame: Frame, request: Request, params: ContactParams) -> Outcome:
    """Keep it; a message is sent there to prove it, and the contact before it is told."""
    answer, entry, effect = await frame.ask(request, ActId.CHANGE_CONTACT, params, ReceiptAnswer)
    sentence = "C’est noté. Un message y part : dites-nous ce qu’il contient, et vos avis y arriveront."
    if effect is Effect.STARTS:
        sentence = "Votre demande est notée, à signer. Vos avis arrivent toujours au même endroit pour le moment."
    elif request.channel is Channel.COUNTER:
        sentence = "C’est noté, et vérifié au guichet : vos avis y arrivent dès maintenant."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.CHANGE_CONTACT,
    name="Donner une adresse électronique ou un mobile pour mes avis",
    sentence="Je donne une adresse électronique, un numéro de mobile, ou les deux, pour recevoir mes avis.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field("mail", "Adresse électronique", required=False, help="Laissez vide pour ne rien changer."),
        Field("mobile", "Numéro de téléphone mobile", required=False, help="Laissez vide pour ne rien changer."),
    ),
    counter="Relisez à voix haute ce qui est écrit. Dites : un avis ne contient rien de votre espace, et n’a jamais de lien.",
    phone="Cela ne se change pas par téléphone. Je vous envoie le formulaire rempli : vous n’aurez qu’à le signer.",
    form="ES-90",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
