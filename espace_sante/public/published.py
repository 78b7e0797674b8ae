"""What holds on this instance, said at the head of the promise it changes: openings (G1), ceilings (G3), signing (G6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from espace_sante.kernel.settings import OpeningPolicy, Settings
from espace_sante.public.guarantee import Guarantee, State
from espace_sante.public.incident import Incident


@dataclass(frozen=True, slots=True)
class Published:
    """Whether silence opens a space here, and how many months at least between two proposals to one person.

    `persons_per_hour`, `persons_per_day`: how many persons a professional may begin to read. `incident`: why the public journal
    is no longer signed.
    """

    silence_opens: bool
    months: int
    persons_per_hour: int
    persons_per_day: int
    incident: Incident | None = None


def published_of(settings: Settings) -> Published:
    """Return what an instance publishes of its settings."""
    return Published(
        settings.opening_policy is OpeningPolicy.SIX_WEEK_PRESUMPTION,
        settings.reproposal_months,
        settings.new_persons_per_hour,
        settings.new_persons_per_day,
    )


def as_published(promises: Iterable[Guarantee], published: Published) -> tuple[Guarantee, ...]:
    """Return the promises as this instance keeps them: G1 is not held where silence opens a space, and its page says so first."""
    said: Mapping[int, Callable[[Guarantee, Published], Guarantee]] = {1: _openings, 3: _ceilings, 6: _signing}
    return tuple(said[one.number](one, published) if one.number in said else one for one in promises)


def _openings(one: Guarantee, published: Published) -> Guarantee:
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


def _ceilings(one: Guarantee, published: Published) -> Guarantee:
    state, _, text = one.text.partition("\n\n")
    said = (
        f"Ici, un professionnel peut demander à lire chez {published.persons_per_hour} personnes nouvelles en une heure, et chez"
        f" {published.persons_per_day} en un jour, au plus. La suivante est refusée, même si elle l'a autorisé."
    )
    return replace(one, text=f"{state}\n\n{said}\n\n{text}")


def _signing(one: Guarantee, published: Published) -> Guarantee:
    if published.incident is None:
        return one
    said = f"**Non tenue ici.** Ici, {published.incident.sentence} Rien n'y sera signé tant que ce n'est pas expliqué."
    return replace(one, state=State.NOT_HERE, text=f"{said}\n\n{one.text}")
