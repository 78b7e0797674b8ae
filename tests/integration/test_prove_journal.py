"""A person receives the proof of her journal: from the keeper and the published files to both verifiers, which say that it holds."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions import prove_journal
from espace_sante.actions.act import Outcome
from espace_sante.actions.prove_journal import LineReceipt
from espace_sante.actions.prove_journal import Proof as Made
from espace_sante.keeper import demand as d
from espace_sante.keeper import gather_proof
from espace_sante.kernel.errors import Problem
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, act, clock, frame_of, open_house, run
from tests.oracles.proof_bundles import unseal
from tests.people import grant
from tests.publishing import Publisher, publishing
from tests.verifier.both import PYTHON, Answer, Question, ask

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
COUNTER: dict[str, Any] = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
PHONE: dict[str, Any] = {"channel": "phone", "proof": "contact", "on_behalf": True}
Play = Callable[[House, Publisher], Awaitable[None]]


def played(databases: Databases, play: Play, **house: Any) -> None:
    async def whole() -> None:
        with publishing(databases.settings) as publisher:
            async with open_house(databases, **house) as open_one:
                await play(open_one, publisher)

    run(whole())


async def lived(house: House) -> tuple[bytes, str]:
    """Open Jeanne's space, and let a professional deposit a letter to be announced, be refused, then read."""
    her, person = await house.open("jeanne")
    guerin, diallo = await house.sign_in("guerin"), await house.sign_in("diallo")
    way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional"}
    sealed = await house.sealed(guerin, f"id:{person}", b"a letter")
    withheld = msgspec.structs.replace(sealed, withheld=True)
    assert isinstance(await house.ask(guerin, "deposit_document", withheld, **way), d.Done)
    assert isinstance(await house.ask(diallo, "list_documents", d.ListParams(), **way), d.Refused)
    await house.ask(her, "grant_access", grant())
    assert isinstance(await house.ask(diallo, "list_documents", d.ListParams(), **way), d.Done)
    return her, person


async def proved(house: House, her: bytes, **years: str) -> tuple[Outcome, bytes]:
    outcome = await act(house, her, ActId.PROVE_JOURNAL, {**years})
    assert isinstance(outcome.result, Made)
    return outcome, b"".join(outcome.result.pieces())


async def records_of(house: House, her: bytes) -> list[bytes]:
    """Return her journal as its page gives it, the oldest line first."""
    found: list[bytes] = []
    while True:
        answer = await house.ask(her, "read_journal", d.JournalParams(len(found) and _seq(found[-1]), 200))
        assert isinstance(answer, d.Done)
        page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
        found += page.records
        if not page.records or _seq(found[-1]) == 0:
            return found[::-1]


def _seq(record: bytes) -> int:
    return int(msgspec.json.decode(record)["seq"])


def checked(folder: Path, data: bytes, publisher: Publisher, **changes: Any) -> Answer:
    asked = Question(data, publisher.policy, int(time.time()) + 60)
    return ask(folder, [dataclasses.replace(asked, **changes)])[0]


def test_the_proof_of_her_journal_holds_and_says_what_her_page_says(empty_databases: Databases, tmp_path: Path) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        her, _ = await lived(house)
        size = await publisher.publish()
        outcome, data = await proved(house, her)
        answer = checked(tmp_path, data, publisher)
        assert (answer.code, answer.report["entries"], answer.report["log"]["size"]) == (0, 5, size)
        assert answer.report["years"] == [datetime.now(UTC).year] * 2
        assert "5 lignes, jusqu'à l'état du" in outcome.sentence and outcome.result.later == 0
        page = await records_of(house, her)
        shown = [one["record"] for one in unseal(data) if one["kind"] == "entry"]
        assert shown == [msgspec.json.decode(one) for one in page[:5]]
        sealed = [name for one in shown for name in one["objects"] if name.startswith("document:")]
        assert sealed and all(name.startswith("document:sealed.") for name in sealed), "not to be known yet, not shown"
        first = msgspec.json.decode(page[0])
        assert checked(tmp_path, data, publisher, letter=PYTHON.readable(bytes.fromhex(first["prev"]))).code == 0
        assert [msgspec.json.decode(one)["act"] for one in page[5:]][:1] == ["prove_journal"], "asking is a line too"

    played(empty_databases, play)


