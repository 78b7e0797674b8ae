"""Invitation codes are tried so many times an hour, by one account and by all, however the tries are spread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.keeper.tries import ACCOUNTS, BY_ACCOUNT, BY_ALL, CodeTries

START = datetime(2026, 11, 25, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_the_ceilings_are_those_published() -> None:
    assert (BY_ACCOUNT, BY_ALL, ACCOUNTS) == (20, 1000, 10_000)


def test_one_account_may_try_twenty_times_in_any_hour() -> None:
    tries = CodeTries()
    assert [tries.take("zoe", after(n), "agent") for n in range(22)] == [True] * 20 + [False] * 2
    assert tries.take("ana", after(30), "agent"), "another account is not held back"
    assert not tries.take("zoe", START + HOUR - timedelta(microseconds=1), "agent")
    assert tries.take("zoe", START + HOUR, "agent"), "an hour after its first try, one more"
    assert not tries.take("zoe", START + HOUR, "agent"), "one that was refused was not counted, one that was made is"
    assert tries.take("zoe", after(3601), "agent")


def test_all_together_may_try_a_thousand_times_in_any_hour() -> None:
    tries = CodeTries()
    assert all(tries.take(f"account {n}", START, "agent") for n in range(1000))
    assert not tries.take("one more", START, "agent")
    assert not tries.take("account 0", START, "agent")
    assert not tries.take("one more", START + HOUR - timedelta(microseconds=1), "agent")
    assert all(tries.take("one more", START + HOUR, "agent") for _ in range(20))


def test_a_sort_of_account_that_tries_without_end_holds_back_no_other() -> None:
    tries = CodeTries()
    assert all(tries.take(f"person {n // 20}", START, "person") for n in range(1000))
    assert not tries.take("person 51", START, "person")
    assert all(tries.take("petit", START, "agent") for _ in range(20)), "an agent reads cards all the same"
    tries.give_back("petit", "agent")
    assert not tries.take("person 51", START, "person"), "what an agent gets back opens nothing to persons"


def test_a_right_code_gives_its_try_back_to_the_account_and_to_all() -> None:
    tries = CodeTries()
    for _ in range(100):
        assert tries.take("zoe", START, "agent")
        tries.give_back("zoe", "agent")
    assert all(tries.take(f"account {n}", START, "agent") for n in range(1000)), (
        "nothing of it is left in the common count"
    )
    assert not tries.take("zoe", START, "agent")
    tries.give_back("account 5", "agent")
    assert tries.take("zoe", START, "agent")
    assert not tries.take("zoe", START, "agent")


def test_giving_back_what_was_never_taken_changes_nothing() -> None:
    tries = CodeTries()
    tries.give_back("zoe", "agent")
    assert [tries.take("zoe", START, "agent") for _ in range(21)] == [True] * 20 + [False]


def test_the_accounts_least_recently_seen_are_forgotten_and_never_the_common_count() -> None:
    tries = CodeTries()
    moment = START
    for _ in range(BY_ACCOUNT):
        assert tries.take("first", moment, "agent")
        assert tries.take("second", moment, "agent")
    for number in range(ACCOUNTS - 2):
        moment += timedelta(seconds=4)
        if moment - START < HOUR:
            assert not tries.take("first", moment, "agent"), "asking again keeps its place among those remembered"
        assert tries.take(f"account {number}", moment, "agent")
    assert len(tries._seen) == ACCOUNTS
    assert tries.take("one too many", moment, "agent")
    assert len(tries._seen) == ACCOUNTS
    assert "second" not in tries._seen
    assert "first" in tries._seen, "it was seen since"


_steps = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 900), st.sampled_from(["wrong", "right"])), max_size=120
)


@given(_steps)
def test_any_series_of_tries_is_answered_as_a_list_of_moments_would(steps: list[tuple[str, int, str]]) -> None:
    tries, made, now = CodeTries(), [], START
    for account, wait, code in steps:
        now += timedelta(seconds=wait)
        within = [one for one, moment in made if now - moment < HOUR]
        allowed = within.count(account) < BY_ACCOUNT and len(within) < BY_ALL
        assert tries.take(account, now, "agent") is allowed
        if allowed and code == "wrong":
            made.append((account, now))
        elif allowed:
            tries.give_back(account, "agent")
