"""What the notice says of silence: nothing opens, or, where the operator published it, what opens and that nobody reads it."""

from __future__ import annotations

import pytest

from espace_sante.consent.evidence import NOTICE_VERSION, NoticeLanguage, opening_notice
from espace_sante.consent.silence import SILENCE_TODAY, SILENCES


@pytest.mark.parametrize("language", list(NoticeLanguage))
def test_where_silence_opens_the_notice_says_so_and_never_the_contrary(language: NoticeLanguage) -> None:
    usual, other = opening_notice(language), opening_notice(language, silence_opens=True)
    for said, instead in SILENCES[SILENCE_TODAY][language]:
        assert (said in usual.words, instead in usual.words) == (True, False)
        assert (said in other.words, instead in other.words) == (False, True)
    assert (usual.version, other.version) == (NOTICE_VERSION, f"{NOTICE_VERSION}-six-weeks-post")
    assert usual.sha256 != other.sha256


@pytest.mark.parametrize("language", list(NoticeLanguage))
def test_the_questions_and_all_other_words_are_the_same(language: NoticeLanguage) -> None:
    usual, other = opening_notice(language), opening_notice(language, silence_opens=True)
    assert [one.title for one in usual.questions] == [one.title for one in other.questions]
    assert [[code for code, _ in one.choices] for one in usual.questions] == [
        [code for code, _ in one.choices] for one in other.questions
    ]
    words = other.words
    for said, instead in SILENCES[SILENCE_TODAY][language]:
        words = words.replace(instead, said)
    assert words == usual.words
