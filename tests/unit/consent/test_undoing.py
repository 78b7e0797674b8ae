"""Undoing one visit, answer by answer: what it gave is taken back, what it took stays taken, what she said since stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from espace_sante.consent.rights import Rights
from espace_sante.consent.support import Support
from espace_sante.consent.undoing import without_given, without_given_on_light_proof
from espace_sante.consent.wishes import Wish
from espace_sante.notices import Kind, Way

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
QUIET, LOUD = Wish(Kind.DONE, frozenset()), Wish(Kind.DONE, frozenset({Way.MAIL, Way.SMS, Way.LETTER}))
# Before the visit, after it, now: what is left.
PROTECTS = {
    (False, False, False): False,
    (False, False, True): True,
    (False, True, False): False,
    (False, True, True): True,
    (True, False, False): True,
    (True, False, True): True,
    (True, True, False): False,
    (True, True, True): True,
}
GIVES = {
    (False, False, False): False,
    (False, False, True): True,
    (False, True, False): False,
    (False, True, True): False,
    (True, False, False): False,
    (True, False, True): True,
    (True, True, False): False,
    (True, True, True): True,
}


@pytest.mark.parametrize("undo", [without_given, without_given_on_light_proof])
@pytest.mark.parametrize("three", list(product((False, True), repeat=3)))
def test_of_each_answer_that_stands_alone_only_what_that_visit_gave_is_taken_back(
    undo: Callable[[Rights, Rights, Rights], Rights], three: tuple[bool, bool, bool]
) -> None:
    for names, table in (
        (("chest", "hides_new", "heirs_refused"), PROTECTS),
        (("accepts_deposits", "authors_read"), GIVES),
    ):
        for name in names:
            before, after, now = (replace(Rights(False), **{name: value}) for value in three)  # type: ignore[arg-type]  # the fields named here are booleans
            assert getattr(undo(now, before, after), name) is table[three], name


def support(ticket: str) -> Support:
    return Support(ticket, NOW, NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("before", "after", "now", "left"),
    [
        ("", "A", "A", ""),
        ("B", "A", "A", ""),
        ("A", "A", "A", "A"),
        ("", "A", "C", "C"),
        ("", "A", "", ""),
        ("A", "", "", ""),
    ],
)
def test_help_that_visit_allowed_ends_and_any_other_goes_on(before: str, after: str, now: str, left: str) -> None:
    first, second, third, wanted = (
        replace(Rights(False), support=support(one) if one else None) for one in (before, after, now, left)
    )
    assert without_given(third, first, second) == wanted


def test_what_that_visit_said_of_her_notices_is_as_before_unless_she_said_it_anew() -> None:
    usual, quiet, loud = (replace(Rights(False), wishes=wishes) for wishes in ((), (QUIET,), (LOUD,)))
    assert without_given(quiet, usual, quiet).wishes == ()
    assert without_given(loud, usual, quiet).wishes == (LOUD,)
    assert without_given(quiet, usual, usual).wishes == (QUIET,)
    assert without_given_on_light_proof(quiet, usual, quiet).wishes == (QUIET,)
