"""The files of the code tables: which tables there are, and their one form, a CSV where each line says where it comes from.

Source: docs/decisions/0016-code-tables.md.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from pathlib import Path

OUR_FOLDER = Path(__file__).resolve().parent / "tables"


class Table(StrEnum):
    """Every table, by the name of its file."""

    TYPES = "document-types"
    CLASSES = "document-classes"
    CLASS_OF_TYPE = "class-of-type"
    FORMAT_OF_TEMPLATE = "format-of-template"
    FORMAT_OF_MEDIA = "format-of-media"
    FACILITIES = "facility-types"
    SETTINGS = "practice-settings"
    CONFIDENTIALITY = "confidentiality"
    SPECIALTIES = "author-specialties"
    FUNCTIONS = "functions"
    DEPARTMENTS = "departments"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a code of a system and its French label, or what it becomes in another system (`target`).

    `source` names the public file and its version, `licence` what that source says of its use, `read_on` the day it
    was read (AAAA-MM-JJ).
    """

    code: str
    system: str
    label: str
    target: str
    target_system: str
    source: str
    licence: str
    read_on: str


_COLUMNS = tuple(each.name for each in fields(Row))


def path_of(folder: Path, table: Table) -> Path:
    """Return where a table stands in a folder."""
    return folder / f"{table.value}.csv"


def read_table(path: Path) -> list[Row]:
    """Return the lines of a table. Raises ValueError for a file of another form, OSError when it cannot be read."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    if not lines or tuple(lines[0]) != _COLUMNS or any(len(line) != len(_COLUMNS) for line in lines[1:]):
        raise ValueError(path.name)
    return [Row(*line) for line in lines[1:]]


def write_table(folder: Path, table: Table, rows: Iterable[Row]) -> Path:
    """Write a table whole, sorted, in one move: a reader sees the old one or the new one."""
    target = path_of(folder, table)
    aside = target.with_suffix(".new")
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(sorted(map(astuple, rows)))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)
    return target
