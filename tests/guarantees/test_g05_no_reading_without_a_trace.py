"""G5. No reading without a trace: a key is opened only after the entry that names its document is committed.

Breaks tried, each seen below: opening the key before the move; answering before the commit; a statement lost, refused
or cut at every step between the facts and the answer; the keeper stopped at every await; another module that opens keys.
"""

from __future__ import annotations

import ast
import asyncio
from typing import Any

import asyncpg
import msgspec
import pytest

from espace_sante.adapters import keeper_link
from espace_sante.journal.entry import open_record
from espace_sante.keeper import demand as d
from espace_sante.keeper.acts import documents
from espace_sante.kernel.errors import Problem
from tests.fixtures_database import Background, Databases
from tests.guarantees.parsing import tree_of
from tests.house import House
from tests.inside import chains, keyrings, open_house, rows, run, space_of, watched
from tests.needs import ROOT
from tests.people import grant

pytestmark = [pytest.mark.database]
STEPS = [(name, moment) for name in ("facts", "move_and_enter") for moment in ("before", "after")]


class Witness:
    """Watches every key that is opened for a reading, and looks for its entry from a connection and a thread of its own."""

    def __init__(self, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
        self.databases, self.opened, self.untraced = databases, 0, 0
        self.background = Background()
        self.original = documents.open_key
        monkeypatch.setattr(documents, "open_key", self.open_key)

    def open_key(self, keys: Any, row: Any) -> Any:
        self.opened += 1
        seen = self.background.run(self.traced(keys, row.row_id.hex))
        self.untraced += seen < self.opened
        return self.original(keys, row)

    async def traced(self, keys: Any, row: str) -> int:
        statement = "SELECT seq, sealed FROM journal.entry WHERE space_id = $1"
        found = await rows(self.databases.settings, "es_keeper", statement, keys.space)
        records = [open_record(keys.record_key, keys.space, r["seq"], r["sealed"]) for r in found]
        return sum(
            r["act"] == "read_document" and f"document:{row}" in r["objects"] and r["decision"]["result"] == "permit"
            for r in records
        )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keeper that is stopped inside this process closes no connection: its caller waits a second, not thirty."""
    monkeypatch.setattr(keeper_link, "ANSWER_SECONDS", 1.0)


async def one_document(house: House) -> tuple[bytes, bytes, str]:
    her, person = await house.open("jeanne")
    doctor = await house.sign_in("diallo")
    done = await house.deposit(doctor, f"id:{person}", b"a letter")
    assert isinstance(done, d.Done)
    await house.ask(her, "grant_access", grant())
    return her, doctor, msgspec.msgpack.decode(done.payload, type=d.DepositAnswer).document


@pytest.fixture
def witness(empty_databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Any:
    seen = Witness(empty_databases, monkeypatch)
    yield seen
    seen.background.close()


def test_the_entry_is_committed_and_visible_before_the_key_is_opened(
    empty_databases: Databases, witness: Witness
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, doctor, document = await one_document(house)
            for _ in range(10):
                assert (await house.read(doctor, document))[1] == b"a letter"
        assert (witness.opened, witness.untraced) == (10, 0)

    run(play())


@pytest.mark.parametrize(
    "fault",
    [
        asyncpg.ConnectionDoesNotExistError("cut"),
        asyncpg.QueryCanceledError("cancelled"),
        asyncpg.DeadlockDetectedError("deadlock"),
        OSError("gone"),
    ],
    ids=lambda fault: type(fault).__name__,
)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[1]} {step[0]}")
def test_whatever_fails_on_the_way_nothing_is_released_untraced(
    empty_databases: Databases, witness: Witness, step: tuple[str, str], fault: Exception
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, doctor, document = await one_document(house)
            armed = True

            async def hook(name: str, moment: str) -> None:
                nonlocal armed
                if armed and (name, moment) == step:
                    armed = False
                    raise fault

            with watched(hook):
                answer, content = await house.read(doctor, document)
            assert not armed
            assert isinstance(answer, d.Done | d.Failed)
            assert (content is not None) == isinstance(answer, d.Done)
            _, content = await house.read(doctor, document)
            assert content == b"a letter", "the keeper goes on"
            await chains(empty_databases.settings)
        assert witness.untraced == 0

    run(play())


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[1]} {step[0]}")
@pytest.mark.usefixtures("impatient")
def test_a_keeper_that_stops_anywhere_releases_nothing_untraced(
    empty_databases: Databases, witness: Witness, step: tuple[str, str]
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, doctor, document = await one_document(house)
            space = await space_of(empty_databases.settings, house, her)
            opened = witness.opened

            async def hook(name: str, moment: str) -> None:
                if (name, moment) == step:
                    house.tasks[0].cancel()
                    await asyncio.sleep(30)

            with watched(hook), pytest.raises(Problem):
                await house.read(doctor, document)
            assert witness.opened == opened
        keys = (await keyrings(empty_databases.settings))[0][space]
        left = await witness.traced(keys, document[32:])
        assert left == (1 if step == ("move_and_enter", "after") else 0), "a trace without a reading, never the reverse"
        async with open_house(empty_databases) as house:
            assert (await house.read(await house.sign_in("diallo"), document))[1] == b"a letter"
        await chains(empty_databases.settings)

    run(play())


CHANGE = (
    "facts",
    "BEGIN;",
    "move_and_enter",
    "keep_rights",
    "put_rights",
    "put_receipts",
    "put_first_answers",
    "COMMIT;",
)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("name", CHANGE)
@pytest.mark.usefixtures("impatient")
def test_a_change_stopped_anywhere_stands_whole_or_not_at_all(
    empty_databases: Databases, name: str, moment: str
) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        key = b"one key"
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")

            async def hook(seen: str, when: str) -> None:
                if (seen, when) == (name, moment):
                    house.tasks[0].cancel()
                    await asyncio.sleep(30)

            with watched(hook), pytest.raises(Problem):
                await house.ask(her, "grant_access", grant(), key=key)
        stands = await _effects(settings)
        assert stands in ((0, 0, 0, 0), (1, 1, 1, 1)), stands
        assert (stands == (1, 1, 1, 1)) == ((name, moment) == ("COMMIT;", "after"))
        async with open_house(empty_databases) as house:  # asked again with its key: done once, whatever happened
            her = await house.sign_in("jeanne")
            assert isinstance(await house.ask(her, "grant_access", grant(), key=key), d.Done)
        assert await _effects(settings) == (1, 1, 1, 1)

    run(play())


async def _effects(settings: Any) -> tuple[int, int, int, int]:
    """How many grants are in the journal, the history, the receipts and the answers kept."""
    records = [record for chain in (await chains(settings)).values() for record in chain]
    counted = [
        (await rows(settings, "postgres", f"SELECT count(*) AS n FROM {table}"))[0]["n"]
        for table in ("consent.rights_history", "consent.receipt", "identity.idempotency")
    ]
    granted = sum(r["act"] == "grant_access" and r["decision"]["rule"] != "repeat" for r in records)
    return (
        granted,
        counted[0],
        counted[1] - 1,
        counted[2] - 2,
    )  # the opening has its receipt, and two answers with the letter


def calls(tree: ast.AST) -> set[str]:
    names = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {n.id if isinstance(n, ast.Name) else n.attr for n in names if isinstance(n, ast.Name | ast.Attribute)}


def test_keys_are_opened_in_one_place_only() -> None:
    """Whoever adds another door changes this list, and says why."""
    doors = {
        "open_from": set(),
        "unwrap": set(),
        "unpack_blob": set(),
        "unpack_service_blob": set(),
        "open_key": set(),
        "open_resource_key": set(),
    }
    importers = set()
    for path in sorted((ROOT / "espace_sante").rglob("*.py")):
        tree, module = tree_of(path), str(path.relative_to(ROOT / "espace_sante"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        if "espace_sante.vault.keys" in imported:
            importers.add(module.split("/")[0])
        for name in doors.keys() & calls(tree):
            doors[name].add(module)
    assert importers == {"keeper"}
    assert doors == {
        # The second opens with the printer's own secret, on the printer's machine, a batch that was sealed for him (decision 0062).
        "open_from": {"adapters/printer.py", "keeper/compartment.py"},
        # The second opens no key: the number of a document, in an entry that is hers already (decision 0032). Nor does the third: what
        # an entry of the institution's says of her, once its day has come (decision 0043).
        "unwrap": {"keeper/compartment.py", "keeper/named.py", "keeper/order_body.py", "keeper/resource_row.py"},
        "unpack_blob": {"keeper/keyring.py"},
        "unpack_service_blob": {"keeper/keyring.py"},
        # Hers, a granted professional's, what a judge ordered, what an heir may ask: each a plan's `release`, after its entry.
        "open_key": {
            *("keeper/acts/documents.py", "keeper/acts/orders.py"),
            *("keeper/acts/death.py", "keeper/compartment.py"),
        },
        "open_resource_key": {"keeper/acts/resources.py"},
    }


def test_nothing_is_released_by_a_refusal_or_before_the_move() -> None:
    """`release()` is called in one function, which one other calls, and that one after the move."""
    places = [
        (path.name, function.name)
        for path in sorted((ROOT / "espace_sante/keeper").rglob("*.py"))
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and "release" in calls(function)
    ]
    assert places == [("release.py", "_said")]
    decider = tree_of(ROOT / "espace_sante/keeper/release.py")
    said_by = [f.name for f in ast.walk(decider) if isinstance(f, ast.FunctionDef) and "_said" in calls(f)]
    assert said_by == ["answer"]
