"""What a row carries of its terms: one length, and never less than what a search wants."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.records.resource_terms import LENGTH, MOST, UNKNOWN, carries, digest, packed

PAIRS = st.tuples(st.sampled_from(["code", "date", "category"]), st.text(max_size=8))


@given(st.sets(PAIRS, max_size=MOST + 4), st.lists(st.sets(PAIRS, min_size=1, max_size=4), max_size=3))
def test_a_row_is_passed_over_only_when_a_group_has_none_of_its_terms(
    terms: set[tuple[str, str]], asked: list[set[tuple[str, str]]]
) -> None:
    row = packed(terms)
    assert len(row) == LENGTH
    groups = [tuple(digest(*one) for one in group) for group in asked]
    if all(group & terms for group in asked) or not terms or len(terms) > MOST:
        assert carries(row, groups)
    else:  # four bytes tell apart what so few draws hold
        assert not carries(row, groups)


def test_what_is_not_known_is_never_passed_over() -> None:
    wanted = [(digest("code", "a"),)]
    for row in (b"", UNKNOWN, packed(()), packed(("code", str(number)) for number in range(MOST + 1))):
        assert carries(row, wanted)
    assert carries(packed([("code", "a")]), wanted) and carries(packed([("code", "a")]), ())
    assert not carries(packed([("code", "b")]), wanted)
    assert not carries(packed([("code", "a")]), [*wanted, ()])


def test_a_value_of_one_parameter_is_none_of_another() -> None:
    assert digest("code", "a") != digest("category", "a") != digest("type", "a")
    assert len({digest("code", str(number)) for number in range(3000)}) > 2990
