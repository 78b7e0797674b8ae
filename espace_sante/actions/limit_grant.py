"""Make one permission shorter, or let it show less; never the reverse. It takes effect on the next reading. Guarantee: G3."""

from __future__ import annotations

from uuid import UUID

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.grant_access import scope_of
from espace_sante.actions.lasting import refuse_too_long
from espace_sante.consent.grant import ScopeKind
from espace_sante.keeper.demand import LimitParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem

_LESS = (
    (ScopeKind.CATEGORIES.value, "seulement certaines catégories"),
    (ScopeKind.DOCUMENTS.value, "seulement certains documents"),
)


def parse(values: Values) -> LimitParams:
    """Read which permission, and what is left of it: a duration from today, or fewer documents, or both."""
    number = fields.text(values, "grant", "numéro de l'autorisation").replace(" ", "")
    days = fields.number(values, "days", "durée", required=False)
    if not days and not values.get("scope"):
        raise Problem(Kind.INVALID, "limit-invalid")
    if not values.get("scope"):
        return LimitParams(_row(number), days)
    return LimitParams(_row(number), days, *scope_of(values, frozenset(code for code, _ in _LESS)))


async def perform(frame: Frame, request: Request, params: LimitParams) -> Outcome:
    """Limit; never longer than it was, never wider."""
    if params.days:
        refuse_too_long(params.days, frame.settings.grant_days_max)
    answer, entry, effect = await frame.ask(request, ActId.LIMIT_GRANT, params, ReceiptAnswer)
    sentence = "Cette autorisation est réduite, dès la prochaine lecture."
    if effect is Effect.PROVISIONAL:
        sentence = "Cette autorisation est réduite dès maintenant. Une lettre vous le confirmera."
    elif answer is not None and answer.still:
        sentence = "Cette autorisation n'allait déjà pas plus loin : rien ne change."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


def _row(number: str) -> bytes:
    try:
        return UUID(hex=number).bytes if len(number) == 32 else b""
    except ValueError:
        return b""


ACT = Act(
    id=ActId.LIMIT_GRANT,
    name="Réduire une autorisation",
    sentence="Je rends une autorisation plus courte, ou je lui fais montrer moins.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field("grant", "Le numéro de l'autorisation", help="Il est sur la liste de vos autorisations."),
        Field(
            "days",
            "Elle finit dans combien de jours",
            FieldKind.NUMBER,
            required=False,
            help="Vide : sa fin ne change pas.",
        ),
        Field("scope", "Elle montre", FieldKind.CHOICE, required=False, choices=_LESS, help="Vide : autant qu'avant."),
        Field("categories", "Les catégories qui restent", FieldKind.CATEGORY, required=False),
        Field("documents", "Les documents qui restent", FieldKind.DOCUMENT, required=False),
    ),
    counter="Demandez quelle autorisation, et ce qui change : sa fin, ou ce qu'elle montre. Dites : cela ne peut que réduire.",
    phone="C'est réduit dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste réduit.",
    form="ES-30",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
