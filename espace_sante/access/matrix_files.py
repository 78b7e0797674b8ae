"""Reading the versions of the public matrix: dated CSV files, one line per cell, in French, for whoever wants to check them.

A file's name is its version (a date, then letters when there are several that day). Source: docs/specs/matrix.md.
"""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.consent.emergency import GlassKind

COLUMNS = ("profession", "libellé", "objet", "code", "montré", "raison", "source", "lu le", "licence")
_BEFORE_LICENCES = COLUMNS[:-1]
_log = logging.getLogger("espace_sante.access")
VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[a-z0-9-]{0,20}")


class MatrixUnreadable(Exception):
    """A file that is not a version of the matrix, with the line at fault; nothing of it is used."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"ligne {line} : {what}")
        self.line = line
        self.what = what


def read_matrix(version: str, text: str) -> Matrix:
    """Return one version; raises MatrixUnreadable for a line that says neither yes nor no about something known."""
    if VERSION.fullmatch(version) is None:
        raise MatrixUnreadable(0, "la version n'est pas une date")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if reader.fieldnames is None or tuple(reader.fieldnames) not in (COLUMNS, _BEFORE_LICENCES):
        raise MatrixUnreadable(1, "les colonnes ne sont pas celles attendues")
    cells: dict[str, dict[str, set[str]]] = {}
    for number, line in enumerate(reader, start=2):
        cell = _cell(number, line)
        kept = cells.setdefault(line["profession"], {"category": set(), "type": set(), "but": set(), "urgence": set()})
        if cell is not None:
            where, code = cell
            kept[where].add(code)
    return Matrix(version, MappingProxyType({profession: _row(kept) for profession, kept in cells.items()}))


def matrices_of(texts: Iterable[tuple[str, str]]) -> Matrices:
    """Return every version of (version, text) pairs, the last one by name in force."""
    found = {version: read_matrix(version, text) for version, text in texts}
    if not found:
        raise MatrixUnreadable(0, "aucune version")
    current = max(found)
    return Matrices(found[current], MappingProxyType({k: v for k, v in found.items() if k != current}))


def builtin_texts() -> list[tuple[str, str]]:
    """Return the versions shipped with the program."""
    folder = builtin_folder()
    return sorted(
        (entry.name.removesuffix(".csv"), entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".csv")
    )


def texts_in(folder: Path) -> list[tuple[str, str]]:
    """Return the versions an operator imported, none when the folder is not there."""
    return [(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.csv"))]


def decision_in(folder: Traversable, version: str) -> str:
    """Return which decision a version leans on, as it was written beside it; "" for one kept before decisions were asked."""
    path = folder.joinpath(f"{version}.decision")
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def builtin_folder() -> Traversable:
    """Return where the versions shipped with the program are."""
    return files("espace_sante.access").joinpath("matrices")


class MatrixFolder:
    """The versions of an instance, read again only when the files of its folder changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = stamp_of(self._folder)

    def newer(self) -> Matrices | None:
        """Return every version when something changed since last asked, else None; what cannot be read changes nothing."""
        stamp = stamp_of(self._folder)
        if stamp == self._seen:
            return None
        self._seen = stamp
        found: Matrices | None = None
        try:
            found = matrices_of([*builtin_texts(), *texts_in(self._folder)])
        except (MatrixUnreadable, OSError, UnicodeDecodeError):
            _log.exception("a version of the matrix cannot be read; the one in force stays")
        return found


def stamp_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes whenever a version of a folder does."""
    files = ((path.name, path.stat()) for path in sorted(folder.glob("*.csv")))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in files)


def _cell(number: int, line: Mapping[str, str | Any]) -> tuple[str, str] | None:
    what, code, shown = line["objet"], line["code"], line["montré"]  # None for what a line ends before
    if not line["profession"] or shown not in ("oui", "non") or None in line.values() or None in line:
        raise MatrixUnreadable(number, "profession, ou oui ou non, manquant")
    if what == "rien" and not code:
        return None
    if what == "catégorie" and code.isascii() and code.isdigit():
        return ("category", code) if shown == "oui" else None
    if what == "type" and code:
        return ("type" if shown == "oui" else "but"), code
    if what == "urgence" and code in set(GlassKind):
        return ("urgence", code) if shown == "oui" else None
    raise MatrixUnreadable(number, "objet inconnu")


def _row(kept: Mapping[str, set[str]]) -> Row:
    return Row(
        frozenset(int(code) for code in kept["category"]),
        frozenset(kept["type"]) - kept["but"],
        frozenset(kept["but"]),
        frozenset(GlassKind(code) for code in kept["urgence"]),
    )
