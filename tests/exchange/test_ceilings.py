"""A professional's account that asks for everybody is stopped at the published ceiling, known or unknown persons alike."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.exchange.test_same_answer import told
from tests.fixtures_database import Databases
from tests.inside import watched
from tests.served import Client, Reply, ServedHouse, served_house

pytestmark = [pytest.mark.slow, pytest.mark.database]
CEILING = 4
EVERYTHING = {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": 3}


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, new_persons_per_hour=CEILING, new_persons_per_day=100) as running:
        yield running


def asks(reader: Client, ins: str) -> Reply:
    return reader.ask("GET", f"/fhir/DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.8%7C{ins}")


def test_the_first_over_the_ceiling_is_refused_with_an_entry_an_alert_and_the_same_answer_for_all(
    served: ServedHouse, caplog: pytest.LogCaptureFixture
) -> None:
    diallo = served.client("diallo")
    granting, person, granted = served.opened()
    granting.done("grant_access", EVERYTHING)
    assert asks(diallo, granted.ins).status == 200
    for _ in range(CEILING - 1):
        assert asks(diallo, served.new_person().ins).status == 404
    whom = {"unknown": served.new_person().ins, "has a space": served.opened()[2].ins}
    letting, _, let = served.opened()
    letting.done("grant_access", EVERYTHING)
    whom["lets him read"] = let.ins
    answers, work = {}, {}
    with caplog.at_level(logging.ERROR, "espace_sante.keeper"), watched() as statements:
        for who, ins in whom.items():
            asks(diallo, ins)  # so that nothing is read for the first time
            statements.taken()
            reply = asks(diallo, ins)
            answers[who], work[who] = told(reply), statements.taken()
            assert reply.entry
    assert len(set(answers.values())) == 1, answers
    assert work["unknown"] == work["has a space"]
    status, body, headers = answers["unknown"]
    assert status == 429
    assert "Vous avez demandé à lire chez trop de personnes nouvelles en peu de temps." in body.decode()
    assert ("retry-after", "3600") in headers
    alerts = [one.getMessage() for one in caplog.records if "alert" in one.getMessage()]
    assert len(alerts) == 2 * len(whom)
    assert not any(word in "".join(alerts) for word in (*whom.values(), "99900000011", "diallo"))
    assert asks(diallo, granted.ins).status == 200, "who was reached before stays"
    assert diallo.ask("GET", f"/fhir/DocumentReference?patient={person}").status == 200, "under her other name too"
    assert asks(served.client("guerin"), whom["unknown"]).status == 404, "another account has its own count"
    records = letting.done("read_journal")["result"]["records"]
    assert [one["decision"]["rule"] for one in records].count("ceiling") == 2, "she sees it in her journal"
