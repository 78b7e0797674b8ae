"""Opening what a compartment holds: documents' keys, and the sealed lists.

A deposited key is first sealed by HPKE to the space ("H"); the keeper wraps it again under the compartment's key ("W")
when it first opens it. A list is one sealed body per compartment plus the lines deposited since.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from espace_sante.keeper.demand import DocumentMeta
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.situation import DocumentRow
from espace_sante.records.document import deposit_info, key_context, line_context
from espace_sante.vault.envelope import SealBroken, open_sealed, seal, unwrap, wrap
from espace_sante.vault.hpke import open_from
from espace_sante.vault.keys import SpaceKeys


class ListLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One document in a space's list, as it is folded: a list is decoded whole at each reading, so it stays light.

    `row` is the 16 bytes of the document's row; `date` in milliseconds since 1970 (UTC); `meta` MessagePack of
    DocumentMeta; `replaces` the row it took the place of, empty for none; the others as in its Facts.
    """

    row: bytes
    category: int
    date: int
    meta: bytes
    replaces: bytes = b""
    type_code: str = ""
    born_hidden: bool = False
    release: int = 0
    visit: bytes = b""


_ENCODE = msgspec.msgpack.Encoder().encode
_LIST = msgspec.msgpack.Decoder(list[ListLine]).decode
_META = msgspec.msgpack.Decoder(DocumentMeta).decode
_log = logging.getLogger("espace_sante.keeper")


def open_key(keys: SpaceKeys, row: DocumentRow) -> tuple[bytes, bytes | None]:
    """Return a document's key, and its new wrapping when it was still sealed as deposited."""
    if row.wrapped[:1] == b"W":
        context = key_context(keys.space, row.row_id, row.version, row.category)
        return unwrap(keys.compartment_key(row.category), row.wrapped[1:], context), None
    key = open_from(keys.deposit_secret, row.wrapped[1:], deposit_info(row.row_id))
    return key, rewrapped(keys, row, key)


def rewrapped(keys: SpaceKeys, row: DocumentRow, key: bytes) -> bytes:
    """Return a document's key wrapped under its compartment's."""
    context = key_context(keys.space, row.row_id, row.version, row.category)
    return b"W" + wrap(keys.compartment_key(row.category), key, context)


def read_lines(keys: SpaceKeys, summaries: Iterable[Record], lines: Iterable[Record]) -> list[ListLine]:
    """Return every line of a space's list that reads, folded or not, in no particular order.

    A line that was badly deposited is left out and said in the log: one document never denies a person her list.
    """
    found = [line for summary in summaries for line in open_summary(keys, summary)]
    waiting = list(lines)
    if waiting:
        known = {line.row for line in found}
        fresh = (line for line in waiting if line["row_id"].bytes not in known)
        found.extend(opened[0] for opened in open_lines(keys, fresh))
    return found


def open_lines(keys: SpaceKeys, lines: Iterable[Record]) -> list[tuple[ListLine, DocumentRow, bytes]]:
    """Open the lines that open."""
    found = []
    for line in lines:
        try:
            found.append(open_line(keys, line))
        except SealBroken:
            _log.error("a deposited line does not read")
    return found


def open_summary(keys: SpaceKeys, summary: Record) -> list[ListLine]:
    """Open one folded list."""
    category = summary["category"]
    clear = open_sealed(
        keys.summary_key(category), summary["sealed"], _summary_context(keys.space, category, summary["version"])
    )
    return _LIST(clear)


def seal_summary(keys: SpaceKeys, category: int, version: int, lines: Iterable[ListLine]) -> bytes:
    """Seal one folded list as a version of its row, already in the order it is shown."""
    body = _ENCODE(sorted(lines, key=shown_order))
    return bytes(seal(keys.summary_key(category), body, _summary_context(keys.space, category, version)))


def open_line(keys: SpaceKeys, line: Record) -> tuple[ListLine, DocumentRow, bytes]:
    """Open one line as deposited; return it with the row it belongs to and the document's key.

    Raises SealBroken when it does not open, or does not hold what a list shows.
    """
    row = DocumentRow(line["row_id"], line["version"], line["category"], line["wrapped"], b"")
    key, _ = open_key(keys, row)
    meta = bytes(open_sealed(key, line["sealed"], line_context(row.row_id)))
    try:
        date = milliseconds(_META(meta).created)
    except (msgspec.MsgspecError, ValueError, ArithmeticError):
        raise SealBroken from None
    origin = open_origin(line["origin"], keys, row.row_id)
    if origin is None:
        return ListLine(row.row_id.bytes, row.category, date, meta), row, key
    replaces = origin.replaces.bytes if origin.replaces else b""
    facts = origin.facts
    told = (facts.type_code, facts.born_hidden, facts.release, facts.visit)
    return ListLine(row.row_id.bytes, row.category, date, meta, replaces, *told), row, key


def shown_order(line: ListLine) -> tuple[int, bytes]:
    """Return the key of the order of a list: most recent first, ties by row."""
    return -line.date, line.row


def milliseconds(text: str) -> int:
    """Return an RFC 3339 instant in milliseconds since 1970."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _summary_context(space: UUID, category: int, version: int) -> bytes:
    return b"summary|" + space.bytes + category.to_bytes(2, "big") + version.to_bytes(8, "big")
