"""A translation says which French words it follows, and its page says when they changed since."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from espace_sante.kernel.i18n import Language
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.guarantee import Guarantee, guarantees, read_guarantees
from espace_sante.public.pages import guarantee_page, index_page
from espace_sante.public.results import NO_RESULTS
from espace_sante.public.routes import ADDRESSES
from espace_sante.public.site import Place
from espace_sante.public.translated import TRANSLATED, digest_of, translation
from espace_sante.web.rendering import render

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "guarantees"
PARTS = {
    Language.EN: ("The promise", "What it means for you", "How it is kept", "What it does not cover"),
    Language.FR_SIMPLE: (
        "La promesse",
        "Ce que cela veut dire pour vous",
        "Comment nous faisons",
        "Ce que cela ne couvre pas",
    ),
}
# How each language says what `State` says, at the head of a text.
STATES = {
    Language.EN: {
        "tenue": "**State: kept.**",
        "tenue en partie": "**State: partly kept.**",
        "non tenue ici": "**Not kept here**",
        "pas encore construite": "**Not built yet",
    },
    Language.FR_SIMPLE: {
        "tenue": "**Cette promesse est tenue.**",
        "tenue en partie": "**Cette promesse est tenue en partie.**",
        "non tenue ici": "**Cette promesse n'est pas tenue ici.**",
        "pas encore construite": "**Cette promesse n'est pas encore construite",
    },
}
MOST_WORDS = 22
FRENCH = "# G1. Un titre\n\n**État : tenue.** Oui.\n\n## La promesse\n\nRien ne s'ouvre (`a.py`).\n\n## Les tests\n\n- `tests/x.py`\n"


def shown(one: Guarantee, language: Language) -> str:
    content = guarantee_page(one, NO_RESULTS, ADDRESSES)
    place = Place("", {each: "" for each in Language})
    return unescape(render(content.template, language, frame="public/site.html", place=place, **content.values))


def test_every_promise_is_written_in_the_three_languages_and_none_is_behind() -> None:
    # Behind: read both texts, correct the translation, then scripts/guarantees.py follow LANGUAGE gNN.
    for one in guarantees():
        assert set(one.translations) == set(TRANSLATED), one.name
        assert [language.value for language in TRANSLATED if one.is_behind(language)] == [], one.name


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("one", guarantees(), ids=lambda one: one.name)
def test_a_translation_says_the_same_state_and_has_every_part(one: Guarantee, language: Language) -> None:
    said = one.translations[language]
    assert said.title.startswith(f"G{one.number}. ") and said.text.startswith(STATES[language][one.state.value])
    _, *parts = re.split(r"^## ", said.text, flags=re.MULTILINE)
    assert tuple(part.partition("\n")[0] for part in parts) == PARTS[language]
    assert all(part.partition("\n")[2].strip() for part in parts)


@pytest.mark.parametrize("one", guarantees(), ids=lambda one: one.name)
def test_plain_french_is_made_of_short_sentences(one: Guarantee) -> None:
    for line in one.translations[Language.FR_SIMPLE].text.splitlines():
        for sentence in re.split(r"(?<=[.?!:;])\** ", line):
            assert len(re.findall(r"[\w'’-]+", sentence)) <= MOST_WORDS, sentence


@pytest.mark.parametrize(
    "other",
    [
        FRENCH.replace("`a.py`", "`b.py`"),
        FRENCH.replace("- `tests/x.py`", "- `tests/y.py` : autre chose"),
        FRENCH.replace(
            "\n## Les tests", "\nDans le code : `c.py`,\nici.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Les tests"
        ),
        FRENCH.replace("Rien ne s'ouvre", "Rien ne\ns'ouvre"),
    ],
)
def test_what_is_not_the_words_of_a_promise_changes_no_digest(other: str) -> None:
    assert other != FRENCH and digest_of(other) == digest_of(FRENCH)


@pytest.mark.parametrize("word", ["Un titre", "tenue", "Oui", "Rien"])
def test_any_other_word_does(word: str) -> None:
    assert digest_of(FRENCH.replace(word, "Autre", 1)) != digest_of(FRENCH)


def test_a_page_of_each_language_is_in_it_until_the_french_changes_then_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "guarantees"
    shutil.copytree(FOLDER, folder)
    page = folder / f"{guarantees()[0].name}.md"
    page.write_text(page.read_text(encoding="utf-8").replace("Le silence n'ouvre rien.", "Rien."), encoding="utf-8")
    before, after = guarantees()[0], read_guarantees(folder)[0]
    for language, words, behind in (
        (Language.EN, "Silence opens nothing", "The French text has changed"),
        (Language.FR_SIMPLE, "Si vous ne dites rien", "le texte français a changé depuis"),
    ):
        assert words in shown(before, language) and behind not in shown(before, language)
        assert words in shown(after, language) and behind in shown(after, language)
        assert before.translations[language].title in shown(before, language)
    assert "a changé depuis" not in shown(after, Language.FR) and "Rien." in shown(after, Language.FR)


def test_a_promise_without_a_translation_is_shown_in_french_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "guarantees"
    shutil.copytree(FOLDER, folder)
    shutil.rmtree(folder / "en")
    one = read_guarantees(folder)[0]
    html = shown(one, Language.EN)
    assert "not translated into English yet" in html and '<div lang="fr">' in html and one.title in html
    lines = index_page((one,), NO_RESULTS, ADDRESSES).values["lines"]
    assert isinstance(lines, list) and set(lines[0].titles) == {"fr", "fr-simple"}


@pytest.mark.parametrize(
    "page", ["", "# Titre\n\ntexte", "# G1. Titre\n\nFollows: abc\n\ntexte", "# G1. Titre\n\ntexte"]
)
def test_a_translation_that_does_not_say_what_it_follows_is_refused(page: str) -> None:
    with pytest.raises(OperatorRefusal, match="ne commence pas par son titre"):
        translation("en/g01", page)
