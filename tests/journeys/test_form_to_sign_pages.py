"""A permission asked by telephone: the agent prints the form to sign, its coupon is the one the keeper knows. Guarantee: G10."""

from __future__ import annotations

import json

import pytest

from espace_sante.formats.coupon import code_text
from tests.journeys.counter import with_her
from tests.journeys.test_story import surfer
from tests.pdf_text import text
from tests.served import ServedHouse
from tests.unit.letter.test_coupon import seen

pytestmark = [pytest.mark.database]
ASKED = {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": "30"}


def test_what_is_asked_by_telephone_is_printed_to_be_signed_with_its_own_coupon(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    agent = surfer(whole, "petit")
    done = with_her(agent, "telephone", "grant_access", account.ins, ASKED)
    assert done.status == 200
    assert "Imprimer le formulaire à signer" in done.words
    form = done.form("/guichet/formulaires/ES-06.pdf")
    page = agent.submit(form)
    assert page.status == 200
    coupon = json.loads(form.values["receipt"][0])["payload"]["coupon"]
    codes, _ = seen(page.body)
    assert sorted(codes) == [code_text(bytes.fromhex(coupon), letter) for letter in "AB"]
    said = text(page.body)
    assert "9 9 9 0 0 0 0 0 0 1 1" in said
    assert "X tous mes documents" in said


def test_what_is_done_at_once_leaves_nothing_to_sign(whole: ServedHouse) -> None:
    _, _, account = whole.opened()
    done = with_her(surfer(whole, "petit"), "telephone", "refuse_deposits", account.ins)
    assert "Imprimer le formulaire à signer" not in done.words
