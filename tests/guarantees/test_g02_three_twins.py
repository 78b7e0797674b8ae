"""G2. Three twins, one who said yes, one who said no, one never asked: whoever is not of her house is told the same of each.

Every act of the interface, the requests for software and the pages of the professional, the counter, the mail room and the
operator, by a professional, another person, an agent who was shown no proof, the operator and nobody signed in: status,
headers and body are equal byte for byte, what is drawn at random apart, and so is the work. Deposits are compared with one
who said yes and keeps deposits closed.
Seen by it: a journal, or a document named, looked for only where there is a space, which was one more statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from espace_sante.access.request import ActId
from espace_sante.actions.choices import ACTS as CHOICES
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from tests.exchange.bundles import bundle, document
from tests.fixtures_database import Databases
from tests.inside import census, watched
from tests.journeys.surfer import Form, Seen, Surfer
from tests.journeys.test_story import hand_in, look_up
from tests.served import Client, Reply, ServedHouse, posted, served_house
from tests.told import entered, overheard, told

pytestmark = [pytest.mark.database, pytest.mark.slow]
DIALLO = "99900000011"
INS = "urn:oid:1.2.250.1.213.1.4.8"
FILE = {"name": "a.txt", "media_type": "text/plain", "data": "Qm9uam91cg=="}
# What each act is asked with; an act that comes later takes a line here.
VALUES: dict[ActId, dict[str, Any]] = {
    ActId.OPEN_SPACE: {"deposits": "yes"},
    ActId.REFUSE_SPACE: {},
    ActId.DEPOSIT_DOCUMENT: {"file": FILE, "title": "Lettre", "category": 5, "created": "2026-11-02"},
    ActId.LIST_DOCUMENTS: {},
    ActId.READ_RESOURCE: {},
    ActId.READ_DOCUMENT: {"document": "7" * 64},
    ActId.GRANT_ACCESS: {
        "practitioner": DIALLO,
        "scope": "documents",
        "documents": "7" * 64,
        "purpose": "care",
        "days": 3,
    },
    ActId.WITHDRAW_ACCESS: {"practitioner": DIALLO},
    ActId.MASK: {"document": "7" * 64},
    ActId.UNMASK: {"category": 5},
    ActId.BLOCK: {"practitioner": DIALLO, "what": "everything"},
    ActId.UNBLOCK: {"practitioner": DIALLO},
    ActId.KEEP_EPISODE: {"name": "mon genou", "documents": "7" * 64},
    ActId.END_EPISODE: {"number": "123456"},
    ActId.READ_JOURNAL: {},
    ActId.CLOSE_SPACE: {"sure": "yes"},
    ActId.LIMIT_GRANT: {"grant": "7" * 32, "days": 1},
    ActId.NAME_ADMINISTRATOR: {"practitioner": DIALLO, "days": 3},
    ActId.SET_EMERGENCY_WILL: {"regulator": "no", "bedside": "yes", "hidden": "no", "scope": "everything"},
    ActId.REFUSE_EMERGENCY: {},
    ActId.BREAK_GLASS: {"kind": "bedside", "beside": "yes", "ground": "call", "reason": "Malaise"},
    ActId.CONFIRM_EMERGENCY: {"practitioner": "99900000045"},
    ActId.ISSUE_ACCESS_CARD: {"scope": "everything", "purpose": "care", "uses": 1, "hours": 12, "days": 3, "pin": ""},
    ActId.REVOKE_ACCESS_CARD: {"number": "123456"},
    ActId.ACCEPT_REQUEST: {"number": "123456"},
    ActId.DECLINE_REQUEST: {"number": "123456"},
    ActId.CONTEST_ACCESS: {"entries": "0123456789abcdefghjk", "reason": "unknown", "block": "no"},
    ActId.REPORT_MISTAKE: {"document": "7" * 64, "reason": "false", "hide": "no"},
    ActId.ALLOW_SUPPORT: {"ticket": "AB20260001", "hours": "2", "journal": "no"},
    ActId.END_SUPPORT: {},
    ActId.AUTHORISE_APP: {"app": "carnet-sante", "owner": "Carnet SAS", "what": "documents", "days": 30},
    ActId.END_APP: {},
    ActId.NAME_HELPER: {"name": "Claire Bonnet", "reads": "no", "acts": "mask"},
    ActId.END_MANDATE: {},
    ActId.NAME_TRUSTED_PERSON: {"name": "Ana Roy", "signed": "no"},
    ActId.END_TRUSTED_PERSON: {},
    ActId.CONTEST_REPRESENTATION: {},
    ActId.GIVE_ADDRESS: {"street": "1 rue des Essais", "town": "63000 Clermont"},
    ActId.REMOVE_ADDRESS: {},
    ActId.ASK_REMINDERS: {"months": "6"},
    ActId.STOP_REMINDERS: {},
    ActId.CHOOSE_LETTERS: {"size": "large"},
    ActId.CHANGE_CONTACT: {"mail": "jeanne@exemple.example"},
    ActId.REMOVE_CONTACT: {"what": "mail"},
    ActId.CONFIRM_CONTACT: {"word": "un deux trois"},
    ActId.CHOOSE_NOTICES: {
        "notice": "document",
        "by_mail": "yes",
        "by_sms": "no",
        "by_letter": "no",
        "pace": "daily",
    },
    ActId.EXPECT_ACCESS: {"entry": "0123456789abcdefghjk"},
    ActId.EXPORT_JOURNAL: {},
    ActId.CONTEST_DEATH: {},
    ActId.PROVE_JOURNAL: {},
    ActId.REOPEN_SPACE: {"deposits": "no"},
    ActId.ERASE_CONTENT: {"sure": "yes"},
    ActId.REVERSE_REFUSAL: {},
    ActId.ANNOUNCE_DOCUMENT: {"document": "7" * 64},
    ActId.RECORD_RETURN: {},
    **{act.id: {"purpose": "research"} for act in CHOICES},
}
# These name a person by something else than her number, or say of her what is told of anybody: each has its own test.
ELSEWHERE = {
    ActId.OPEN_SANDBOX: "tests/integration/test_sandbox.py",
    ActId.INVITE: "tests/integration/test_proposed_again.py",
    ActId.WRITE_RESOURCE: "tests/exchange/test_resources.py",
    ActId.RECORD_DELIVERY: "tests/integration/test_presumption.py",
    ActId.REQUEST_ACCESS: "tests/exchange/test_cards_and_requests.py",
    ActId.USE_ACCESS_CARD: "tests/exchange/test_cards_and_requests.py",
    ActId.LIST_CASES: "tests/integration/test_cases.py",
    ActId.ANSWER_CASE: "tests/integration/test_cases.py",
    ActId.CONFIRM_CASE_ANSWER: "tests/integration/test_cases.py",
    ActId.OPEN_SUPPORT: "tests/integration/test_support.py",
    ActId.READ_SUPPORT: "tests/integration/test_support.py",
    ActId.LIST_LETTERS: "tests/integration/test_letters.py",
    ActId.RENEW_ACCOUNT: "tests/integration/test_unused_accounts.py",
    ActId.PRINT_LETTER: "tests/integration/test_letters.py",
    ActId.POST_LETTER: "tests/integration/test_letters.py",
    **dict.fromkeys(
        (ActId.RECORD_REPRESENTATION, ActId.CONFIRM_REPRESENTATION, ActId.END_REPRESENTATION),
        "tests/integration/test_representation.py",
    ),
    ActId.CHECK_MANDATE: "tests/integration/test_mandates.py",
    ActId.ACCEPT_MANDATE: "tests/integration/test_mandates.py",
    ActId.READ_MANDATE: "tests/integration/test_mandates.py",
    ActId.RECEIVE_COUPON: "tests/integration/test_coupons.py",
    ActId.HANDLE_PAGE: "tests/integration/test_coupons.py",
    ActId.KEEP_SHEETS: "tests/integration/test_numbered_sheets.py",
    ActId.RETURN_LETTER: "tests/integration/test_letters_returned.py",
    **dict.fromkeys((ActId.RECORD_ORDER, ActId.CONFIRM_ORDER, ActId.PROLONG_ORDER), "tests/integration/test_orders.py"),
    **dict.fromkeys(
        (ActId.RECORD_DEATH, ActId.DEMAND_AFTER_DEATH, ActId.LIST_AFTER_DEATH, ActId.READ_AFTER_DEATH),
        "tests/integration/test_after_death.py",
    ),
    **dict.fromkeys((ActId.LIST_ORDERS, ActId.LIST_ORDERED, ActId.READ_ORDERED), "tests/integration/test_orders.py"),
}
READERS = ("diallo", "guerin", "osman", "petit", "accueil", "")


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True, uploads_per_minute=10_000) as running:
        yield running


@pytest.fixture(scope="module")
def twins(served: ServedHouse) -> dict[str, str]:
    """Return the number of each twin; she who said yes has a document, and closed to deposits afterwards is another."""
    _, person, yes = served.opened()
    sent = posted(b"Bonjour.\n", subject={"reference": f"Patient/{person}"})
    assert served.client("guerin").ask("POST", "/fhir/DocumentReference", sent).status == 201
    invited = []
    for answer in ("no deposits", "no"):
        account = served.new_person()
        traits = {name: getattr(account, name) for name in ("ins", "birth_name", "first_given", "birth_date", "sex")}
        served.client("accueil").done("invite", traits | {"person": f"ins:{account.ins}"})
        client = served.client(account.id)
        if answer == "no":
            client.done("refuse_space")
        else:
            client.done("open_space", {"deposits": "no"})
        invited.append(account.ins)
    return {"yes": yes.ins, "no deposits": invited[0], "no": invited[1], "never": served.new_person().ins}


def requests(client: Client, ins: str) -> Iterator[tuple[str, Callable[[], Reply]]]:
    for act, values in VALUES.items():
        asked = values | {"person": f"ins:{ins}"}
        yield f"act {act}", lambda a=act, v=asked: client.act(a.value, v)
    subject = {"identifier": {"system": INS, "value": ins}}
    query = f"patient.identifier={INS}%7C{ins}"
    for more in ("", "&_count=1", "&status=superseded", "&date=2026"):
        yield f"search {more}", lambda q=query + more: client.ask("GET", f"/fhir/DocumentReference?{q}")
    yield (
        "posted",
        lambda: client.ask(
            "POST", "/fhir/DocumentReference/_search", query.encode(), content_type="application/x-www-form-urlencoded"
        ),
    )
    for more in ("", "&code=718-7", "&_count=0"):
        yield f"search of resources {more}", lambda q=query + more: client.ask("GET", f"/fhir/Observation?{q}")
        yield (
            f"deletion {more}",
            lambda q=query + more: client.ask("DELETE", f"/fhir/Observation?{q.replace('&_count=0', '&_id=x')}"),
        )
    yield "patient", lambda: client.ask("GET", f"/fhir/Patient?identifier={INS}%7C{ins}")
    yield "deposit", lambda: client.ask("POST", "/fhir/DocumentReference", posted(b"Bonjour.\n", subject=subject))
    many = bundle(*document(b"Bonjour.\n", subject=subject), submission={"subject": subject})
    yield "deposit of a set", lambda: client.ask("POST", "/fhir", many)


def is_deposit(label: str) -> bool:
    return "deposit" in label


def answers(served: ServedHouse, word: str, ins: str) -> dict[str, tuple[Any, ...]]:
    client, found = served.client(word), {}
    for _ in range(2):  # the second time nothing is read for the first time
        for label, ask in requests(client, ins):
            found[label] = answered(served, ask, ins)
    return found


def answered(served: ServedHouse, ask: Callable[[], Reply], ins: str) -> tuple[Any, ...]:
    """Ask one thing; return what it told, and the work it took: again when his own session was looked up meanwhile."""
    with watched() as statements, overheard() as messages:
        for _ in range(5):
            before = entered(served)[0]
            statements.taken(), messages.taken()
            reply = ask()
            if not messages.looked_up:
                break
        work = (sorted(statements.taken()), messages.taken(), entered(served)[0] - before)
    return (*told(reply, {ins: "ins"}), *work)


def alike_again(served: ServedHouse, word: str, label: str, twins: tuple[str, str]) -> bool:
    """Ask two twins again, side by side: the session read again meanwhile, every five seconds, is work for neither."""
    client = served.client(word)
    for _ in range(3):
        one, other = (answered(served, dict(requests(client, ins))[label], ins) for ins in twins)
        if one == other:
            return True
    return False


def test_every_act_that_names_a_person_is_asked_of_the_twins() -> None:
    assert set(VALUES) == set(REGISTRY) - set(ELSEWHERE)
    assert all(Path(path).exists() for path in ELSEWHERE.values())


@pytest.mark.parametrize("word", READERS)
def test_whoever_asks_is_told_the_same_of_three_twins_for_the_same_work(
    served: ServedHouse, twins: dict[str, str], word: str
) -> None:
    notices = served.background.run(census(served.house.settings))["notices.outbox"]
    seen = {twin: answers(served, word, ins) for twin, ins in twins.items()}
    for twin in ("yes", "no deposits", "no"):
        for label, answer in seen["never"].items():
            if is_deposit(label) and twin == "yes":
                continue  # she takes deposits: whoever deposits has his receipt
            assert seen[twin][label][:3] == answer[:3], (twin, label)
            if seen[twin][label] != answer:
                assert alike_again(served, word, label, (twins[twin], twins["never"])), (twin, label)
    assert all(answer[0] >= 400 for answer in seen["never"].values())
    assert served.background.run(census(served.house.settings))["notices.outbox"] == notices


def test_the_pages_of_a_professional_say_the_same_of_three_twins(served: ServedHouse, twins: dict[str, str]) -> None:
    doctor = Surfer(served.port)
    doctor.sign_in("diallo")
    for show in (look_up, hand_in):
        seen = {}
        for twin, ins in twins.items():
            if show is hand_in and twin == "yes":
                continue
            page = show(doctor, ins)
            grouped = f"{ins[:1]} {ins[1:3]} {ins[3:5]} {ins[5:7]} {ins[7:10]} {ins[10:13]} {ins[13:]}"
            known = {ins: "ins", grouped: "ins", grouped.replace(" ", "\u00a0"): "ins"}
            reply = Reply(page.status, {name.lower(): value for name, value in page.headers}, page.body)
            seen[twin] = told(reply, known)
        for twin, answer in seen.items():
            assert answer == seen["never"], (show.__name__, twin)
        assert seen["never"][0] == 404


def said_of(served: ServedHouse, ins: str, ask: Callable[[], Seen]) -> tuple[Any, ...]:
    """Return what a page tells of a twin, and the work it took."""
    grouped = f"{ins[:1]} {ins[1:3]} {ins[3:5]} {ins[5:7]} {ins[7:10]} {ins[10:13]} {ins[13:]}"
    known = {ins: "ins", grouped: "ins", grouped.replace(" ", "\u00a0"): "ins"}
    with watched() as statements, overheard() as messages:
        before = entered(served)[0]
        page = ask()
        work = (sorted(statements.taken()), messages.taken(), entered(served)[0] - before)
    reply = Reply(page.status, {name.lower(): value for name, value in page.headers}, page.body)
    return (*told(reply, known), *work)


def alike(served: ServedHouse, twins: dict[str, str], ask: Callable[[str], Seen], times: int = 2) -> tuple[Any, ...]:
    """Ask a page of each twin, twice so that nothing is read for the first time; return what it says of all of them.

    What the keeper counts for itself every few seconds is work for none of them: asked again, side by side, they are alike.
    """
    for number in range(times + 3):
        seen = {twin: said_of(served, ins, lambda i=ins: ask(i)) for twin, ins in twins.items()}
        if number + 1 >= times and all(answer == seen["never"] for answer in seen.values()):
            break
    for twin, answer in seen.items():
        assert answer == seen["never"], twin
    return seen["never"]


@pytest.mark.parametrize("word", ["guichet", "courrier", "telephone"])
def test_an_agent_who_was_shown_no_proof_is_told_the_same_of_three_twins_by_every_page(
    served: ServedHouse, twins: dict[str, str], word: str
) -> None:
    agent = Surfer(served.port)
    agent.sign_in("petit")
    for act in PERSON_ACTS:
        path = f"/guichet/demarche/{word}/{act.id}"
        form = agent.get(path).form(path)
        values = {name: str(value) for name, value in VALUES[act.id].items() if isinstance(value, str | int)}

        def ask(ins: str, form: Form = form, values: dict[str, str] = values) -> Seen:
            return agent.submit(form, {**values, "kind": "ins", "person_number": ins})

        status, _, body, _, messages, entries = alike(served, twins, ask, times=1)
        assert status == 400 and "Cochez la case quand c’est fait".encode() in body
        assert messages == [] and entries == 0, "nothing is asked about anybody"


def test_what_the_mail_room_notes_and_whom_the_operator_invites_is_answered_alike(
    served: ServedHouse, twins: dict[str, str]
) -> None:
    operator = Surfer(served.port)
    operator.sign_in("accueil")
    traits = {"birth_name": "ESSAI", "first_given": "ZOE", "sex": "F"}
    born = {"birth_date-day": "2", "birth_date-month": "1", "birth_date-year": "1999"}
    day = {"day-day": "2", "day-month": "11", "day-year": "2026"}
    order = {"authority": "Tribunal", "number": "1", "law": "56-3", "attended": "Dr Martin", "categories": "5"}
    for name, when in (("dated", served.house.now()), ("reveal", served.house.now() + timedelta(days=9))):
        order |= {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}
    for path, values, expected in (
        ("/exploitant/remise", {"way": "letter", "proof": "registered", **day}, 409),
        ("/exploitant/retour", {}, 200),
        ("/exploitant", traits | born, 200),
        ("/exploitant/justice/noter", order, 200),
    ):

        def ask(ins: str, path: str = path, values: dict[str, str] = values) -> Seen:
            return operator.submit(operator.get(path).form(path), {**values, "ins": ins})

        assert alike(served, twins, ask)[0] == expected, path


def test_the_support_is_told_the_same_of_a_ticket_allowed_and_ended_and_of_one_that_nobody_knows(
    served: ServedHouse,
) -> None:
    herself, _, _ = served.opened()
    herself.done("allow_support", {"ticket": "AB20260007", "hours": "2", "journal": "yes"})
    herself.done("end_support")
    staff = Surfer(served.port)
    staff.sign_in("accueil")
    for path in ("/exploitant/aide", "/exploitant/aide/voir"):
        seen = []
        for ticket in ("AB20260007", "AB20260008") * 2:
            form = staff.get("/exploitant/aide").form("/exploitant/aide")
            page = staff.post(path, {**form.values, "ticket": ticket})
            reply = Reply(page.status, {name.lower(): value for name, value in page.headers}, page.body)
            seen.append(told(reply, {ticket: "ticket"}))
        assert seen[2] == seen[3] and seen[2][0] >= 400, path
