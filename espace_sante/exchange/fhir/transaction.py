"""The documents of one submission, sent as one transaction: all are deposited, or nothing is.

The answer has an entry for each entry sent, in the same order. The submission set is kept with each of its documents; it is
not a resource of its own here, so its entry has no location. Source: IHE MHD ITI-65; FHIR R4 http 3.1.0.11.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import orjson

from espace_sante.actions.act import Outcome
from espace_sante.actions.depositing import Deposit
from espace_sante.exchange.edge import Caller
from espace_sante.exchange.fhir.deposit import content_of, deposit_of, named_at, person_of, reference_of, refuse_future
from espace_sante.exchange.fhir.further import coded, party
from espace_sante.exchange.fhir.person import Numbers
from espace_sante.exchange.fhir.words import instant, text
from espace_sante.formats.fhir import document_reference as posted_reference
from espace_sante.formats.fhir.provide_bundle import Item, Provided, SubmissionSet, at_fault
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem

# What IHE calls some refusals of a transaction. Source: ITI TF-3 table 4.2.4.1-2, named by MHD ITI-65.
_NAMES = {
    "hash-differs": "XDSRepositoryMetadataError",
    "size-differs": "XDSRepositoryMetadataError",
    "unique-id-conflict": "XDSDuplicateUniqueIdInRegistry",
    "patient-twice": "XDSPatientIdDoesNotMatch",
    "identity-not-matched": "XDSPatientIdDoesNotMatch",
    "replacement-refused": "XDSReplaceFailed",
}


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a transaction asks for: whose space, and the documents, in the order of its entries."""

    person: str
    deposits: tuple[Deposit, ...]


def submitted(provided: Provided, caller: Caller, numbers: Numbers, now: datetime) -> Submitted:
    """Return what a transaction asks for. Raises Problem with the element at fault."""
    submission = _submission(provided.submission)
    persons: dict[str, int] = {}
    deposits: list[Deposit] = []
    for item in provided.items:
        place = _place(item)
        try:
            posted = posted_reference.parse(item.resource)
            person, claimed = person_of(posted, numbers)
            refuse_future(posted, now)
            given = content_of(posted, caller, numbers.base)
            deposit = deposit_of(posted, given, claimed, caller, numbers.base)
        except Problem as problem:
            raise placed(problem, place) from None
        persons.setdefault(person, item.entry)
        deposits.append(replace(deposit, further=_within(deposit, submission)))
    whose = _subject(provided.submission, numbers)
    if whose:
        persons.setdefault(whose, provided.submission.entry)
    if len(persons) > 1:
        raise _two_persons(list(persons.values())[1])
    _refuse_twice(deposits, provided.items)
    _refuse_lone_patches(provided, deposits, numbers.base)
    return Submitted(next(iter(persons)), tuple(deposits))


def placed(problem: Problem, place: str) -> Problem:
    """Return a refusal with the element at fault, and what IHE calls it."""
    known = {"name": _NAMES.get(problem.code, ""), "expression": place}
    return Problem(problem.kind, problem.code, {**known, **problem.fields}, entry=problem.entry)


def place_of(problem: Problem, provided: Provided) -> str:
    """Return the place of the document a refusal of the act is about; "" when it is about none or all."""
    number = problem.fields.get("at")
    if isinstance(number, int):
        return _place(provided.items[number])
    return _place(provided.items[0]) if problem.code in _NAMES and len(provided.items) == 1 else ""


def answered(done: Outcome, provided: Provided, sent: Submitted, base: str) -> bytes:
    """Return the transaction-response: one entry for each one sent, in order."""
    answers: Sequence[d.DepositAnswer] = [kept.answer for kept in done.result]
    at = orjson.loads(done.receipt)["payload"]["at"]
    entries: list[dict[str, Any]] = [{"response": {"status": "201 Created", "lastModified": at}}] * provided.size
    for item, answer in zip(provided.items, answers, strict=True):
        status = "200 OK" if answer.existing else "201 Created"
        entries[item.entry] = _response(status, f"{base}/DocumentReference/{answer.document}", 1, at)
        if item.binary >= 0:
            entries[item.binary] = _response(status, f"{base}/Binary/{answer.document}", 1, at)
    replaced = {one.replaces: answer.replaces for one, answer in zip(sent.deposits, answers, strict=True)}
    for number, address in provided.patched.items():
        old = replaced[named_at(address, base)]
        entries[number] = _response("200 OK", f"{base}/DocumentReference/{old}", 2, at)
    return orjson.dumps({"resourceType": "Bundle", "type": "transaction-response", "entry": entries})


def _response(status: str, location: str, version: int, at: str) -> dict[str, Any]:
    etag = f'W/"{version}"'
    return {"response": {"status": status, "location": location, "etag": etag, "lastModified": at}}


def _submission(sent: SubmissionSet) -> d.Submission:
    place = f"Bundle.entry[{sent.entry}].resource"
    try:
        return d.Submission(
            unique_id=text(sent.unique_id, "List.identifier"),
            source_id=text(sent.source_id, "List.extension"),
            sent=instant(sent.sent, "List.date"),
            purpose=coded(sent.purpose, "List.extension"),
            author=None if sent.author.is_nobody else party(sent.author, "List.source"),
            title=text(sent.title, "List.title"),
        )
    except Problem as problem:
        raise placed(problem, place) from None


def _within(deposit: Deposit, submission: d.Submission) -> Any:
    return msgspec.structs.replace(deposit.further, submission=submission)


def _subject(sent: SubmissionSet, numbers: Numbers) -> str:
    """Return whose submission it is said to be, "" when it does not say."""
    if not sent.subject and not sent.subject_identifiers:
        return ""
    try:
        return reference_of(sent.subject, sent.subject_identifiers, numbers)
    except Problem as problem:
        raise placed(problem, f"Bundle.entry[{sent.entry}].resource.subject") from None


def _two_persons(entry: int) -> Problem:
    return placed(Problem(Kind.INVALID, "patient-twice"), f"Bundle.entry[{entry}].resource.subject")


def _refuse_twice(deposits: Sequence[Deposit], items: Sequence[Item]) -> None:
    """Refuse two documents of one submission under one identifier, or in the place of the same document."""
    for field, code in (("unique_id", "unique-id-conflict"), ("replaces", "replacement-refused")):
        known: set[str] = set()
        for deposit, item in zip(deposits, items, strict=True):
            value = getattr(deposit, field)
            if value and value in known:
                kind = Kind.CONFLICT if field == "unique_id" else Kind.UNPROCESSABLE
                raise placed(Problem(kind, code), _place(item))
            known.add(value)


def _refuse_lone_patches(provided: Provided, deposits: Sequence[Deposit], base: str) -> None:
    """Refuse to set to `superseded` what no document of the submission takes the place of."""
    targets = {one.replaces for one in deposits if one.replaces}
    for number, address in provided.patched.items():
        if named_at(address, base) not in targets:
            raise at_fault(f"Bundle.entry[{number}].request.url")


def _place(item: Item) -> str:
    return f"Bundle.entry[{item.entry}].resource"
