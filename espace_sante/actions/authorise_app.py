"""Let an application act for oneself: who owns it, what it sees, until when; the guarantees stop at its door. Guarantee: G2, G3.

From the page of consent the answer holds the code an application waits for; any other way notes her will, and the application
receives nothing before she opens it herself, signed in.
"""

from __future__ import annotations

from types import MappingProxyType

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.lasting import refuse_too_long
from espace_sante.keeper.demand import AppAnswer, AuthoriseAppParams
from espace_sante.records.resource import numbers

_DOCUMENTS = "patient/DocumentReference.rs patient/Binary.rs"
_DATA = " ".join(f"patient/{name}.rs" for name in numbers())
# What is offered where no application asks by itself; each only reads.
SCOPES = MappingProxyType({"documents": _DOCUMENTS, "data": _DATA, "both": f"{_DOCUMENTS} {_DATA}"})
WHAT = (
    ("documents", "mes documents"),
    ("data", "mes données de soins : mesures, résultats, traitements, vaccins"),
    ("both", "mes documents et mes données de soins"),
)


def parse(values: Values) -> AuthoriseAppParams:
    """Read which application, who answers for it, what it may see, for how many days."""
    app = fields.text(values, "app", "le nom court de l'application", longest=64).lower()
    owner = fields.text(values, "owner", "qui répond de l'application", longest=200)
    what = fields.choice(values, "what", "ce que l'application peut voir", frozenset(SCOPES))
    days = fields.number(values, "days", "pendant combien de jours")
    return AuthoriseAppParams(app, app, owner, SCOPES[what], offline=True, days=days)


async def perform(frame: Frame, request: Request, params: AuthoriseAppParams) -> Outcome:
    """Authorise it; the answer (AppAnswer) is the outcome's result, and its code is told this once."""
    if params.days or params.offline:
        refuse_too_long(params.days, frame.settings.grant_days_max)
    answer, entry, effect = await frame.ask(request, ActId.AUTHORISE_APP, params, AppAnswer)
    if effect is not Effect.IMMEDIATE or answer is None:
        return Outcome(entry, effect, "Votre demande est notée, à signer. L'application ne reçoit rien pour le moment.")
    sentence = (
        "L'application peut voir ce que vous avez dit, le temps que vous avez dit. Vous pouvez l'arrêter à tout moment."
    )
    if not answer.code:
        sentence = "C'est noté. L'application ne reçoit rien tant que vous ne l'avez pas ouverte vous-même, connectée."
    return Outcome(entry, effect, sentence, answer.receipt, answer)


ACT = Act(
    id=ActId.AUTHORISE_APP,
    name="Permettre une application",
    sentence=(
        "Je laisse une application voir ce que je dis ici, le temps que je dis. "
        "Ce qu'elle reçoit n'est plus protégé par mon espace : les garanties s'arrêtent à sa porte."
    ),
    audience=frozenset({ActorKind.PERSON, ActorKind.PRACTITIONER}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field(
            "app", "Le nom court de l'application", help="Celui du registre des applications, par exemple carnet-sante."
        ),
        Field("owner", "Qui répond de cette application", help="L'entreprise, l'association ou l'établissement."),
        Field("what", "Ce que l'application peut voir", FieldKind.CHOICE, choices=WHAT),
        Field("days", "Pendant combien de jours", FieldKind.NUMBER),
    ),
    counter=(
        "Lisez : qui répond de l'application, ce qu'elle verra, jusqu'à quand. Dites : ce qu'elle reçoit n'est plus protégé "
        "par l'espace, et elle ne reçoit rien avant que la personne l'ouvre elle-même, connectée."
    ),
    phone="On ne permet pas une application par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-75",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=240),
)
