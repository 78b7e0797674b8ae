"""What is read in the header of real documents is what the list published with them says, key by key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.formats.cda.header import read_header
from espace_sante.formats.cda.metadata import metadata
from espace_sante.formats.cda.reading import read
from espace_sante.formats.code_tables import CodeTables
from tests import needs
from tests.real_documents.examples import FOLDER

pytestmark = needs.shared("data/interop-fr/cda-expected-metadata.json")
# Said of the bytes, not of the header: `inspect` adds them.
OF_THE_BYTES = {"size", "sha1", "sha256"}
# Where the published list is not followed, and why.
OTHERWISE = {
    # The list gives the code with its French words after; the words are no part of the code (NOS, ASS_A11).
    ("cda/v3-BIO-TROD_2024.01_Angine.xml", "formatCode"): "urn:asipSante:modelesHorsProfils:2011",
}


def expected() -> dict[str, dict[str, Any]]:
    path = FOLDER / "cda-expected-metadata.json"
    found: dict[str, dict[str, Any]] = json.loads(path.read_bytes()) if path.exists() else {}
    return found


@pytest.mark.parametrize("name", expected())
def test_the_header_of_a_real_document_is_read_key_by_key(name: str) -> None:
    known = {key: value for key, value in expected()[name].items() if key not in OF_THE_BYTES}
    corrected = {key: value for (document, key), value in OTHERWISE.items() if document == name}
    assert metadata(read_header(read((FOLDER / name).read_bytes())), CodeTables()) == known | corrected


def test_all_the_real_documents_are_compared() -> None:
    files = {f"{path.parent.name}/{path.name}" for path in FOLDER.glob("cda*/*.xml")}
    assert files == expected().keys()
    assert len(files) == 37
