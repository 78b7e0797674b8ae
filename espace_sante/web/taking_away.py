"""Her journal, what chains it, and her receipts as one file: open formats, readable without us. Guarantee: G6, G12."""

from __future__ import annotations

import io
import zipfile

import orjson

from espace_sante.actions.export_journal import TakenAway

_OLDEST = (1980, 1, 1, 0, 0, 0)  # the archive's own dates say nothing
README = """Ce dossier est à vous.

journal.jsonl : votre journal, une ligne par fait, la plus ancienne d'abord, telle qu'elle a été scellée.
preuves.json  : pour chaque ligne, son numéro, son étiquette et son empreinte. Chaque ligne contient l'empreinte de la précédente.
recus/        : vos reçus, signés par le service. Le champ « signature » se vérifie avec la clé publique du service.

Les formats sont publics : docs/specs/entry.md et docs/specs/receipt.md.
"""


def packed(found: TakenAway) -> bytes:
    """Return the archive of what she takes away; the same content gives the same bytes."""
    files = {
        "LISEZ-MOI.txt": README.encode(),
        "journal.jsonl": b"".join(line.record + b"\n" for line in found.lines),
        "preuves.json": orjson.dumps(
            [{"seq": one.seq, "tag": one.tag.hex(), "commitment": one.com.hex()} for one in found.lines]
        ),
    }
    for number, receipt in enumerate(found.receipts, start=1):
        files[f"recus/{number:04d}.json"] = receipt
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _OLDEST), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
