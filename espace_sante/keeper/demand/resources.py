"""Writing and reading FHIR resources other than documents.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md, docs/specs/resource.md.
"""

from __future__ import annotations

import msgspec

from espace_sante.keeper.demand.documents import Line


class Unless(msgspec.Struct, frozen=True):
    """What a condition was searched among, when nothing met it: `among` stands for the rows given (records/resource_terms.py).

    `near`: the groups of digests it was narrowed by. When the rows are others now, nothing is written: `condition-moved`.
    """

    among: bytes
    near: tuple[tuple[bytes, ...], ...] = ()


class WriteResourceParams(msgspec.Struct, frozen=True):
    """One version of a resource, sealed by whoever writes it under `key`, which the keeper wraps under its compartment's.

    `type`, `category` and `type_code` are those of one line of the public table (records/resources); `person` is the public id
    of whom the resource says it is about, compared with hers. `expected`: the version it follows, 0 for a new resource;
    `deleted`: nothing follows, `key` and `sealed` are empty, and `expected` 0 means whatever version stands.
    `hidden`: its sender asks that no other professional see it. `terms`: what a search is narrowed by (records/resource_terms.py).
    `leans`: the rows of the supporting resources it names, 16 bytes each (keeper/leaning.py). `unless`: what a condition that
    nothing met was searched among. `others`: the other versions of one transaction, each of the same person and without others:
    all are kept, or none.
    """

    row: bytes
    type: int
    category: int = 0
    type_code: str = ""
    key: bytes = b""
    sealed: bytes = b""
    person: str = ""
    expected: int = 0
    deleted: bool = False
    hidden: bool = False
    terms: bytes = b""
    leans: bytes = b""
    unless: Unless | None = None
    others: tuple[WriteResourceParams, ...] = ()


class WrittenAnswer(msgspec.Struct, frozen=True):
    """The public id of a resource, the version that stands now, and when it was written (milliseconds since 1970).

    `others`: those of the other versions of a transaction, in the order they were asked in.
    """

    resource: str
    version: int
    updated: int
    others: tuple[WrittenAnswer, ...] = ()


class ReadResourceParams(msgspec.Struct, frozen=True):
    """One resource: the 16 bytes of its row, its type (0: any), a version (0: the present one), or the `history` of it.

    Without a row, the list: every resource that this reader may see, of these `types` (none: of all), most recent first.
    With `after` (16 bytes), in the order of rows, those after that one, as many as an answer holds: a place that no change moves.
    Of the type `narrowed`, only those that may carry a digest of each group of `near`; `since`: written from that instant on
    (milliseconds since 1970); `documents`: with the list of documents, in the same answer.
    """

    row: bytes = b""
    type: int = 0
    version: int = 0
    history: bool = False
    types: tuple[int, ...] = ()
    offset: int = 0
    count: int = 50
    after: bytes = b""
    narrowed: int = 0
    near: tuple[tuple[bytes, ...], ...] = ()
    since: int = 0
    documents: bool = False


class Writer(msgspec.Struct, frozen=True, array_like=True):
    """Who wrote a version: `kind` person (she, or who acts for her) or practitioner; his number, his structure's name and number."""

    kind: str = ""
    identifier: str = ""
    structure: str = ""
    structure_id: str = ""


NO_WRITER = Writer()


class ResourceVersion(msgspec.Struct, frozen=True, array_like=True):
    """One version of one resource, and what opens it: its public id, type and category, when it was written.

    A version that says it was deleted opens nothing: `key` and `sealed` are empty. `writer`: of a resource that was named, not of
    those of a list.
    """

    resource: str
    type: int
    category: int
    version: int
    updated: int
    deleted: bool
    key: bytes
    sealed: bytes
    writer: Writer = NO_WRITER


class ResourcesAnswer(msgspec.Struct, frozen=True):
    """What was asked for, and how many there are in all that this reader may see.

    `emergency`: until when (RFC 3339 UTC) his emergency access shows him some of them, "" for none. `more`: in the order of rows,
    there are others after the last one. `documents`: every line of the list of documents he may see, when it was asked for.
    """

    total: int
    found: list[ResourceVersion]
    emergency: str = ""
    more: bool = False
    documents: list[Line] = []
