"""What a patch makes of a resource: its bytes but for what is changed, and a text that never says what is no more.

Source: FHIR R4 http#patch (the narrative must not be clinically unsafe after it), narrative-status; decision 0055.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import msgspec

from espace_sante.formats.fhir.json_patch import Operation, patched, read_patch, touched
from espace_sante.formats.fhir.path_patch import PathOperation, path_patched, read_path_patch
from espace_sante.kernel.errors import Kind, Problem

JSON_PATCH = "application/json-patch+json"
PATH_PATCH = "application/fhir+json"
PATCHES = frozenset({JSON_PATCH, PATH_PATCH})
# From a resource, and the most bytes it may have at each step, to what a patch makes of it.
Change: TypeAlias = Callable[[bytes, int], bytes]

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENCODE = msgspec.json.Encoder().encode
# A text made from the data alone: whoever shows the resource makes it again.
_MADE_FROM_DATA = frozenset({"generated", "extensions"})
_NO_DATA = frozenset({"text", "meta"})


def read_change(media_type: str, body: bytes) -> Change:
    """Return what a patch of one of the types of PATCHES does. Raises Problem: those of `read_patch` and `read_path_patch`."""
    if media_type == JSON_PATCH:
        operations = read_patch(body)
        return lambda resource, most: patched_resource(resource, operations, most)
    by_path = read_path_patch(body)
    return lambda resource, most: path_patched_resource(resource, by_path, most)


def patched_resource(resource: bytes, operations: Sequence[Operation], most: int) -> bytes:
    """Return a resource after all the operations.

    When they change data and do not touch `text`, a text made from the data is taken out. Raises Problem: patch-narrative when
    somebody wrote something of his own in it; those of `patched`.
    """
    return _told(patched(resource, operations, most), touched(operations))


def path_patched_resource(resource: bytes, operations: Sequence[PathOperation], most: int) -> bytes:
    """Return a resource after all the operations of a FHIRPath Patch; raises Problem, as `patched_resource` does."""
    made, done = path_patched(resource, operations, most)
    return _told(made, touched(done))


def _told(made: bytes, names: frozenset[str]) -> bytes:
    if not names - _NO_DATA or names & {"text", ""}:
        return made
    members = _MEMBERS.decode(made)
    text: Any = msgspec.json.decode(members["text"]) if "text" in members else {"status": "empty"}
    match text.get("status") if isinstance(text, dict) else None:
        case "empty":
            return made
        case str(status) if status in _MADE_FROM_DATA:
            del members["text"]
            return _ENCODE(members)
    raise Problem(Kind.UNPROCESSABLE, "patch-narrative", {"expression": "text"})
