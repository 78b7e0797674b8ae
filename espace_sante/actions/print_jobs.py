"""What a printing station does: see what waits there, and take one, once. It knows no person by name or number.

It is the same act as the agent asked for, under the reference of his entry: the keeper refuses any other. A card is made then.
Guarantee: G10. Source: inclusion.md PAR-14; docs/decisions/0066.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.act import Act, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.read_resource import Wanted
from espace_sante.actions.refusals import problem_of
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.resource import names

# What the provider says of the account of a printing station; the keeper knows it by the same words.
STATION = "poste d'impression"
_ANSWER = msgspec.msgpack.Decoder(d.PrintsAnswer).decode
_NOBODY = "0" * 32  # the person of a public id, when only the document of it is known
_KEPT: dict[ActId, type] = {
    ActId.LIST_DOCUMENTS: d.ListParams,
    ActId.READ_DOCUMENT: d.ReadParams,
    ActId.READ_RESOURCE: d.ReadResourceParams,
    ActId.READ_JOURNAL: d.JournalParams,
    ActId.EXPORT_JOURNAL: d.ExportParams,
    ActId.ISSUE_ACCESS_CARD: d.IssueCardParams,
}


def is_printed_apart(act: Act, values: Values) -> bool:
    """Say whether an act done by an agent for a person comes out at the station.

    The proof of a journal goes by letter, and so does a card when she says so.
    """
    by_letter = act.id is ActId.ISSUE_ACCESS_CARD and values.get("post") == "yes"
    return act.id in _KEPT and not by_letter


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One thing that waits: its number, which act reads it, and when it was asked for."""

    reference: str
    act: Act
    at: datetime
    channel: Channel
    proof: Proof
    params: bytes


def said_number(reference: str) -> str:
    """Return the number of a job as the agent and the station both show it."""
    return f"{reference[:4]} {reference[4:8]}".upper()


async def waiting_jobs(frame: Frame, session: bytes) -> list[PrintJob]:
    """Return what waits at the station that is signed in; raises Problem for anybody else."""
    match await frame.keeper.ask(d.Prints(0, session)):
        case d.Done(_, _, _, payload):
            return [_job(one) for one in _ANSWER(payload).waiting]
        case d.Refused(_, entry, code):
            raise problem_of(ActId.READ_DOCUMENT, code, entry)
        case d.Failed(_, code):
            raise Problem(Kind.UNAUTHENTICATED if code == "unauthenticated" else Kind.BUSY, code)


async def take_job(frame: Frame, session: bytes, reference: str) -> tuple[PrintJob, Outcome]:
    """Read what waits under a reference, for the printer; raises Problem("print-unknown") when nothing does."""
    found = next((one for one in await waiting_jobs(frame, session) if one.reference == reference), None)
    if found is None:
        raise problem_of(ActId.READ_DOCUMENT, "print-unknown", "")
    request = Request(session, found.channel, found.proof, f"job:{reference}", True, client="poste")
    return found, await found.act.perform(frame, request, _params(found))


def _job(one: d.PrintWaiting) -> PrintJob:
    act, at = REGISTRY[ActId(one.act)], datetime.fromisoformat(one.at)
    return PrintJob(one.reference, act, at, Channel(one.channel), Proof(one.proof), one.params)


def _params(job: PrintJob) -> Any:
    """Return what the act was asked with, as the act itself takes it."""
    kept: Any = msgspec.msgpack.decode(job.params, type=_KEPT[job.act.id])
    match kept:
        case d.ReadParams(row):
            return f"{_NOBODY}{row.hex()}"
        case d.ReadResourceParams():
            return _wanted(kept)
        case _:
            return kept


def _wanted(kept: d.ReadResourceParams) -> Wanted:
    known = names()
    return Wanted(
        f"{_NOBODY}{kept.row.hex()}" if kept.row else "",
        version=kept.version,
        types=tuple(known[number] for number in kept.types),
        offset=kept.offset,
        count=kept.count,
    )
