"""What the operator of this instance published about openings, said at the head of the promise it changes (G1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from espace_sante.public.guarantee import Guarantee, State

_FIRST = 1


@dataclass(frozen=True, slots=True)
class Published:
    """Whether silence opens a space here, and how many months at least between two proposals to one person."""

    silence_opens: bool
    months: int


def as_published(promises: Iterable[Guarantee], published: Published) -> tuple[Guarantee, ...]:
    """Return the promises as this instance keeps them: G1 is not held where silence opens a space, and its page says so first."""
    return tuple(_first(one, published) if one.number == _FIRST else one for one in promises)


def _first(one: Guarantee, published: Published) -> Guarantee:
    again = f"Une invitation restée sans réponse n'est pas suivie d'une autre avant {published.months} mois."
    state, _, text = one.text.partition("\n\n")
    if not published.silence_opens:
        return replace(one, text=f"{state}\n\nIci, un espace ne s'ouvre que par un oui. {again}\n\n{text}")
    said = (
        "**Non tenue ici.** Cette instance ouvre sans votre oui : six semaines de silence, comptées depuis la remise prouvée d'une"
        " lettre, ouvrent un espace. Des documents peuvent y être déposés. Personne n'y lit tant que vous n'avez pas dit oui."
        " Vous pouvez dire non à tout moment : il est effacé."
    )
    return replace(one, state=State.NOT_HERE, text=f"{said} {again}\n\n{text}")
