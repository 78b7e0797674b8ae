"""Open an emergency access to somebody who said beforehand that one may. It shows what she said, and nothing else. Guarantee: G4."""

from __future__ import annotations

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.emergency import GROUNDS, GlassKind
from espace_sante.keeper.demand import BreakGlassParams, GlassAnswer
from espace_sante.kernel.errors import Kind, Problem

KINDS = (
    (GlassKind.BEDSIDE.value, "une personne que je soigne"),
    (GlassKind.REGULATOR.value, "un appel au centre d'urgence (15, 112), que je régule"),
)
REASON_CHARACTERS = 500


class Opened(msgspec.Struct, frozen=True):
    """From when to when an emergency access holds (RFC 3339 UTC); `waits`: it has not begun."""

    starts: str
    ends: str
    waits: bool


def parse(values: Values) -> BreakGlassParams:
    """Read which emergency, whether he is beside her, why: a ground of the list, and his own words."""
    kind = fields.choice(values, "kind", "de quelle urgence il s'agit", frozenset(code for code, _ in KINDS))
    beside = fields.yes_no(values, "beside", "si vous êtes auprès d'elle")
    ground = fields.choice(values, "ground", "le motif", frozenset(GROUNDS))
    label = "le motif, en quelques mots"
    reason = fields.text(values, "reason", label, longest=10_000)
    if len(reason) > REASON_CHARACTERS:
        raise Problem(Kind.INVALID, "field-invalid", {"field": label})
    return BreakGlassParams(kind, beside, ground, reason)


async def perform(frame: Frame, request: Request, params: BreakGlassParams) -> Outcome:
    """Open it; refused, the answer is the one given for a person unknown."""
    answer, entry, effect = await frame.ask(request, ActId.BREAK_GLASS, params, GlassAnswer)
    return outcome(answer, entry, effect)


def outcome(answer: GlassAnswer | None, entry: str, effect: Effect) -> Outcome:
    """Say what was opened, or will be."""
    if answer is None:
        return Outcome(entry, effect, "Votre demande est notée.")
    sentence = "L'accès d'urgence est ouvert. La personne est prévenue, et cet accès sera relu."
    if answer.waits:
        sentence = (
            "L'accès d'urgence attend : un collègue le confirme, ou il s'ouvre plus tard. La personne est prévenue."
        )
    return Outcome(entry, effect, sentence, answer.receipt, Opened(answer.starts, answer.ends, answer.waits))


ACT = Act(
    id=ActId.BREAK_GLASS,
    name="Déclarer une urgence",
    sentence="Je déclare une urgence pour lire ce que cette personne a permis d'avance.",
    audience=frozenset({ActorKind.PRACTITIONER}),
    nature=Nature.ADDING,
    fields=(
        Field("kind", "De quelle urgence s'agit-il ?", FieldKind.CHOICE, choices=KINDS),
        Field("beside", "Êtes-vous auprès d'elle maintenant ?", FieldKind.YES_NO),
        Field("ground", "Pour quel motif ?", FieldKind.CHOICE, choices=tuple((g.value, w) for g, w in GROUNDS.items())),
        Field("reason", "Le motif, en quelques mots", help="Elle lira ces mots dans son journal."),
    ),
    counter="",
    phone="",
    form="",
    obligations=("receipt", "notice", "review"),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
