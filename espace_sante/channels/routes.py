"""What the channels without a screen serve: blank forms, the parity table, a receipt as a page, a counter's printer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import chain
from urllib.parse import parse_qs

import msgspec
import orjson
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.act import Outcome, Upload, Value
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.indicators import last_delays
from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.actions.print_jobs import is_printed_apart, take_job
from espace_sante.actions.printed_card import printed_card
from espace_sante.actions.read_document import ClearDocument
from espace_sante.actions.refusals import sentence
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.sign_in import session_of
from espace_sante.channels import desk, paper
from espace_sante.channels.parity import parity
from espace_sante.channels.signing import form_to_sign, numbered_forms
from espace_sante.formats.letter import NotAReceipt
from espace_sante.kernel.errors import Kind, Problem

# A receipt is under 2 kB; a form posted around it may triple it.
_RECEIPT_BYTES = 16_384
_STATUS = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.UNSUPPORTED_MEDIA: 415,
    Kind.UNPROCESSABLE: 422,
    Kind.TOO_MANY: 429,
    Kind.INTERNAL: 500,
    Kind.BUSY: 503,
}
_CARD = msgspec.json.Decoder(IssuedCard).decode
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
}
_PUBLIC = {**_HEADERS, "Cache-Control": "public, max-age=3600"}
_PRIVATE = {**_HEADERS, "Cache-Control": "no-store"}

Endpoint = Callable[[HttpRequest], Awaitable[Response]]


def routes(frame: Frame, provider: object) -> list[BaseRoute]:
    """Return the routes of these channels; a Problem is rendered here, as JSON with its French sentence."""
    del provider  # blank forms and tables are the same for everybody

    async def form(request: HttpRequest) -> Response:
        act = paper.act_of_form(request.path_params["form"])
        return _pdf(paper.blank_form(act, large="grand" in request.query_params), f"{act.form}.pdf", _PUBLIC)

    async def to_sign(request: HttpRequest) -> Response:
        sent = _form_values(await _body(request))
        page = await run_in_threadpool(form_to_sign, request.path_params["form"], sent)
        return _pdf(page, "a-signer.pdf", _PRIVATE)

    async def numbered(request: HttpRequest) -> Response:
        sent = _form_values(await _body(request))
        page = await run_in_threadpool(numbered_forms, sent.get("form", ""), sent.get("sheets", ""))
        return _pdf(page, "feuilles.pdf", _PRIVATE)

    async def parity_table(_: HttpRequest) -> Response:
        table = orjson.dumps(parity(delays=await last_delays(frame.keeper)))
        return Response(table, media_type="application/json", headers=_PUBLIC)

    async def receipt(request: HttpRequest) -> Response:
        try:
            return _pdf(paper.printed_receipt(_receipt_in(await _body(request), request)), "recu.pdf", _PRIVATE)
        except NotAReceipt:
            raise Problem(Kind.INVALID, "field-invalid", {"field": "reçu"}) from None

    async def card(request: HttpRequest) -> Response:
        try:
            made = _CARD(await _body(request))
        except msgspec.MsgspecError:
            raise Problem(Kind.INVALID, "body-not-json") from None
        try:
            page = await run_in_threadpool(printed_card, made, at=frame.now())
        except (ValueError, OverflowError):  # an end that is no instant of this world, a code that no picture can hold
            raise Problem(Kind.INVALID, "field-invalid", {"field": "carte"}) from None
        return _pdf(page, "carte.pdf", _PRIVATE)

    async def printer(request: HttpRequest) -> Response:
        return await _asked_to_print(frame, request)

    async def station(request: HttpRequest) -> Response:
        return await _taken(frame, request)

    return [
        Route("/guichet/formulaires/numerotes.pdf", _edge(numbered), methods=["POST"]),
        Route("/guichet/formulaires/{form}.pdf", _edge(form), methods=["GET"]),
        Route("/guichet/formulaires/{form}.pdf", _edge(to_sign), methods=["POST"]),
        Route("/garanties/parite.json", _edge(parity_table), methods=["GET"]),
        Route("/recu/pdf", _edge(receipt), methods=["POST"]),
        Route("/carte/pdf", _edge(card), methods=["POST"]),
        Route("/guichet/impressions/{act}", _edge(printer), methods=["POST"]),
        Route("/guichet/impressions/numero/{job}", _edge(station), methods=["POST"]),
    ]


async def _asked_to_print(frame: Frame, request: HttpRequest) -> Response:
    """Do an act at the counter, at the person's request; answer with a number, or with the paper of what reads nothing.

    What is read, and a card, go to the printing station: whoever asks receives nothing of it. Source: inclusion.md PAR-14.
    """
    name = request.path_params["act"]
    if name not in set(ActId):
        raise Problem(Kind.NOT_FOUND, "act-unknown")
    session = _bearer(request)
    person, values = _job(await _body(request))
    act = REGISTRY[ActId(name)]
    asked = Request(
        session,
        Channel.COUNTER,
        Proof.IDENTITY_SEEN,
        person,
        on_behalf=True,
        idempotency_key=request.headers.get("idempotency-key", "")[:200],
        client="counter",
    )
    outcome = await act.perform(frame, asked, act.parse(values))
    if is_printed_apart(act, values):
        body = orjson.dumps({"job": outcome.entry})
        return Response(body, 202, {**_PRIVATE, "Journal-Entry": outcome.entry}, "application/json")
    return _paper(frame, outcome)


async def _taken(frame: Frame, request: HttpRequest) -> Response:
    """Give a printing station what waits under a number, once."""
    _, outcome = await take_job(frame, _bearer(request), request.path_params["job"][:64])
    if isinstance(outcome.result, ClearDocument):
        return await _document(frame, outcome.result, outcome.entry)
    return _paper(frame, outcome)


def _bearer(request: HttpRequest) -> bytes:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem(Kind.UNAUTHENTICATED, "unauthenticated")
    return session_of(token.strip())


def _paper(frame: Frame, outcome: Outcome) -> Response:
    paper_out = desk.printed(frame, outcome)
    return Response(
        paper_out.data, media_type=paper_out.media_type, headers={**_PRIVATE, "Journal-Entry": outcome.entry}
    )


async def _document(frame: Frame, found: ClearDocument, entry: str) -> Response:
    """Return the document itself, chunk by chunk; the first is opened before anything is answered."""
    pieces = found.content(frame)
    first = await run_in_threadpool(next, pieces, b"")
    headers = {**_PRIVATE, "Journal-Entry": entry, "Content-Length": str(found.meta.size)}
    body = iterate_in_threadpool(chain((first,), pieces))
    return StreamingResponse(body, media_type=found.meta.media_type, headers=headers)


def _job(body: bytes) -> tuple[str, dict[str, Value]]:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Problem(Kind.INVALID, "body-not-json") from None
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        raise Problem(Kind.INVALID, "body-not-json")
    values: dict[str, str | Upload] = dict(read)
    person = values.pop("person", "")
    if not isinstance(person, str) or not person:
        raise Problem(Kind.INVALID, "patient-missing")
    return person, values


def _form_values(body: bytes) -> dict[str, str]:
    """Return the fields of a posted form; several values of one field are separated by commas."""
    try:
        return {name: ",".join(values) for name, values in parse_qs(body.decode(), max_num_fields=60).items()}
    except (UnicodeDecodeError, ValueError):
        raise Problem(Kind.INVALID, "demand-invalid") from None


def _receipt_in(body: bytes, request: HttpRequest) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        return body
    try:
        return parse_qs(body.decode("ascii"), max_num_fields=10).get("receipt", [""])[0].encode()
    except (UnicodeDecodeError, ValueError):
        raise NotAReceipt from None


async def _body(request: HttpRequest) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > _RECEIPT_BYTES:
            raise Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": _RECEIPT_BYTES})
        pieces.append(piece)
    return b"".join(pieces)


def _pdf(data: bytes, name: str, headers: dict[str, str]) -> Response:
    return Response(
        data,
        media_type="application/pdf",
        headers={**headers, "Content-Disposition": f'inline; filename="{name}"'},
    )


def _edge(endpoint: Endpoint) -> Endpoint:
    async def answered(request: HttpRequest) -> Response:
        try:
            return await endpoint(request)
        except Problem as problem:
            body = orjson.dumps({"code": problem.code, "sentence": sentence(problem)})
            headers = {**_PRIVATE, **({"Journal-Entry": problem.entry} if problem.entry else {})}
            return Response(body, _STATUS.get(problem.kind, 500), headers, "application/json")

    return answered
