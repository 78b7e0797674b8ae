"""Make a card, or a code for the day: whoever she hands it to obtains a permission for a time. Guarantee: G3, G10."""

from __future__ import annotations

import msgspec

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.grant_access import PURPOSES
from espace_sante.consent.cards import HOURS, HOURS_MOST, USES_MOST
from espace_sante.consent.grant import ScopeKind
from espace_sante.keeper.demand import CardAnswer, IssueCardParams
from espace_sante.kernel.errors import Kind, Problem

SCOPES = (
    (ScopeKind.EVERYTHING.value, "tous mes documents, y compris ceux à venir"),
    (ScopeKind.CATEGORIES.value, "certaines catégories"),
    (ScopeKind.DOCUMENTS.value, "certains documents"),
)
TODAY = "0"


class MailedCard(msgspec.Struct, frozen=True):
    """A card that goes by letter: its number, by which it is stopped even before it comes, and its end. It has no code yet."""

    number: str
    ends: str


class IssuedCard(msgspec.Struct, frozen=True):
    """A card as it is handed to her, once: what is printed on it, and nothing about who she is."""

    number: str
    code: str
    scope: str
    categories: list[int]
    documents: int
    uses: int
    hours: int
    ends: str
    pin: bool


def parse(values: Values) -> IssueCardParams:
    """Read what it shows, why, how often, for how long each time, until when, its secret number if any, by which way."""
    scope = fields.choice(values, "scope", "ce que la carte montre", frozenset(code for code, _ in SCOPES))
    categories = fields.categories(values) if scope == ScopeKind.CATEGORIES else []
    documents = fields.document_rows(values) if scope == ScopeKind.DOCUMENTS else []
    purpose = fields.choice(values, "purpose", "pourquoi", PURPOSES)
    uses = fields.number(values, "uses", "combien de fois")
    hours = fields.number(values, "hours", "pendant combien d'heures", required=False) or HOURS
    days = fields.number(values, "days", "jusqu'à quand vaut la carte")
    pin = fields.text(values, "pin", "code secret", required=False, longest=20)
    if not 1 <= uses <= USES_MOST or not 1 <= hours <= HOURS_MOST:
        raise Problem(Kind.INVALID, "card-invalid")
    post = bool(values.get("post")) and fields.yes_no(values, "post", "par courrier")
    replaces = fields.text(values, "replaces", "carte remplacée", required=False, longest=40)
    return IssueCardParams(scope, categories, documents, purpose, uses, hours, days, pin, post, replaces)


async def perform(frame: Frame, request: Request, params: IssueCardParams) -> Outcome:
    """Make it; its code is in the outcome's result, once, and never in the receipt. By letter, it has none yet."""
    most = frame.settings.card_days_max
    if params.days > most:
        raise Problem(Kind.INVALID, "card-too-long", {"maximum": most})
    answer, entry, effect = await frame.ask(request, ActId.ISSUE_ACCESS_CARD, params, CardAnswer)
    if answer is None and effect is Effect.IMMEDIATE:  # asked for with her at a counter: the station makes it
        return Outcome(entry, effect, "La carte se fait au poste d'impression, une seule fois.")
    if answer is not None and effect is Effect.IMMEDIATE and answer.number and not answer.code:
        mailed = MailedCard(answer.number, answer.ends)
        sentence = "Elle sert une fois la lettre postée. Vous pouvez l'arrêter avant, par son numéro."
        return Outcome(entry, effect, sentence, answer.receipt, mailed)
    if answer is None or effect is not Effect.IMMEDIATE or not answer.code:
        return Outcome(entry, effect, "Votre demande est notée, à signer.", answer.receipt if answer else b"")
    card = IssuedCard(
        answer.number,
        answer.code,
        params.scope,
        params.categories,
        len(params.documents),
        params.uses,
        params.hours,
        answer.ends,
        bool(params.pin),
    )
    return Outcome(entry, effect, "La carte est faite. Son code n'est montré qu'une fois.", answer.receipt, card)


ACT = Act(
    id=ActId.ISSUE_ACCESS_CARD,
    name="Faire une carte d'accès",
    sentence="Je fais une carte : le professionnel à qui je la montre lit pour un temps ce que je dis ici.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field("scope", "Ce que la carte montre", FieldKind.CHOICE, choices=SCOPES),
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
        Field("uses", "Combien de fois la carte peut servir", FieldKind.NUMBER, help="De 1 à 20."),
        Field(
            "hours",
            "Pendant combien d'heures le professionnel lit, chaque fois",
            FieldKind.NUMBER,
            required=False,
            help="De 1 à 168. Sans réponse : 12 heures.",
        ),
        Field(
            "days", "Pendant combien de jours la carte vaut", FieldKind.NUMBER, help="0 : jusqu'à ce soir seulement."
        ),
        Field(
            "pin",
            "Code secret de la carte",
            required=False,
            help="De 4 à 8 chiffres, que vous direz vous-même. Sans réponse : pas de code secret.",
        ),
        Field(
            "post",
            "Recevoir la carte par courrier",
            FieldKind.YES_NO,
            required=False,
            help="À votre adresse, ou au guichet si vous n'en avez pas donné. Elle vaut alors 30 jours au moins. Sans réponse : non.",
        ),
        Field(
            "replaces",
            "Le numéro de la carte qu'elle remplace",
            required=False,
            help="Vous avez perdu une carte ? Écrivez son numéro : elle ne sert plus, tout de suite. Sinon, n'écrivez rien.",
        ),
    ),
    counter="Demandez ce que la carte montre, combien de fois, jusqu'à quand. Elle sort du poste d'impression : remettez-la sans la lire."
    " Ou elle vient par courrier : rien à imprimer.",
    phone="Une carte ne se fait pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer. La carte peut venir"
    " par courrier.",
    form="ES-25",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=240),
)
