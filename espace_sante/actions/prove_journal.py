"""Receive the proof of one's journal, or the receipt of one line: checked offline, by programs that owe us nothing.

What is hers comes from the keeper, which journals each part before it gives it; what is everybody's from the published files.
Whoever acts for her is given nothing: a letter is written to her. Guarantee: G6, G10. Source: docs/specs/proof.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.public_log import FAULT, PublicLog, public_log
from espace_sante.journal.entry import reference
from espace_sante.journal.proof import Entry, Materials, ProofImpossible, Year, make_bundle, make_receipt
from espace_sante.keeper.demand import ProofAnswer, ProveParams, PublishedLine
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import Language, say_short_moment
from espace_sante.kernel.plural import how_many

_NOTHING_YET = (
    "Le journal public n'a encore rien publié : il n'y a pas encore de preuve à recevoir."
    " Votre journal est gardé ; revenez plus tard."
)
_NOT_YET = "Cette ligne n'est pas encore dans le journal public. Revenez dans quelques minutes."


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof ready to be made: the years, how many lines of hers, how many wait for the next one.

    `seen` and `size`: the state of the public journal it is about. `pieces()` makes it, a line at a time; raises Problem.
    """

    years: tuple[int, int]
    lines: int
    later: int
    size: int
    seen: datetime
    pieces: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class LineReceipt:
    """The receipt of one line: its number, its public reference, the bytes, the state of the public journal."""

    number: int
    reference: str
    data: bytes
    size: int
    seen: datetime


def parse(values: Values) -> ProveParams:
    """Read which years, all when none is named."""
    first = fields.number(values, "first", "première année", required=False)
    last = fields.number(values, "last", "dernière année", required=False)
    return ProveParams(first, last)


async def perform(frame: Frame, request: Request, params: ProveParams) -> Outcome:
    """Return the proof as the outcome's result (Proof, or LineReceipt for one line); nothing when nothing is published."""
    log = None if request.on_behalf else await asyncio.to_thread(public_log, frame.settings.home)
    asked = msgspec.structs.replace(params, size=log.size if log is not None else 0)
    answer, entry, effect = await frame.ask(request, ActId.PROVE_JOURNAL, asked, ProofAnswer)
    if effect is Effect.STARTS:
        return Outcome(entry, effect, "Votre demande est notée. Le formulaire à signer vous est envoyé par courrier.")
    if request.on_behalf:
        return Outcome(
            entry, effect, "C'est noté. La lettre de son journal lui sera envoyée, ou l'attendra au guichet."
        )
    if answer is None or log is None:
        return Outcome(entry, effect, _NOTHING_YET)
    if params.line >= 0:
        return await _receipt(answer, log, entry, effect)
    lines, later = list(answer.lines), answer.later
    part = answer
    while part.before > 0:
        further, _, _ = await frame.ask(
            request, ActId.PROVE_JOURNAL, msgspec.structs.replace(asked, before=part.before), ProofAnswer
        )
        if further is None:
            raise Problem(Kind.BUSY, "busy")
        lines, later, part = [*lines, *further.lines], later + further.later, further
    hers = _materials(answer, lines[::-1])
    years = (hers.years[0].year, hers.years[-1].year)
    proof = Proof(years, len(lines), later, log.size, log.seen, lambda: _made(hers, log))
    said = f"Cette preuve montre {how_many(len(lines), 'ligne')}, jusqu'à l'état du {say_short_moment(log.seen, Language.FR)}."
    if later:
        ones = ("ligne plus récente sera", "lignes plus récentes seront")
        said += f" {how_many(later, *ones)} dans la prochaine."
    return Outcome(entry, effect, said, result=proof)


def receipt_of(line: PublishedLine, log: PublicLog) -> bytes:
    """Return the receipt of one line. Raises ProofImpossible."""
    return make_receipt(_entry(line), log.log, log.tree.node)


def _materials(answer: ProofAnswer, lines: list[PublishedLine]) -> Materials:
    ends = [*(year.first for year in answer.years[1:]), lines[-1].seq + 1 if lines else 0]
    years = [
        Year(year.year, year.key, year.path, [_entry(one) for one in lines if year.first <= one.seq < end])
        for year, end in zip(answer.years, ends, strict=True)
    ]
    return Materials(answer.cj, answer.opening, UUID(bytes=answer.space), years)


def _entry(line: PublishedLine) -> Entry:
    return Entry(line.index, line.tag, line.com, line.record)


def _made(hers: Materials, log: PublicLog) -> Iterator[bytes]:
    with log.opened() as published:
        yield from make_bundle(hers, published)


async def _receipt(answer: ProofAnswer, log: PublicLog, entry: str, effect: Effect) -> Outcome:
    if not answer.lines:
        return Outcome(entry, effect, _NOT_YET)
    line = answer.lines[0]
    try:
        data = await asyncio.to_thread(receipt_of, line, log)
    except ProofImpossible as fault:
        raise Problem(Kind.INTERNAL, FAULT) from fault
    made = LineReceipt(line.seq, reference(line.com), data, log.size, log.seen)
    return Outcome(entry, effect, f"Voici le reçu de la ligne {line.seq} de votre journal.", result=made)


ACT = Act(
    id=ActId.PROVE_JOURNAL,
    name="Recevoir la preuve de mon journal",
    sentence="Je demande la preuve de mon journal, pour la vérifier sans vous.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.READING,
    fields=(
        Field("first", "Première année", required=False, help="Quatre chiffres. Vide : depuis l'ouverture."),
        Field("last", "Dernière année", required=False, help="Quatre chiffres. Vide : cette année."),
    ),
    counter="Vous ne recevez rien : une lettre par année est écrite pour elle. Sans année, c'est celle-ci.",
    phone="Je ne vois pas votre journal. Je vous envoie le formulaire : signé, il vous revient une lettre par année.",
    form="ES-54",
    obligations=(),
    parse=parse,
    perform=perform,
    delay=Delay(counter=72, paper=72, phone=72),
)
