from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from espace_sante.consent import evidence
from espace_sante.consent.emergency import NO_EMERGENCY, EmergencyWill, GlassKind
from espace_sante.consent.evidence import (
    NOTICE_VERSION,
    Answers,
    Deposits,
    NoticeLanguage,
    Opening,
    Question,
    Section,
    every_notice,
    further_questions,
    opening_notice,
    parse_notice,
)
from espace_sante.consent.grant import Scope, ScopeKind
from espace_sante.consent.purposes import purposes
from espace_sante.consent.rights import Rights, Said

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
# What was shown under a version never changes: other words are another version, with its own line here.
WORDS_SHOWN = {
    ("2026-11-1", NoticeLanguage.FRENCH): "88772a0a46382b0de0591d610294aa16585a8a2f6e7e8d8bf2e872ed9416f0c0",
    ("2026-11-1", NoticeLanguage.SIMPLE_FRENCH): "ff982c41d9d202a7f14feded23ebb344a3db8724cda0c040dc16b3e031fdbdeb",
    ("2026-11-1", NoticeLanguage.ENGLISH): "be076798dad5a2b09e8079173f09291b9b81fa6cb3a7b1f89fd6b842ee46f73b",
    ("2026-11-2", NoticeLanguage.FRENCH): "b5189c7271663f61b5093fd160a1b31f415c36cc3a28ffb7d63d1dcc22bd48ce",
    ("2026-11-2", NoticeLanguage.SIMPLE_FRENCH): "23e61f9ee0bae52a51ad6282996266cd321fffd894c22c9c6ae282f27068c69b",
    ("2026-11-2", NoticeLanguage.ENGLISH): "79ccd02fab5c1b680cd3e5e15a6ab7c1f2358d91132eb3263378a7b169a66cc7",
}
# The same, where the operator published that silence opens a space.
WORDS_OF_SILENCE = {
    ("2026-11-1", NoticeLanguage.FRENCH): "034ba1ad17b7cadb9f0266a525b16983a2b9b6e534f5801b69709939fb0b5a50",
    ("2026-11-1", NoticeLanguage.SIMPLE_FRENCH): "3e2d3167e16f4a2da0a94a7ec12554af8b97d22b6eeb83e6a2a191c7be52808b",
    ("2026-11-1", NoticeLanguage.ENGLISH): "0251934c2d25fa8baec6ff4c83ce91ee7c08c072183c13e18da89bb42d471f64",
    ("2026-11-2", NoticeLanguage.FRENCH): "70ed694887e909bbad7a9d5555bc473b8620671f2aa57920d38faacc3332d561",
    ("2026-11-2", NoticeLanguage.SIMPLE_FRENCH): "fd4db0916214574212eaddc0ce2c707cd784b9837a58785f2735e7467c5db8db",
    ("2026-11-2", NoticeLanguage.ENGLISH): "3b29116ec6fddced15761416f5db3d361a2de66f04ffaad0c8e6252ef943ce83",
}
# And since the time of the post is added to the six weeks.
WORDS_OF_SILENCE_AND_THE_POST = {
    ("2026-11-1", NoticeLanguage.FRENCH): "5d15342e45f144e818774576504e4a987ef94fc3b3bb2c119e57b0feac80ef41",
    ("2026-11-1", NoticeLanguage.SIMPLE_FRENCH): "fd0b8824584030d04a27b64eac4a64e6b14c745ddaee5c629f8771b9162856e6",
    ("2026-11-1", NoticeLanguage.ENGLISH): "e00e5294d355be80c426f07ae70685f8434299135710561be6474d0c24802d14",
    ("2026-11-2", NoticeLanguage.FRENCH): "0b8f9ad1a83afc5d7724e675178b81d3e2593f0e6dd984d6b716ad4516beb9dd",
    ("2026-11-2", NoticeLanguage.SIMPLE_FRENCH): "aaadb03f93990d88d8f29a254ec5e11c886a80a31bba9ed2815032f1b081fe57",
    ("2026-11-2", NoticeLanguage.ENGLISH): "85043466c16a6a3148b18d2f17d8c0d611a96b6634349c07b04f8f911c3c0eb1",
}
VERSIONS = sorted({version for version, _ in WORDS_SHOWN})
TWO = VERSIONS[0]  # its words ask two questions: what is broken below is broken for them
LANGUAGES = pytest.mark.parametrize("language", list(NoticeLanguage))


@LANGUAGES
@pytest.mark.parametrize("version", VERSIONS)
def test_the_words_of_a_version_are_those_that_were_published(language: NoticeLanguage, version: str) -> None:
    notice = opening_notice(language, version)
    assert notice.version == version
    assert notice.sha256 == WORDS_SHOWN[version, language]
    for silence, words in (("six-weeks", WORDS_OF_SILENCE), ("six-weeks-post", WORDS_OF_SILENCE_AND_THE_POST)):
        of_silence = opening_notice(language, version, silence_opens=True, silence=silence)
        assert of_silence.version == f"{version}-{silence}"
        assert of_silence.sha256 == words[version, language]


