"""A death and what is asked after it, whatever is noted, by whom, in which order: two accounts, thirty days, and a word of hers above all.

What is expected is told from the history alone: who noted what on which day, never from the values that are tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.death import (
    DEMANDS_MOST,
    LINES_MOST,
    READING_DAYS,
    WAITING_DAYS,
    Asked,
    Death,
    DemandStanding,
    Ground,
    Quality,
)
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights
from espace_sante.kernel.ids import DemandId, GrantId, Rpps

FIRST = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 11, tzinfo=UTC)
GRANT = Grant(
    GrantId(UUID(int=1)),
    named(Rpps("99900000011")),
    Scope(ScopeKind.EVERYTHING),
    "care",
    NOON,
    NOON + timedelta(days=3000),
)
ACCOUNTS = ("one", "two", "three")
ASKED = (
    Asked("Paul Essai", Quality.HEIR, "acte", Ground.CAUSES, "savoir", frozenset({5})),
    Asked("Paul Essai", Quality.HEIR, "acte", Ground.RIGHTS, "savoir", frozenset({5})),
    Asked("Paul Essai", Quality.HEIR, "acte", Ground.CAUSES, "savoir", frozenset({5, 7})),
)
WHO = st.sampled_from(ACCOUNTS)
NOTES = st.tuples(st.just("note"), WHO, st.sampled_from(("12", "13")))
DEMANDS = st.tuples(st.just("demand"), WHO, st.sampled_from(range(len(ASKED))))
READS = st.tuples(st.just("read"), WHO, st.integers(0, 3))
WAITS = st.tuples(st.just("wait"), st.just(""), st.sampled_from((1, WAITING_DAYS - 1, WAITING_DAYS, WAITING_DAYS + 1)))
CONTESTS = st.tuples(st.just("contest"), st.just(""), st.just(0))
# Two notes first, or what follows a death is hardly ever reached.
SURE = st.just([("note", "one", "12"), ("note", "two", "12")])
STORIES = st.builds(
    lambda first, rest: first + rest,
    st.just([]) | SURE,
    st.lists(NOTES | DEMANDS | DEMANDS | DEMANDS | READS | WAITS | CONTESTS, max_size=30),
)
AROUND_WAITING = st.sampled_from((0, 1, WAITING_DAYS - 1, WAITING_DAYS, WAITING_DAYS + 1))
AROUND_READING = st.sampled_from((0, 1, READING_DAYS - 1, READING_DAYS, READING_DAYS + 1))
Event = tuple[str, str, str | int]


@dataclass
class Story:
    """What was done since she last said a word, told apart from what the values made of it."""

    rights: Rights = field(default_factory=lambda: Rights(True, grants=(GRANT,)))
    today: date = FIRST
    notes: list[tuple[str, str]] = field(default_factory=list)
    demands: list[tuple[str, int, date]] = field(default_factory=list)
    was_sure: bool = False
    drawn: int = 0

    def play(self, event: Event) -> None:
        what, who, detail = event
        match what:
            case "note":
                self.note(who, str(detail))
            case "demand":
                self.demand(who, int(detail))
            case "read":
                self.read(who, int(detail))
            case "wait":
                self.today += timedelta(days=int(detail))
            case _:
                self.rights, self.notes, self.demands = self.rights.without_death(), [], []

    def note(self, who: str, number: str) -> None:
        if self.rights.is_dead:  # the act then notes nothing more
            return
        noted, before = Death(FIRST, number, NOON, who), self.rights.death
        self.rights = self.rights.with_death(before.noted_again(noted) if before is not None else noted)
        self.notes.append((who, number))
        self.was_sure |= self.rights.is_dead

    def demand(self, who: str, which: int) -> None:
        death = self.rights.death
        if death is None or not death.is_sure:
            return
        self.drawn += 1
        kept = death.demanded(ASKED[which], who, self.today, DemandId(UUID(int=self.drawn)))
        assert kept is not None
        self.rights = self.rights.with_death(death.with_demand(kept))
        self.demands.append((who, which, self.today))

    def read(self, who: str, which: int) -> None:
        death = self.rights.death
        one = death.demands[which] if death is not None and which < len(death.demands) else None
        if death is None or one is None or one.standing(who, self.today) is None:
            return
        self.rights = self.rights.with_death(death.with_demand(replace(one, lines=one.lines + 1)))

    def may_read(self, who: str) -> list[int]:
        """Return which demands an account may read under, as the values say it."""
        death = self.rights.death
        found = death.demands if death is not None else ()
        return [ASKED.index(one.asked) for one in found if one.standing(who, self.today) is DemandStanding.CONFIRMED]

    def two_noted(self, who: str, which: int) -> bool:
        """Say, from the history, whether this account and another noted this demand, each soon enough."""
        same = [(by, day) for by, asked, day in self.demands if asked == which]
        return any(
            who in (first, second) and first != second
            for at, (second, day) in enumerate(same)
            if (self.today - day).days <= READING_DAYS
            for first, before in same[:at]
            if (day - before).days <= WAITING_DAYS
        )


def played(events: list[Event]) -> list[Story]:
    """Play events one after the other; return the story after each of them."""
    story, found = Story(), []
    for event in events:
        story.play(event)
        found.append(replace(story, notes=list(story.notes), demands=list(story.demands)))
    return found


@given(STORIES)
def test_a_death_is_sure_only_when_two_accounts_noted_the_same_since_her_last_word(events: list[Event]) -> None:
    for after in played(events):
        two = any(a != b and m == n for a, m in after.notes for b, n in after.notes)
        assert two or not after.rights.is_dead
        if len(after.notes) > 1 and not after.rights.is_dead:
            (a, m), (b, n) = after.notes[-2:]
            assert a == b or m != n, "the same noted by two accounts in a row is sure"


@given(STORIES)
def test_what_she_gave_stops_when_a_death_is_sure_and_never_comes_back_by_itself(events: list[Event]) -> None:
    for after in played(events):
        assert bool(after.rights.grants) is not after.was_sure


@given(STORIES)
def test_an_account_reads_after_a_death_only_what_it_and_another_asked_for_thirty_days(events: list[Event]) -> None:
    for after in played(events):
        for who in ACCOUNTS:
            for which in after.may_read(who):
                assert after.rights.is_dead and after.two_noted(who, which)


@given(STORIES, st.sampled_from(range(len(ASKED))), AROUND_WAITING, AROUND_READING)
def test_what_two_accounts_asked_within_thirty_days_may_be_read_by_both_for_thirty_days(
    events: list[Event], which: int, waited: int, since: int
) -> None:
    start: list[Event] = [("contest", "", 0), ("note", "one", "12"), ("note", "two", "12")]
    asked: list[Event] = [
        ("demand", "one", which),
        ("demand", "one", which),
        ("wait", "", waited),
        ("demand", "two", which),
    ]
    after = played([*events, *start, *asked, ("wait", "", since)])[-1]
    expected = [which] if waited <= WAITING_DAYS and since <= READING_DAYS else []
    assert (after.may_read("one"), after.may_read("two"), after.may_read("three")) == (expected, expected, [])


@given(STORIES)
def test_a_word_of_hers_ends_every_reading_at_once(events: list[Event]) -> None:
    after = played([*events, ("contest", "", 0)])[-1]
    assert after.rights.death is None and not any(after.may_read(who) for who in ACCOUNTS)


@given(st.sampled_from(ACCOUNTS[:2]), st.integers(0, 5))
def test_so_many_lines_are_read_under_a_demand_and_no_more(who: str, beyond: int) -> None:
    story = Story()
    for event in (("note", "one", "12"), ("note", "two", "12"), ("demand", "one", 0), ("demand", "two", 0)):
        story.play(event)
    for _ in range(LINES_MOST + beyond):
        story.read(who, 0)
    assert story.rights.death is not None and story.rights.death.demands[0].lines == LINES_MOST
    assert story.may_read(who) == []


def test_so_many_demands_are_kept_and_no_more() -> None:
    death = Death(FIRST, "12", NOON, "one", "two")
    for number in range(DEMANDS_MOST):
        kept = death.demanded(replace(ASKED[0], who=f"Ana {number}"), "one", FIRST, DemandId(UUID(int=number)))
        assert kept is not None
        death = death.with_demand(kept)
    assert death.demanded(replace(ASKED[0], who="Ana"), "one", FIRST, DemandId(UUID(int=99))) is None
    assert death.demanded(replace(ASKED[0], who="Ana 0"), "two", FIRST, DemandId(UUID(int=99))) is not None
