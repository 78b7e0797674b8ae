"""What a running house prints: blank forms, the parity table, receipts, and a counter's paper."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.channels.parity import parity
from espace_sante.cli.client import ActRefused, Client
from tests.cli.conftest import Typed
from tests.pdf_text import text

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def client(house: Typed) -> Client:
    return Client(json.loads((house.home / "run/instance.json").read_text())["url"])


def test_blank_forms_and_the_parity_table_are_public(client: Client) -> None:
    for act in PERSON_ACTS:
        reply = client.send("GET", f"/guichet/formulaires/{act.form}.pdf")
        assert reply.headers["content-type"] == "application/pdf"
        assert act.sentence in text(reply.body)
    assert client.send("GET", "/garanties/parite.json").json() == parity()
    with pytest.raises(ActRefused) as refused:
        client.send("GET", "/guichet/formulaires/ES-99.pdf")
    assert refused.value.status == 404


def test_a_receipt_becomes_a_page_and_nothing_else_does(house: Typed, client: Client) -> None:
    house.done("invite", "--person", "quitterie")
    receipt = house.done("answer", "no", "--as-person", "quitterie")["receipt"]
    written = json.dumps(receipt, separators=(",", ":"), ensure_ascii=False)
    for body, media_type in (
        (written.encode(), "application/json"),
        (urlencode({"receipt": written}).encode(), "application/x-www-form-urlencoded"),
    ):
        page = client.send("POST", "/recu/pdf", body, headers={"Content-Type": media_type})
        assert page.headers["cache-control"] == "no-store"
        assert "Refuser l'ouverture d'un espace" in text(page.body)
        assert "Nous ne gardons rien" in text(page.body)
    for body, status in ((b"{}", 400), (b"\xff", 400), (b"x" * 20_000, 413)):
        for media_type in ("application/json", "application/x-www-form-urlencoded"):
            with pytest.raises(ActRefused) as refused:
                client.send("POST", "/recu/pdf", body, headers={"Content-Type": media_type})
            assert refused.value.status == status


def test_a_counter_prints_for_the_person_and_the_agent_leaves_a_trace(
    house: Typed, client: Client, tmp_path: Path
) -> None:
    agent = house("token", "--as", "agent", "--id", "vasseur").out.decode().strip()
    house.done("invite", "--person", "pierre", "--as", "vasseur")
    whom = "ins:" + next(p["ins"] for p in house.done("demo", "--list")["persons"] if p["id"] == "pierre")
    receipt = text(client.at_counter("open_space", whom, {"deposits": "yes"}, token=agent).body)
    assert "Ouvrir mon espace de santé" in receipt and "au guichet" in receipt
    path = tmp_path / "note.txt"
    path.write_text("Tension : 13/8.")
    number = house.done("deposit", str(path), "--person", "pierre", "--as", "lopez", "--title", "Suivi")["document"]
    station = house("token", "--as", "agent", "--id", "imprimante-val").out.decode().strip()

    def printed(act: str, **values: str) -> bytes:
        asked = client.at_counter(act, whom, values, token=agent)
        assert asked.status == 202 and list(asked.json()) == ["job"]
        taken: bytes = client.post(f"/guichet/impressions/numero/{asked.json()['job']}", {}, token=station).body
        return taken

    listed = text(printed("list_documents"))
    assert "Suivi" in listed and number in listed.replace(" ", "")
    assert printed("read_document", document=number) == path.read_bytes()
    journal = text(printed("read_journal"))
    assert "M. Vasseur" in journal and "Inès Lopez" in journal
    first = house.done("journal", "--as-person", "pierre")["records"]
    assert {r["actor"]["kind"] for r in first if r["channel"] == "counter"} == {"agent"}


def test_a_counter_prints_nothing_without_an_agent(house: Typed, client: Client) -> None:
    house.done("invite", "--person", "irina")
    house.done("answer", "yes", "--as-person", "irina")
    whom = "ins:" + next(p["ins"] for p in house.done("demo", "--list")["persons"] if p["id"] == "irina")
    tokens = [
        house("token", "--as", *words).out.decode().strip()
        for words in (("practitioner", "--rpps", "99900000011"), ("person", "--person", "irina"), ("operator",))
    ]
    for token, status in ((tokens[0], 404), (tokens[1], 404), (tokens[2], 404), ("", 401), ("faux", 401)):
        with pytest.raises(ActRefused) as refused:
            client.at_counter("list_documents", whom, {}, token=token)
        assert refused.value.status == status
    agent = house("token", "--as", "agent", "--id", "petit").out.decode().strip()
    for act, body, status in (("inconnu", {"person": whom}, 404), ("list_documents", {}, 400)):
        with pytest.raises(ActRefused) as refused:
            client.post(f"/guichet/impressions/{act}", body, token=agent)
        assert refused.value.status == status
