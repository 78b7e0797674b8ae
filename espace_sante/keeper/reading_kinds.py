"""As what a reading is counted for the public figures: by what kind of reader, never which, nor of whom. Guarantee: G9, G14."""

from __future__ import annotations

from espace_sante.access.outcomes import EMERGENCY
from espace_sante.access.request import ActId, ActorKind
from espace_sante.keeper.indicators import BY_DAY

READ_KINDS = tuple(kind for kind in BY_DAY if kind.startswith(("read-", "refused-")))


def reading_kind(what: str, actor: str, rule: str, act: str, *, by_app: bool) -> str:
    """Return the kind counted for a reading ("read") or a refusal ("refused"), "" when it is not counted."""
    kind = f"{what}-{_reader(actor, rule, act, by_app=by_app)}"
    return kind if kind in READ_KINDS else ""


def _reader(actor: str, rule: str, act: str, *, by_app: bool) -> str:
    if actor == ActorKind.SANDBOX:  # somebody invented
        return ""
    if by_app:
        return "app"
    if act == ActId.READ_ORDERED:
        return "court"
    match actor:
        case ActorKind.PERSON:
            return "own"
        case ActorKind.PRACTITIONER:
            return "emergency" if rule == EMERGENCY else "professional"
        case ActorKind.AGENT:
            return "counter"
    return ""