def test_what_came_since_is_said_and_stands_in_the_next_one(empty_databases: Databases, tmp_path: Path) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        her, _ = await lived(house)
        await publisher.publish()
        await house.ask(her, "withdraw_access", d.WithdrawParams("99900000011"))
        outcome, data = await proved(house, her)
        assert (outcome.result.lines, outcome.result.later) == (5, 1)
        assert "1 ligne plus récente sera dans la prochaine" in outcome.sentence
        assert checked(tmp_path, data, publisher).report["entries"] == 5
        # The journal moves on while the file is made: it stays what it was about.
        another = await act(house, her, ActId.PROVE_JOURNAL, {})
        await publisher.publish()
        late = b"".join(another.result.pieces())
        assert checked(tmp_path, late, publisher).report["entries"] == 5
        _, data = await proved(house, her)
        assert checked(tmp_path, data, publisher).report["entries"] == 8

    played(empty_databases, play)


def test_a_long_journal_comes_in_parts_each_a_line_of_it(
    empty_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_proof, "LINES_AT_ONCE", 4)

    async def play(house: House, publisher: Publisher) -> None:
        her, _ = await lived(house)
        for _ in range(4):
            await house.ask(her, "grant_access", grant())
            await house.ask(her, "withdraw_access", d.WithdrawParams("99900000011"))
        await publisher.publish()
        before = len(await records_of(house, her))
        _, data = await proved(house, her)
        assert checked(tmp_path, data, publisher).report["entries"] == 13
        after = await records_of(house, her)
        parts = [one for one in after[before:] if msgspec.json.decode(one)["act"] == "prove_journal"]
        assert len(parts) == 4

    played(empty_databases, play)


def test_some_years_show_the_keys_of_these_years_alone(
    empty_databases: Databases, tmp_path: Path, clock: Clock
) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        her, _ = await lived(house)
        opening = clock().year
        clock.ahead = datetime(opening + 1, 3, 1, tzinfo=UTC) - datetime.now(UTC)
        her = await house.sign_in("jeanne")
        await house.ask(her, "withdraw_access", d.WithdrawParams("99900000011"))
        clock.ahead = datetime(opening + 3, 3, 1, tzinfo=UTC) - datetime.now(UTC)
        her = await house.sign_in("jeanne")
        await house.ask(her, "grant_access", grant())
        await publisher.publish(at=clock())
        now = int(clock().timestamp())
        keys, seen = set[str](), dict[tuple[int, int], int]()
        for first, last in ((0, 0), (opening + 1, opening + 1), (opening + 2, opening + 2), (opening + 1, opening + 3)):
            _, data = await proved(house, her, first=str(first or ""), last=str(last or ""))
            years = (first, last) if first else None
            answer = checked(tmp_path, data, publisher, now=now, years=years)
            assert answer.code == 0, answer
            seen[first, last] = answer.report["entries"]
            shown = [one for one in unseal(data) if one["kind"] == "year"]
            assert [one["year"] for one in shown] == list(range(first or opening, (last or opening + 3) + 1))
            keys |= {one["key"] for one in shown}
        assert list(seen.values()) == [7, 1, 0, 2]
        assert len(keys) == 4, "a year has one key"
        for first, last in ((opening - 1, 0), (0, opening + 4), (opening + 2, opening + 1)):
            answer = await house.ask(her, "prove_journal", d.ProveParams(first, last, size=1))
            assert isinstance(answer, d.Refused) and answer.code == "proof-years", (first, last)

    played(empty_databases, play, now=clock)


def test_a_clock_that_goes_back_takes_no_line_out_of_its_year(
    empty_databases: Databases, tmp_path: Path, clock: Clock
) -> None:
    """The year of a line is that of its tag: a date of the year before stands among those of this one."""

    async def play(house: House, publisher: Publisher) -> None:
        year = clock().year + 1
        her, _ = await lived(house)
        for at in (datetime(year, 1, 1, 0, 1, tzinfo=UTC), datetime(year - 1, 12, 31, 23, 58, tzinfo=UTC)):
            clock.ahead = at - datetime.now(UTC)
            her = await house.sign_in("jeanne")
            await house.ask(her, "grant_access", grant())
        clock.ahead = datetime(year, 1, 1, 0, 3, tzinfo=UTC) - datetime.now(UTC)
        await publisher.publish(at=clock())
        her = await house.sign_in("jeanne")
        for first, lines in ((year - 1, 5), (year, 2)):
            _, data = await proved(house, her, first=str(first), last=str(first))
            answer = checked(tmp_path, data, publisher, now=int(clock().timestamp()), years=(first, first))
            assert (answer.code, answer.report.get("entries")) == (0, lines), answer

    played(empty_databases, play, now=clock)