def test_every_notice_ever_shown_is_found_by_the_hash_its_receipts_carry() -> None:
    found = every_notice()
    assert set(found) == {*WORDS_SHOWN.values(), *WORDS_OF_SILENCE.values(), *WORDS_OF_SILENCE_AND_THE_POST.values()}
    for sha256, notice in found.items():
        assert hashlib.sha256(notice.words.encode()).hexdigest() == sha256
    assert opening_notice().version == NOTICE_VERSION == VERSIONS[-1]


@LANGUAGES
def test_the_notice_carries_the_exact_words_of_its_file_and_their_hash(language: NoticeLanguage) -> None:
    notice = opening_notice(language)
    path = Path(evidence.__file__).with_name("notices") / NOTICE_VERSION / f"opening-{language.value}.md"
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
    opening, deposits, emergency, *uses = opening_notice(language).questions
    assert (opening.name, [name for name, _ in opening.choices]) == ("opening", ["yes", "no", "later"])
    assert (deposits.name, [name for name, _ in deposits.choices]) == ("deposits", ["yes", "no"])
    assert (emergency.name, [name for name, _ in emergency.choices]) == ("emergency", ["no", "bedside", "all"])
    assert [use.name for use in uses] == list(purposes())
    for use in uses:
        assert [name for name, _ in use.choices] == ["yes", "no"]
        assert [words.split(",")[0] for _, words in use.choices] in (["Oui", "Non"], ["Yes", "No"])
    assert [words.split(",")[0] for _, words in deposits.choices] in (["Oui", "Non"], ["Yes", "No"])
    assert [words.split(",")[0] for _, words in opening.choices] in (
        ["Oui", "Non", "Plus tard"],
        ["Yes", "No", "Later"],
    )


def test_the_french_notice_is_the_one_shown_by_default() -> None:
    assert opening_notice() == opening_notice(NoticeLanguage.FRENCH)


OPENING, DEPOSITS = "\n\n## Q1\n\nCeci.\n\n- Oui\n- Non\n- Plus tard", "\n\n## Q2\n\n- Oui\n- Non\n"


