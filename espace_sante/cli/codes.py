"""`espace-sante codes import`: the official files of code tables, taken in place of ours."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from espace_sante.cli import show
from espace_sante.formats.code_files import Fault, NotTaken, read_official
from espace_sante.formats.code_rows import Row, Table, write_table
from espace_sante.kernel.on_disk import reading
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings

_KNOWN = "JDV_J01, J02, J04, J06, J07, J08, J47, TRE_A03, ASS_X04, ASS_A11, ASS_A12"
_SENTENCES = {
    Fault.UNREADABLE: "n'est ni du JSON ni du XML lisible",
    Fault.UNKNOWN_FORM: "n'est ni un ValueSet, un CodeSystem ou un ConceptMap de FHIR, ni un jeu de valeurs IHE SVS",
    Fault.UNKNOWN_TABLE: f"n'est pas une des tables utilisées ici ({_KNOWN})",
    Fault.INCOMPLETE: "ne contient pas tous ses codes : demandez sa forme développée (expansion)",
}
_MOST = 20_000_000


def take(settings: Settings, chosen: Namespace) -> int:
    """Read every file first, then write the tables: a file that is refused leaves all of them as they were."""
    today = datetime.now(UTC).date().isoformat()
    read = [read_official_file(path, today) for path in chosen.files]
    folder = settings.home / "tables"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    taken = {}
    for tables in read:
        for table, rows in tables.items():
            write_table(folder, table, rows).chmod(0o644)  # labels are public; every process reads them
            taken[table.value] = len(rows)
    if chosen.json:
        show.as_json({"folder": str(folder), "tables": taken})
        return 0
    for name, many in taken.items():
        show.say(f"{name} : {how_many(many, 'ligne écrite', 'lignes écrites')} dans {folder}.")
    show.say("Ces tables servent au prochain démarrage.")
    return 0


def read_official_file(path: Path, today: str) -> dict[Table, list[Row]]:
    """Return the tables of a file, or refuse it in a sentence."""
    try:
        with reading(path, "Aucune table n'est changée."):
            if path.stat().st_size > _MOST:
                raise OperatorRefusal(
                    f"« {path} » est trop lourd : {_MOST} octets au plus. Aucune table n'est changée."
                )
            return read_official(path.read_bytes(), today)
    except NotTaken as fault:
        raise OperatorRefusal(f"« {path} » {_SENTENCES[fault.fault]}. Aucune table n'est changée.") from None
