"""Let one party read (a professional, a structure, a team told to her), for a purpose, for a time. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.lasting import DURATION, duration, refuse_too_long
from espace_sante.actions.parties import ANY_PARTY, party_named
from espace_sante.consent.grant import ScopeKind
from espace_sante.keeper.demand import GrantParams, ReceiptAnswer

PURPOSES = {"care": "être soigné", "second_opinion": "avoir un autre avis", "follow_up": "être suivi"}
STARTS = Field("starts", "À partir de quel jour (vide : dès maintenant)", FieldKind.DATE, required=False)
STILL_NOTHING = (
    "L'autorisation est donnée, mais vous bloquez encore ces lectures : rien n'est lu tant que c'est bloqué."
)
EPISODE = "episode"  # what keeper/acts/sharing.py reads as a scope, beside those of a permission
NUMBER = Field(
    "episode", "Le numéro de l'épisode (si vous avez choisi un épisode)", required=False, help="Six chiffres."
)
_SCOPES = (
    (ScopeKind.EVERYTHING.value, "tous mes documents, y compris ceux à venir"),
    (ScopeKind.CATEGORIES.value, "certaines catégories"),
    (ScopeKind.DOCUMENTS.value, "certains documents"),
    (EPISODE, "un épisode de soins, avec ce qui s'y ajoutera"),
)


def parse(values: Values) -> GrantParams:
    """Read to whom, what, why, from when and how long. Several categories or documents are separated by commas."""
    practitioner = party_named(values, teams=True)
    scope, categories, documents = scope_of(values, frozenset(code for code, _ in _SCOPES))
    purpose = fields.choice(values, "purpose", "pourquoi", PURPOSES)
    days, endless = duration(values)
    starts = fields.day(values, "starts", STARTS.label).isoformat() if values.get("starts") else ""
    episode = fields.text(values, "episode", NUMBER.label, longest=40) if scope == EPISODE else ""
    return GrantParams(practitioner, scope, categories, documents, purpose, days, starts, endless, episode)


async def perform(frame: Frame, request: Request, params: GrantParams) -> Outcome:
    """Grant; effective on the next reading."""
    if not params.endless:
        refuse_too_long(params.days, frame.settings.grant_days_max)
    answer, entry, effect = await frame.ask(request, ActId.GRANT_ACCESS, params, ReceiptAnswer)
    sentence = "L'autorisation est donnée." if effect is Effect.IMMEDIATE else "Votre demande est notée, à signer."
    if answer is not None and answer.still:
        sentence = STILL_NOTHING
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


def scope_of(values: Values, among: frozenset[str]) -> tuple[str, list[int], list[bytes]]:
    """Read what may be read, of the kinds offered; what is said of the other kinds is left out."""
    scope = fields.choice(values, "scope", "ce qu'il peut lire", among)
    categories = fields.categories(values) if scope == ScopeKind.CATEGORIES else []
    documents = fields.document_rows(values) if scope == ScopeKind.DOCUMENTS else []
    return scope, categories, documents


ACT = Act(
    id=ActId.GRANT_ACCESS,
    name="Autoriser un professionnel à lire",
    sentence="J'autorise un professionnel, un établissement ou une équipe, et eux seuls, à lire mes documents.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        *ANY_PARTY,
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
        NUMBER,
        Field("purpose", "Pourquoi", FieldKind.CHOICE, choices=tuple(PURPOSES.items())),
        STARTS,
        *DURATION,
    ),
    counter="Faites dire à la personne à qui, ce qu'on pourra lire et jusqu'à quand, puis relisez-le-lui.",
    phone="Une autorisation ne se donne pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-06",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
