"""The view of every real document says what its source says: counted apart on each side."""

from __future__ import annotations

from pathlib import Path

import pytest

from espace_sante.formats.cda import reading
from espace_sante.formats.cda.body import read_body
from espace_sante.formats.cda.html import render
from tests import needs
from tests.oracles.cda_view import in_source, in_view
from tests.real_documents.examples import FOLDER

pytestmark = needs.shared("data/interop-fr/cda")
DOCUMENTS = sorted(FOLDER.glob("cda*/*.xml"))
COUNTED = (
    "sections", "cells", "rows", "tables", "items", "notes", "files", "words", "titles", "codes", "numbers",
    "moments", "flags", "ranges", "missing",
)  # fmt: skip


def test_there_are_thirty_seven_real_documents() -> None:
    assert len(DOCUMENTS) == 37


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_nothing_of_a_real_document_is_lost(path: Path) -> None:
    document = reading.read(path.read_bytes())
    said, shown = in_source(document), in_view(render(read_body(document)))
    for what in COUNTED:
        assert shown[what] == said[what], what
    assert shown["paragraphs"] >= said["paragraphs"]
    for what in ("labels", "contacts", "loose"):
        assert {one for one in said[what] if "".join(one.split()).casefold() not in shown["text"]} == set(), what