def test_a_notice_of_two_questions_is_read_whole() -> None:
    notice = parse_notice(f"# Titre\n\nUn.\n\nDeux.\n\n## Loi{OPENING}{DEPOSITS}".encode(), NoticeLanguage.ENGLISH, TWO)
    assert (notice.title, notice.version, notice.language) == ("Titre", TWO, NoticeLanguage.ENGLISH)
    assert notice.sections == (Section("", ("Un.", "Deux.")), Section("Loi", ()))
    assert notice.questions == (
        Question("opening", "Q1", ("Ceci.",), (("yes", "Oui"), ("no", "Non"), ("later", "Plus tard"))),
        Question("deposits", "Q2", (), (("yes", "Oui"), ("no", "Non"))),
    )


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("", "a notice has a title, then its questions last"),
        ("# Titre\n", "a notice has a title, then its questions last"),
        (f"Titre{OPENING}{DEPOSITS}", "a notice has a title, then its questions last"),
        (f"# Titre{OPENING}\n", "a notice has a title, then its questions last"),
        (f"# Titre{DEPOSITS}{DEPOSITS}", "the question 'opening' does not offer each of its 3 answers"),
        (f"# Titre{OPENING}{OPENING}", "the question 'deposits' does not offer each of its 2 answers"),
        (f"# Titre{OPENING}\n\n## Q2\n\n- Oui\n", "the question 'deposits' does not offer each of its 2 answers"),
        (f"# Titre{OPENING}\n\n## Q2\n\nOui\nNon\n", "the question 'deposits' does not offer each of its 2 answers"),
        (f"# Titre{OPENING}\n\n## Q2\n\n- Oui\nNon\n", "the question 'deposits' does not offer each of its 2 answers"),
        (f"# Titre{OPENING}\n\n## Q2\n", "the question 'deposits' does not offer each of its 2 answers"),
    ],
)
def test_a_notice_that_does_not_offer_every_answer_is_refused(broken: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        parse_notice(broken.encode(), NoticeLanguage.FRENCH, TWO)


def test_only_an_express_yes_opens() -> None:
    assert [answer for answer in (None, *Opening) if Answers(answer).opens] == [Opening.YES]
    assert [answer for answer in (None, *Opening) if Answers(answer).refuses] == [Opening.NO]


def test_deposits_are_accepted_only_by_two_express_yes() -> None:
    for opening in (None, *Opening):
        for deposits in (None, *Deposits):
            accepted = (opening, deposits) == (Opening.YES, Deposits.YES)
            assert Answers(opening, deposits).first_rights() == Rights(accepted, authors_read=accepted)


def test_words_that_did_not_speak_of_authors_let_no_author_read_again() -> None:
    for version in ("2026-11-1", "", "2031-01-1"):
        assert Answers(Opening.YES, Deposits.YES, version=version).first_rights() == Rights(accepts_deposits=True)
    words = [opening_notice(language, "2026-11-1").words for language in NoticeLanguage]
    assert not any("relire" in one or "read again" in one for one in words if "ne peut pas relire" not in one)


def test_each_further_answer_gives_what_it_says_and_nothing_else() -> None:
    nothing = Answers(Opening.YES, Deposits.NO).first_rights()
    for name, offered in further_questions():
        for answer in offered:
            rights = Answers(Opening.YES, Deposits.NO, {name: answer}).first_rights()
            assert rights.purposes == ({name} if answer == "yes" else set())
            beside = name == "emergency" and answer != "no"
            assert [rights.emergency.lets(kind) for kind in GlassKind] == [answer == "all", beside]
            assert not rights.emergency.hidden
            assert replace(rights, purposes=frozenset(), emergency=NO_EMERGENCY) == nothing


def test_a_question_left_without_an_answer_or_a_refused_opening_gives_nothing() -> None:
    every_yes = {name: answers[-1] if name == "emergency" else "yes" for name, answers in further_questions()}
    for opening in (None, Opening.NO, Opening.LATER):
        assert Answers(opening, Deposits.YES, every_yes).first_rights(NOW) == Rights(accepts_deposits=False)
    left = Answers(Opening.YES, None).first_rights(NOW)
    assert left == Rights(accepts_deposits=False)


def test_an_answer_to_a_question_the_words_did_not_ask_gives_nothing() -> None:
    for further, version in (({"measures": "yes"}, "2026-11-1"), ({"adverts": "yes"}, NOTICE_VERSION)):
        answers = Answers(Opening.YES, Deposits.NO, further, version)
        assert not answers.were_asked
        assert answers.first_rights(NOW).purposes == frozenset()
    assert not Answers(Opening.YES, Deposits.NO, {"emergency": "yes"}).were_asked
    assert not Answers(Opening.YES, Deposits.NO, {"emergency": "all"}, "2026-11-1").first_rights().emergency.bedside


def test_the_answers_keep_their_names_which_receipts_carry() -> None:
    assert [answer.value for answer in Opening] == ["yes", "no", "later"]
    assert [answer.value for answer in Deposits] == ["yes", "no"]
    assert dict(further_questions()) == {
        "emergency": ("no", "bedside", "all"),
        **dict.fromkeys(purposes(), ("yes", "no")),
    }
    assert further_questions(f"{NOTICE_VERSION}-six-weeks") == further_questions()
    assert further_questions("2026-11-1") == further_questions("2031-01-1") == further_questions("") == ()


def test_a_yes_for_an_emergency_covers_everything_she_does_not_hide() -> None:
    everything = Scope(ScopeKind.EVERYTHING)
    expected = {
        "no": EmergencyWill(since=NOW),
        "bedside": EmergencyWill(False, True, False, everything, NOW),
        "all": EmergencyWill(True, True, False, everything, NOW),
    }
    for answer, will in expected.items():
        assert Answers(Opening.YES, None, {"emergency": answer}).first_rights(NOW).emergency == will


def test_one_answer_that_was_not_asked_makes_all_of_them_give_nothing() -> None:
    answers = Answers(Opening.YES, Deposits.YES, {"research": "yes", "adverts": "yes"})
    assert not answers.were_asked
    assert answers.first_rights(NOW) == Rights(True, authors_read=True)
    assert Answers(Opening.YES, Deposits.YES, {"research": "yes", "emergency": "all"}).were_asked


def test_a_no_to_deposits_keeps_its_day_and_says_nothing_of_authors() -> None:
    rights = Answers(Opening.YES, Deposits.NO).first_rights(NOW)
    assert rights == Rights(False, said=(Said("deposits", NOW),))
    assert Answers(Opening.YES, Deposits.NO).first_rights() == Rights(False), "without a day, none is kept"


@pytest.mark.parametrize("said", ["nowhere in the notice", "e"])
def test_words_of_silence_that_the_notice_does_not_say_once_are_never_shown(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "SILENCES", {"six-weeks-post": {NoticeLanguage.FRENCH: ((said, "instead"),)}})
    with pytest.raises(ValueError, match=r"^the notice does not say once what silence does$"):
        opening_notice.__wrapped__(silence_opens=True)


def test_each_answer_given_keeps_its_day_and_one_left_has_none() -> None:
    rights = Answers(Opening.YES, Deposits.YES, {"research": "no", "emergency": "no"}).first_rights(NOW)
    assert {one.what: one.at for one in rights.said} == dict.fromkeys(["purpose:research", "deposits", "authors"], NOW)
    assert rights.emergency.since == NOW
    assert Answers(Opening.YES, Deposits.YES).first_rights(NOW).emergency.since is None
