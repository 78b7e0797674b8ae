"""The telephone: what the call-taker says for each act, in order. He never sees a document nor a journal.

Guarantee: G10. Source: inclusion.md PAR-06, PAR-07.
"""

from __future__ import annotations

from dataclasses import dataclass

from espace_sante.access.request import Channel, Effect
from espace_sante.access.rules import effect_of
from espace_sante.actions.act import Act, FieldKind

_WHO = "Je vous rappelle au numéro que nous connaissons, puis je vous demande votre date de naissance."
_AFTER = {
    Effect.IMMEDIATE: "C'est fait.",
    Effect.PROVISIONAL: "C'est fait dès maintenant. Une lettre vous le confirme ; pour le défaire, il faudra votre signature.",
    Effect.STARTS: "Rien ne change avant votre signature.",
}


@dataclass(frozen=True, slots=True)
class Script:
    """What is said, line by line: who you are, what is asked, the questions, the answer, what comes next."""

    act: str
    lines: tuple[str, ...]


def script(act: Act) -> Script:
    """Return the lines of a call about an act."""
    # A document is never read or sent over the telephone: nothing is asked about its content.
    questions = tuple(f"{field.label} ?" for field in act.fields if field.kind is not FieldKind.FILE)
    asked = tuple(question.replace(" ? ?", " ?") for question in questions)
    effect = _AFTER[effect_of(act.id, Channel.PHONE)]
    return Script(act.id.value, (_WHO, f"Vous demandez : {act.name.lower()}.", *asked, act.phone, effect))
