"""Cards and requests through the API: what is told, what is printed, and a code that stands in clear nowhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import orjson
import pypdfium2
import pytest

from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.actions.printed_card import printed_card
from espace_sante.consent.card_code import new_card_code
from tests.served import Reply, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]
DIALLO = "99900000011"
CARD = {"scope": "everything", "purpose": "care", "uses": 2, "hours": 12, "days": 30, "pin": "4711"}
ASKED = {"scope": "categories", "categories": "5", "purpose": "care", "days": 30}


def told(reply: Reply) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """Return all that an answer tells: everything but the value of its entry and the hour."""
    own = ("journal-entry", "date")
    body = re.sub(rb'"entry":"[^"]*"', b'"entry":""', reply.body)
    return reply.status, body, tuple(sorted((k, v if k not in own else "") for k, v in reply.headers.items()))


def test_a_code_stands_in_clear_in_no_row_no_log_and_no_receipt(served: ServedHouse) -> None:
    herself, _, _ = served.opened()
    made = herself.done("issue_access_card", CARD)
    code = made["result"]["code"]
    assert served.client("diallo").done("use_access_card", {"person": f"card:{code}", "pin": "4711"})["result"]["ends"]
    assert code not in orjson.dumps(made["receipt"]).decode()
    journal = herself.done("read_journal")["result"]
    assert [one["number"] for one in journal["cards"]] == [made["result"]["number"]]
    marks = [mark.encode() for mark in (code, code.replace("-", ""), code.lower(), code.replace("-", "").lower())]
    assert not any(mark in orjson.dumps(journal) for mark in marks)
    kept = [path for path in Path(served.house.settings.home).rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(kept) > 100
    assert [path for path in kept if any(mark in path.read_bytes() for mark in marks)] == []


def test_a_card_is_printed_with_its_code_and_nothing_of_hers(served: ServedHouse) -> None:
    herself, person, account = served.opened()
    card = herself.done("issue_access_card", CARD)["result"]
    page = pypdfium2.PdfDocument(printed_card(msgspec.convert(card, IssuedCard), at=datetime.now(UTC)))[0]
    words = page.get_textpage().get_text_range()
    assert card["code"] in words and card["number"] in words and "secret" in words
    assert "À garder sur vous" in words
    for hers in (person, account.ins, account.name, account.birth_name, "4711"):
        assert hers and hers not in words


def test_a_mistyped_code_is_told_before_anything_is_looked_for(served: ServedHouse) -> None:
    diallo = served.client("diallo")
    for typed in ("card:", "card:X", "card:" + new_card_code(bytes(10))[:-1] + "Z"):
        reply = diallo.act("use_access_card", {"person": typed})
        assert (reply.status, reply.json["code"], reply.entry) == (400, "card-code-invalid", "")


def test_what_a_professional_asks_wrongly_is_told_to_him(served: ServedHouse) -> None:
    _, person, _ = served.opened()
    for values, code in (({"categories": ""}, "request-invalid"), ({"days": 366}, "grant-too-long")):
        for whom in (f"id:{person}", "id:" + "0" * 32):
            reply = served.client("diallo").act("request_access", ASKED | values | {"person": whom})
            assert (reply.status, reply.json["code"]) == (400, code)


def test_a_card_that_opens_nothing_says_the_same_whatever_it_was(served: ServedHouse) -> None:
    herself, _, _ = served.opened()
    diallo = served.client("diallo")
    code = herself.done("issue_access_card", CARD)["result"]["code"]
    answers = {told(diallo.act("use_access_card", {"person": f"card:{code}", "pin": "0000"}))}
    herself.done("block", {"practitioner": DIALLO, "what": "everything"})
    answers.add(told(diallo.act("use_access_card", {"person": f"card:{code}", "pin": "4711"})))
    herself.done("unblock", {"practitioner": DIALLO})
    herself.done("revoke_access_card", {})
    answers.add(told(diallo.act("use_access_card", {"person": f"card:{code}", "pin": "4711"})))
    answers.add(told(diallo.act("use_access_card", {"person": f"card:{new_card_code(bytes(range(10)))}"})))
    answers.add(told(served.client("karim").act("use_access_card", {"person": f"card:{code}", "pin": "4711"})))
    assert len(answers) == 1, answers
    assert answers.pop()[0] == 404


def test_a_request_is_answered_the_same_for_everybody(served: ServedHouse) -> None:
    herself, person, account = served.opened()
    diallo, unknown = served.client("diallo"), served.new_person()
    whom = [f"id:{person}", f"ins:{account.ins}", f"ins:{unknown.ins}", "id:" + "0" * 32]
    answers = {told(diallo.act("request_access", ASKED | {"person": one})) for one in whom}
    herself.done("block", {"practitioner": DIALLO, "what": "everything"})
    answers.add(told(diallo.act("request_access", ASKED | {"person": whom[0]})))
    herself.done("close_space", {"sure": "yes"})
    answers.add(told(diallo.act("request_access", ASKED | {"person": whom[0]})))
    assert len(answers) == 1, answers
    status, body, _ = answers.pop()
    assert status == 200
    assert "Si cette personne a un espace, elle lira votre demande." in body.decode()
