from __future__ import annotations

import pytest

from espace_sante.actions.limits import ACCOUNTS, UploadLimit
from espace_sante.kernel.errors import Problem


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_window_slides() -> None:
    clock = Clock()
    limit = UploadLimit(2, clock=clock)
    limit.count("a")
    clock.now = 30.0
    limit.count("a")
    clock.now = 59.0
    with pytest.raises(Problem) as refusal:
        limit.count("a")
    assert refusal.value.fields["seconds"] == 2
    limit.count("b")
    clock.now = 60.0
    limit.count("a")
    with pytest.raises(Problem):
        limit.count("a")


def test_a_software_is_counted_by_the_second_and_nobody_else_is() -> None:
    clock = Clock()
    limit = UploadLimit(1, software=3, clock=clock)
    for _ in range(3):
        limit.count("sandbox|essai")
    limit.count("practitioner|sandbox|")
    for account, seconds in (("sandbox|essai", 2), ("practitioner|sandbox|", 61)):
        with pytest.raises(Problem) as refusal:
            limit.count(account)
        assert refusal.value.fields["seconds"] == seconds
    clock.now = 1.0
    limit.count("sandbox|essai")


def test_what_is_held_is_bounded() -> None:
    limit = UploadLimit(1, clock=Clock())
    for number in range(ACCOUNTS + 10):
        limit.count(str(number))
    assert len(limit._seen) == ACCOUNTS
