from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from espace_sante.consent import evidence
from espace_sante.consent.evidence import (
    NOTICE_VERSION,
    Answers,
    Deposits,
    NoticeLanguage,
    Opening,
    opening_notice,
    parse_notice,
)
from espace_sante.consent.rights import Rights

# What was shown under a version never changes: other words are another version, with its own line here.
WORDS_SHOWN = {
    ("2026-11-1", NoticeLanguage.FRENCH): "88772a0a46382b0de0591d610294aa16585a8a2f6e7e8d8bf2e872ed9416f0c0",
    ("2026-11-1", NoticeLanguage.SIMPLE_FRENCH): "ff982c41d9d202a7f14feded23ebb344a3db8724cda0c040dc16b3e031fdbdeb",
    ("2026-11-1", NoticeLanguage.ENGLISH): "be076798dad5a2b09e8079173f09291b9b81fa6cb3a7b1f89fd6b842ee46f73b",
}
LANGUAGES = pytest.mark.parametrize("language", list(NoticeLanguage))


@LANGUAGES
def test_the_words_of_a_version_are_those_that_were_published(language: NoticeLanguage) -> None:
    notice = opening_notice(language)
    assert notice.version == NOTICE_VERSION
    assert notice.sha256 == WORDS_SHOWN[NOTICE_VERSION, language]


@LANGUAGES
def test_the_notice_carries_the_exact_words_of_its_file_and_their_hash(language: NoticeLanguage) -> None:
    notice = opening_notice(language)
    path = Path(evidence.__file__).with_name("notices") / f"opening-{language.value}.md"
    assert notice.words.encode() == path.read_bytes()
    assert notice.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert notice.language is language


@LANGUAGES
def test_what_is_shown_in_parts_is_the_whole_of_the_words(language: NoticeLanguage) -> None:
    notice = opening_notice(language)
    shown = [f"# {notice.title}"]
    for section in notice.sections:
        shown += [f"## {section.title}"] * bool(section.title) + list(section.paragraphs)
    for question in notice.questions:
        shown += [f"## {question.title}", *question.explanation]
        shown.append("\n".join(f"- {words}" for _, words in question.choices))
    assert "\n\n".join(shown) + "\n" == notice.words


@LANGUAGES
def test_opening_and_deposits_are_asked_apart_each_with_its_no(language: NoticeLanguage) -> None:
    opening, deposits = opening_notice(language).questions
    assert (opening.name, [name for name, _ in opening.choices]) == ("opening", ["yes", "no", "later"])
    assert (deposits.name, [name for name, _ in deposits.choices]) == ("deposits", ["yes", "no"])
    assert [words.split(",")[0] for _, words in deposits.choices] in (["Oui", "Non"], ["Yes", "No"])
    assert [words.split(",")[0] for _, words in opening.choices] in (
        ["Oui", "Non", "Plus tard"],
        ["Yes", "No", "Later"],
    )


def test_the_french_notice_is_the_one_shown_by_default() -> None:
    assert opening_notice() == opening_notice(NoticeLanguage.FRENCH)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "# Titre\n",
        "Titre\n\n## Q1\n\n- Oui\n- Non\n- Plus tard\n\n## Q2\n\n- Oui\n- Non\n",
        "# Titre\n\n## Q1\n\n- Oui\n- Non\n- Plus tard\n",
        "# Titre\n\n## Q1\n\n- Oui\n- Non\n\n## Q2\n\n- Oui\n- Non\n",
        "# Titre\n\n## Q1\n\n- Oui\n- Non\n- Plus tard\n\n## Q2\n\n- Oui\n",
        "# Titre\n\n## Q1\n\n- Oui\n- Non\n- Plus tard\n\n## Q2\n\nOui\nNon\n",
        "# Titre\n\n## Q1\n\n- Oui\n- Non\n- Plus tard\n\n## Q2\n\n- Oui\nNon\n",
        "# Titre\n\n## Q1\n\n- Oui\n- Non\n- Plus tard\n\n## Q2\n",
    ],
)
def test_a_notice_that_does_not_offer_every_answer_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"(questions last|answers)$"):
        parse_notice(broken.encode(), NoticeLanguage.FRENCH)


def test_only_an_express_yes_opens() -> None:
    assert [answer for answer in (None, *Opening) if Answers(answer).opens] == [Opening.YES]
    assert [answer for answer in (None, *Opening) if Answers(answer).refuses] == [Opening.NO]


def test_deposits_are_accepted_only_by_two_express_yes() -> None:
    for opening in (None, *Opening):
        for deposits in (None, *Deposits):
            accepted = (opening, deposits) == (Opening.YES, Deposits.YES)
            assert Answers(opening, deposits).first_rights() == Rights(accepts_deposits=accepted)
