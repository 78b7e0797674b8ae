"""Take away her journal, what chains it, and her receipts: offered before she closes. Guarantee: G6, G8."""

from __future__ import annotations

from dataclasses import dataclass

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Delay, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ExportAnswer, ExportParams, Proved
from espace_sante.kernel.plural import how_many


@dataclass(frozen=True, slots=True)
class TakenAway:
    """Her journal, first line first, each with its tag and commitment, and every receipt kept for her (canonical JSON)."""

    lines: tuple[Proved, ...]
    receipts: tuple[bytes, ...]


def parse(_: Values) -> ExportParams:
    """Read nothing: all of it is given."""
    return ExportParams()


async def perform(frame: Frame, request: Request, params: ExportParams) -> Outcome:
    """Gather every line, some at a time: each part is a reading, and a line of the journal that begins after the last one given."""
    answer, entry, effect = await frame.ask(request, ActId.EXPORT_JOURNAL, params, ExportAnswer)
    if answer is None or effect is Effect.STARTS:
        return Outcome(entry, effect, "Votre demande est notée. Le dossier vous sera envoyé par courrier.")
    lines, receipts = list(answer.lines), tuple(answer.receipts)
    while lines and lines[-1].seq > 0:
        further, _, _ = await frame.ask(request, ActId.EXPORT_JOURNAL, ExportParams(lines[-1].seq), ExportAnswer)
        if further is None or not further.lines:
            break
        lines += further.lines
    taken = TakenAway(tuple(reversed(lines)), receipts)
    return Outcome(
        entry, effect, f"{how_many(len(lines), 'ligne')} au journal, {how_many(len(receipts), 'reçu')}.", result=taken
    )


ACT = Act(
    id=ActId.EXPORT_JOURNAL,
    name="Emporter mon journal et mes reçus",
    sentence="Je demande mon journal, ses preuves et mes reçus.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.READING,
    fields=(),
    counter="Le dossier est imprimé pour la personne. Remettez-le sans le lire.",
    phone="Je ne vois pas votre journal. Je vous envoie le dossier par courrier.",
    form="ES-53",
    obligations=(),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=72),
)
