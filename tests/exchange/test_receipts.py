"""What each receipt says, member by member, as docs/specs/receipt.md tells it; a reading gives none."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from espace_sante.consent.evidence import further_questions
from tests.served import JSON, Client, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]
DIALLO = "99900000011"
ALWAYS = {"v", "kind", "act", "at", "channel", "effect"}


def payload_of(done: dict[str, Any], act: str, *members: str) -> dict[str, Any]:
    """Return what a receipt says, once it is seen to have these members and no other."""
    payload: dict[str, Any] = done["receipt"]["payload"]
    assert set(payload) == ALWAYS | set(members)
    assert (payload["v"], payload["kind"], payload["act"]) == (1, "receipt", act)
    assert (payload["channel"], payload["effect"]) == ("api", "immediate")
    assert payload["at"].endswith("Z") and len(payload["at"]) == 24
    if "entry" in members:
        assert payload["entry"] == done["entry"]
    return payload


def invited(served: ServedHouse) -> Client:
    account = served.new_person()
    values = {"ins": account.ins, "birth_name": "ESSAI", "first_given": "ZOE", "birth_date": "1999-01-02", "sex": "F"}
    served.client("accueil").done("invite", values)
    return served.client(account.id)


def test_the_receipts_of_a_yes_and_of_a_no(served: ServedHouse) -> None:
    yes = payload_of(
        done := invited(served).done("open_space", {"deposits": "no"}),
        "open_space",
        *("entry", "notice", "answers", "receipt", "person", "journal_commitment"),
    )
    further = dict.fromkeys((name for name, _ in further_questions()), "none")
    assert yes["answers"] == {"open": "yes", "deposits": "no", **further}
    assert set(yes["notice"]) == {"version", "language", "sha256"} and len(yes["notice"]["sha256"]) == 64
    assert yes["person"] == done["result"]["person"] and len(yes["receipt"]) == 32
    no = payload_of(invited(served).done("refuse_space"), "refuse_space", "notice", "answers", "salt")
    assert no["answers"] == {"open": "no"} and len(no["salt"]) == 64


def test_the_receipts_of_changes_of_will(served: ServedHouse) -> None:
    herself, person, account = served.opened()
    grant = {"practitioner": DIALLO, "scope": "categories", "categories": "4,5", "purpose": "care", "days": 30}
    members = ("entry", "receipt", "person")
    given = payload_of(
        herself.done("grant_access", grant),
        "grant_access",
        *members,
        *("practitioner", "scope", "purpose", "ends"),
    )
    assert (given["person"], given["practitioner"], given["scope"]) == (person, DIALLO, "categories")
    assert given["purpose"] == "care"
    (view,) = herself.done("read_journal", {})["result"]["grants"]
    less = payload_of(
        herself.done("limit_grant", {"grant": view["grant"], "scope": "categories", "categories": "5", "days": 1}),
        "limit_grant",
        *members,
        *("grant", "practitioner", "scope", "ends"),
    )
    assert (less["grant"], less["practitioner"], less["scope"]) == (view["grant"], DIALLO, "categories")
    assert less["ends"] < given["ends"]
    named = payload_of(
        herself.done("name_administrator", {"practitioner": DIALLO, "days": 7}),
        "name_administrator",
        *members,
        *("practitioner", "scope", "purpose", "ends", "hidden"),
    )
    assert (named["practitioner"], named["scope"], named["hidden"]) == (DIALLO, "everything", "shown")
    structure = payload_of(
        herself.done("grant_access", grant | {"practitioner": "", "structure": "999000001"}),
        "grant_access",
        *members,
        *("practitioner", "scope", "purpose", "ends"),
    )
    assert structure["practitioner"] == "structure:999000001"
    lasts = datetime.fromisoformat(given["ends"]) - datetime.fromisoformat(given["at"])
    assert lasts == timedelta(days=30)
    file = {"name": "l.txt", "media_type": "text/plain", "data": base64.b64encode(b"Bonjour.\n").decode()}
    values = {"file": file, "title": "Lettre", "category": 5, "created": "2026-11-02", "person": f"ins:{account.ins}"}
    sent = served.client("guerin").done("deposit_document", values)
    deposited = payload_of(sent, "deposit_document", "entry", "document", "sha256")
    assert deposited["document"] == sent["result"]["document"]
    assert deposited["sha256"] == hashlib.sha256(b"Bonjour.\n").hexdigest()
    hidden = payload_of(herself.done("mask", {"document": deposited["document"]}), "mask", *members, "hidden", "from")
    assert (hidden["hidden"], hidden["from"]) == (f"document:{deposited['document'][32:]}", "all")
    hidden = payload_of(
        herself.done("mask", {"category": 4, "practitioner": DIALLO}), "mask", *members, "hidden", "from"
    )
    assert (hidden["hidden"], hidden["from"]) == ("category:4", DIALLO)
    shown = payload_of(
        herself.done("unmask", {"category": 4, "practitioner": DIALLO}), "unmask", *members, "shown", "to", "versions"
    )
    assert (shown["shown"], shown["to"], shown["versions"]) == ("category:4", DIALLO, "this")
    blocked = payload_of(
        herself.done("block", {"practitioner": DIALLO, "what": "deposits"}), "block", *members, "practitioner", "what"
    )
    assert (blocked["practitioner"], blocked["what"]) == (DIALLO, "deposits")
    freed = payload_of(herself.done("unblock", {"practitioner": DIALLO}), "unblock", *members, "practitioner")
    assert freed["practitioner"] == DIALLO
    asked = {"regulator": "no", "bedside": "yes", "hidden": "no", "scope": "everything"}
    answers = ("regulator", "bedside", "hidden", "scope")
    urgent = payload_of(herself.done("set_emergency_will", asked), "set_emergency_will", *members, *answers)
    assert {name: urgent[name] for name in answers} == asked
    glass = {"kind": "bedside", "beside": "no", "ground": "cannot-say", "reason": "Attendue", "person": f"id:{person}"}
    opened = served.client("diallo").done("break_glass", glass)
    period = ("emergency", "starts", "ends")
    declared = payload_of(opened, "break_glass", *members, *period, "ground")
    assert (declared["emergency"], declared["ground"]) == ("bedside", "cannot-say")
    assert opened["result"] == {"starts": declared["starts"], "ends": declared["ends"], "waits": True}
    sure = {"practitioner": DIALLO, "person": f"id:{person}"}
    second = served.client("guerin").done("confirm_emergency", sure)
    confirmed = payload_of(second, "confirm_emergency", *members, *period, "practitioner")
    assert confirmed["practitioner"] == DIALLO and not second["result"]["waits"]
    never = payload_of(herself.done("refuse_emergency"), "refuse_emergency", *members, *answers)
    assert {name: never[name] for name in answers} == dict.fromkeys(answers[:3], "no") | {"scope": ""}
    for act in ("refuse_deposits", "accept_deposits", "stop_authors_reading", "let_authors_read", "hide_new_documents"):
        payload_of(herself.done(act, {}), act, *members)
    for act in ("show_new_documents", "seal_space", "unseal_space"):
        payload_of(herself.done(act, {}), act, *members)
    for act in ("allow_secondary_use", "end_secondary_use"):
        used = payload_of(herself.done(act, {"purpose": "research"}), act, *members, "purpose")
        assert used["purpose"] == "research"
    taken = payload_of(
        herself.done("withdraw_access", {"practitioner": DIALLO}), "withdraw_access", *members, "practitioner"
    )
    assert taken["practitioner"] == DIALLO
    payload_of(herself.done("close_space", {"sure": True}), "close_space", *members, "journal_commitment")


def test_a_reading_has_no_receipt(served: ServedHouse) -> None:
    herself, _, _ = served.opened()
    for act in ("list_documents", "read_journal"):
        reply = herself.ask("POST", f"/api/demarches/{act}", {}, content_type=JSON)
        assert reply.status == 200 and not reply.json.get("receipt")
