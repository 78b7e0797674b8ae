"""Deposit the documents of one submission together: one demand, one entry that names them all; all are kept, or none.

Guarantee: G3, G7, G13. Source: docs/specs/deposit.md; IHE MHD ITI-65.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import msgspec

from espace_sante.access.request import ActId, Effect
from espace_sante.actions.act import Outcome
from espace_sante.actions.depositing import Deposit, Prepared, address_of, prepared
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.staging import Staged, unstage
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import SUBMISSION_MOST

_ENCODE = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Kept:
    """One document that was deposited: what the keeper answered, and the deposit to give back to its sender.

    `deposit` is completed by the document itself, unless its bytes were sent ahead: then it is as it was sent.
    """

    answer: d.DepositAnswer
    deposit: Deposit


async def perform(frame: Frame, request: Request, deposits: Sequence[Deposit]) -> Outcome:
    """Check, seal and store each document, then ask for all; the outcome's result is one Kept for each, in order.

    Raises Problem; with `at` among its fields, the number of the document it is about. Nothing is kept then. The result is
    empty when the act only starts.
    """
    if not 1 <= len(deposits) <= SUBMISSION_MOST:
        raise Problem(Kind.TOO_LARGE, "submission-too-long", {"maximum": SUBMISSION_MOST})
    address = await address_of(frame, request)
    try:
        async with AsyncExitStack() as stack:
            ready: list[Prepared] = []
            for number, one in enumerate(deposits):
                try:
                    ready.append(await stack.enter_async_context(prepared(frame, request, address, one)))
                except Problem as problem:
                    raise _about(problem, number) from None
            outcome = await _ask(frame, request, deposits, ready)
    except Problem as problem:
        if problem.code != "binary-unknown" or not request.idempotency_key:
            raise
        return await _first_answer(frame, request, deposits, problem)
    for one in deposits:
        if isinstance(one.content, Staged):
            await unstage(frame, one.content)
    return outcome


def _about(problem: Problem, number: int) -> Problem:
    return Problem(problem.kind, problem.code, {**problem.fields, "at": number}, entry=problem.entry)


async def _ask(frame: Frame, request: Request, deposits: Sequence[Deposit], ready: Sequence[Prepared]) -> Outcome:
    params = [one.params for one in ready]
    whole = msgspec.structs.replace(params[0], others=tuple(params[1:]))
    try:
        outcome, answers = await _asked(frame, request, deposits, whole)
    except Problem as problem:
        if problem.kind is Kind.BUSY:  # the outcome is not known: the sweep decides by the row
            for one in ready:
                one.received.claimed = True
        raise
    for one, answer in zip(
        ready, answers, strict=False
    ):  # not claimed: a repeated request, or a document already there
        one.received.claimed = answer.document[32:] == one.received.row.hex
    given = [
        deposit if isinstance(deposit.content, Staged) else one.deposit
        for deposit, one in zip(deposits, ready, strict=True)
    ]
    return replace(outcome, result=_kept(answers, given))


async def _first_answer(frame: Frame, request: Request, deposits: Sequence[Deposit], unknown: Problem) -> Outcome:
    """Give the first answer to a repeated request whose staged bytes are gone since; the keeper refuses anything else."""
    nothing = [
        d.DepositParams(b"", one.category, b"", b"", b"", "", b"", one.claimed, one.claimed_ins) for one in deposits
    ]
    try:
        outcome, answers = await _asked(
            frame, request, deposits, msgspec.structs.replace(nothing[0], others=tuple(nothing[1:]))
        )
    except Problem as problem:
        if problem.code != "deposit-invalid":
            raise
        raise Problem(unknown.kind, unknown.code, unknown.fields, entry=problem.entry) from None
    return replace(outcome, result=_kept(answers, deposits))


async def _asked(
    frame: Frame, request: Request, deposits: Sequence[Deposit], whole: d.DepositParams
) -> tuple[Outcome, tuple[d.DepositAnswer, ...]]:
    # What makes two requests the same: everything the sender wrote, and the bytes, or the names he gave for them.
    hashes = [one.sha256 for one in (whole, *whole.others)]
    said = [one.fingerprint(sha256) for one, sha256 in zip(deposits, hashes, strict=True)]
    body = _ENCODE((request.person, said))
    answer, entry, effect = await frame.ask(request, ActId.DEPOSIT_DOCUMENT, whole, d.DepositAnswer, body=body)
    if effect is Effect.STARTS or answer is None:
        return Outcome(entry, effect, "Votre demande est notée. Remettez le document au guichet ou par courrier."), ()
    return Outcome(entry, effect, "Les documents sont déposés.", answer.receipt), (answer, *answer.others)


def _kept(answers: Sequence[d.DepositAnswer], deposits: Sequence[Deposit]) -> tuple[Kept, ...]:
    return tuple(Kept(answer, deposit) for answer, deposit in zip(answers, deposits, strict=False))
