"""The departments of France and the territories beside them: their codes and names, from a dated public table.

Source: INSEE, code officiel géographique; formats/tables/departments.csv; docs/decisions/0087.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from espace_sante.formats.code_rows import OUR_FOLDER, Table, path_of, read_table


@cache
def departments() -> Mapping[str, str]:
    """Return the name of each department by its code, in the order of the codes."""
    rows = read_table(path_of(OUR_FOLDER, Table.DEPARTMENTS))
    return MappingProxyType({row.code: row.label for row in sorted(rows, key=lambda row: row.code)})


def department_code(written: str) -> str:
    """Return the code somebody wrote by hand in its one form ("1" is 01, "2a" is 2A), "" for one that does not exist."""
    code = written.strip().upper().zfill(2)
    return code if code in departments() else ""
