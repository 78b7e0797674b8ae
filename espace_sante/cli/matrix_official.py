"""From the official matrix to a version of ours: its numbers by its own taxonomy, its names by tables, never from memory."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from espace_sante.access.matrix_cells import Cell, Version
from espace_sante.access.matrix_files import COLUMNS
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import CodeTables
from espace_sante.formats.habilitation_matrix import NotAMatrix, OfficialMatrix
from espace_sante.kernel.refusal import OperatorRefusal

# Ours, that the official matrix does not speak of: who asks in an emergency, who never reads by his profession alone.
_OURS = ("urgence", "rien")


def correspondence(given: Path | None, tables: CodeTables, present: Version) -> Mapping[str, str]:
    """Return the code of a profession by its folded French name: the operator's file, then the version in force, then tables.

    A name with several codes in the tables stands for none: the operator says which.
    """
    found: dict[str, set[str]] = {}
    for code, rows in tables.rows(Table.SPECIALTIES).items():
        for row in rows:
            found.setdefault(_folded(row.label), set()).add(code)
    sure = {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
    sure |= {_folded(label): code for code, label in present.professions.items() if "/" not in code}
    return sure | (_given(given) if given else {})


def official_text(
    official: OfficialMatrix, codes: Mapping[str, str], present: Version, *, source: str, licence: str, today: str
) -> str:
    """Return the version as CSV. Raises NotAMatrix for a profession that no table names."""
    unknown = sorted(name for name in official.professions.values() if _folded(name) not in codes)
    if unknown:
        raise NotAMatrix("la grille", "", f"professions sans code connu : {', '.join(unknown)} ; donnez --professions")
    named = {number: codes[_folded(name)] for number, name in official.professions.items()}
    if len(set(named.values())) != len(named):
        raise NotAMatrix("la grille", "", "deux professions ont le même code ; donnez --professions")
    lines = [
        Cell(
            named[cell.profession],
            official.professions[cell.profession],
            "type",
            cell.type_code,
            cell.shown,
            f"grille officielle, catégorie « {official.categories[cell.category]} »",
            source,
            today,
            licence,
        )
        for cell in dict.fromkeys(official.cells)
    ]
    return _written([*_once(lines), *_kept(present, set(named.values()))])


def _once(lines: list[Cell]) -> list[Cell]:
    """A type that stands in two categories is one line: nothing in a line of ours depends on it."""
    return list({(one.profession, one.code): one for one in reversed(lines)}.values())[::-1]


def _kept(present: Version, named: set[str]) -> list[Cell]:
    return [
        one for one in present.cells if one.what in _OURS and (one.what == "urgence" or one.profession not in named)
    ]


def _written(lines: list[Cell]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in lines:
        shown = "oui" if one.shown else "non"
        where = (one.profession, one.label, one.what, one.code, shown)
        writer.writerow((*where, one.reason, one.source, one.read_on, one.licence))
    return out.getvalue()


def _given(path: Path) -> dict[str, str]:
    """Read the operator's own correspondence: name of the official matrix, code of the CI-SIS."""
    try:
        lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    except (OSError, UnicodeDecodeError):
        raise OperatorRefusal(f"« {path} » ne se lit pas. Rien n'est changé.") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=2):
        name, code = (line.get("nom") or "").strip(), (line.get("profession") or "").strip()
        if not name or not code or len(code) > 40 or not code.isascii():
            raise OperatorRefusal(
                f"« {path} », ligne {number} : il faut les colonnes nom et profession. Rien n'est changé."
            )
        found[_folded(name)] = code
    return found


def _folded(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().replace("-", " ").split())
