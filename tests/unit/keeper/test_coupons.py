"""Which acts a coupon may carry, and what becomes of it. Source: inclusion.md CPN-06."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest

from espace_sante.access.request import ActId
from espace_sante.access.rules import RESTRICTIVE
from espace_sante.actions.act import Nature
from espace_sante.actions.registry import REGISTRY
from espace_sante.formats.coupon.number import said_number
from espace_sante.keeper.acts.pages import sheet_fault
from espace_sante.keeper.codec import READING
from espace_sante.keeper.coupon_body import FORMS, CouponBody, typed_key
from espace_sante.keeper.coupons_over import TAKES_BACK
from espace_sante.keeper.gather_coupons import gives_nothing
from espace_sante.keeper.page_body import REASONS
from espace_sante.web.counter.pages import _sheet_key
from espace_sante.web.counter.queue import WHY

TODAY = date(2026, 11, 27)


def test_each_act_a_coupon_carries_has_the_number_of_its_own_form() -> None:
    assert {act: REGISTRY[act].form for act in FORMS} == dict(FORMS)


def test_no_coupon_opens_a_space_gives_a_mandate_reads_or_closes() -> None:
    never = {ActId.OPEN_SPACE, ActId.NAME_ADMINISTRATOR, ActId.CLOSE_SPACE, ActId.ERASE_CONTENT, ActId.AUTHORISE_APP}
    never |= {act for act in ActId if "helper" in act.value or "mandate" in act.value}
    assert not never & set(FORMS)
    assert not set(READING) & set(FORMS)


def test_what_a_machine_may_do_from_a_coupon_takes_back_and_never_gives() -> None:
    alone = [REGISTRY[act] for act in FORMS if act in RESTRICTIVE]
    assert alone
    assert all(act.nature is Nature.RESTRICTIVE for act in alone)


def test_whatever_a_coupon_gives_some_act_takes_back_and_then_it_gives_it_no_more() -> None:
    gives = {act for act in FORMS if act not in RESTRICTIVE}
    assert frozenset[ActId]().union(*TAKES_BACK.values()) == gives
    assert set(TAKES_BACK) <= set(RESTRICTIVE)


@pytest.mark.parametrize(
    ("arrived", "postmark", "wrong"),
    [
        (TODAY, "", False),
        (TODAY, TODAY - timedelta(days=3), False),
        (TODAY - timedelta(days=1), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), "", True),
        (TODAY - timedelta(days=2), TODAY - timedelta(days=1), True),
        ("hier", "", True),
        (TODAY, "27/11/2026", True),
    ],
)
def test_a_page_comes_after_it_was_posted_and_before_it_is_read(arrived: object, postmark: object, wrong: bool) -> None:
    assert sheet_fault(bytes(16), bytes(32), bytes(32), str(arrived), str(postmark), TODAY) is wrong


@pytest.mark.parametrize(("row", "key", "sha256"), [(0, 32, 32), (16, 0, 32), (16, 32, 0), (16, 32, 31)])
def test_a_page_without_its_object_its_key_or_the_hash_of_its_picture_is_refused(
    row: int, key: int, sha256: int
) -> None:
    assert sheet_fault(bytes(row), bytes(key), bytes(sha256), TODAY.isoformat(), "", TODAY)


GIVE, TAKE, NOTHING = ActId.GRANT_ACCESS.value, ActId.WITHDRAW_ACCESS.value, ""


@pytest.mark.parametrize(
    ("boxes", "marked", "done"),
    [
        ((GIVE, NOTHING), (0, 1), 1),
        ((TAKE, NOTHING), (0, 1), 0),
        ((NOTHING, GIVE, TAKE), (0, 1, 2), 2),
        ((GIVE, GIVE), (0, 1), -1),
        ((GIVE, NOTHING), (0, 0), -1),
        ((GIVE, NOTHING), (0, 7), -1),
        ((GIVE, NOTHING), (-1, 1), -1),
    ],
)
def test_of_several_ticked_boxes_the_one_that_gives_nothing_is_done(
    boxes: tuple[str, ...], marked: tuple[int, ...], done: int
) -> None:
    body = CouponBody(tuple((act, b"") for act in boxes))
    assert gives_nothing(body, marked) == done


def test_the_number_of_a_coupon_typed_at_the_counter_is_the_key_the_keeper_knows_it_by() -> None:
    once = bytes(range(8))
    key = _sheet_key(f" {said_number(once).lower()} ")
    assert key is not None
    assert hashlib.sha256(key.encode()).digest() == typed_key(once)
    assert _sheet_key("feuille 12") == "coupon:FEUILLE 12"
    assert _sheet_key(said_number(once)[:-1] + ("0" if said_number(once)[-1] != "0" else "1")) is None


def test_each_reason_a_page_waits_for_has_its_sentence() -> None:
    assert set(WHY) == REASONS
