"""The public texts that are no promise: the three languages, their decision, and a protocol that shows no figure."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from espace_sante.kernel.i18n import Language
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.routes import ADDRESSES
from espace_sante.public.site import Place
from espace_sante.public.texts import LIMITS, USEFULNESS, WHO_GETS_WHAT, PublicText, public_texts, read_texts, text_page
from espace_sante.public.translated import TRANSLATED
from espace_sante.web.rendering import render

ASKED = {
    Language.FR: ("Quoi", "Comment", "Par qui", "Chiffre"),
    Language.FR_SIMPLE: ("Quoi", "Comment", "Par qui", "Chiffre"),
    Language.EN: ("What", "How", "By whom", "Figure"),
}
NONE = {Language.FR: "pas encore mesuré", Language.FR_SIMPLE: "pas encore mesuré", Language.EN: "not measured yet"}


def text_in(one: PublicText, language: Language) -> str:
    return one.text if language is Language.FR else one.translations[language].text


def test_each_text_is_in_three_languages_none_behind_and_its_words_are_decided() -> None:
    assert [one.name for one in public_texts()] == [LIMITS, WHO_GETS_WHAT, USEFULNESS]
    for one in public_texts():
        assert set(one.translations) == set(TRANSLATED) and one.is_decided, one.name
        assert not any(one.is_behind(language) for language in TRANSLATED), one.name


@pytest.mark.parametrize("language", Language)
def test_every_measure_says_what_how_and_by_whom_and_none_has_a_figure_yet(language: Language) -> None:
    (one,) = (text for text in public_texts() if text.name == USEFULNESS)
    measures = [
        part for part in re.split(r"^## ", text_in(one, language), flags=re.MULTILINE) if re.match("Mes|Mea", part)
    ]
    assert len(measures) == 6
    for measure in measures:
        assert all(f"**{word}**" in measure for word in ASKED[language]), measure
        assert NONE[language] in measure.rstrip().splitlines()[-1]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("one", public_texts(), ids=lambda one: one.name)
def test_a_page_is_in_its_language(one: PublicText, language: Language) -> None:
    content = text_page(one, ADDRESSES)
    place = Place("", {each: "" for each in Language})
    html = unescape(render(content.template, language, frame="public/site.html", place=place, **content.values))
    title = one.title if language is Language.FR else one.translations[language].title
    assert title in html.replace("\u00a0", " ")
    assert "govuk-warning-text" not in html and "0086" in html


def test_a_text_without_a_title_is_refused_and_no_folder_is_no_text(tmp_path: Path) -> None:
    assert read_texts(tmp_path / "nowhere") == ()
    (tmp_path / "x.md").write_text("rien", encoding="utf-8")
    with pytest.raises(OperatorRefusal, match="son titre"):
        read_texts(tmp_path)
