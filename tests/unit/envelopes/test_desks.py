"""The codes of the counters where an envelope is taken: kept as digests, until a day, each apart from the others."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, timedelta
from pathlib import Path

import pytest

from espace_sante.debate.token import draw
from espace_sante.envelopes.desks import Desks

ONE, TWO, NEVER = (draw(bytes([n]) * 10) for n in range(3))
END = date(2027, 3, 1)


def test_a_code_is_known_until_its_last_day_and_that_of_another_counter_does_not_lengthen_it(tmp_path: Path) -> None:
    desks = Desks(tmp_path)
    assert not desks.knows(ONE, END), "before any counter"
    desks.add(ONE, END)
    desks.add(TWO, END + timedelta(days=1))
    assert [desks.knows(ONE, END + timedelta(days=n)) for n in (-60, 0, 1)] == [True, True, False]
    assert [desks.knows(TWO, END + timedelta(days=n)) for n in (-60, 0, 1, 2)] == [True, True, True, False]
    assert not desks.knows(NEVER, END)
    assert Desks(tmp_path).knows(ONE.lower().replace("-", " "), END), "by another process, however it is typed"


@pytest.mark.parametrize("typed", ["", "0000-0000-0000-0000-1", ONE[:-1], ONE + "0", "é" * 17])
def test_what_is_not_a_code_is_known_by_nobody_and_is_not_added(tmp_path: Path, typed: str) -> None:
    desks = Desks(tmp_path)
    desks.add(ONE, END)
    assert not desks.knows(typed, END)
    with pytest.raises(ValueError, match=r"^a mistyped code$"):
        desks.add(typed, END)
    assert desks.knows(ONE, END)


def test_the_files_hold_a_key_and_digests_that_any_version_makes_alike(tmp_path: Path) -> None:
    desks = Desks(tmp_path)
    for code in (TWO, ONE):
        desks.add(code, END)
    key = (tmp_path / ".desks.key").read_bytes()
    assert len(key) == 32 and sorted(one.name for one in tmp_path.iterdir()) == [".desks", ".desks.key"]
    assert (tmp_path / ".desks").read_text().splitlines() == sorted(
        f"{hmac.new(key, b'envelope-desk-v1' + bytes(1) + code.encode(), hashlib.sha256).hexdigest()} 2027-03-01"
        for code in (ONE, TWO)
    )
    assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}
    assert {one.stat().st_mtime for one in tmp_path.iterdir()} == {0}
