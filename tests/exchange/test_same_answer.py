"""Unknown, not granted, hidden, withdrawn and closed: the same bytes, whatever the address. Guarantee: G3, G11."""

from __future__ import annotations

import pytest

from espace_sante.keeper.demand import Done, Maintain
from tests.served import Client, Reply, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
DIALLO = "99900000011"
EVERYTHING = {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": 30}


def told(reply: Reply) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """Return all that a refusal tells: everything but the value of its entry and the hour."""
    assert reply.entry or reply.status != 404
    return (
        reply.status,
        reply.body,
        tuple(sorted((k, v if k not in ("journal-entry", "date") else "") for k, v in reply.headers.items())),
    )


def deposited(served: ServedHouse, person: str, content: bytes) -> str:
    reply = served.client("guerin").ask(
        "POST", "/fhir/DocumentReference", posted(content, subject={"reference": f"Patient/{person}"})
    )
    return str(reply.json["id"])


def refusals(reader: Client, identifier: str) -> set[tuple[int, bytes, tuple[tuple[str, str], ...]]]:
    return {
        told(reader.ask("GET", f"/fhir/DocumentReference/{identifier}")),
        told(reader.ask("GET", f"/fhir/Binary/{identifier}")),
        told(reader.ask("GET", f"/fhir/Binary/{identifier}", Accept="application/fhir+json")),
    }


def test_a_reader_cannot_tell_why_there_is_nothing(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    hidden, shown = (deposited(served, person, text) for text in (b"Un.\n", b"Deux.\n"))
    diallo = served.client("diallo")
    answers = refusals(diallo, hidden)  # not granted
    for unknown in ("0" * 64, person + "0" * 32, "x", "a" * 300, "%2e%2e", "%C3%A9", "A" * 64):
        answers |= refusals(diallo, unknown)
    herself.done("grant_access", EVERYTHING)
    herself.done("mask", {"document": hidden})
    assert diallo.ask("GET", f"/fhir/DocumentReference/{shown}").status == 200
    answers |= refusals(diallo, hidden)  # hidden
    herself.done("block", {"practitioner": DIALLO, "what": "everything"})
    answers |= refusals(diallo, shown)  # blocked
    herself.done("unblock", {"practitioner": DIALLO})
    assert diallo.ask("GET", f"/fhir/DocumentReference/{shown}").status == 200
    herself.done("withdraw_access", {"practitioner": DIALLO})
    answers |= refusals(diallo, shown)  # withdrawn
    herself.done("grant_access", EVERYTHING)
    herself.done("close_space", {"sure": "yes"})
    answers |= refusals(diallo, shown)  # closed
    answers |= refusals(served.client("karim"), shown)  # somebody else
    answers |= refusals(served.client("petit"), shown)  # an agent nobody asked
    assert len(answers) == 1, answers
    status, body, _ = answers.pop()
    assert status == 404
    assert "Nous n'avons rien à vous montrer pour cette personne." in body.decode()


def test_a_search_does_not_tell_either(served: ServedHouse) -> None:
    herself, person, account = served.opened()
    hidden, _ = (deposited(served, person, text) for text in (b"Un.\n", b"Deux.\n"))
    diallo = served.client("diallo")
    ins = "urn:oid:1.2.250.1.213.1.4.8|"
    unknown = served.new_person().ins
    asked = [f"patient={person}", f"patient.identifier={ins}{account.ins}", f"patient.identifier={ins}{unknown}"]
    asked += [f"patient={'0' * 32}", "patient=Patient/x", f"patient={person}&status=superseded"]
    answers = {told(diallo.ask("GET", f"/fhir/DocumentReference?{query}")) for query in asked}
    assert len(answers) == 1, answers
    herself.done("grant_access", EVERYTHING)
    herself.done("mask", {"document": hidden})
    found = diallo.ask("GET", f"/fhir/DocumentReference?patient={person}").json
    assert (found["total"], len(found["entry"])) == (1, 1)
    herself.done("block", {"practitioner": DIALLO, "what": "everything"})
    answers |= {told(diallo.ask("GET", f"/fhir/DocumentReference?{query}")) for query in asked}
    herself.done("close_space", {"sure": "yes"})
    answers |= {told(diallo.ask("GET", f"/fhir/DocumentReference?{query}")) for query in asked}
    assert len(answers) == 1, answers


def test_a_deposit_that_is_not_allowed_says_the_same_of_everybody(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    before = served.counted()
    guerin = served.client("guerin")
    answers = set()
    for what in ("deposits", "everything"):
        herself.done("block", {"practitioner": "99900000029", "what": what})
        sent = posted(b"Bonjour.\n", subject={"reference": f"Patient/{person}"})
        answers.add(told(guerin.ask("POST", "/fhir/DocumentReference", sent)))
    herself.done("close_space", {"sure": "yes"})
    invited = served.new_person()
    ins = "urn:oid:1.2.250.1.213.1.4.8"
    for subject in (
        {"reference": f"Patient/{person}"},
        {"reference": "Patient/" + "0" * 32},
        {"reference": "Patient/x"},
        {"identifier": {"system": ins, "value": invited.ins}},
    ):
        answers.add(told(guerin.ask("POST", "/fhir/DocumentReference", posted(b"Bonjour.\n", subject=subject))))
    assert len(answers) == 1, answers
    status, body, _ = answers.pop()
    assert status == 404
    assert "Non remis. Remettez le document à la personne." in body.decode()
    assert served.counted()[1] == before[1]


def test_an_emergency_that_is_refused_says_the_same_of_everybody(served: ServedHouse) -> None:
    never, refusing, _ = served.opened()
    _, silent, _ = served.opened()
    closed, gone, _ = served.opened()
    willing, said_yes, _ = served.opened()
    willing.done("set_emergency_will", {"regulator": "yes", "bedside": "no", "hidden": "yes", "scope": "everything"})
    never.done("refuse_emergency")
    closed.done("close_space", {"sure": "yes"})
    doctor, answers = served.client("diallo"), set()

    def answered(act: str, values: dict[str, str], whom: str) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
        reply = doctor.act(act, values | {"person": whom})
        status, body, headers = told(reply)
        return status, body.replace(reply.entry.encode(), b""), headers  # a fresh reference each time

    glass = {"kind": "bedside", "beside": "yes", "ground": "life-at-risk", "reason": "Malaise"}
    for whom in (refusing, silent, gone, said_yes, "0" * 32, "x"):
        answers.add(answered("break_glass", glass, f"id:{whom}"))
        answers.add(answered("confirm_emergency", {"practitioner": "99900000029"}, f"id:{whom}"))
    answers.add(answered("break_glass", glass, f"ins:{served.new_person().ins}"))
    assert len(answers) == 1, answers
    status, body, _ = answers.pop()
    assert status == 404
    assert "Nous n'avons rien à vous montrer pour cette personne." in body.decode()


def test_pages_follow_one_another_and_name_no_number(served: ServedHouse) -> None:
    herself, person, account = served.opened()
    sent = [deposited(served, person, b"Lettre %d.\n" % number) for number in range(5)]
    herself.done("grant_access", EVERYTHING)
    diallo = served.client("diallo")
    ins = f"patient.identifier=urn:oid:1.2.250.1.213.1.4.8%7C{account.ins}&_count=2".encode()
    page = diallo.ask("POST", "/fhir/DocumentReference/_search", ins, content_type="application/x-www-form-urlencoded")
    seen = []
    while True:
        bundle = page.json
        assert bundle["total"] == 5
        assert account.ins not in page.body.decode()
        seen += [entry["resource"]["id"] for entry in bundle.get("entry", [])]
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        if not following:
            break
        page = diallo.ask("GET", following[0].removeprefix(served.address))
    assert sorted(seen) == sorted(sent)
    assert len(seen) == 5
    only_count = diallo.ask("GET", f"/fhir/DocumentReference?patient={person}&_count=0").json
    assert (only_count["total"], "entry" in only_count) == (5, False)


def test_a_request_asked_again_with_its_key_does_not_tell_that_a_space_was_erased(served: ServedHouse) -> None:
    herself, person, account = served.opened()
    diallo, unknown = served.client("diallo"), served.new_person()
    asked = {"scope": "categories", "categories": "5", "purpose": "care", "days": 30}
    letter = posted(b"Une fois.\n", subject={"reference": f"Patient/{person}"})

    def requested(whom: str, key: str) -> tuple[int, bytes]:
        reply = diallo.act("request_access", asked | {"person": f"ins:{whom}"}, Idempotency_Key=key)
        return reply.status, reply.body.replace(reply.entry.encode(), b"")

    def sent(key: str) -> tuple[int, bytes]:
        reply = diallo.ask("POST", "/fhir/DocumentReference", letter, Idempotency_Key=key)
        return reply.status, reply.body

    first = {requested(account.ins, "erased-1"), requested(unknown.ins, "erased-2")}
    assert sent("erased-3")[0] == 201
    herself.done("close_space", {"sure": "yes"})
    done = served.background.run(served.house.link.ask(Maintain(0, "erase")))
    assert isinstance(done, Done), done
    for _ in range(2):
        first |= {requested(account.ins, "erased-1"), requested(unknown.ins, "erased-2"), requested(account.ins, "n")}
        assert sent("erased-3") == sent("erased-4")
    assert len(first) == 1 and first.pop()[0] == 200, first
