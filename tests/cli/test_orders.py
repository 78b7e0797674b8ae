"""A judge's order by the command line: noted by one account, confirmed by another, put off; no command reads what it covers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cli.conftest import Typed

pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_an_order_is_noted_confirmed_and_put_off_by_two_accounts(house: Typed) -> None:
    today, person = date.today(), ("--local", "INCONNUE-77")
    days = [(today + timedelta(days=days)).isoformat() for days in (0, 30, 60)]
    said = ("--authority", "Tribunal de Dijon", "--number", "2026/77", "--law", "56-3", "--attended", "Dr Martin")
    scope = ("--category", "5", "6", "--dated", days[0], "--reveal", days[1])
    order = house.done("record-order", "--as", "accueil", *person, *said, *scope)["result"]["order"]
    shown = house("orders", "--as", "astreinte")
    assert shown.code == 0 and b"Tribunal de Dijon" in shown.out and b"INCONNUE" not in shown.out
    seen = next(word for word in shown.out.decode().split() if len(word) == 64)
    asked = ("--order", order, "--terms", seen)
    assert "second compte" in house.refused("confirm-order", "--as", "accueil", *person, *asked)
    assert "celle de la décision" in house.refused("confirm-order", "--as", "astreinte", "--local", "AUTRE-1", *asked)
    assert house.done("confirm-order", "--as", "astreinte", *person, *asked)["result"]["confirmed"]
    later = ("--order", order, "--reveal", days[2])
    assert not house.done("prolong-order", "--as", "accueil", *later)["result"]["confirmed"]
    assert house.done("prolong-order", "--as", "astreinte", *later)["result"]["confirmed"]
    (line,) = house.done("orders", "--as", "accueil")["result"]["orders"]
    assert (line["order"], line["confirmed"], line["prolonged"]) == (order, True, 1)
