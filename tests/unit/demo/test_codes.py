"""The codes our documents carry are in the published lists, when these lie beside the project."""

from __future__ import annotations

import json

from espace_sante.demo.documents import PAPERS
from espace_sante.demo.writing.places import PLACES
from espace_sante.demo.writing.sheet import cast
from espace_sante.demo.writing.terms import SPECIALTIES, TYPES
from tests import needs

LISTS = needs.SHARED / "data/interop-fr/valuesets"
PRACTITIONERS = [account for account in cast().values() if account.kind == "practitioner"]


def published(name: str) -> set[tuple[str, str]]:
    concepts = json.loads((LISTS / name).read_bytes())["concepts"]
    return {(concept["code"], concept["system"].removeprefix("urn:oid:")) for concept in concepts}


def test_every_profession_and_place_of_the_demonstration_has_its_code() -> None:
    assert {account.profession for account in PRACTITIONERS} <= set(SPECIALTIES)
    assert {account.structure for account in PRACTITIONERS} == set(PLACES)
    assert {paper.type_code for paper in PAPERS if paper.type_code} == set(TYPES)
    assert len({place.number for place in PLACES.values()}) == len(PLACES)


@needs.shared("data/interop-fr/valuesets")
def test_every_code_is_in_the_published_lists() -> None:
    types = published("JDV_J07-XdsTypeCode-CISIS.json")
    assert {(code.code, code.system) for code in TYPES.values()} <= types
    specialties = published("JDV_J01-XdsAuthorSpecialty-CISIS.json")
    assert {(code.code, code.system) for code in SPECIALTIES.values()} <= specialties
    facilities = published("JDV_J02-XdsHealthcareFacilityTypeCode-CISIS.json")
    settings = published("JDV_J04-XdsPracticeSettingCode-CISIS.json")
    for place in PLACES.values():
        assert (place.facility.code, place.facility.system) in facilities
        assert (place.setting.code, place.setting.system) in settings
