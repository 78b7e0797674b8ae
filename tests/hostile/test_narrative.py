"""A document made to harm is shown harmless: nothing runs, nothing is asked of anybody, what it says can be read."""

from __future__ import annotations

import lxml.html
import pytest

from espace_sante.formats.cda import reading
from espace_sante.formats.cda.body import read_body
from espace_sante.formats.cda.html import render
from espace_sante.formats.cda.page import standalone
from espace_sante.kernel.errors import Problem
from tests.hostile.narrative_corpus import CORPUS, REFUSED, Hostile
from tests.oracles.cda_view import in_source, in_view
from tests.oracles.safe_html import faults

# The two largest tables take seconds to be read again.
PARAMETERS = [
    pytest.param(one, id=one.name, marks=[pytest.mark.slow] if len(one.data) > 1_000_000 else []) for one in CORPUS
]


@pytest.fixture(params=PARAMETERS)
def hostile(request: pytest.FixtureRequest) -> Hostile:
    found: Hostile = request.param
    return found


def test_its_view_holds_only_what_is_allowed_and_its_words(hostile: Hostile) -> None:
    document = reading.read(hostile.data)
    html = render(read_body(document))
    assert faults(html) == []
    seen = lxml.html.fromstring(f"<main>{html}</main>").text_content()
    assert [word for word in hostile.words if word not in seen] == []
    if "Ce document est très long" not in seen:
        assert in_view(html)["words"] == in_source(document)["words"]


def test_its_page_alone_has_one_style_sheet_and_no_script(hostile: Hostile) -> None:
    page = lxml.html.document_fromstring(standalone(reading.read(hostile.data)))
    assert page.xpath("//script | //link | //base | //iframe | //form | //object | //embed | //svg") == []
    assert len(page.xpath("//style")) == 1 and len(page.xpath("//meta[@http-equiv]")) == 1
    assert [name for one in page.iter() for name in one.attrib if name.startswith("on") or name == "style"] == []


@pytest.mark.parametrize("refused", REFUSED, ids=lambda one: one.name)
def test_what_is_no_document_has_no_view(refused: Hostile) -> None:
    with pytest.raises(Problem):
        reading.read(refused.data)
