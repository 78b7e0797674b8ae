"""A file of the debate, named on the command line and checked under the keys typed there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from espace_sante.debate.export import Exported, ExportRefused, read_export
from espace_sante.journal.notes import NoteKey
from espace_sante.kernel.on_disk import reading
from espace_sante.kernel.refusal import OperatorRefusal


def checked_export(path: Path, key: NoteKey, witnesses: Iterable[NoteKey] = ()) -> Exported:
    """Return what the file says, once its signature holds. Raises OperatorRefusal."""
    with reading(path):
        data = path.read_bytes()
    try:
        return read_export(data, key, witnesses)
    except ExportRefused as fault:
        raise OperatorRefusal(f"« {path} » n'est pas ce que dit sa signature : {fault}.") from None
