"""The help she allows and the cases she opened, as values: two different accounts, a few hours, and nothing lost when sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.rights import Rights
from espace_sante.consent.support import HOURS_MOST, Standing, Support, parse_ticket
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.kernel.ids import CaseId, PersonId
from espace_sante.vault.keys import new_space_keys

START = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
END = START + timedelta(hours=2)
ALLOWED = Support("AB20260001", START, END)
ONE, TWO, THREE = "one", "two", "three"
ACCOUNTS = st.sampled_from((ONE, TWO, THREE))


def after(*accounts: str) -> Support:
    """What the help becomes when accounts ask to open it in turn, as the keeper lets them."""
    support = ALLOWED
    for account in accounts:
        match support.standing(account, START):
            case Standing.ALLOWED:
                support = replace(support, asked_by=account)
            case Standing.ASKED_BY_ANOTHER:
                support = replace(support, opened_by=account)
            case _:
                pass
    return support


@given(st.lists(ACCOUNTS, max_size=6))
def test_it_is_opened_by_two_different_accounts_or_not_at_all(accounts: list[str]) -> None:
    support = after(*accounts)
    assert bool(support.opened_by) == (len(set(accounts)) > 1)
    assert support.opened_by != support.asked_by or not support.opened_by
    looking = {one for one in (ONE, TWO, THREE) if support.standing(one, START) is Standing.OPENED_WITH_HIM}
    assert looking == ({support.asked_by, support.opened_by} if support.opened_by else set())


@given(st.lists(ACCOUNTS, max_size=4), ACCOUNTS, st.integers(-7200, 14400))
def test_outside_its_hours_nobody_stands_anywhere(accounts: list[str], who: str, seconds: int) -> None:
    now = START + timedelta(seconds=seconds)
    if not START <= now < END:
        assert after(*accounts).standing(who, now) is None
        assert Rights(True, support=after(*accounts)).in_force(now).support is None or now < START


def test_it_lasts_from_its_first_instant_until_its_end_excluded_and_three_days_at_most() -> None:
    moment = timedelta(microseconds=1)
    standings = [ALLOWED.standing(ONE, at) for at in (START - moment, START, END - moment, END)]
    assert standings == [None, Standing.ALLOWED, Standing.ALLOWED, None]
    assert HOURS_MOST == 3 * 24


def test_each_account_stands_where_it_is_and_a_third_one_nowhere() -> None:
    assert [after(ONE).standing(who, START) for who in (ONE, TWO)] == [Standing.ASKED_BY_HIM, Standing.ASKED_BY_ANOTHER]
    opened = [after(ONE, TWO).standing(who, START) for who in (ONE, TWO, THREE)]
    assert opened == [Standing.OPENED_WITH_HIM, Standing.OPENED_WITH_HIM, None]
    assert [one.value for one in Standing] == ["allowed", "asked-by-him", "asked-by-another", "opened-with-him"]


def test_help_allowed_shows_no_journal_and_nobody_has_asked_yet() -> None:
    assert Support("AB20260001", START, END, False, "", "") == ALLOWED


def test_an_account_without_a_name_stands_nowhere() -> None:
    assert ALLOWED.standing("", START) is None
    assert after(ONE).standing("", START) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("ab-2026 0001", "AB20260001"),
        ("AB20260001", "AB20260001"),
        ("12345", None),
        ("é23456", None),
        ("A" * 21, None),
        ("a" * 20, "A" * 20),
        ("123456", "123456"),
    ],
)
def test_a_ticket_is_read_in_one_form(typed: str, number: str | None) -> None:
    assert parse_ticket(typed) == number


def test_both_are_kept_in_her_sealed_will() -> None:
    keys = new_space_keys(UUID(int=7), lambda length: bytes(range(length)))
    cases = (CaseId(UUID(int=1)), CaseId(UUID(int=2)))
    rights = (
        Rights(True).with_case(cases[0]).with_case(cases[1]).with_support(replace(after(ONE, TWO), sees_journal=True))
    )
    will = Will(PersonId(UUID(int=3)), rights, 5)
    assert open_will(seal_will(will, keys), 5, keys) == will
    assert will.rights.cases == cases
    assert rights.without_support().support is None
    assert rights.without_grants().support is None, "closing by telephone ends the help too"
    assert rights.without_grants().cases == cases
