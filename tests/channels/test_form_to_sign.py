"""The form that waits for a signature after a call: it asks what was asked, its coupon is that of the receipt. Source: LET-10."""

from __future__ import annotations

import json
from datetime import date

import pytest

from espace_sante.channels.signing import form_to_sign
from espace_sante.formats.coupon import Token, issue_token
from espace_sante.kernel.errors import Problem
from tests.pdf_text import text
from tests.unit.letter.test_coupon import seen

TOKEN = Token("ES-06", 1, 2, b"01234567", date(2027, 1, 31), b"abc")
SEALED = issue_token(TOKEN, bytes(32))


def receipt(coupon: str) -> str:
    return json.dumps({"payload": {"act": "grant_access", "coupon": coupon}, "signature": {}})


def test_the_form_holds_what_was_asked_and_the_codes_of_the_receipt() -> None:
    values = {
        "receipt": receipt(SEALED.hex()),
        "practitioner": "99900000011",
        "scope": "everything",
        "person_number": "2440",
    }
    pdf = form_to_sign("ES-06", values)
    assert "Oui, je le demande" in text(pdf)
    assert "9 9 9 0 0 0 0 0 0 1 1" in text(pdf)
    found, _ = seen(pdf)
    assert sorted(one[:3] for one in found) == ["ESA", "ESB"]


@pytest.mark.parametrize(
    "wrong", ["", "[]", "{}", receipt(""), receipt("zz"), receipt(SEALED.hex()[:-2]), receipt("00" * 27)]
)
def test_a_receipt_without_a_coupon_of_this_form_makes_no_form(wrong: str) -> None:
    with pytest.raises(Problem):
        form_to_sign("ES-06", {"receipt": wrong})


def test_the_coupon_of_another_form_and_an_unknown_form_are_refused() -> None:
    for form in ("ES-07", "ES-999", "../x"):
        with pytest.raises(Problem):
            form_to_sign(form, {"receipt": receipt(SEALED.hex())})
