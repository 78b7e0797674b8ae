"""Each rule of the debate alone: what fits at its first and last day, and the reason given when it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from espace_sante.debate import events as e
from espace_sante.debate.book import Book, book_of
from espace_sante.debate.coming import dossier_in
from espace_sante.debate.fitting import Refusal
from espace_sante.debate.words import Change, Phase, Reason, Role, Sort, Theme
from espace_sante.kernel.errors import Kind, Problem

FIRST = date(2026, 3, 2)
CLOSES = FIRST + timedelta(days=30)
VOTED = CLOSES + timedelta(days=31)
COUNTED = VOTED + timedelta(days=21)
DAY = timedelta(days=1)
MINE, OTHER = "1" * 16, "2" * 16

OPENED = e.DossierOpened("d1", Theme.COST, "Le coût", "Qui paie ?", FIRST, CLOSES, True)
PRINTED = e.EnvelopesPrinted("d1", 2, FIRST)
PROPOSAL = e.Contributed("c1", "d1", Sort.PROPOSAL, "", "a" * 64, FIRST, FIRST + DAY)
ARGUMENT = e.Contributed("c2", "d1", Sort.FOR, "c1", "a" * 64, FIRST, FIRST + DAY)
HELD = replace(PROPOSAL, held=Reason.PERSONAL_DATA)
HIDDEN = e.Moderated("c1", Reason.INSULT, "Un mot d’injure.", Role.MODERATOR, FIRST + DAY, MINE)
CONTESTED = e.Contested("c1", "b" * 64, FIRST + 2 * DAY)
RESTORED = e.ContestAnswered("c1", True, "C’est une citation.", Role.MODERATOR_OF_CONTESTS, FIRST + 3 * DAY, OTHER)
KEPT_HIDDEN = replace(RESTORED, restored=False)
RELEASED = e.Released("c1", Role.MODERATOR, FIRST + DAY)
ANSWER = e.Answered("d1", "", "Voici.", CLOSES + DAY)
ANSWER_TO_ONE = e.Answered("d1", "c1", "Voici.", FIRST + DAY)
VOTE = e.VoteOpened("d1", ("c1",), CLOSES + DAY, VOTED)
RESULT = e.VoteCounted("d1", 2, (e.Count("c1", 1, 0, 1),), COUNTED)
DECIDED = e.Decided("s1", "d1", "Chaque dépense est publiée.", COUNTED)
CHANGED = e.Changed("s1", Change.COST, "2026-1", COUNTED)
SUMMED = e.Summed("d1", "Un.", "Deux.", "Three.", COUNTED)
MINUTED = e.Minuted("d1", "Une réunion.", FIRST)
BEGUN = (OPENED, PRINTED, PROPOSAL)
VOTING = (*BEGUN, VOTE)

NOT_NAMES = ("", "..", "a/b", "Couts", "coûts", "-a", "a" * 61, "index", "moderation", "decisions", "a\n")
# One proposal more than a vote may have, each from another platform.
MANY = (
    OPENED,
    *(replace(PROPOSAL, contribution=f"m{number}", source="https://debat.exemple.fr/p") for number in range(101)),
)


def told(before: Sequence[e.Event], event: e.Event) -> Refusal | None:
    book = book_of(before)
    assert book.size == len(before)
    return book.refusal(event)


def of_count(**changes: int) -> e.VoteCounted:
    return replace(RESULT, counts=(replace(RESULT.counts[0], **changes),))


CASES: list[tuple[Sequence[e.Event], e.Event, Refusal | None]] = [
    ((), OPENED, None),
    ((OPENED,), OPENED, Refusal.TWICE),
    ((), replace(OPENED, title=" "), Refusal.EMPTY),
    ((), replace(OPENED, question=" "), Refusal.EMPTY),
    ((), replace(OPENED, closes_on=CLOSES - DAY), Refusal.TOO_SHORT),
    ((), replace(OPENED, closes_on=FIRST + timedelta(days=366)), None),
    ((), replace(OPENED, closes_on=FIRST + timedelta(days=367)), Refusal.TOO_LONG),
    *(((), replace(OPENED, dossier=name), Refusal.NAME) for name in NOT_NAMES),
    *(((), replace(OPENED, dossier=name), None) for name in ("a", "2027-couts", "a" * 60)),
    ((), PRINTED, Refusal.NO_DOSSIER),
    ((OPENED,), replace(PRINTED, envelopes=0), Refusal.EMPTY),
    ((OPENED,), replace(PRINTED, envelopes=1), None),
    ((OPENED, PRINTED), PROPOSAL, None),
    (BEGUN, PROPOSAL, Refusal.TWICE),
    ((OPENED,), PROPOSAL, Refusal.WRONG_COUNT),
    ((OPENED,), replace(PROPOSAL, source="https://debat.exemple.fr/p/1"), None),
    ((*BEGUN, ARGUMENT), replace(ARGUMENT, contribution="c3"), Refusal.WRONG_COUNT),
    ((*BEGUN, ARGUMENT), replace(ARGUMENT, contribution="c3", source="https://debat.exemple.fr/p/2"), None),
    (BEGUN, replace(ARGUMENT, made_on=FIRST - DAY), Refusal.NOT_OPEN),
    (BEGUN, replace(ARGUMENT, made_on=CLOSES, published_on=CLOSES), None),
    (BEGUN, replace(ARGUMENT, made_on=CLOSES, published_on=CLOSES - DAY), Refusal.NOT_OPEN),
    (BEGUN, replace(ARGUMENT, made_on=CLOSES + DAY, published_on=CLOSES + DAY), Refusal.NOT_OPEN),
    (BEGUN, replace(ARGUMENT, about="c9"), Refusal.WRONG_SORT),
    (BEGUN, replace(ARGUMENT, sort=Sort.QUESTION), Refusal.WRONG_SORT),
    (BEGUN, replace(ARGUMENT, sort=Sort.QUESTION, about=""), None),
    (BEGUN, replace(ARGUMENT, sort=Sort.AMENDMENT), None),
    ((OPENED, PRINTED, replace(PROPOSAL, sort=Sort.QUESTION)), ARGUMENT, Refusal.WRONG_SORT),
    (BEGUN, RELEASED, Refusal.NOT_HELD),
    ((OPENED, PRINTED, HELD), RELEASED, None),
    ((OPENED, PRINTED, HELD, RELEASED), RELEASED, Refusal.NOT_HELD),
    ((OPENED, PRINTED, HELD, HIDDEN), RELEASED, Refusal.NOT_HELD),
    ((OPENED, PRINTED, HELD, CONTESTED, KEPT_HIDDEN), RELEASED, Refusal.NOT_HELD),
    (BEGUN, replace(RELEASED, contribution="c9"), Refusal.NO_CONTRIBUTION),
    (BEGUN, HIDDEN, None),
    (BEGUN, replace(HIDDEN, why=" "), Refusal.EMPTY),
    ((*BEGUN, HIDDEN), HIDDEN, Refusal.TWICE),
    ((OPENED, PRINTED, HELD, CONTESTED, RESTORED), HIDDEN, Refusal.TWICE),
    (BEGUN, CONTESTED, Refusal.NOT_HIDDEN),
    ((*BEGUN, HIDDEN), CONTESTED, None),
    ((OPENED, PRINTED, HELD), CONTESTED, None),
    ((*BEGUN, HIDDEN, CONTESTED), CONTESTED, Refusal.TWICE),
    (BEGUN, e.ContestDropped("c1", FIRST), None),
    ((*BEGUN, HIDDEN), e.ContestDropped("c1", FIRST), Refusal.STILL_HIDDEN),
    ((*BEGUN, HIDDEN, CONTESTED), e.ContestDropped("c1", FIRST), None),
    ((*BEGUN, HIDDEN), RESTORED, Refusal.NOT_HIDDEN),
    ((*BEGUN, HIDDEN, CONTESTED), RESTORED, None),
    ((*BEGUN, HIDDEN, CONTESTED, RESTORED), RESTORED, Refusal.NOT_HIDDEN),
    ((OPENED, PRINTED, HELD, CONTESTED, RELEASED), KEPT_HIDDEN, Refusal.NOT_HIDDEN),
    ((OPENED, PRINTED, HELD, CONTESTED, RELEASED), RESTORED, None),
    ((*BEGUN, HIDDEN, CONTESTED), replace(RESTORED, role=Role.MODERATOR), Refusal.SAME_ROLE),
    ((*BEGUN, HIDDEN, CONTESTED), replace(RESTORED, by=MINE), Refusal.SAME_ROLE),
    ((*BEGUN, HIDDEN, CONTESTED), replace(RESTORED, by=""), Refusal.SAME_ROLE),
    ((*BEGUN, replace(HIDDEN, by=""), CONTESTED), replace(RESTORED, by=""), None),
    ((OPENED, PRINTED, HELD, CONTESTED), replace(RESTORED, by=""), None),
    ((*BEGUN, HIDDEN, CONTESTED), replace(RESTORED, why=" "), Refusal.EMPTY),
    (BEGUN, ANSWER, None),
    (BEGUN, replace(ANSWER, text=" "), Refusal.EMPTY),
    (BEGUN, replace(ANSWER, on=CLOSES), Refusal.STILL_OPEN),
    ((*BEGUN, ANSWER), ANSWER, Refusal.TWICE),
    (VOTING, ANSWER, Refusal.VOTE_UNCOUNTED),
    ((*VOTING, RESULT), replace(ANSWER, on=COUNTED), None),
    (BEGUN, ANSWER_TO_ONE, None),
    ((*BEGUN, ANSWER_TO_ONE), ANSWER_TO_ONE, Refusal.TWICE),
    ((OPENED, PRINTED), ANSWER_TO_ONE, Refusal.NO_CONTRIBUTION),
    (BEGUN, VOTE, None),
    ((replace(OPENED, votes=False), PRINTED, PROPOSAL), VOTE, Refusal.NO_VOTE),
    ((*BEGUN, ANSWER), VOTE, Refusal.NO_VOTE),
    (VOTING, VOTE, Refusal.TWICE),
    (BEGUN, replace(VOTE, proposals=()), Refusal.NO_CONTRIBUTION),
    (BEGUN, replace(VOTE, proposals=("c1", "c1")), Refusal.NO_CONTRIBUTION),
    (BEGUN, replace(VOTE, proposals=("c1", "c9")), Refusal.NO_CONTRIBUTION),
    ((*BEGUN, HIDDEN), VOTE, Refusal.NO_CONTRIBUTION),
    ((*BEGUN, ARGUMENT), replace(VOTE, proposals=("c2",)), Refusal.NO_CONTRIBUTION),
    ((*BEGUN, replace(ARGUMENT, sort=Sort.AMENDMENT)), replace(VOTE, proposals=("c2", "c1")), None),
    (BEGUN, replace(VOTE, on=CLOSES), Refusal.STILL_OPEN),
    (BEGUN, replace(VOTE, closes_on=VOTED - DAY), Refusal.TOO_SHORT),
    (BEGUN, replace(VOTE, closes_on=VOTE.on + timedelta(days=366)), None),
    (BEGUN, replace(VOTE, closes_on=VOTE.on + timedelta(days=367)), Refusal.TOO_LONG),
    (MANY, replace(VOTE, proposals=tuple(one.contribution for one in MANY[1:])), Refusal.TOO_MANY),
    (MANY, replace(VOTE, proposals=tuple(one.contribution for one in MANY[2:])), None),
    (VOTING, RESULT, None),
    (BEGUN, RESULT, Refusal.NO_VOTE),
    (VOTING, replace(RESULT, on=COUNTED - DAY), Refusal.NO_VOTE),
    ((*VOTING, RESULT), RESULT, Refusal.TWICE),
    (VOTING, replace(RESULT, counts=()), Refusal.WRONG_COUNT),
    (VOTING, of_count(in_favour=2), Refusal.WRONG_COUNT),
    (VOTING, of_count(in_favour=-1, against=2), Refusal.WRONG_COUNT),
    (VOTING, of_count(in_favour=2, against=-1), Refusal.WRONG_COUNT),
    (VOTING, of_count(in_favour=2, against=1, blank=-1), Refusal.WRONG_COUNT),
    (VOTING, replace(of_count(in_favour=2), ballots=3), Refusal.WRONG_COUNT),
    (VOTING, replace(of_count(in_favour=0, blank=0), ballots=0), None),
    (BEGUN, MINUTED, None),
    (BEGUN, replace(MINUTED, text=" "), Refusal.EMPTY),
    (BEGUN, DECIDED, None),
    (BEGUN, replace(DECIDED, text=" "), Refusal.EMPTY),
    ((*BEGUN, DECIDED), DECIDED, Refusal.TWICE),
    ((*BEGUN, DECIDED), CHANGED, None),
    (BEGUN, CHANGED, Refusal.NO_DECISION),
    ((*BEGUN, DECIDED), replace(CHANGED, reference=""), Refusal.NO_DECISION),
    (BEGUN, SUMMED, None),
    (BEGUN, replace(SUMMED, french=" "), Refusal.EMPTY),
    (BEGUN, replace(SUMMED, simple=" "), Refusal.EMPTY),
    (BEGUN, replace(SUMMED, english=" "), Refusal.EMPTY),
    (BEGUN, e.Flowed("d1", FIRST, 3, ()), None),
]


@pytest.mark.parametrize(("before", "event", "refusal"), CASES, ids=range(len(CASES)))
def test_what_fits_and_why_another_does_not(before: Sequence[e.Event], event: e.Event, refusal: Refusal | None) -> None:
    assert told(before, event) is refusal


def test_each_reason_is_given_and_is_the_code_of_a_sentence() -> None:
    assert {reason for _, _, reason in CASES} == {None, *Refusal}
    assert {one.value for one in Refusal} == {f"debate-{one.name.lower().replace('_', '-')}" for one in Refusal}


def test_each_event_stands_where_it_is_read() -> None:
    book = book_of((*VOTING, ANSWER_TO_ONE, RESULT, DECIDED, CHANGED, SUMMED, MINUTED, e.Flowed("d1", FIRST, 3, ())))
    dossier = dossier_in(book, "d1")
    assert (dossier.vote, dossier.counted, dossier.summary) == (VOTE, RESULT, SUMMED)
    assert (dossier.minutes, dossier.changes, len(dossier.flow)) == ([MINUTED], [CHANGED], 1)
    assert dossier.decisions == {"s1": DECIDED} and dossier.decision_on(CHANGED) is DECIDED
    assert dossier.voices["c1"].answer is ANSWER_TO_ONE and dossier.answer is None
    assert (dossier.envelopes, dossier.voices_by_code, book.size) == (2, 1, 11)
    book.add(replace(ANSWER, on=COUNTED))
    book.add(PRINTED)
    assert dossier.answer is not None and dossier.envelopes == 4 and book.size == 13
    with pytest.raises(Problem) as refusal:
        dossier_in(book, "d2")
    assert (refusal.value.kind, refusal.value.code) == (Kind.NOT_FOUND, "debate-no-dossier")


def test_a_change_stands_under_the_dossier_of_its_decision() -> None:
    other = replace(OPENED, dossier="d2")
    book = book_of((other, *BEGUN, DECIDED, CHANGED))
    assert book.dossiers["d1"].changes == [CHANGED] and book.dossiers["d2"].changes == []
    assert Book().voice("c1") is None and book.voice("c1") is book.dossiers["d1"].voices["c1"]


def test_a_text_is_shown_hidden_or_waits() -> None:
    def seen(*after: e.Event, said: e.Contributed = PROPOSAL) -> tuple[bool, bool]:
        voice = book_of((OPENED, PRINTED, said, *after)).voice("c1")
        assert voice is not None
        return voice.is_shown, voice.waits

    assert seen() == (True, False) and seen(said=HELD) == (False, True)
    assert seen(RELEASED, said=HELD) == (True, False) and seen(HIDDEN, said=HELD) == (False, False)
    assert seen(HIDDEN) == (False, False) == seen(HIDDEN, CONTESTED) == seen(HIDDEN, CONTESTED, KEPT_HIDDEN)
    assert seen(HIDDEN, CONTESTED, RESTORED) == (True, False) == seen(CONTESTED, RESTORED, said=HELD)
    assert seen(CONTESTED, KEPT_HIDDEN, said=HELD) == (False, False) and seen(CONTESTED, said=HELD) == (False, True)


@pytest.mark.parametrize(("sort", "asks"), [(Sort.QUESTION, True), (Sort.PROPOSAL, True), (Sort.FOR, False)])
def test_an_answer_to_a_text_is_late_after_sixty_days_and_a_review_after_three(sort: Sort, asks: bool) -> None:
    said = replace(ARGUMENT if sort is Sort.FOR else PROPOSAL, sort=sort, contribution="c3")
    due = said.published_on + timedelta(days=60)

    def late(*after: e.Event, said: e.Contributed = said) -> tuple[bool, bool]:
        voice = book_of((*BEGUN, said, *after)).voice("c3")
        assert voice is not None
        return voice.answer_is_late(due), voice.answer_is_late(due + DAY)

    assert late() == (False, asks)
    assert late(replace(ANSWER_TO_ONE, contribution="c3")) == (False, False)
    assert late(said=replace(said, held=Reason.INSULT)) == (False, False), "what is not shown asks nothing"
    held = book_of((OPENED, PRINTED, HELD)).voice("c1")
    shown = book_of(BEGUN).voice("c1")
    assert held is not None and shown is not None
    reviewed = [HELD.published_on + timedelta(days=days) for days in (3, 4)]
    assert [held.review_is_late(day) for day in reviewed] == [False, True]
    assert [shown.review_is_late(day) for day in reviewed] == [False, False]


def test_where_a_dossier_stands_and_when_its_answer_is_due() -> None:
    def phase(day: date, *events: e.Event) -> Phase:
        return book_of(events).dossiers["d1"].phase(day)

    assert phase(CLOSES, *BEGUN) is Phase.OPEN and phase(CLOSES + DAY, *BEGUN) is Phase.CLOSED
    assert phase(CLOSES, *VOTING) is Phase.OPEN and phase(CLOSES + DAY, *VOTING) is Phase.VOTING
    assert phase(COUNTED, *VOTING, RESULT) is Phase.CLOSED
    assert phase(CLOSES, *BEGUN, ANSWER) is Phase.ANSWERED
    sixty = timedelta(days=60)
    assert book_of(BEGUN).dossiers["d1"].answer_due == CLOSES + sixty
    voting = book_of(VOTING).dossiers["d1"]
    assert voting.answer_due == VOTED + sixty
    assert not voting.is_late(VOTED + sixty) and voting.is_late(VOTED + sixty + DAY)
    assert not book_of((*BEGUN, ANSWER)).dossiers["d1"].is_late(VOTED + sixty + DAY)
