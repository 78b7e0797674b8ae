"""The search and the validator read the same FHIR R4: the same files of HL7, hence the same types of resources."""

from __future__ import annotations

from importlib.resources import files

from espace_sante.formats.fhir.search import parameter_of, resource_types


def test_what_both_are_generated_from_is_the_same_to_the_byte() -> None:
    validated = (files("espace_sante.formats.fhir.r4") / "definitions" / "sources.txt").read_text(encoding="utf-8")
    sources = dict(line.split() for line in validated.splitlines() if line and not line.startswith("#"))
    table = (files("espace_sante.formats.fhir.search") / "parameters.tsv").read_text(encoding="utf-8")
    searched = {
        words[1]: words[3] for line in table.splitlines() if (words := line.split())[:1] == ["#"] and "sha256" in words
    }
    both = sources.keys() & searched.keys()
    assert both == {"profiles-types.json", "profiles-resources.json", "valuesets.json"}
    assert {name: searched[name] for name in both} == {name: sources[name] for name in both}


def test_what_later_versions_added_is_neither_a_type_nor_a_parameter() -> None:
    assert len(resource_types()) == 146
    assert "SubscriptionStatus" not in resource_types()
    assert parameter_of("DetectedIssue", "status") is None
