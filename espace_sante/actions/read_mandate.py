"""See for whom one acts, what one may do, until when, and what one did: the same lines as in her own journal. Guarantee: G5.

Source: inclusion.md HLP-12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import orjson

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper import demand as d
from espace_sante.kernel.i18n import mark


class MandateRead(msgspec.Struct, frozen=True):
    """A mandate as its helper sees it. `lines`: what he did under it, most recent first, with their references.

    `measure`: by which measure of the law he acts, "" for whom she named.
    """

    name: str
    number: str
    acts: list[str]
    reads: bool
    hidden: bool
    starts: str
    ends: str
    lines: list[dict[str, Any]]
    references: list[str]
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One line of an account's own list of whom it may act for; instants RFC 3339 UTC."""

    reference: str
    label: str
    ends: str
    days: int


def parse(values: Values) -> d.ReadMandateParams:
    """Read nothing: which mandate it is stands in the request's person, "for:<reference>"."""
    del values
    return d.ReadMandateParams()


async def perform(frame: Frame, request: Request, params: d.ReadMandateParams) -> Outcome:
    """Return it as the outcome's result."""
    answer, entry, effect = await frame.ask(request, ActId.READ_MANDATE, params, d.MandateAnswer)
    words = mark("Voici ce que vous pouvez faire, et ce que vous avez fait.")
    if answer is None:
        return Outcome(entry, effect, words)
    found = MandateRead(
        answer.name,
        answer.number,
        answer.acts,
        answer.reads,
        answer.hidden,
        answer.starts,
        answer.ends,
        [orjson.loads(record) for record in answer.records],
        answer.references,
        answer.measure,
    )
    return Outcome(entry, effect, words, result=found)


async def held_by(keeper: d.Keeper, session: bytes) -> list[Held]:
    """Return for whom an account may act, for its own page; nothing when that cannot be said just now."""
    answer = await keeper.ask(d.HeldPowers(0, session))
    if not isinstance(answer, d.Done):
        return []
    found = msgspec.msgpack.decode(answer.payload, type=d.HeldAnswer)
    return [Held(one.reference, one.label, one.ends, one.days) for one in found.powers]


ACT = Act(
    id=ActId.READ_MANDATE,
    name="Voir ce que je peux faire pour quelqu'un",
    sentence="Je regarde ce que mon mandat me permet, et ce que j'ai fait.",
    audience=frozenset({ActorKind.HELPER}),
    nature=Nature.READING,
    fields=(),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
