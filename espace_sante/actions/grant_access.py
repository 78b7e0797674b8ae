"""Let one named professional read, for a purpose, for a time. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.grant import ScopeKind
from espace_sante.keeper.demand import GrantParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem

PURPOSES = {"care": "être soigné", "second_opinion": "avoir un autre avis", "follow_up": "être suivi"}
_SCOPES = (
    (ScopeKind.EVERYTHING.value, "tous mes documents, y compris ceux à venir"),
    (ScopeKind.CATEGORIES.value, "certaines catégories"),
    (ScopeKind.DOCUMENTS.value, "certains documents"),
)


def parse(values: Values) -> GrantParams:
    """Read to whom, what, why and how long. Several categories or documents are separated by commas."""
    practitioner = fields.text(values, "practitioner", "numéro du professionnel")
    scope = fields.choice(values, "scope", "ce qu'il peut lire", frozenset(code for code, _ in _SCOPES))
    categories = fields.categories(values) if scope == ScopeKind.CATEGORIES else []
    documents = fields.document_rows(values) if scope == ScopeKind.DOCUMENTS else []
    purpose = fields.choice(values, "purpose", "pourquoi", PURPOSES)
    days = fields.number(values, "days", "pendant combien de jours")
    return GrantParams(practitioner, scope, categories, documents, purpose, days)


async def perform(frame: Frame, request: Request, params: GrantParams) -> Outcome:
    """Grant; effective on the next reading."""
    if not 1 <= params.days <= frame.settings.grant_days_max:
        raise Problem(Kind.INVALID, "grant-too-long", {"maximum": frame.settings.grant_days_max})
    answer, entry, effect = await frame.ask(request, ActId.GRANT_ACCESS, params, ReceiptAnswer)
    sentence = "L'autorisation est donnée." if effect is Effect.IMMEDIATE else "Votre demande est notée, à signer."
    if answer is not None and answer.still:
        sentence = "L'autorisation est donnée, mais ce professionnel est bloqué : il ne lit rien tant qu'il l'est."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.GRANT_ACCESS,
    name="Autoriser un professionnel à lire",
    sentence="J'autorise un professionnel, et lui seul, à lire mes documents.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field(
            "practitioner",
            "Le numéro du professionnel (RPPS)",
            FieldKind.PRACTITIONER,
            help="Onze chiffres, sur son ordonnance.",
        ),
        Field("scope", "Ce qu'il peut lire", FieldKind.CHOICE, choices=_SCOPES),
        Field(
            "categories",
            "Les catégories (si vous avez choisi certaines catégories)",
            FieldKind.CATEGORY,
            required=False,
        ),
        Field(
            "documents", "Les documents (si vous avez choisi certains documents)", FieldKind.DOCUMENT, required=False
        ),
        Field("purpose", "Pourquoi", FieldKind.CHOICE, choices=tuple(PURPOSES.items())),
        Field("days", "Pendant combien de jours", FieldKind.NUMBER),
    ),
    counter="Faites dire à la personne le nom du professionnel, ce qu'il pourra lire et jusqu'à quand, puis relisez-le-lui.",
    phone="Une autorisation ne se donne pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-06",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
