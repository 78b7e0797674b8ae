"""What a code of the CI-SIS is called in French, and what it becomes in another system.

Read once from our dated tables, or from those an operator imported, which are preferred table by table. A code may stand
under several systems: the one asked for wins, then the first. Source: docs/decisions/0016-code-tables.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from espace_sante.formats.code_rows import OUR_FOLDER, Row, Table, path_of, read_table

# A document that follows none of the models known here (NOS, ASS_A11).
FORMAT_OF_NO_MODEL = "urn:asipSante:modelesHorsProfils:2011"
_NO_ROWS: tuple[Row, ...] = ()


class CodeTables:
    """The tables of one instance; each is read when it is first asked for."""

    def __init__(self, imported: Path | None = None) -> None:
        self._imported = imported
        self._read: dict[Table, Mapping[str, tuple[Row, ...]]] = {}
        self._systems: dict[str, str] = {}

    def rows(self, table: Table) -> Mapping[str, tuple[Row, ...]]:
        """Return the lines of a table by code. An imported table that cannot be read is an error, never skipped."""
        if table not in self._read:
            self._read[table] = _by_code(read_table(self.path(table)))
        return self._read[table]

    def path(self, table: Table) -> Path:
        """Return the file a table is read from: the imported one, else ours."""
        if self._imported is not None and path_of(self._imported, table).exists():
            return path_of(self._imported, table)
        return path_of(OUR_FOLDER, table)

    def find(self, table: Table, code: str, system: str = "") -> Row | None:
        """Return the line of a code, of the system asked for when there are several; None for an unknown code."""
        found = self.rows(table).get(code, _NO_ROWS)
        wanted = system.removeprefix("urn:oid:")
        return next((row for row in found if row.system == wanted), found[0] if found else None)

    def label_of(self, table: Table, code: str, system: str = "") -> str:
        """Return the French label of a code, "" when it is unknown."""
        row = self.find(table, code, system)
        return row.label if row else ""

    def class_of_type(self, type_code: str, system: str = "") -> str:
        """Return the class (TRE_A03) of a document's type, "" when no table says it."""
        row = self.find(Table.CLASS_OF_TYPE, type_code, system)
        return row.target if row else ""

    def format_of_template(self, templates: Iterable[str]) -> str:
        """Return the format of a structured document: that of the first of its models that is known, "" for none."""
        rows = (self.find(Table.FORMAT_OF_TEMPLATE, template) for template in templates)
        return next((row.target for row in rows if row), "")

    def format_of_media(self, media_type: str) -> str:
        """Return the format of an unstructured document, by what it wraps; "" when unknown."""
        row = self.find(Table.FORMAT_OF_MEDIA, media_type.partition(";")[0].strip().lower())
        return row.target if row else ""

    def system_of_format(self, format_code: str) -> str:
        """Return the OID of the system a format code belongs to, "" when unknown."""
        if not self._systems:
            for table in (Table.FORMAT_OF_TEMPLATE, Table.FORMAT_OF_MEDIA):
                self._systems |= {row.target: row.target_system for rows in self.rows(table).values() for row in rows}
        return self._systems.get(format_code, "")


def _by_code(rows: list[Row]) -> Mapping[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for row in rows:
        found[row.code] = (*found.get(row.code, _NO_ROWS), row)
    return MappingProxyType(found)


@lru_cache(maxsize=8)
def code_tables(home: Path | None = None) -> CodeTables:
    """Return the tables of the instance whose state folder is `home`, read once per process; ours alone without it."""
    return CodeTables(home / "tables" if home else None)
