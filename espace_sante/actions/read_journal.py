"""See who did what in one's space. Guarantee: G5, G6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import orjson

from espace_sante.access.request import ActId, ActorKind
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper import demand as d

_GRANTS = msgspec.msgpack.Decoder(list[d.GrantView]).decode
_BLOCKS = msgspec.msgpack.Decoder(list[d.BlockView]).decode
_CARDS = msgspec.msgpack.Decoder(list[d.CardView]).decode
_REQUESTS = msgspec.msgpack.Decoder(list[d.RequestView]).decode
_CHOICES = msgspec.msgpack.Decoder(list[d.ChoiceView]).decode
_EPISODES = msgspec.msgpack.Decoder(list[d.EpisodeView]).decode
_MASKS = msgspec.msgpack.Decoder(list[d.MaskView]).decode
_CASES = msgspec.msgpack.Decoder(list[d.CaseSeen]).decode
_SUPPORT = msgspec.msgpack.Decoder(list[d.SupportView]).decode
_EMERGENCY = msgspec.msgpack.Decoder(d.EmergencyView).decode
_POST = msgspec.msgpack.Decoder(d.PostView).decode
NO_POST = d.PostView()
NO_EMERGENCY = d.EmergencyView(False, False, False, "", [], [], "")


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page of the journal, most recent first: `records` as in docs/specs/entry.md, with their public references.

    Beside it, what she wants now: whom she lets read, whom she blocks, what she hides, what she said for an emergency, her
    cards and who asks to read, what she answered to each question, what she keeps together, what she contested
    and reported, the help she allows, what she wants by post. `documents`: by record, the document it is about, "" for none
    that she may know of.
    """

    n: int
    records: tuple[dict[str, Any], ...]
    raw: tuple[bytes, ...]
    references: tuple[str, ...]
    grants: tuple[d.GrantView, ...]
    blocks: tuple[d.BlockView, ...] = ()
    masks: tuple[d.MaskView, ...] = ()
    cases: tuple[d.CaseSeen, ...] = ()
    support: tuple[d.SupportView, ...] = ()
    emergency: d.EmergencyView = NO_EMERGENCY
    cards: tuple[d.CardView, ...] = ()
    requests: tuple[d.RequestView, ...] = ()
    choices: tuple[d.ChoiceView, ...] = ()
    episodes: tuple[d.EpisodeView, ...] = ()
    documents: tuple[str, ...] = ()
    post: d.PostView = NO_POST


def parse(values: Values) -> d.JournalParams:
    """Read which page is wanted."""
    before = fields.number(values, "before", "avant", required=False)
    return d.JournalParams(before, fields.number(values, "count", "nombre", required=False) or 50)


async def perform(frame: Frame, request: Request, params: d.JournalParams) -> Outcome:
    """Return a page of the journal as the outcome's result (JournalPage)."""
    answer, entry, effect = await frame.ask(request, ActId.READ_JOURNAL, params, d.JournalAnswer)
    if answer is None:
        return Outcome(entry, effect, "Votre demande est notée. Le journal vous sera envoyé par courrier.")
    records = tuple(orjson.loads(record) for record in answer.records)
    page = JournalPage(
        answer.n,
        records,
        tuple(answer.records),
        tuple(answer.references),
        tuple(_GRANTS(answer.grants)),
        tuple(_BLOCKS(answer.blocks)) if answer.blocks else (),
        tuple(_MASKS(answer.masks)) if answer.masks else (),
        tuple(_CASES(answer.cases)) if answer.cases else (),
        tuple(_SUPPORT(answer.support)) if answer.support else (),
        _EMERGENCY(answer.emergency) if answer.emergency else NO_EMERGENCY,
        tuple(_CARDS(answer.cards)) if answer.cards else (),
        tuple(_REQUESTS(answer.requests)) if answer.requests else (),
        tuple(_CHOICES(answer.choices)) if answer.choices else (),
        tuple(_EPISODES(answer.episodes)) if answer.episodes else (),
        tuple(answer.documents),
        _POST(answer.post) if answer.post else NO_POST,
    )
    return Outcome(entry, effect, f"{answer.n} ligne(s) au journal.", result=page)


ACT = Act(
    id=ActId.READ_JOURNAL,
    name="Voir qui a fait quoi dans mon espace",
    sentence="Je demande le journal de mon espace de santé.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.READING,
    fields=(),
    counter="Le journal est imprimé pour la personne. Remettez-le sans le lire.",
    phone="Je ne vois pas votre journal. Je vous l'envoie par courrier.",
    form="ES-09",
    obligations=(),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=72),
)
