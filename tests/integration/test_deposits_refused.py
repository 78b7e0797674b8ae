"""Deposits the keeper itself refuses, whatever the process that sends them: each with its code, and nothing stored."""

from __future__ import annotations

import os
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.inside import census, chains, open_house, run

pytestmark = [pytest.mark.database]
HERS = d.Traits("AUBERTIN", "JEANNE", "1944-03-12", "F")
GOOD: dict[str, Any] = {"row": b"\7" * 16, "category": 5, "sha256": b"\1" * 32, "unique_id": "urn:oid:1.2"}

WRONG = {
    "a row that is no identifier": ({"row": b"\7" * 15}, "deposit-invalid"),
    "an unknown category": ({"category": 98}, "deposit-invalid"),
    "a hash of another size": ({"sha256": b"\1" * 31}, "deposit-invalid"),
    "no identifier of its own": ({"unique_id": ""}, "deposit-invalid"),
    "another name": ({"claimed": msgspec.structs.replace(HERS, birth_name="AUTRE")}, "identity-not-matched"),
    "another birth date": ({"claimed": msgspec.structs.replace(HERS, birth_date="1950-01-01")}, "identity-not-matched"),
    "another person's number": ({"claimed": HERS, "claimed_ins": "179099999910247"}, "identity-not-matched"),
    "a number of nobody": ({"claimed_ins": "291069999910339"}, "identity-not-matched"),
}


def params(**changes: Any) -> d.DepositParams:
    return d.DepositParams(**{"wrapped": os.urandom(64), "sealed": b"s", "line": b"l", **GOOD, **changes})


@pytest.mark.parametrize(("changes", "code"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_deposit_is_refused_with_its_code_and_stores_nothing(
    empty_databases: Databases, changes: dict[str, Any], code: str
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            await house.open("karim")
            doctor = await house.sign_in("diallo")
            before = await census(house.settings)
            way = {"person": f"id:{person}", "proof": "professional"}
            answer = await house.ask(doctor, "deposit_document", params(**changes), **way)
            assert isinstance(answer, d.Refused), answer
            assert answer.code == code
            after = await census(house.settings)
            assert {t: after[t] - before[t] for t in after if after[t] != before[t]} == {"journal.entry": 1}
            records = [record for chain in (await chains(house.settings)).values() for record in chain]
            assert [r["decision"]["result"] for r in records if r["act"] == "deposit_document"] == ["refuse"]
            right = params(claimed=HERS, claimed_ins="244039999910165")
            assert isinstance(await house.ask(doctor, "deposit_document", right, **way), d.Done)

    run(play())


def test_the_same_identifier_with_other_bytes_is_a_conflict_and_with_the_same_is_the_same_document(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            doctor, answers = await house.sign_in("diallo"), []
            for row, content in ((b"\1", b"\1"), (b"\2", b"\1"), (b"\3", b"\2")):
                sent = params(row=row * 16, sha256=content * 32)
                answers.append(
                    await house.ask(doctor, "deposit_document", sent, person=f"id:{person}", proof="professional")
                )
            first, again, other = answers
            assert isinstance(first, d.Done) and isinstance(again, d.Done) and isinstance(other, d.Refused)
            one, two = (msgspec.msgpack.decode(a.payload, type=d.DepositAnswer) for a in (first, again))
            assert (one.document, one.existing, two.document, two.existing) == (one.document, False, one.document, True)
            assert other.code == "unique-id-conflict"
            assert (await census(house.settings))["records.document"] == 1

    run(play())
