"""See who did what in one's space. Guarantee: G5, G6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import orjson

from espace_sante.access.kinds import Group
from espace_sante.access.request import ActId, ActorKind
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.line_said.kinds import GROUP_WORDS
from espace_sante.actions.sheets import ClearSheet
from espace_sante.keeper import demand as d
from espace_sante.kernel.plural import how_many

_GRANTS = msgspec.msgpack.Decoder(list[d.GrantView]).decode
_BLOCKS = msgspec.msgpack.Decoder(list[d.BlockView]).decode
_APPS = msgspec.msgpack.Decoder(list[d.AppView]).decode
_REPRESENTATIONS = msgspec.msgpack.Decoder(list[d.RepresentationView]).decode
_MANDATES = msgspec.msgpack.Decoder(list[d.MandateView]).decode
_TRUSTED = msgspec.msgpack.Decoder(list[d.TrustedView]).decode
_CARDS = msgspec.msgpack.Decoder(list[d.CardView]).decode
_REQUESTS = msgspec.msgpack.Decoder(list[d.RequestView]).decode
_CHOICES = msgspec.msgpack.Decoder(list[d.ChoiceView]).decode
_EPISODES = msgspec.msgpack.Decoder(list[d.EpisodeView]).decode
_MASKS = msgspec.msgpack.Decoder(list[d.MaskView]).decode
_CASES = msgspec.msgpack.Decoder(list[d.CaseSeen]).decode
_SUPPORT = msgspec.msgpack.Decoder(list[d.SupportView]).decode
_EMERGENCY = msgspec.msgpack.Decoder(d.EmergencyView).decode
_SHEET = msgspec.msgpack.Decoder(d.SheetSeen).decode
_POST = msgspec.msgpack.Decoder(d.PostView).decode
_GROUPS = tuple((group.value, words) for group, words in GROUP_WORDS.items())
NO_POST = d.PostView()
NO_EMERGENCY = d.EmergencyView(False, False, False, "", [], [], "")


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page of the journal, most recent first: `records` as in docs/specs/entry.md, with their public references.

    Beside it, what she wants now: whom she lets read, whom she blocks, what she hides, what she said for an emergency, her
    cards and who asks to read, what she answered to each question, what she keeps together, what she contested
    and reported, the help she allows, the applications she lets act for her, what she wants by post. `documents`: by record, the
    document it is about, "" for none that she may know of. `kinds`: by record, of what sort it is; `counts`: how many of the lines
    from `low` on are of each group, when it was asked; `next`: before which line the next page is, 0 for nothing more. `sheet`: the
    page that the line asked for was made from.
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
    kinds: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    low: int = 0
    next: int = 0
    apps: tuple[d.AppView, ...] = ()
    mandates: tuple[d.MandateView, ...] = ()
    trusted: tuple[d.TrustedView, ...] = ()
    representations: tuple[d.RepresentationView, ...] = ()
    sheet: ClearSheet | None = None


def parse(values: Values) -> d.JournalParams:
    """Read which page is wanted, of which lines."""
    before = fields.number(values, "before", "avant", required=False)
    count = fields.number(values, "count", "nombre", required=False) or 50
    kind = fields.choice(values, "lines", "quelles lignes", frozenset(Group)) if values.get("lines") else ""
    sheet = fields.number(values, "sheet", "le numéro de la ligne", required=False)
    return d.JournalParams(before, count, kind, bool(kind), values.get("sent") == "yes", sheet)


async def perform(frame: Frame, request: Request, params: d.JournalParams) -> Outcome:
    """Return a page of the journal as the outcome's result (JournalPage)."""
    if request.on_behalf:  # on paper, how many there are of each sort is always said
        params = msgspec.structs.replace(params, counted=True)
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
        tuple(answer.kinds),
        answer.counts,
        answer.low,
        answer.next,
        tuple(_APPS(answer.apps)) if answer.apps else (),
        tuple(_MANDATES(answer.mandates)) if answer.mandates else (),
        tuple(_TRUSTED(answer.trusted)) if answer.trusted else (),
        tuple(_REPRESENTATIONS(answer.representations)) if answer.representations else (),
        _opened(answer.sheet) if answer.sheet else None,
    )
    return Outcome(entry, effect, f"{how_many(answer.n, 'ligne')} au journal.", result=page)


def _opened(sheet: bytes) -> ClearSheet:
    seen = _SHEET(sheet)
    return ClearSheet(seen.page, seen.key)


ACT = Act(
    id=ActId.READ_JOURNAL,
    name="Voir qui a fait quoi dans mon espace",
    sentence="Je demande le journal de mon espace de santé.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.READING,
    fields=(
        Field("lines", "Quelles lignes (toutes si rien n’est choisi)", FieldKind.CHOICE, False, choices=_GROUPS),
        Field(
            "sheet",
            "Le numéro d’une ligne",
            FieldKind.NUMBER,
            False,
            "Pour avoir la copie de la feuille de papier que vous aviez envoyée.",
        ),
    ),
    counter="Le journal est imprimé pour la personne. Remettez-le sans le lire.",
    phone="Je ne vois pas votre journal. Je vous l'envoie par courrier.",
    form="ES-09",
    obligations=(),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=72),
)
