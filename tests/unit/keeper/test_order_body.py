"""What is sealed of a judge's order opens in its own place only, and what is kept once nobody waits leads to nobody."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.keeper.order_body import (
    NOBODY,
    SEALED,
    OrderBody,
    OrderState,
    emptied,
    kept_order,
    open_line,
    open_name,
    order_key,
    seal_line,
    seal_order,
    sealed_name,
)
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.keys import new_service_keys

SERVICE, OTHER_SERVICE = new_service_keys(), new_service_keys()
ORDER, OTHER = UUID(int=7), UUID(int=8)
SPACE = UUID(int=9)
BODY = OrderBody(
    *(1, SPACE.bytes, b"t" * 32, "Tribunal", "1", "2026-11-26", "56-3", "Dr Martin", (4, 5), "2026-01-01", ""),
    *("2026-11-26", "ana", "2026-11-27", "bea"),
)


def row(order: UUID = ORDER, body: OrderBody = BODY, state: int = 2) -> dict[str, object]:
    days = {"recorded_on": date(2026, 11, 26), "reveal_on": date(2027, 11, 26)}
    sealed = seal_order(SERVICE, order, body)
    return {"order_id": order, "state": state, "version": 3, "prolonged": 1, "sealed": sealed, **days}


def test_an_order_is_read_back_as_it_was_and_as_the_decision_sees_it() -> None:
    kept = kept_order(SERVICE, row())
    assert (kept.body, kept.space, kept.state, kept.version) == (BODY, SPACE, OrderState.SEALED, 3)
    order = kept.order
    assert order.scope.categories == {4, 5} and order.scope.first == date(2026, 1, 1) and order.scope.last is None
    assert (order.recorded_by, order.confirmed_by, order.confirmed) == ("ana", "bea", date(2026, 11, 27))
    assert (order.prolonged, order.prolonging_on, order.over) == (1, None, False)
    assert [kept_order(SERVICE, row(state=state)).order.over for state in range(1, 6)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_an_order_opens_under_its_own_number_and_service_alone() -> None:
    with pytest.raises(SealBroken):
        kept_order(SERVICE, row() | {"order_id": OTHER})
    with pytest.raises(SealBroken):
        kept_order(OTHER_SERVICE, row())


def test_what_is_kept_once_nobody_waits_leads_to_nobody() -> None:
    left = kept_order(SERVICE, row(body=emptied(BODY)))
    assert left.space == NOBODY
    assert (left.body.named, left.body.categories, left.body.first, left.body.attended) == (b"", (), "", "")
    assert left.body.authority == "Tribunal"


def test_a_line_opens_in_its_place_alone() -> None:
    sealed = seal_line(SERVICE, ORDER, 2, SPACE, "r" * 20)
    assert open_line(SERVICE, ORDER, 2, sealed) == (SPACE, "r" * 20)
    for order, number in ((ORDER, 1), (OTHER, 2)):
        with pytest.raises(SealBroken):
            open_line(SERVICE, order, number, sealed)


@given(st.text(max_size=200), st.lists(st.uuids(), max_size=1))
def test_a_sealed_name_tells_nothing_by_its_length_and_opens_with_its_key(
    authority: str, documents: list[UUID]
) -> None:
    key = order_key(SERVICE, ORDER)
    said = {"v": 1, "authority": authority, "objects": [f"document:{one.hex}" for one in documents]}
    name = sealed_name(key, ORDER, said, random_bytes=bytes)
    assert open_name(key, ORDER, name) == said
    assert (len(name.encode()) - len(SEALED)) * 3 // 4 % 512 == 28
    for wrong_key, wrong_order in ((order_key(SERVICE, OTHER), ORDER), (key, OTHER)):
        with pytest.raises(SealBroken):
            open_name(wrong_key, wrong_order, name)


@pytest.mark.parametrize("name", ["", "sealed:", "sealed:é", "sealed:AAAA", "document:" + "0" * 32])
def test_what_is_no_sealed_name_opens_to_nothing(name: str) -> None:
    with pytest.raises(SealBroken):
        open_name(order_key(SERVICE, ORDER), ORDER, name)
