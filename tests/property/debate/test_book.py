"""What no story of a debate can do, whatever comes in whatever order."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from hypothesis import given

from espace_sante.debate import events as e
from espace_sante.debate.book import Book, NotFitting, book_of
from espace_sante.debate.refused import SENTENCES, sentence
from espace_sante.debate.token import moderator_mark
from espace_sante.debate.words import ABOUT, Phase, Role, Sort, Theme
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import Language
from tests.property.debate.events_drawn import FIRST, drawn, stories


def told(story: list[e.Event]) -> tuple[Book, list[e.Event]]:
    """Return the book of a story, and its events that fitted."""
    book, fitted = Book(), []
    for event in story:
        try:
            book.add(event)
        except NotFitting:
            continue
        fitted.append(event)
    return book, fitted


@given(drawn)
def test_an_event_has_one_written_form(event):
    leaf = e.leaf_of(event)
    assert e.event_of(leaf) == event
    with pytest.raises(e.NotAnEvent):
        e.event_of(leaf.replace(b":", b": ", 1))


@given(stories)
def test_the_log_alone_gives_the_debate_back(story):
    book, fitted = told(story)
    assert book_of(e.event_of(e.leaf_of(event)) for event in fitted) == book


@given(stories, drawn)
def test_an_event_that_does_not_fit_changes_nothing(story, event):
    book, _ = told(story)
    before = copy.deepcopy(book)
    try:
        book.add(event)
    except NotFitting:
        assert book == before
    else:
        assert book.size == before.size + 1


@given(stories)
def test_what_was_hidden_keeps_its_place_its_day_its_digest_and_its_reason(story):
    book, fitted = told(story)
    for event in fitted:
        if isinstance(event, e.Contributed):
            assert book.voice(event.contribution).said == event
        if isinstance(event, e.Moderated):
            voice = book.voice(event.contribution)
            assert voice.moderated == event
            assert not voice.is_shown or voice.contest_answer.restored


@given(stories)
def test_never_more_voices_than_envelopes_nor_a_voice_outside_the_days(story):
    book, _ = told(story)
    for dossier in book.dossiers.values():
        mine = [voice for voice in dossier.voices.values() if not voice.said.source]
        assert len(mine) == dossier.voices_by_code <= dossier.envelopes
        for voice in dossier.voices.values():
            assert dossier.opened.opened_on <= voice.said.made_on <= dossier.opened.closes_on
        if dossier.counted is not None:
            assert dossier.counted.ballots <= dossier.envelopes
            for one in dossier.counted.counts:
                assert one.in_favour + one.against + one.blank == dossier.counted.ballots


@given(stories)
def test_every_change_of_a_guarantee_of_the_matrix_or_of_a_cost_names_its_decision(story):
    book, fitted = told(story)
    changes = [change for one in book.dossiers.values() for change in one.changes]
    assert len(changes) == sum(isinstance(event, e.Changed) for event in fitted)
    for dossier in book.dossiers.values():
        for change in dossier.changes:
            assert dossier.decision_on(change).text and change.reference


@given(stories)
def test_an_argument_or_an_amendment_is_always_about_what_it_may_be_about(story):
    book, _ = told(story)
    for dossier in book.dossiers.values():
        for voice in dossier.voices.values():
            about = voice.said.about
            assert bool(about) == bool(ABOUT[voice.said.sort])
            assert not about or dossier.voices[about].said.sort in ABOUT[voice.said.sort]


@given(stories)
def test_an_answer_is_late_from_the_sixty_first_day_and_until_it_comes(story):
    book, _ = told(story)
    for dossier in book.dossiers.values():
        end = dossier.vote.closes_on if dossier.vote else dossier.opened.closes_on
        assert not dossier.is_late(end + timedelta(days=60))
        assert dossier.is_late(end + timedelta(days=61)) == (dossier.answer is None)


def test_whoever_hid_a_text_does_not_answer_the_contest():
    book = book_of(
        [
            e.DossierOpened("d1", Theme.COST, "T", "Q", FIRST, FIRST + timedelta(days=40), False),
            e.EnvelopesPrinted("d1", 1, FIRST),
            e.Contributed("c1", "d1", Sort.PROPOSAL, "", "a" * 64, FIRST, FIRST),
            e.Moderated("c1", "insult", "Un mot d’injure.", Role.MODERATOR, FIRST),
            e.Contested("c1", "b" * 64, FIRST),
        ]
    )
    with pytest.raises(NotFitting, match="debate-same-role"):
        book.add(e.ContestAnswered("c1", True, "Oui.", Role.MODERATOR, FIRST))
    book.add(e.ContestAnswered("c1", True, "Ce mot est une citation.", Role.MODERATOR_OF_CONTESTS, FIRST))
    assert book.voice("c1").is_shown and book.voice("c1").moderated is not None


@given(stories)
def test_a_contest_is_dropped_only_when_its_text_is_shown_or_was_contested_already(story):
    book = Book()
    for event in story:
        voice = book.voice(event.contribution) if isinstance(event, e.ContestDropped) else None
        needless = voice is not None and (voice.is_shown or voice.contested is not None)
        try:
            book.add(event)
        except NotFitting:
            assert not needless
        else:
            assert needless or not isinstance(event, e.ContestDropped)


def test_the_same_moderator_does_not_answer_the_contest_under_another_role():
    mine, other = (moderator_mark(b"k" * 32, "c1", name) for name in ("Zoé Martin", "Paul Roy"))
    assert mine == moderator_mark(b"k" * 32, "c1", " martin  ZOE ") and len(mine) == 16
    assert mine != moderator_mark(b"k" * 32, "c2", "Zoé Martin") and moderator_mark(b"k" * 32, "c1", " - ") == ""
    book = book_of(
        [
            e.DossierOpened("d1", Theme.COST, "T", "Q", FIRST, FIRST + timedelta(days=40), False),
            e.EnvelopesPrinted("d1", 1, FIRST),
            e.Contributed("c1", "d1", Sort.PROPOSAL, "", "a" * 64, FIRST, FIRST),
            e.Moderated("c1", "insult", "Un mot d’injure.", Role.MODERATOR, FIRST, mine),
            e.Contested("c1", "b" * 64, FIRST),
        ]
    )
    for by in (mine, ""):
        with pytest.raises(NotFitting, match="debate-same-role"):
            book.add(e.ContestAnswered("c1", False, "Non.", Role.MODERATOR_OF_CONTESTS, FIRST, by))
    book.add(e.ContestAnswered("c1", False, "Non.", Role.MODERATOR_OF_CONTESTS, FIRST, other))


@pytest.mark.parametrize(
    "event",
    [e.Moderated("c1", "insult", "Un mot d’injure.", Role.MODERATOR, FIRST), e.Released("c1", Role.MODERATOR, FIRST)],
)
def test_a_line_older_than_the_mark_keeps_its_bytes(event):
    leaf = e.leaf_of(event)
    assert b'"by"' not in leaf and e.leaf_of(e.event_of(leaf)) == leaf
    with pytest.raises(e.NotAnEvent):
        e.event_of(leaf.replace(b'{"contribution"', b'{"by":"","contribution"', 1))


def test_the_authority_answers_and_puts_to_the_vote_once_no_text_is_received_any_more():
    closes = FIRST + timedelta(days=40)
    book = book_of(
        [
            e.DossierOpened("d1", Theme.COST, "T", "Q", FIRST, closes, True),
            e.EnvelopesPrinted("d1", 1, FIRST),
            e.Contributed("c1", "d1", Sort.PROPOSAL, "", "a" * 64, FIRST, FIRST),
        ]
    )
    ends = closes + timedelta(days=31)
    for early in (e.Answered("d1", "", "Oui.", closes), e.VoteOpened("d1", ("c1",), closes, ends)):
        with pytest.raises(NotFitting, match="debate-still-open") as refused:
            book.add(early)
        assert refused.value.until == closes
    after = closes + timedelta(days=1)
    book.add(e.VoteOpened("d1", ("c1",), after, ends))
    with pytest.raises(NotFitting, match="debate-vote-uncounted") as refused:
        book.add(e.Answered("d1", "", "Oui.", after))
    assert refused.value.until is None


def test_a_refusal_that_says_a_day_says_it_in_each_language():
    problem = Problem(Kind.CONFLICT, "debate-still-open", {"day": "2026-04-11"})
    assert "11 avril 2026" in sentence(problem, Language.FR) and "11 April 2026" in sentence(problem, Language.EN)
    assert sentence(Problem(Kind.NOT_FOUND, "nothing-to-show"), Language.FR) == ""
    for code in SENTENCES:
        assert sentence(Problem(Kind.CONFLICT, code, {"day": "2026-04-11"}), Language.FR_SIMPLE)


def test_a_vote_is_counted_only_after_the_last_letter_may_have_come():
    closes = FIRST + timedelta(days=40)
    vote_on, vote_ends = closes + timedelta(days=1), closes + timedelta(days=31)
    book = book_of(
        [
            e.DossierOpened("d1", Theme.COST, "T", "Q", FIRST, closes, True),
            e.EnvelopesPrinted("d1", 2, FIRST),
            e.Contributed("c1", "d1", Sort.PROPOSAL, "", "a" * 64, FIRST, FIRST),
            e.VoteOpened("d1", ("c1",), vote_on, vote_ends),
        ]
    )
    assert book.dossiers["d1"].phase(vote_on) is Phase.VOTING
    result = (e.Count("c1", 1, 1, 0),)
    with pytest.raises(NotFitting, match="debate-no-vote"):
        book.add(e.VoteCounted("d1", 2, result, vote_ends + timedelta(days=20)))
    book.add(e.VoteCounted("d1", 2, result, vote_ends + timedelta(days=21)))
    assert book.dossiers["d1"].phase(vote_ends + timedelta(days=21)) is Phase.CLOSED
