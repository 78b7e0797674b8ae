"""Our code tables: each line says where it comes from; what an operator imported is preferred."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from espace_sante.formats.code_rows import OUR_FOLDER, Row, Table, read_table, write_table
from espace_sante.formats.code_tables import CodeTables, code_tables
from espace_sante.records.document import _BY_CLASS, _BY_TYPE

LOINC = "2.16.840.1.113883.6.1"


@pytest.mark.parametrize("table", Table)
def test_each_line_says_its_source_its_licence_and_the_day_it_was_read(table: Table) -> None:
    rows = read_table(OUR_FOLDER / f"{table}.csv")
    assert rows
    assert len({(row.code, row.system) for row in rows}) == len(rows), "a code stands once in its system"
    maps = table in (Table.CLASS_OF_TYPE, Table.FORMAT_OF_TEMPLATE, Table.FORMAT_OF_MEDIA)
    for row in rows:
        assert row.code
        assert row.source.startswith(("ansforge/", "@etalab/decoupage-administratif "))
        assert " ; révision " in row.source
        assert row.licence
        assert date.fromisoformat(row.read_on)
        assert bool(row.target) == bool(row.target_system) == maps
        assert bool(row.label) == (not maps)
        assert ("LOINC" in row.licence) == (row.system == LOINC)


def test_no_other_file_stands_beside_the_tables() -> None:
    assert {path.name for path in OUR_FOLDER.iterdir()} == {f"{table}.csv" for table in Table}


def test_labels_classes_and_formats() -> None:
    tables = CodeTables()
    assert tables.label_of(Table.TYPES, "11502-2") == "CR d'examens biologiques"
    assert tables.label_of(Table.TYPES, "inconnu") == ""
    assert tables.class_of_type("11502-2") == "10"
    assert tables.class_of_type("E1762") == ""
    assert tables.format_of_template(["1.2.3", "1.2.250.1.213.1.1.1.55"]) == "urn:ihe:lab:xd-lab:2008"
    assert tables.format_of_template([]) == ""
    assert tables.format_of_media("application/pdf") == "urn:ihe:iti:xds-sd:pdf:2008"
    assert tables.format_of_media("IMAGE/JPEG; q=1") == "urn:ihe:iti-fr:xds-sd:jpeg:2010"
    assert tables.system_of_format("urn:ihe:iti:xds-sd:pdf:2008") == "1.3.6.1.4.1.19376.1.2.3"
    assert tables.system_of_format("urn:asip:ci-sis:vsm:2012") == "1.2.250.1.213.1.1.4.2.282"
    assert tables.system_of_format("urn:inconnu") == ""


def test_every_type_has_a_class_but_two() -> None:
    tables = CodeTables()
    assert {code for code in tables.rows(Table.TYPES) if not tables.class_of_type(code)} == {"101881-1", "E1762"}


def test_the_map_of_categories_speaks_of_codes_that_exist() -> None:
    tables = CodeTables()
    assert all(tables.find(Table.TYPES, code) for code in _BY_TYPE)
    assert all(tables.find(Table.CLASSES, code) for code in _BY_CLASS)


def test_a_code_of_two_systems_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    rows = [
        Row("1", system, f"un de {system}", "", "", "ansforge/x ; révision 1", "aucune", "2026-11-25")
        for system in "ab"
    ]
    write_table(tmp_path / "tables", Table.FUNCTIONS, rows)
    tables = code_tables(tmp_path)
    assert tables.label_of(Table.FUNCTIONS, "1", "urn:oid:b") == "un de b"
    assert tables.label_of(Table.FUNCTIONS, "1", "c") == "un de a"
    assert tables.label_of(Table.FUNCTIONS, "PCP") == "", "an imported table replaces ours whole"
    assert tables.label_of(Table.TYPES, "11502-2"), "the others stay ours"


def test_an_imported_table_of_another_form_is_an_error_never_skipped(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "functions.csv").write_text("code,label\n1,un\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"functions\.csv"):
        CodeTables(tmp_path / "tables").label_of(Table.FUNCTIONS, "1")
