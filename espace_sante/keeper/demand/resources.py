"""Writing and reading FHIR resources other than documents.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md, docs/specs/resource.md.
"""

from __future__ import annotations

import msgspec


class WriteResourceParams(msgspec.Struct, frozen=True):
    """One version of a resource, sealed by whoever writes it under `key`, which the keeper wraps under its compartment's.

    `type`, `category` and `type_code` are those of one line of the public table (records/resources); `person` is the public id
    of whom the resource says it is about, compared with hers. `expected`: the version it follows, 0 for a new resource;
    `deleted`: nothing follows, `key` and `sealed` are empty, and `expected` 0 means whatever version stands.
    `hidden`: its sender asks that no other professional see it.
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


class WrittenAnswer(msgspec.Struct, frozen=True):
    """The public id of a resource, the version that stands now, and when it was written (milliseconds since 1970)."""

    resource: str
    version: int
    updated: int


class ReadResourceParams(msgspec.Struct, frozen=True):
    """One resource: the 16 bytes of its row, its type (0: any), a version (0: the present one), or the `history` of it.

    Without a row, the list: every resource that this reader may see, of these `types` (none: of all), most recent first.
    """

    row: bytes = b""
    type: int = 0
    version: int = 0
    history: bool = False
    types: tuple[int, ...] = ()
    offset: int = 0
    count: int = 50


class ResourceVersion(msgspec.Struct, frozen=True, array_like=True):
    """One version of one resource, and what opens it: its public id, type and category, when it was written.

    A version that says it was deleted opens nothing: `key` and `sealed` are empty.
    """

    resource: str
    type: int
    category: int
    version: int
    updated: int
    deleted: bool
    key: bytes
    sealed: bytes


class ResourcesAnswer(msgspec.Struct, frozen=True):
    """What was asked for, and how many there are in all that this reader may see.

    `emergency`: until when (RFC 3339 UTC) his emergency access shows him some of them, "" for none.
    """

    total: int
    found: list[ResourceVersion]
    emergency: str = ""
