"""Ask somebody to let one read. The answer is the same whether she has a space, blocks him, or is nobody. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.grant_access import PURPOSES
from espace_sante.consent.grant import ScopeKind
from espace_sante.keeper.demand import AskedAnswer, RequestParams
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark

SENTENCE = mark("Si cette personne a un espace, elle lira votre demande.")
_SCOPES = (
    (ScopeKind.CATEGORIES.value, "certaines catégories"),
    (ScopeKind.EVERYTHING.value, "tous ses documents, y compris ceux à venir"),
)


def parse(values: Values) -> RequestParams:
    """Read what is asked, why and for how long: no words of one's own, which could press her."""
    scope = fields.choice(values, "scope", "ce que vous demandez à lire", frozenset(code for code, _ in _SCOPES))
    categories = fields.categories(values) if scope == ScopeKind.CATEGORIES else []
    if scope == ScopeKind.CATEGORIES and not categories:
        raise Problem(Kind.INVALID, "request-invalid")
    purpose = fields.choice(values, "purpose", "pourquoi", PURPOSES)
    return RequestParams(scope, categories, purpose, fields.number(values, "days", "pendant combien de jours"))


async def perform(frame: Frame, request: Request, params: RequestParams) -> Outcome:
    """Ask; nothing is shown, and nothing tells whether anybody reads it."""
    most = frame.settings.grant_days_max
    if not 1 <= params.days <= most:
        raise Problem(Kind.INVALID, "grant-too-long", {"maximum": most})
    _, entry, effect = await frame.ask(request, ActId.REQUEST_ACCESS, params, AskedAnswer)
    return Outcome(entry, effect, SENTENCE)


ACT = Act(
    id=ActId.REQUEST_ACCESS,
    name="Demander un accès",
    sentence="Je demande à une personne de me laisser lire certains de ses documents.",
    audience=frozenset({ActorKind.PRACTITIONER}),
    nature=Nature.ADDING,
    fields=(
        Field("scope", "Ce que vous demandez à lire", FieldKind.CHOICE, choices=_SCOPES),
        Field(
            "categories",
            "Les catégories (si vous avez choisi certaines catégories)",
            FieldKind.CATEGORY,
            required=False,
        ),
        Field("purpose", "Pourquoi", FieldKind.CHOICE, choices=tuple(PURPOSES.items())),
        Field("days", "Pendant combien de jours", FieldKind.NUMBER),
    ),
    counter="",
    phone="",
    form="",
    obligations=("notice",),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
