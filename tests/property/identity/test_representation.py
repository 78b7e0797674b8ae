"""Who may act for somebody, whatever the ages, the days and the instants."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from espace_sante.identity.ages import first_day_of_age, has_reached
from espace_sante.identity.legal_tables import Measure, Power, acts, measures
from espace_sante.identity.representation import Phase, Representation, Verdict, end_of, fault_of, verdict
from espace_sante.kernel.ids import RepresentationId

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 27)
days = st.dates(date(1930, 1, 1), date(2040, 12, 31))
near = st.integers(-400, 400).map(lambda n: TODAY + timedelta(days=n))
moments = st.builds(
    lambda day, minutes: datetime.combine(day, time(), PARIS) + timedelta(minutes=minutes), near, st.integers(0, 1439)
)
numbers = st.integers(1, 4).map(lambda n: RepresentationId(UUID(int=n)))
representations = st.builds(
    Representation,
    numbers,
    st.just("Paul Essai"),
    st.sampled_from(Measure),
    st.sampled_from(Power),
    near,
    near,
    st.booleans(),
    st.frozensets(st.sampled_from(sorted(acts())), max_size=3),
    st.sampled_from(("", "a", "b")),
    st.sampled_from(("", "a", "b")),
    st.none() | moments,
)
everybody = st.lists(representations, max_size=3)
every_act = st.sampled_from((*sorted(acts()), "break_glass", "unheard_of"))


def confirmed(measure: Measure, power: Power, ends: date, **more: object) -> Representation:
    one = Representation(
        RepresentationId(UUID(int=9)), "Paul Essai", measure, power, TODAY - timedelta(days=5000), ends
    )
    return replace(one, recorded_by="a", confirmed_by="b", **more)  # type: ignore[arg-type]  # named parts of the value, drawn by each test


@given(days)
def test_a_parent_s_power_ends_the_very_day_the_child_is_of_age(born: date) -> None:
    ends = end_of(Measure.PARENT, born.isoformat(), None)
    assert ends is not None
    one = confirmed(Measure.PARENT, Power.REPRESENTS, ends)
    one = replace(one, starts=born)
    midnight = datetime.combine(ends, time(), PARIS)
    assert one.phase(midnight) is Phase.OVER
    assert one.phase(midnight - timedelta(seconds=1)) is Phase.STANDS
    assert (ends.year, ends.month) == (born.year + 18, born.month)
    assert ends.day == born.day or (born.month, born.day, ends.day) == (2, 29, 28)


@given(st.sampled_from([year for year in range(1932, 2040) if year % 4 == 0]), st.integers(0, 30))
def test_who_is_born_on_a_29_february_reaches_an_age_on_the_last_day_of_february(year: int, age: int) -> None:
    first = first_day_of_age(f"{year}-02-29", age)
    assert first is not None
    assert (first.month, (first + timedelta(days=1)).month, first.year) == (2, 3, year + age)


@given(days, st.integers(0, 30))
def test_a_partial_birth_date_ends_the_power_of_others_no_later_than_the_whole_one(born: date, age: int) -> None:
    whole = first_day_of_age(born.isoformat(), age)
    for partial in (f"{born:%Y}", f"{born:%Y-%m}", f"{born:%Y}-00-00", f"{born:%Y-%m}-00"):
        first = first_day_of_age(partial, age)
        assert whole is not None and first is not None and first <= whole


@given(st.sampled_from(("", "2010-13-01", "2010-02-30", "10/02/2010", "0000-01-01", "deux mille dix")), near)
def test_a_birth_date_that_cannot_be_read_gives_no_power_over_a_child_and_no_age(text: str, day: date) -> None:
    assert end_of(Measure.PARENT, text, day) is None
    assert not has_reached(text, 0, day)


@given(days, near)
def test_nothing_said_makes_a_power_over_a_child_last_beyond_its_majority(born: date, said: date) -> None:
    of_age = end_of(Measure.PARENT, born.isoformat(), None)
    ends = end_of(Measure.PARENT, born.isoformat(), said)
    assert of_age is not None and ends is not None and ends <= min(of_age, said)


@given(representations, moments)
def test_the_day_is_that_of_paris_wherever_the_clock_stands(one: Representation, now: datetime) -> None:
    assert one.phase(now.astimezone(UTC)) is one.phase(now) is one.phase(now.astimezone(ZoneInfo("Pacific/Noumea")))


@given(representations, every_act, everybody, moments)
def test_nothing_is_done_under_a_power_that_does_not_stand(
    one: Representation, act: str, others: list[Representation], now: datetime
) -> None:
    if not one.stands(now):
        assert verdict(one, act, others, now) is Verdict.NO


@given(representations, every_act, everybody, moments)
def test_one_account_alone_gives_no_power_to_anybody(
    one: Representation, act: str, others: list[Representation], now: datetime
) -> None:
    alone = replace(one, confirmed_by=one.recorded_by)
    assert verdict(alone, act, others, now) is Verdict.NO


@given(representations, every_act, everybody, moments, moments)
def test_what_the_person_contests_stops_at_once_and_time_never_brings_it_back(
    one: Representation, act: str, others: list[Representation], said: datetime, now: datetime
) -> None:
    assert verdict(replace(one, contested=said), act, others, now) is Verdict.NO


@given(representations, every_act, everybody, moments, st.integers(0, 4000))
def test_time_alone_never_gives_more_than_the_first_day_of_a_power(
    one: Representation, act: str, others: list[Representation], now: datetime, later: int
) -> None:
    assume(one.phase(now) is not Phase.NOT_YET)
    after = now + timedelta(days=later)
    if verdict(one, act, [], now) is Verdict.NO:
        assert verdict(one, act, [], after) is Verdict.NO


@given(everybody, every_act, moments)
def test_two_parents_who_share_authority_do_alone_what_is_usual_and_nothing_important(
    others: list[Representation], act: str, now: datetime
) -> None:
    one = confirmed(Measure.PARENT, Power.REPRESENTS, date(2050, 1, 1))
    other = replace(one, representation_id=RepresentationId(UUID(int=10)))
    found = verdict(one, act, (one, other, *others), now)
    law = acts().get(act)
    expected = {"usuel": Verdict.ALONE, "important": Verdict.WITH_OTHER_PARENT, "jamais": Verdict.NO}
    assert found is (expected[law.parent.value] if law else Verdict.NO)
    # The other was never recorded, or his power is over: nobody presumes that he agrees.
    left = verdict(one, act, (one, replace(other, ends=TODAY - timedelta(days=401))), now)
    assert left is (Verdict.ALONE if law and law.parent.value == "usuel" else Verdict.NO)


@given(representations, every_act, everybody, moments)
def test_a_measure_never_gives_more_than_the_law_lets_a_decision_give(
    one: Representation, act: str, others: list[Representation], now: datetime
) -> None:
    found = verdict(one, act, others, now)
    if one.power is Power.NOTHING or (one.measure is Measure.FAMILY_SIMPLE and act not in one.named):
        assert found is Verdict.NO
    if one.power is Power.ASSISTS:
        assert found is not Verdict.ALONE
    if fault_of(one, TODAY) == "":
        assert one.power in measures()[one.measure].powers
        assert one.ends > max(TODAY, one.starts)


@given(representations)
def test_a_power_that_names_acts_is_the_one_that_needs_them_and_names_none_unknown(one: Representation) -> None:
    bounded = replace(one, named=frozenset({"unheard_of"}))
    assert fault_of(bounded, TODAY) != ""
    empty = replace(one, measure=Measure.FAMILY_SIMPLE, named=frozenset())
    assert fault_of(empty, TODAY) != ""
