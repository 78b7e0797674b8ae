"""What an act gave, as JSON: one form per kind of result, whatever the act."""

from __future__ import annotations

import base64
from types import MappingProxyType
from typing import Any

import msgspec
import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.export_journal import TakenAway
from espace_sante.actions.handle_page import OpenedPage
from espace_sante.actions.line_said import line_of
from espace_sante.actions.list_documents import DocumentList, Listed
from espace_sante.actions.party_said import nobody_named
from espace_sante.actions.prove_journal import LineReceipt, Proof
from espace_sante.actions.read_document import ClearDocument
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.read_resource import ClearResource, ResourcePage
from espace_sante.actions.write_resource import Written
from espace_sante.keeper.demand import SupportAnswer

# The name of a result that is one identifier.
_NAMES = MappingProxyType(
    {
        ActId.OPEN_SPACE: "person",
        ActId.OPEN_SANDBOX: "person",
        ActId.DEPOSIT_DOCUMENT: "document",
        ActId.KEEP_EPISODE: "number",
    }
)


def as_json(act: ActId, result: object, address: str) -> dict[str, Any]:
    """Return a result as JSON values; a document's bytes are never in it, only the address they are read at."""
    match result:
        case DocumentList():
            lines = [
                {"document": line.document, "masked": line.masked, **_values(line.meta), **_chain(line)}
                for line in result.lines
            ]
            view = {"seen_by": result.seen_by, "why": result.why} if result.seen_by else {}
            known = {"total": result.total, "offset": result.offset, "documents": lines}
            return {**known, **_emergency(result), **view}
        case ClearDocument():
            content = f"{address}/fhir/Binary/{result.document}"
            said = {"document": result.document, "version": result.version, "content": content}
            return {**said, **_values(result.meta), **_chain(result), **_emergency(result)}
        case ResourcePage():
            resources = [_resource(one, address) for one in result.found]
            return {"total": result.total, "offset": result.offset, "resources": resources, **_emergency(result)}
        case Written():
            updated = result.updated.isoformat(timespec="milliseconds")
            return {"resource": result.resource, "version": result.version, "updated": updated}
        case JournalPage():
            return {
                "n": result.n,
                "records": list(result.records),
                "references": list(result.references),
                "documents": list(result.documents),
                "grants": [_values(grant) for grant in result.grants],
                "blocks": [_values(block) for block in result.blocks],
                "masks": [_values(mask) for mask in result.masks],
                "cases": [_values(case) for case in result.cases],
                "support": [_values(one) for one in result.support],
                "emergency": _values(result.emergency),
                "cards": [_values(card) for card in result.cards],
                "requests": [_values(one) for one in result.requests],
                "choices": [_values(choice) for choice in result.choices],
                "episodes": [_values(one) for one in result.episodes],
                "post": _values(result.post),
                "kinds": list(result.kinds),
                "said": [_said(record) for record in result.records],
                "counts": dict(result.counts),
                "low": result.low,
                "next": result.next,
            }
        case OpenedPage():  # its picture is on the pages of the counter alone
            return {**_values(result.line), "boxes": [list(box) for box in result.boxes]}
        case SupportAnswer():
            records = [orjson.loads(record) for record in result.records]
            return {"ends": result.ends, "choices": result.choices, "records": records}
        case TakenAway():
            return taken_away(result)
        case Proof():
            return {
                "proof": b"".join(result.pieces()).decode(),
                "years": list(result.years),
                "lines": result.lines,
                "later": result.later,
                **_state(result),
            }
        case LineReceipt():
            return {
                "number": result.number,
                "reference": result.reference,
                "receipt": base64.b64encode(result.data).decode(),
                **_state(result),
            }
        case str():
            return {_NAMES.get(act, "result"): result}
        case msgspec.Struct():
            return _values(result)
    raise TypeError(f"no JSON form for {type(result).__name__}")


def taken_away(found: TakenAway) -> dict[str, Any]:
    """Return what she takes away: each line's record as it was sealed, with what chains it, and her receipts."""
    lines = [
        {"seq": line.seq, "tag": line.tag.hex(), "commitment": line.com.hex(), "record": line.record.decode()}
        for line in found.lines
    ]
    return {"lines": lines, "receipts": [receipt.decode() for receipt in found.receipts]}


def _said(record: dict[str, Any]) -> dict[str, str]:
    """Return a line in plain French: what was done, of what sort it is, why it was allowed or refused."""
    line = line_of(record, "", "", str, nobody_named)
    return {"what": line.sentence, "sort": line.sort, "why": line.why}


def _state(one: Proof | LineReceipt) -> dict[str, Any]:
    """Return which state of the public journal something is about."""
    return {"size": one.size, "seen": one.seen.isoformat()}


def _resource(one: ClearResource, address: str) -> dict[str, Any]:
    """Return one resource: what it is, and itself as it was sent, in a text so that no number loses a digit."""
    said, when = one.said
    return {
        "resource": one.resource,
        "type": one.type,
        "label": one.label,
        "category": one.category,
        "said": said,
        "when": when,
        "version": one.version,
        "updated": one.updated.isoformat(timespec="milliseconds"),
        "deleted": one.deleted,
        "body": one.body.decode(),
        "content": f"{address}/fhir/{one.type}/{one.resource}",
    }


def _chain(one: Listed | ClearDocument) -> dict[str, Any]:
    """Return the versions before and after a document, by their public ids: over what its sender wrote of them."""
    return {"replaces": one.replaces, "replaced_by": one.replaced_by}


def _emergency(one: DocumentList | ClearDocument | ResourcePage) -> dict[str, str]:
    """Say that an emergency shows it, and until when; nothing otherwise."""
    return {"emergency": one.emergency} if one.emergency else {}


def _values(struct: msgspec.Struct) -> dict[str, Any]:
    found = msgspec.to_builtins(struct)
    assert isinstance(found, dict)
    return found
