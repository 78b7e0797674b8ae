"""Deposit the documents of one submission together: one demand, one entry that names them all; all are kept, or none.

Guarantee: G3, G7, G13. Source: docs/specs/deposit.md; IHE MHD ITI-65.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Effect
from espace_sante.actions.act import Outcome
from espace_sante.actions.deposit_document import Deposit, address_of, stored
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import SUBMISSION_MOST

_ENCODE = msgspec.msgpack.Encoder().encode


async def perform(frame: Frame, request: Request, deposits: Sequence[Deposit]) -> Outcome:
    """Check, seal and store each document, then ask for all; the outcome's result is one DepositAnswer for each, in order.

    Raises Problem; with `at` among its fields, the number of the document it is about. Nothing is kept then.
    """
    if not 1 <= len(deposits) <= SUBMISSION_MOST:
        raise Problem(Kind.TOO_LARGE, "submission-too-long", {"maximum": SUBMISSION_MOST})
    address = await address_of(frame, request)
    done: list[d.DepositParams] = []
    try:
        for number, one in enumerate(deposits):
            done.append(await _stored(frame, address, one, number))
        return await _ask(frame, request, deposits, done)
    except Problem as problem:
        if problem.kind is not Kind.BUSY or problem.code == "storage-full":  # not known: the sweep decides by the row
            _forget(frame, done)
        raise


async def _stored(frame: Frame, address: d.AddressAnswer, one: Deposit, number: int) -> d.DepositParams:
    try:
        return await stored(frame, address, one)
    except Problem as problem:
        raise Problem(problem.kind, problem.code, {**problem.fields, "at": number}, entry=problem.entry) from None


async def _ask(
    frame: Frame, request: Request, deposits: Sequence[Deposit], params: Sequence[d.DepositParams]
) -> Outcome:
    whole = msgspec.structs.replace(params[0], others=tuple(params[1:]))
    said = [replace(one, data=each.sha256) for one, each in zip(deposits, params, strict=True)]
    body = _ENCODE((request.person, said))
    answer, entry, effect = await frame.ask(request, ActId.DEPOSIT_DOCUMENT, whole, d.DepositAnswer, body=body)
    if effect is Effect.STARTS or answer is None:
        _forget(frame, params)
        return Outcome(entry, effect, "Votre demande est notée. Remettez le document au guichet ou par courrier.")
    answers = (answer, *answer.others)
    kept = {answered.document[32:] for answered in answers}
    _forget(frame, [one for one in params if one.row.hex() not in kept])  # a repeated request, or there already
    return Outcome(entry, effect, "Les documents sont déposés.", answer.receipt, answers)


def _forget(frame: Frame, params: Sequence[d.DepositParams]) -> None:
    for one in params:
        frame.objects.delete(UUID(bytes=one.row))
