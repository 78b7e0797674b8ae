"""The header of a CDA, on a document written by us."""

from __future__ import annotations

import pytest

from espace_sante.formats.cda.header import read_header
from espace_sante.formats.cda.header_values import Code, Header, Identifier, Organization
from espace_sante.formats.cda.metadata import format_of, media_type_of, metadata
from espace_sante.formats.cda.reading import read
from espace_sante.formats.code_tables import FORMAT_OF_NO_MODEL, CodeTables
from espace_sante.kernel.errors import Problem
from tests.small_cda import small_cda

TABLES = CodeTables()
NATIONAL = "1.2.250.1.71.4.2.1"


def header(**changes: str) -> Header:
    return read_header(read(small_cda(**changes)))


def test_what_the_document_is() -> None:
    found = header()
    assert found.unique_id == Identifier("1.2.250.1.999.7.1")
    assert (found.set_id.text, found.version) == ("1.2.250.1.999.7", "2")
    assert found.type == Code("60591-5", "2.16.840.1.113883.6.1", "Synthèse médicale")
    assert found.title == "Synthèse de Zoé", "a title may hold other elements and line ends"
    assert (found.created, found.language) == ("20261102093000+0100", "fr-FR")
    assert [one.code for one in found.confidentiality] == ["N"]
    assert found.structured
    assert not found.body_media_type
    assert not found.self_presentable
    assert media_type_of(found) == "text/xml"
    assert found.replaces == (Identifier("1.2.250.1.999.7.0"),), "an addition replaces nothing"
    assert found.orders == (Identifier("1.2.250.1.999.10", "D7"),)


def test_whom_it_is_about() -> None:
    patient = header().patient
    assert patient.ins == Identifier("1.2.250.1.213.1.4.10", "299019999900123")
    assert patient.ins_kind == "INS-NIR (test)"
    assert not patient.ins_key_right
    assert patient.identifiers == (Identifier("1.2.250.1.999.8", "4321"),)
    assert (patient.birth_name, patient.used_name, patient.married_name) == ("ESSAI", "DUBOIS", "")
    assert (patient.given_names, patient.first_given, patient.used_given) == ("ZOE ANNE", "ZOE", "ANNE")
    assert (patient.sex, patient.birth_date) == ("F", "19990102")
    assert (patient.birth_place, patient.birth_town) == ("63220", "Orbeil")


def test_who_wrote_it_and_who_answers_for_it() -> None:
    found = header()
    person, device = found.authors
    assert person.identifier == Identifier(NATIONAL, "899900000022")
    assert person.name == "Luc GUERIN"
    assert person.role == Code("PCP", "2.16.840.1.113883.5.88", "Médecin traitant")
    assert person.specialty.code == "G15_10/SM26"
    assert person.organization == Organization(Identifier("1.2.250.1.71.4.2.2", "1990000001"), "Cabinet du Lac")
    assert not person.device
    assert device.device
    assert device.name == "Cabinet+ Modèle 3"
    assert device.time == "", "a time that is not known is not said"
    assert found.authenticator.name == "Luc GUERIN"
    assert found.custodian.name == "Cabinet du Lac"


def test_the_care_it_is_about() -> None:
    found = header()
    assert (found.service_start, found.service_stop) == ("202611020900+0100", "202611020930+0100")
    assert found.events == (Code("CS", "1.2.250.1.215.200.3.3", "Consultation"),), "an act without a code is no event"
    assert found.practice_setting.code == "AMBULATOIRE"
    assert found.facility_type.code == "SA07"


def test_each_root_of_a_national_number_has_its_word() -> None:
    for root, word in (
        ("1.2.250.1.213.1.4.8", "INS-NIR"),
        ("1.2.250.1.213.1.4.9", "INS-NIA"),
        ("1.2.250.1.213.1.4.10", "INS-NIR (test)"),
        ("1.2.250.1.213.1.4.11", "INS-NIR (démonstration)"),
        ("1.2.250.1.213.1.4.13", ""),
    ):
        patient = read_header(read(small_cda("299019999900123", root))).patient
        assert (patient.ins_kind, bool(patient.ins)) == (word, bool(word)), "a social security number is not an INS"


def test_an_empty_document_says_nothing_and_breaks_nothing() -> None:
    found = read_header(read(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>'))
    values = metadata(found, TABLES)
    assert values.pop("formatCode") == FORMAT_OF_NO_MODEL
    assert values.pop("mimeType") == "text/xml"
    assert values.pop("structured") is False
    assert all(value in (None, []) for value in values.values()), values


def test_a_document_that_wraps_a_pdf_has_the_format_of_a_pdf() -> None:
    body = '<component><nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERg==</text></nonXMLBody></component>'
    found = header(body=body, templates='<templateId root="1.3.6.1.4.1.19376.1.2.20"/>')
    assert not found.structured
    assert found.body_media_type == "application/pdf"
    assert format_of(found, TABLES) == "urn:ihe:iti:xds-sd:pdf:2008"


def test_a_document_that_presents_itself_is_found_in_its_style_sheet() -> None:
    inner = small_cda(before="").decode()
    sheet = f'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">{inner}</xsl:stylesheet>'
    found = read_header(read(sheet.encode()))
    assert found.self_presentable
    assert media_type_of(found) == "application/xslt+xml"
    assert found.unique_id.root == "1.2.250.1.999.7.1"


def test_latin_1_is_read_as_it_is_declared() -> None:
    document = small_cda(before='<?xml version="1.0" encoding="ISO-8859-1"?>').decode().encode("iso-8859-1")
    assert read_header(read(document)).title == "Synthèse de Zoé"


def test_a_name_without_qualifiers_is_the_birth_name() -> None:
    patient = "<patient><name><family>ESSAI</family><given>ZOE</given></name></patient>"
    found = header(patient=f"<recordTarget><patientRole>{patient}</patientRole></recordTarget>").patient
    assert (found.birth_name, found.given_names, found.first_given) == ("ESSAI", "ZOE", "")
    assert not found.ins
    assert not found.ins_kind


def test_two_documents_in_a_style_sheet_are_none() -> None:
    inner = small_cda(before="").decode()
    sheet = f'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">{inner}{inner}</xsl:stylesheet>'
    with pytest.raises(Problem, match="not-a-cda"):
        read(sheet.encode())