def test_before_anything_is_published_no_key_leaves(empty_databases: Databases) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        her, _ = await lived(house)
        outcome = await act(house, her, ActId.PROVE_JOURNAL, {})
        assert outcome.result is None and "n'a encore rien publié" in outcome.sentence
        answer = await house.ask(her, "prove_journal", d.ProveParams())
        assert isinstance(answer, d.Done)
        given = msgspec.msgpack.decode(answer.payload, type=d.ProofAnswer)
        assert (given.cj, given.years, given.lines) == (b"", [], [])
        await publisher.publish()
        index = publisher.folder / "journal" / "index" / "checkpoint"
        before = index.read_bytes()
        await house.ask(her, "grant_access", grant())
        await publisher.publish()
        index.write_bytes(before)  # the checkpoint of the journal alone was replaced
        with pytest.raises(Problem) as told:
            await act(house, her, ActId.PROVE_JOURNAL, {})
        assert told.value.code == "proof-later"

    played(empty_databases, play)


def test_what_is_published_and_is_not_hers_makes_no_proof(empty_databases: Databases) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        her, _ = await lived(house)
        await publisher.publish()
        tile = next((publisher.folder / "journal" / "tile" / "0").rglob("[0-9]*.p/*"))
        tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
        outcome = await act(house, her, ActId.PROVE_JOURNAL, {})
        with pytest.raises(Problem) as told:
            list(outcome.result.pieces())
        assert told.value.code == "proof-impossible"

    played(empty_databases, play)


def test_her_keys_are_given_to_nobody_who_acts_for_her_and_a_letter_is_written(empty_databases: Databases) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        _, person = await lived(house)
        await publisher.publish()
        agent, ins = await house.sign_in("petit"), f"ins:{house.provider.find('jeanne').ins}"
        for way, effect, letters in ((COUNTER, "immediate", 1), (PHONE, "starts", 1)):
            answer = await house.ask(agent, "prove_journal", d.ProveParams(size=99), person=ins, **way)
            assert isinstance(answer, d.Done) and answer.effect == effect
            given = msgspec.msgpack.decode(answer.payload, type=d.ProofAnswer)
            assert given == d.ProofAnswer(b"", 0, b"", [], [], 0, 0)
            listed = await house.ask(await house.sign_in("accueil"), "list_letters", d.LettersParams(), person="")
            assert isinstance(listed, d.Done)
            assert len(msgspec.msgpack.decode(listed.payload, type=d.LettersAnswer).waiting) == letters
        key = b"the same sheet"
        for _ in range(2):
            await house.ask(agent, "prove_journal", d.ProveParams(), person=ins, key=key, **COUNTER)
        doctor, karim = await house.sign_in("diallo"), await house.sign_in("karim")
        for who, way in (
            (doctor, {"person": f"id:{person}", "proof": "professional"}),
            (karim, {"person": f"id:{person}"}),
            (karim, {"person": ins, "on_behalf": True}),
            (agent, {"person": ins}),
            (await house.sign_in("accueil"), {"person": ins}),
        ):
            refused = await house.ask(who, "prove_journal", d.ProveParams(size=99), **way)
            assert isinstance(refused, d.Refused) and refused.code == ""

    played(empty_databases, play)


def test_the_receipt_of_a_line_holds_and_needs_no_key(empty_databases: Databases, tmp_path: Path) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        her, _ = await lived(house)
        await publisher.publish()
        await house.ask(her, "withdraw_access", d.WithdrawParams("99900000011"))
        made = await receipt(house, her, 2)
        result = made.result
        assert isinstance(result, LineReceipt)
        answer = checked(tmp_path, result.data, publisher)
        assert (answer.code, answer.report["code"], result.number) == (0, result.reference, 2)
        for missing in (5, 900):
            none = await receipt(house, her, missing)
            assert none.result is None and "pas encore dans le journal public" in none.sentence
        answered = await house.ask(her, "prove_journal", d.ProveParams(line=2, size=99))
        assert isinstance(answered, d.Done)
        given = msgspec.msgpack.decode(answered.payload, type=d.ProofAnswer)
        assert (given.cj, given.years, [one.record for one in given.lines]) == (b"", [], [b""])

    played(empty_databases, play)


async def receipt(house: House, her: bytes, number: int) -> Outcome:
    request = prove_journal.Request(her, Channel.WEB, Proof.LOGIN)
    return await prove_journal.perform(frame_of(house), request, d.ProveParams(line=number))
