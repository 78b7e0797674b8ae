"""Print what is due to one person by post: an act of the mail room, written in her journal. Guarantee: G4, G5."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.prove_journal import receipt_of
from espace_sante.actions.public_log import FAULT, PublicLog, public_log
from espace_sante.journal.proof import ProofImpossible
from espace_sante.keeper.demand import PrintedAnswer, PrintLetterParams, ShownProof, YearLines
from espace_sante.kernel.errors import Kind, Problem

Shown = TypeVar("Shown", YearLines, ShownProof)
AGAIN = (("yes", "oui, une lettre déjà imprimée"), ("no", "non, pour la première fois"))


def parse(values: Values) -> tuple[str, PrintLetterParams]:
    """Read which letter, and whether it was printed before."""
    letter = fields.text(values, "letter", "numéro de la lettre", longest=32)
    again = bool(values.get("again")) and fields.yes_no(values, "again", "de nouveau")
    return letter, PrintLetterParams(again)


async def perform(frame: Frame, request: Request, params: tuple[str, PrintLetterParams]) -> Outcome:
    """Return what is to be printed as the outcome's result (PrintedAnswer), with what is public beside what is hers."""
    letter, said = params
    asked = replace(request, person=f"letter:{letter}")
    log = await asyncio.to_thread(_published, frame.settings.home)
    sized = msgspec.structs.replace(said, size=log.size if log is not None else 0)
    # The key stands for what was asked: that more was published meanwhile is not another demand.
    body = msgspec.msgpack.encode(said)
    answer, entry, effect = await frame.ask(asked, ActId.PRINT_LETTER, sized, PrintedAnswer, body=body)
    if answer is not None and log is not None:
        answer = await asyncio.to_thread(_with_receipts, answer, log)
    return Outcome(entry, effect, "Voici ce qu'il faut imprimer.", result=answer)


def _published(home: Path) -> PublicLog | None:
    """Return the state of the public journal; a letter is printed all the same when it cannot be read just now."""
    try:
        return public_log(home)
    except Problem:
        return None


def _with_receipts(answer: PrintedAnswer, log: PublicLog) -> PrintedAnswer:
    letters = tuple(
        msgspec.structs.replace(
            one,
            year=None if one.year is None else _with_receipt(one.year, log),
            proof=None if one.proof is None else _with_receipt(one.proof, log),
        )
        for one in answer.letters
    )
    return msgspec.structs.replace(answer, letters=letters)


def _with_receipt(shown: Shown, log: PublicLog) -> Shown:
    seen = msgspec.structs.replace(shown, size=log.size, root=log.log.checkpoint.root, seen=log.seen.isoformat())
    if shown.last is None:
        return seen
    try:
        return msgspec.structs.replace(seen, receipt=receipt_of(shown.last, log))
    except ProofImpossible as fault:  # a letter that says something false is worse than none
        raise Problem(Kind.INTERNAL, FAULT) from fault


ACT = Act(
    id=ActId.PRINT_LETTER,
    name="Imprimer une lettre",
    sentence="Imprimer ce qui doit être dit par courrier à une personne.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(
        Field("letter", "Le numéro de la lettre"),
        Field("again", "Déjà imprimée", FieldKind.CHOICE, required=False, choices=AGAIN),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
