"""What an agent shows before an act, and the fingerprint that is kept with it. Source: HLP-10, HLP-14."""

from __future__ import annotations

import pytest

from espace_sante.access.request import Channel
from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.actions.shown_text import FINGERPRINT_DIGITS, shown_text
from espace_sante.kernel.i18n import Language, translator


def texts(language: Language, channel: Channel = Channel.COUNTER) -> list[str]:
    say = translator(language).gettext
    return [shown_text(act, channel, language.value, say).fingerprint for act in PERSON_ACTS]


@pytest.mark.parametrize("language", list(Language))
def test_the_same_text_is_made_again_with_the_same_fingerprint(language: Language) -> None:
    assert texts(language) == texts(language)


def test_no_two_acts_and_no_two_languages_share_a_fingerprint() -> None:
    all_of_them = [one for language in Language for one in texts(language)]
    assert len(set(all_of_them)) == len(all_of_them)
    assert {len(one) for one in all_of_them} == {FINGERPRINT_DIGITS}


def test_a_word_changed_changes_the_fingerprint() -> None:
    act = PERSON_ACTS[0]
    other = shown_text(act, Channel.COUNTER, "fr", lambda words: words.replace("vous", "nous"))
    assert other.fingerprint != shown_text(act, Channel.COUNTER, "fr").fingerprint


def test_what_only_starts_by_telephone_is_not_said_to_be_done() -> None:
    for act in PERSON_ACTS:
        said = " ".join(shown_text(act, Channel.PHONE, "fr").lines)
        assert ("Rien ne change aujourd’hui" in said) is not ("c’est fait tout de suite" in said), act.id
