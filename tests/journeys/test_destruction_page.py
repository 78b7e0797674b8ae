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
