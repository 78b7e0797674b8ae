"""Every way costs a person nothing, and says so: no code of payment, no stamp, a free call, free prints. Source: inclusion.md PAR-19."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from espace_sante.actions.act import Act
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.channels.paper import blank_form, filled_form, form_coupon
from espace_sante.consent.evidence import NoticeLanguage, opening_notice
from espace_sante.formats.coupon import Token, issue_token
from espace_sante.formats.mail import Coupon, mail_pdf
from espace_sante.keeper.coupon_body import FORMS
from espace_sante.kernel.i18n import Language, translator
from espace_sante.operate.doctor import State, diagnose
from espace_sante.operate.free_contact import is_free_call, needs_no_stamp
from espace_sante.web.operator.invitation_letter import Invited, invitation_sheet
from tests.letters_drawn import SETTINGS, drawn, every
from tests.needs import ROOT
from tests.pdf_text import text

FREE_CALL = re.compile(r"gratuit\s*:\s*04 00 00 00 00")
# What would be there if something were to be paid: its words, and the libraries and services it is done with.
_PAYING = re.compile(
    r"\b(?:stripe|paypal|adyen|payplug|mollie|lyra|sepa|iban|checkout|billing|invoices?|payments?|paiements?|payer|payez|payable|"
    r"factur\w+|cartes? bancaires?|tarifs?|redevances?|encaiss\w+)\b",
    re.IGNORECASE,
)
# Where these words stand for something else, each with the reason.
OF_SOMETHING_ELSE = {
    "espace_sante/cli/ledger.py": "what the public body spends, published",
    "espace_sante/public/ledger.py": "the same",
    "espace_sante/public/ledger_sums.py": "the same",
    "espace_sante/web/templates/public/costs.html": "the same",
    "espace_sante/formats/decp.py": "its public contracts, in the format of the law",
    "espace_sante/formats/decp_shape.py": "the same",
}


PRODUCT = (
    *(f"espace_sante/**/*.{kind}" for kind in ("py", "html", "typ", "sql", "md")),
    "migrations/**/*.sql",
    "*.toml",
    "*.lock",
)


def paying(root: Path) -> dict[str, list[str]]:
    """Return, by file of the product, the words that a payment would leave there."""
    found: dict[str, list[str]] = {}
    for path in (one for kind in PRODUCT for one in root.glob(kind)):
        name = path.relative_to(root).as_posix()
        words = _PAYING.findall(path.read_text(encoding="utf-8"))
        if words and "/demo/" not in name:
            found[name] = words
    return found


def test_nothing_of_the_product_takes_money_from_anybody() -> None:
    assert set(paying(ROOT)) - set(OF_SOMETHING_ELSE) == set()
    assert set(OF_SOMETHING_ELSE) <= {path.relative_to(ROOT).as_posix() for path in ROOT.glob("espace_sante/**/*")}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("espace_sante/web/person/paying.py", "def pay():\n    return stripe.Charge"),
        ("espace_sante/web/templates/person/x.html", "<p>Votre facture</p>"),
        ("migrations/0099_pre_x.sql", "CREATE TABLE payment (iban text)"),
        ("requirements.lock", "paypal==1.0"),
    ],
)
def test_the_scan_sees_a_payment_wherever_it_is_put(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(words)
    assert list(paying(tmp_path)) == [name]


@pytest.mark.parametrize("act", PERSON_ACTS, ids=lambda act: act.id.value)
def test_each_form_to_send_says_that_no_stamp_is_needed(act: Act) -> None:
    assert "Sans affranchir : c'est gratuit." in text(blank_form(act))
    if act.id in FORMS:
        token = Token(act.form, 1, 2, bytes(8), date(2027, 1, 1), bytes(3))
        filled = filled_form(act, {}, {}, form_coupon(token, issue_token(token, bytes(32))))
        assert "sans timbre" in text(filled)


@pytest.mark.parametrize(("kind", "form"), tuple(every()))
def test_each_letter_that_asks_for_an_answer_says_that_no_stamp_is_needed_and_that_the_call_is_free(
    kind: str, form: str
) -> None:
    sheet = drawn(kind, form).sheet
    if sheet.coupon is not None:
        assert isinstance(sheet.coupon, Coupon) and "sans timbre" in sheet.coupon.send[0]
    said = " ".join((sheet.first, *sheet.intro, *(line for _, part in sheet.parts for line in part)))
    said = said.replace("\N{NO-BREAK SPACE}", " ")
    assert said.count("04 00 00 00 00") == len(FREE_CALL.findall(said))
    assert said.count("63000 CLERMONT") == len(re.findall(r"[Pp]ar courrier, sans timbre :", said))


@pytest.mark.parametrize("language", [Language.FR, Language.FR_SIMPLE])
def test_the_letter_that_proposes_a_space_says_both(language: Language) -> None:
    invited = Invited("ANA ROY", ("1 rue", "63000 CLERMONT"), "ABCDE-FGHJK-M", date(2027, 1, 1))
    notice = opening_notice(NoticeLanguage(language.value))
    sheet = invitation_sheet(SETTINGS, translator(language).gettext, language, notice, invited)
    assert isinstance(sheet.coupon, Coupon)
    said = " ".join(sheet.coupon.send).replace("\N{NO-BREAK SPACE}", " ")
    assert "sans timbre" in said and FREE_CALL.search(said)
    assert "sans timbre" in text(mail_pdf("Essai", [], [sheet]))


@pytest.mark.parametrize(
    ("number", "free"),
    [
        ("0 800 00 00 00", True),
        ("0805 123 456", True),
        ("+33 800 12 34 56", True),
        ("39 39", False),
        ("3114", True),
        ("0 806 12 34 56", False),
        ("0 892 12 34 56", False),
        ("04 00 00 00 00", False),
        ("", False),
    ],
)
def test_a_free_number_is_known_from_one_that_is_not(number: str, free: bool) -> None:
    assert is_free_call(number) is free


def test_the_doctor_tells_an_operator_whose_number_or_address_would_cost_something(tmp_path: Path) -> None:
    now = datetime(2026, 11, 27, tzinfo=UTC)

    def told(**contact: str) -> list[str]:
        found = diagnose(replace(SETTINGS, home=tmp_path, **contact), now)  # type: ignore[arg-type]  # texts alone
        assert all(one.state is State.ATTENTION for one in found if one.id == "gratuité")
        return [one.sentence for one in found if one.id == "gratuité"]

    assert len(told()) == 2
    assert (
        told(contact_phone="0 800 12 34 56", contact_post="Service | Libre réponse 12345 | 63009 CLERMONT CEDEX") == []
    )
    assert len(told(contact_phone="0 800 12 34 56")) == 1
    assert needs_no_stamp("LIBRE RÉPONSE 1") and not needs_no_stamp("Réponse libre")


def test_no_act_asks_for_an_amount() -> None:
    for act in REGISTRY.values():
        for field in act.fields:
            assert not _PAYING.search(f"{field.label} {field.help}"), (act.id, field.name)
