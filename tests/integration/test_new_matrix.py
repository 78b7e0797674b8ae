"""A new version of the public matrix, taken by running keepers: it narrows at once, and widens no permission given before."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from espace_sante.access.matrix_files import builtin_texts
from espace_sante.cli.main import run_command
from espace_sante.keeper import demand as d
from tests.answers import journal_page, seen
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import open_house, run
from tests.integration.test_sharing import sent
from tests.people import grant

pytestmark = [pytest.mark.database]
NURSE = "99900000045"


@pytest.fixture(autouse=True)
def _no_version_is_left(empty_databases: Databases) -> Iterator[None]:
    yield
    shutil.rmtree(empty_databases.settings.home / "matrices", ignore_errors=True)


def import_with(folder: Path, monkeypatch: pytest.MonkeyPatch, home: Path, *, gone: int = 0, more: int = 0) -> None:
    """Import, by the operator's command, the present version with a category less or more for nurses (G15_60)."""
    _, text = builtin_texts()[-1]
    text = max(home.glob("matrices/*.csv")).read_text("utf-8") if list(home.glob("matrices/*.csv")) else text
    lines = [
        line for line in text.splitlines() if not (gone and line.startswith(f"G15_60,Infirmier,catégorie,{gone},"))
    ]
    if more:
        lines.append(f"G15_60,Infirmier,catégorie,{more},oui,pour cet essai,un essai,2026-11-26")
    path = folder / "version.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(home))
    assert run_command(["matrix", "import", str(path), "--decision", "décision 0023"]) == 0


async def until(house: House, reader: bytes, person: str, expected: set[str]) -> None:
    """Wait until a reader sees that; the keepers look at the folder again many times a second here."""
    for _ in range(200):
        if await seen(house, reader, person) == expected:
            return
        await asyncio.sleep(0.05)
    assert await seen(house, reader, person) == expected


def test_a_version_that_shows_more_widens_no_permission_given_before_it(
    empty_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = empty_databases.settings.home

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            nurse = await house.sign_in("lopez")
            report = await sent(house, person, b"1", category=5, sender="guerin")
            repaid = await sent(house, person, b"2", category=14, sender="guerin")
            await house.ask(her, "grant_access", grant(NURSE))
            assert await seen(house, nurse, person) == {report}
            import_with(tmp_path, monkeypatch, home, more=14)
            await asyncio.sleep(0.5)
            assert await seen(house, nurse, person) == {report}, "the old permission shows no more"
            await house.ask(her, "withdraw_access", d.WithdrawParams(NURSE))
            await house.ask(her, "grant_access", grant(NURSE))
            await until(house, nurse, person, {report, repaid})
            import_with(tmp_path, monkeypatch, home, gone=5)
            await until(house, nurse, person, {repaid})
            await house.ask(her, "grant_access", grant(NURSE))
            await until(house, nurse, person, {repaid})
            import_with(tmp_path, monkeypatch, home, more=5)
            await asyncio.sleep(0.5)
            assert await seen(house, nurse, person) == {repaid, report}, "the first permission knew that category"

    run(play())


def test_a_permission_made_smaller_keeps_the_version_it_was_given_under(
    empty_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = empty_databases.settings.home

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            nurse = await house.sign_in("lopez")
            await sent(house, person, b"2", category=14, sender="guerin")
            await house.ask(her, "grant_access", grant(NURSE))
            import_with(tmp_path, monkeypatch, home, more=14)
            await asyncio.sleep(0.5)
            page = await journal_page(house, her)
            (view,) = msgspec.msgpack.decode(page.grants, type=list[d.GrantView])
            await house.ask(her, "limit_grant", d.LimitParams(bytes.fromhex(view.grant), days=3))
            assert await seen(house, nurse, person) == set()

    run(play())


def test_a_card_shows_no_more_than_the_version_it_was_made_under(
    empty_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = empty_databases.settings.home

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            nurse = await house.sign_in("lopez")
            report = await sent(house, person, b"1", category=5, sender="guerin")
            repaid = await sent(house, person, b"2", category=14, sender="guerin")
            asked = d.IssueCardParams("everything", [], [], "care", 2, 12, 30, "")
            made = await house.ask(her, "issue_access_card", asked)
            import_with(tmp_path, monkeypatch, home, more=14)
            await asyncio.sleep(0.5)
            later = await house.ask(her, "issue_access_card", asked)
            for answer, expected in ((made, {report}), (later, {report, repaid})):
                assert isinstance(answer, d.Done)
                code = msgspec.msgpack.decode(answer.payload, type=d.CardAnswer).code
                how = {"person": f"card:{code}", "proof": "professional"}
                used = await house.ask(nurse, "use_access_card", d.UseCardParams(""), **how)
                assert isinstance(used, d.Done), used
                assert await seen(house, nurse, person) == expected

    run(play())


def test_a_version_that_cannot_be_read_changes_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            nurse = await house.sign_in("lopez")
            report = await sent(house, person, b"1", category=5, sender="guerin")
            await house.ask(her, "grant_access", grant(NURSE))
            folder = house.settings.home / "matrices"
            folder.mkdir(exist_ok=True)
            (folder / "2030-01-01.csv").write_text("n'importe quoi\n", "utf-8")
            await asyncio.sleep(0.5)
            assert await seen(house, nurse, person) == {report}
            (folder / "2030-01-01.csv").unlink()

    run(play())
