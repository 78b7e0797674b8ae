"""The page of the certificate of destruction, as whoever holds the last receipt meets it."""

from __future__ import annotations

import pytest

from espace_sante.keeper import demand as d
from tests.served import ServedHouse

pytestmark = [pytest.mark.database]


def test_the_certificate_is_shown_to_whoever_holds_the_receipt_and_to_nobody_else(whole: ServedHouse) -> None:
    anyone = whole.client()
    assert "Référence du reçu" in anyone.ask("GET", "/effacement").body.decode()
    her, _, _ = whole.opened()
    done = her.done("close_space", {"sure": True})
    receipt = done["receipt"]["payload"]
    for reference, status in ((receipt["entry"], 404), ("0" * 20, 404), ("abc", 400)):
        reply = anyone.ask("GET", f"/effacement?reference={reference}")
        assert reply.status == status, "before the key is destroyed nothing says that it is"
    whole.background.run(whole.house.link.ask(d.Maintain(0, "erase")))
    page = anyone.ask("GET", f"/effacement?reference={receipt['entry']}")
    assert page.status == 200
    shown = "".join(page.body.decode().split())
    assert receipt["journal_commitment"] in shown
    file = anyone.ask("GET", f"/effacement.json?reference={receipt['entry']}")
    assert file.json["line"] >= 1 and receipt["journal_commitment"] in file.json["certificate"]


@pytest.mark.parametrize(("typed", "status"), [("9N9BX4BYPY", 400), ("0" * 20, 404)])
def test_a_mistyped_reference_is_said_beside_its_field_and_stays_in_it(
    whole: ServedHouse, typed: str, status: int
) -> None:
    reply = whole.client().ask("GET", f"/effacement?reference={typed}&langue=fr")
    page = reply.body.decode().replace("\u00a0", " ")
    assert reply.status == status and "<title>Erreur : Certificat d’effacement" in page
    assert f'value="{typed}"' in page and 'id="reference-error"' in page and 'href="#reference"' in page
    assert "n’est pas lisible" not in page and "20 signes" in page
    assert f"/effacement?reference={typed}&amp;langue=en" in page, "another language keeps what was typed"
