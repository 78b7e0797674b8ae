"""A mailbox and a number as they are typed: what a message reaches, written one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.actions.change_contact import parse
from espace_sante.consent.contact import parse_mail, parse_mobile
from espace_sante.kernel.errors import Problem


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("07.12.34.56.78", "+33712345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0041 79 123 45 67", "+41791234567"),
        ("01 23 45 67 89", None),
        ("0612345678901", None),
        ("+0612345678", None),
        ("six", None),
        ("٠٦١٢٣٤٥٦٧٨", None),
    ],
)
def test_a_number_is_kept_as_networks_write_it(typed: str, kept: str | None) -> None:
    assert parse_mobile(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Jeanne.Essai@Exemple.FR ", "Jeanne.Essai@exemple.fr"),
        ("a@b", None),
        ("a@b.fr\r\nBcc: c@d.fr", None),
        ("a b@c.fr", None),
        ("a@c.fr, d@e.fr", None),
        ("<a@c.fr>", None),
        ("é@c.fr", None),
        ("x" * 65 + "@c.fr", None),
        ("a@" + "b" * 64 + ".fr", None),
    ],
)
def test_a_mailbox_is_one_mailbox(typed: str, kept: str | None) -> None:
    assert parse_mail(typed) == kept


@given(st.text(max_size=60))
def test_what_is_kept_holds_nothing_that_another_header_could_begin_with(typed: str) -> None:
    kept = parse_mail(typed)
    assert kept is None or (
        kept.isascii() and kept.isprintable() and kept.count("@") >= 1 and not set(kept) & set(" ,;<>()")
    )


def test_nothing_given_is_refused() -> None:
    with pytest.raises(Problem) as caught:
        parse({"mail": " ", "mobile": ""})
    assert caught.value.code == "contact-empty"


@pytest.mark.parametrize(("given_", "code"), [({"mail": "a@b"}, "mail-invalid"), ({"mobile": "12"}, "mobile-invalid")])
def test_what_no_message_reaches_is_refused(given_: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(given_)
    assert caught.value.code == code
