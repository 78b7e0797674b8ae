"""Scopes of SMART: read, narrowed, written back; they never widen."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.identity.scopes import FIXED, LETTERS, MOST_WHERE, Scope, Scopes, _wider, parse_scopes, scopes_of

_TYPES = ("*", "Observation", "DocumentReference", "Condition")
_NAMES, _VALUES = ("category", "code"), ("laboratory", "http://x.test/s|laboratory", "vital-signs")
_WHERE = st.dictionaries(st.sampled_from(_NAMES), st.sampled_from(_VALUES), max_size=2).map(
    lambda d: frozenset(d.items())
)
_LETTERS = st.sets(st.sampled_from(LETTERS), min_size=1).map(lambda found: "".join(c for c in LETTERS if c in found))
_SCOPE = st.builds(Scope, st.sampled_from(("patient", "user", "system")), st.sampled_from(_TYPES), _LETTERS, _WHERE)
_SETS = st.builds(scopes_of, st.lists(_SCOPE, max_size=5), st.frozensets(st.sampled_from(FIXED)))
_ASKED = st.tuples(
    st.sampled_from(_TYPES[1:]),
    st.sampled_from(LETTERS),
    st.dictionaries(st.sampled_from(_NAMES), st.sets(st.sampled_from(_VALUES)), max_size=2),
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("patient/Observation.rs", "patient/Observation.rs"),
        ("patient/*.read", "patient/*.rs"),
        ("user/Condition.write", "user/Condition.cud"),
        ("system/*.*", "system/*.cruds"),
        (
            "patient/Observation.rs?category=http%3A%2F%2Fx.test%7Clab",
            "patient/Observation.rs?category=http://x.test|lab",
        ),
        ("patient/Observation.r patient/Observation.s", "patient/Observation.rs"),
        ("patient/Observation.rs patient/*.cruds", "patient/*.cruds"),
        ("patient/Observation.rs patient/*.r", "patient/*.r patient/Observation.s"),
        (
            "user/*.c?code=a user/Observation.c user/Observation.cr?code=a",
            "user/*.c?code=a user/Observation.c user/Observation.r?code=a",
        ),
        ("launch/patient openid fhirUser offline_access", "openid fhirUser launch/patient offline_access"),
        ("patient/Observation.sr", ""),
        ("patient/Observation.", ""),
        ("patient/observation.rs", ""),
        ("patient/Observation.rs?category=a,b", ""),
        ("patient/Observation.rs?category:in=a", ""),
        ("patient/Observation.rs?category=a&", ""),
        ("patient/Observation.rs?", ""),
        ("pâtient/Observation.rs wide *.* patient/*", ""),
    ],
)
def test_a_text_is_read_as_smart_says_and_what_is_not_understood_is_dropped(text: str, said: str) -> None:
    assert parse_scopes(text).text == said


def test_a_text_beyond_the_bounds_lets_nothing_through() -> None:
    assert parse_scopes("patient/*.rs " * 1_000) == Scopes()


@given(_SETS)
def test_the_canonical_text_is_read_back_as_the_same_set(one: Scopes) -> None:
    assert parse_scopes(one.text) == one
    assert scopes_of(reversed(one.items), one.fixed) == one


@given(_SETS, _SETS, _ASKED)
def test_two_sets_together_let_through_what_both_do_where_one_has_no_restriction(
    one: Scopes, other: Scopes, asked: tuple[str, str, dict[str, set[str]]]
) -> None:
    met = one.narrowed_to(other)
    for context in ("patient", "user", "system"):
        alone = one.of(context).lets(*asked) and other.of(context).lets(*asked)
        assert met.of(context).lets(*asked) == alone


@given(_SETS, _SETS)
def test_narrowing_never_widens_whatever_the_order(one: Scopes, other: Scopes) -> None:
    met = one.narrowed_to(other)
    assert met == other.narrowed_to(one)
    assert met.narrowed_to(one) == met
    assert met.fixed <= one.fixed & other.fixed
    # Letter by letter: what two scopes of one set let through together is one scope of the meeting.
    for item in (replace(whole, letters=letter) for whole in met.items for letter in whole.letters):
        assert any(wide.covers(item) for wide in one.items)
        assert any(wide.covers(item) for wide in other.items)


@given(_SETS)
def test_a_set_narrowed_by_itself_is_itself_or_less_and_by_nothing_is_nothing(one: Scopes) -> None:
    assert one.narrowed_to(one) == one
    assert one.narrowed_to(Scopes()) == Scopes()


@given(_SETS, _ASKED)
def test_what_is_let_through_is_of_a_type_that_may_be(one: Scopes, asked: tuple[str, str, dict[str, set[str]]]) -> None:
    name, letter, facts = asked
    if one.lets(name, letter, facts):
        assert one.may(name, letter)
    assert not Scopes().lets(name, letter, facts)


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    parse_scopes(text)


@given(st.text(max_size=40))
def test_a_restriction_that_is_not_plain_drops_its_scope(value: str) -> None:
    found = parse_scopes(f"patient/Observation.rs?category={quote(value, safe='')}")
    assert found.items in ((), (Scope("patient", "Observation", "rs", frozenset({("category", value)})),))


def test_a_scope_bears_as_many_restrictions_as_it_may_and_no_more() -> None:
    pairs = [f"p{count}=a" for count in range(MOST_WHERE + 1)]
    allowed = parse_scopes(f"patient/Observation.r?{'&'.join(pairs[:-1])}")
    assert len(allowed.items) == 1
    assert parse_scopes(f"patient/Observation.r?{'&'.join(pairs)}") == Scopes()
    assert allowed.narrowed_to(parse_scopes(f"patient/Observation.r?{pairs[-1]}")) == Scopes()


def test_two_long_sets_are_narrowed_by_looking_up_what_covers_each_not_by_comparing_all() -> None:
    one, other = (
        parse_scopes(" ".join(f"patient/Observation.cruds?{name}=a{count}" for count in range(100))) for name in _NAMES
    )
    met = one.narrowed_to(other)
    assert len(met.items) == 10_000
    looked = sum(len(list(_wider((item.context, item.type, item.where)))) for item in met.items)
    assert looked == 7 * len(met.items)
