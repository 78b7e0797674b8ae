"""The words that leave: nothing in them says what is kept, who read it, or lets anybody in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields

import pytest

from espace_sante.kernel.i18n import Language, translator
from espace_sante.notices import (
    LEGAL,
    MAIL_SUBJECT,
    PREFERRED,
    RECOGNISE,
    WORDS,
    Kind,
    is_short,
    mail_text,
    short,
    sms_text,
)
from espace_sante.records.document import CATEGORIES

LANGUAGES = tuple(Language)
# As they would be written, without accents; a word that begins so is one of them.
HEALTH = (
    *(
        "sante",
        "health",
        "medic",
        "medec",
        "doctor",
        "docteur",
        "soin",
        "soign",
        "care",
        "patient",
        "malad",
        "ill",
        "sick",
    ),
    *("hopit", "hospit", "clini", "pharma", "vaccin", "traitement", "treatment", "ordonnance", "prescri", "diagnos"),
    *(
        "analyse",
        "laborat",
        "infirm",
        "nurse",
        "chirurg",
        "surg",
        "psych",
        "allerg",
        "consultation",
        "symptom",
        "urgence",
    ),
    *(
        "emergency",
        "document",
        "resultat",
        "result",
        "compte-rendu",
        "report",
        "radio",
        "imag",
        "professionnel",
        "professional",
    ),
)
NAMED = re.compile(r"%\(|\{|\d")
LINK = re.compile(r"https?:|www\.|://|\.(fr|org|com|eu)\b|\bclique|\bclick", re.IGNORECASE)


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def _leaving(language: Language) -> list[str]:
    say = translator(language).gettext
    return [say(MAIL_SUBJECT), *(mail_text((kind,), say) for kind in Kind), *(sms_text((kind,), say) for kind in Kind)]


def test_every_kind_has_words_for_every_way() -> None:
    assert set(WORDS) == set(Kind)
    for words in WORDS.values():
        assert all(getattr(words, one.name).strip() for one in fields(words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_or_message_holds_a_health_word_or_a_kind_of_document(language: Language) -> None:
    kinds = [_plain(name) for name in CATEGORIES.values()]
    for text in _leaving(language):
        words = re.findall(r"[a-z-]+", _plain(text))
        assert [one for one in words if one.startswith(HEALTH)] == []
        assert [one for one in kinds if one in _plain(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_or_message_holds_a_name_a_number_or_a_link(language: Language) -> None:
    for text in _leaving(language):
        assert not NAMED.search(text)
        assert not LINK.search(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_message_is_one_message_on_every_telephone(language: Language) -> None:
    say = translator(language).gettext
    assert [text for kind in Kind if not is_short(text := sms_text((kind,), say))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_says_how_to_recognise_us_and_every_message_that_no_link_is_ours(language: Language) -> None:
    say = translator(language).gettext
    for kind in Kind:
        assert all(say(one) in mail_text((kind,), say) for one in RECOGNISE)
    tails = {sms_text((kind,), say).rpartition(". ")[2] for kind in Kind}
    assert len(tails) == 1 and ("lien" in (tail := tails.pop()) or "link" in tail)


def test_every_sentence_is_said_in_english_too() -> None:
    french, english = translator(Language.FR).gettext, translator(Language.EN).gettext
    sentences = [getattr(words, one.name) for words in WORDS.values() for one in fields(words)]
    assert [one for one in (*sentences, MAIL_SUBJECT, *RECOGNISE) if english(one) == french(one)] == []


def test_a_mail_about_several_things_says_each_once() -> None:
    text = mail_text((Kind.ACCESS, Kind.DOCUMENT, Kind.ACCESS), str)
    assert text.count(WORDS[Kind.ACCESS].message) == text.count(WORDS[Kind.DOCUMENT].message) == 1


def test_an_accent_a_telephone_lacks_is_left_out_and_the_others_stay() -> None:
    assert short("« Ça », l’été où êtes-vous ?") == '" Ça ", l\'été où etes-vous ?'


def test_what_somebody_else_did_is_never_silenced_by_choice() -> None:
    assert {Kind.EMERGENCY, Kind.FIRST_ACCESS, Kind.DONE, Kind.CONTACT} == LEGAL
    assert set(PREFERRED) >= LEGAL
