"""What a document says of itself, as a deposit keeps it; and what happens when whoever sends it says otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from espace_sante.actions.alerts import ALERTS, MOST
from espace_sante.actions.completed import completed, merged
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.described import Described, describe
from espace_sante.actions.refusals import KINDS
from espace_sante.formats.cda.header import read_header
from espace_sante.formats.cda.reading import read
from espace_sante.formats.code_tables import CodeTables
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Environment, Settings
from tests.small_cda import key_of, small_cda

TABLES = CodeTables()
INS = key_of("2990199999001")
REAL = "1.2.250.1.213.1.4.8"


def described(
    ins: str = INS, root: str = "1.2.250.1.213.1.4.10", /, *, trial: bool = True, **changes: str
) -> Described:
    return describe(read_header(read(small_cda(ins, root, **changes))), TABLES, trial=trial)


def sent(**changes: object) -> Deposit:
    return replace(Deposit(b"", "text/xml", "", 8, ""), **changes)  # type: ignore[arg-type]  # each caller names a field and its value


def bytes_of(deposit: Deposit) -> bytes:
    assert isinstance(deposit.content, bytes)
    return deposit.content


def named(given: str) -> str:
    patient = f"<patient><name><family>ESSAI</family>{given}</name></patient>"
    return f"<recordTarget><patientRole>{patient}</patientRole></recordTarget>"


def test_a_document_that_says_everything_has_no_alert() -> None:
    found = described()
    assert found.alerts == ()
    assert found.traits == d.Traits("ESSAI", "ZOE", "1999-01-02", "F", "DUBOIS", "63220")
    assert (found.ins, found.compared_ins) == (INS, INS)
    assert (found.type.code, found.class_code, found.category) == ("60591-5", "11", 1)
    assert found.authors[0] == d.Party(
        identifier="899900000022",
        root="1.2.250.1.71.4.2.1",
        name="Luc GUERIN",
        role="PCP",
        role_display="Médecin traitant",
        specialty="G15_10/SM26",
        specialty_display="Médecin - Médecine générale",
        structure="Cabinet du Lac",
        structure_id="1990000001",
    )
    assert found.authors[1].device
    assert (found.set_id, found.set_version) == ("1.2.250.1.999.7", "2")
    assert found.replaces == "urn:oid:1.2.250.1.999.7.0"
    assert found.events == (d.Coded("CS", "1.2.250.1.215.200.3.3", "Consultation"),)


def test_each_thing_that_is_missing_or_false_has_its_alert() -> None:
    cases = {
        "ins-key-invalid": described("299019999900199"),
        "ins-missing": described(patient=""),
        "ins-trial": described(trial=False),
        "unique-id-missing": described(id='<id root="rapport"/>'),
        "title-missing": described(title=""),
        "title-cut": described(title=f"<title>{'a' * 251}</title>"),
        "date-missing": described(created='<effectiveTime value="202611"/>'),
        "type-unknown": described(code='<code code="1" codeSystem="2.16.840.1.113883.6.1"/>'),
        "class-unknown": described(code='<code code="101881-1" codeSystem="2.16.840.1.113883.6.1"/>'),
        "format-unknown": described(templates=""),
        "confidentiality-not-normal": described(confidentiality='<confidentialityCode code="R"/>'),
        "list-cut": described(authors="<author/>" * (MOST + 1)),
    }
    assert cases.keys() == ALERTS.keys()
    for alert, found in cases.items():
        assert alert in found.alerts, (alert, found.alerts)
        assert set(found.alerts) <= ALERTS.keys()
    assert len(cases["list-cut"].authors) == MOST
    assert len(cases["title-cut"].title) == 250


def test_a_number_that_designates_nobody_is_kept_and_not_compared() -> None:
    for found in (described("299019999900199"), described(trial=False)):
        assert found.ins
        assert not found.compared_ins
        assert merged(sent(), found).claimed_ins == ""
    assert described(INS, REAL, trial=False).compared_ins == INS


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('<id root="1.2.250.1"/>', "urn:oid:1.2.250.1"),
        ('<id root="23956005-06B8-46A0-A145-5A42E89F6944"/>', "urn:uuid:23956005-06b8-46a0-a145-5a42e89f6944"),
        ('<id root="1.2.250.1" extension="CR_1"/>', "urn:oid:1.2.250.1^CR_1"),
        ('<id root="23956005-06B8-46A0-A145-5A42E89F6944" extension="x"/>', "urn:uuid:23956005-06b8-46a0-a145-5a42e89f6944^x"),
        ('<id root="1.2.250.1" extension="a^b"/>', "urn:oid:1.2.250.1^a^b"),
        ('<id root="rapport" extension="1"/>', ""),
        ('<id extension="1"/>', ""),
        (f'<id root="1.2" extension="{"x" * 300}"/>', ""),
    ],
)  # fmt: skip
def test_an_identifier_takes_its_one_form(written: str, wanted: str) -> None:
    assert described(id=written).unique_id == wanted


def test_another_identifier_is_refused_and_the_same_one_in_other_letters_is_not() -> None:
    found = described(id='<id root="1.2.250.1" extension="Cr_1"/>')
    assert merged(sent(unique_id="urn:oid:1.2.250.1^CR_1"), found).unique_id == "urn:oid:1.2.250.1^Cr_1"
    with pytest.raises(Problem, match="unique-id-differs"):
        merged(sent(unique_id="urn:oid:1.2.250.1^CR_2"), found)
    assert merged(sent(unique_id="urn:oid:1.2.3"), described(id="")).unique_id == "urn:oid:1.2.3"


def test_two_identities_are_refused_and_one_completes_the_other() -> None:
    found = described()
    for wrong in (
        {"claimed": d.Traits("AUTRE", "", "", "")},
        {"claimed": d.Traits("ESSAI", "LEA", "", "")},
        {"claimed": d.Traits("", "", "1999-01-03", "")},
        {"claimed": d.Traits("", "", "", "M")},
        {"claimed_ins": key_of("2990199999002")},
    ):
        with pytest.raises(Problem, match="identity-not-matched"):
            merged(sent(**wrong), found)
    agreed = merged(sent(claimed=d.Traits("Essaï", "Zoé", "1999", "F"), claimed_ins=INS), found)
    assert agreed.claimed == found.traits
    assert agreed.claimed_ins == INS
    silent = described(patient=named(""))
    both = merged(sent(claimed=d.Traits("", "ZOE", "1999-01-02", "F")), silent).claimed
    assert both == d.Traits("ESSAI", "ZOE", "1999-01-02", "F")


def test_the_traits_compared_are_those_of_both() -> None:
    """Whoever speaks alone is heard; where both speak, only what both say is set against the other."""
    hers = d.Traits("ESSAI", "ZOE", "1999-01-02", "F", "DUPONT", "63220")
    assert merged(sent(claimed=hers), described(patient="")).claimed == hers
    assert merged(sent(), described()).claimed == described().traits
    alone = "<recordTarget><patientRole><patient>{}</patient></patientRole></recordTarget>"
    for said in (
        "<name><family>ESSAI</family></name>",
        "<name><given>ZOE</given></name>",
        '<administrativeGenderCode code="F"/>',
        '<birthTime value="19990102"/>',
    ):
        found = merged(sent(claimed=hers), described(patient=alone.replace("{}", said))).claimed
        assert found == hers, said
    number = '<recordTarget><patientRole><id root="{root}" extension="{ins}"/></patientRole></recordTarget>'
    assert merged(sent(), described(patient=number)).claimed_ins == INS, "a right number is enough to be compared"
    assert merged(sent(claimed_ins=INS), described(patient="")).claimed_ins == INS
    assert merged(sent(), described(patient="")).claimed is None, "who says nothing is not compared"
    wrong = described("299019999900199")
    assert merged(sent(claimed_ins=INS), wrong).claimed_ins == INS, "a number with a false key counts as silence"


def test_what_is_refused_is_unprocessable() -> None:
    for changes in ({"unique_id": "urn:oid:1.2.3"}, {"claimed": d.Traits("AUTRE", "", "", "")}):
        with pytest.raises(Problem) as refused:
            merged(sent(**changes), described())
        assert refused.value.kind is Kind.UNPROCESSABLE
        assert refused.value.code in KINDS


def test_a_number_that_cannot_be_compared_alone_is_refused() -> None:
    nobody = '<recordTarget><patientRole><id root="{root}" extension="{ins}"/></patientRole></recordTarget>'
    alone = described("299019999900199", patient=nobody)
    with pytest.raises(Problem, match="identity-not-matched"):
        merged(sent(), alone)
    assert merged(sent(claimed=d.Traits("ESSAI", "ZOE", "1999-01-02", "F")), alone).claimed_ins == ""


def test_several_given_names_say_no_first_one() -> None:
    for given, first in (("ZOE ANNE", ""), ("ZOE", "ZOE"), ("ANNE-MARIE", "ANNE-MARIE")):
        traits = described(patient=named(f"<given>{given}</given>")).traits
        assert traits is not None
        assert traits.first_given == first


def test_the_sender_is_heard_where_the_document_is_silent() -> None:
    said = {
        "title": "Titre",
        "created": "2026-11-01T10:00:00+01:00",
        "type_code": "11502-2",
        "type_system": "http://loinc.org",
        "author_id": "1",
        "author_name": "Anne",
        "language": "fr-CA",
        "service_start": "2026-10-01T10:00:00+01:00",
        "category": 4,
    }
    silent = described(title="", created="", code="", authors="", language="", acts="")
    found = merged(sent(**said), silent)
    assert {name: getattr(found, name) for name in said} == said
    heard = merged(sent(**said), described())
    assert heard.title == "Synthèse de Zoé"
    assert heard.type_code == "60591-5"
    assert heard.author_name == "Luc GUERIN"
    assert heard.category == 1
    assert merged(sent(**said, category_chosen=True), described()).category == 4, "a category that is named is kept"
    for missing in ("title", "created"):
        with pytest.raises(Problem, match="field-missing"):
            merged(sent(**(said | {missing: ""})), silent)


def test_only_xml_is_completed_and_once() -> None:
    settings = Settings(environment=Environment.TRIAL)
    for deposit in (
        sent(media_type="application/pdf", content=b"%PDF-1.7"),
        sent(media_type="text/plain", content=small_cda(INS)),
        sent(content=b""),
        sent(content=b"Bonjour."),
        sent(content=b"<?xml version='1.0'?>\xff"),
    ):
        assert completed(deposit, bytes_of(deposit), settings) is deposit
    deposit = sent(content=small_cda(INS))
    done = completed(deposit, bytes_of(deposit), settings)
    assert done.described is not None
    assert completed(done, b"anything", settings) is done
    with pytest.raises(Problem, match="not-a-cda"):
        completed(sent(), b"<?xml version='1.0'?><a/>", settings)
