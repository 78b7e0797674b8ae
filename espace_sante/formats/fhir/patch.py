"""What a JSON Patch makes of a resource: its bytes but for what is changed, and a text that never says what is no more.

Source: FHIR R4 http#patch (the narrative must not be clinically unsafe after it), narrative-status; decision 0055.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from espace_sante.formats.fhir.json_patch import Operation, patched, touched
from espace_sante.kernel.errors import Kind, Problem

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENCODE = msgspec.json.Encoder().encode
# A text made from the data alone: whoever shows the resource makes it again.
_MADE_FROM_DATA = frozenset({"generated", "extensions"})
_NO_DATA = frozenset({"text", "meta"})


def patched_resource(resource: bytes, operations: Sequence[Operation], most: int) -> bytes:
    """Return a resource after all the operations.

    When they change data and do not touch `text`, a text made from the data is taken out. Raises Problem: patch-narrative when
    somebody wrote something of his own in it; those of `patched`.
    """
    made, names = patched(resource, operations, most), touched(operations)
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
