"""A restore believes the list of destroyed keys only as the service signed it: whatever else is refused, in a sentence.

Breaks tried, each refused below: a line taken out, changed, added, moved; a list cut at its end in one copy, in both; a list of
another service with its own key; an intention nobody signed; a list in the form of before; no key to check it with.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.backup import back_up, sentences
from espace_sante.operate.destroyed_file import NAME, newest, parse_key, prove
from espace_sante.operate.restore import Known, restore
from espace_sante.operate.session import open_databases, started_databases
from tests.fixtures_database import new_state_folders, settings_of
from tests.inside import rows
from tests.operate.destroying import destroy

pytestmark = [pytest.mark.database, pytest.mark.slow]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEPT, *ERASED, BEGUN = (uuid4() for _ in range(5))
Said = dict[str, Any]


@dataclass(frozen=True)
class Saved:
    """A backup of before any erasure, the newest lists beside it, and what is known elsewhere."""

    output: Path
    keys: Path
    published: bytes
    noted: str
    master: bytes
    home: Path


@pytest.fixture(scope="module")
def saved(template: Path) -> Iterator[Saved]:
    with new_state_folders() as make:
        home = make()
        for name in ("data", "secrets", "keys"):
            subprocess.run(["cp", "-a", "--sparse=always", template / name, home / name], check=True)
        yield saved_from(settings_of(home), make(), make())


def saved_from(settings: Settings, output: Path, keys: Path) -> Saved:
    statement = "INSERT INTO vault.space_blob (space_id, master_version, blob, created_on) VALUES ($1, 1, $2, $3)"

    async def play() -> tuple[bytes, str]:
        async with started_databases(settings):
            for space in (KEPT, *ERASED, BEGUN):
                await rows(settings, "postgres_keys", statement, space, space.bytes, NOW.date())
        published = await destroy(settings, ERASED[0])
        await back_up(settings, output, keys_output=keys, now=NOW)
        for space in ERASED[1:]:
            await destroy(settings, space)
        await destroy(settings, BEGUN, begun=True)
        done = await back_up(settings, output, keys_output=keys, now=NOW + timedelta(days=1))
        assert any(done.destroyed in one for one in sentences(settings, done))
        shutil.rmtree(done.main)  # what is left is a backup of before, with the newest lists
        shutil.rmtree(done.keys)
        return published, done.destroyed

    published, noted = asyncio.run(play())
    master = (settings.home / "keys" / "master.key").read_bytes()
    return Saved(output, keys, published, noted, master, settings.home)


@pytest.fixture
def copied(saved: Saved, state_folder: Callable[[], Path]) -> Saved:
    """A copy to be spoiled."""
    output, keys = state_folder(), state_folder()
    for source, target in ((saved.output, output), (saved.keys, keys)):
        shutil.copytree(source, target, dirs_exist_ok=True)
    return Saved(output, keys, saved.published, saved.noted, saved.master, saved.home)


def lists(saved: Saved) -> list[Path]:
    return [saved.output / "main" / NAME, saved.keys / "keys" / NAME]


def change(path: Path, work: Callable[[Said], Said | None]) -> None:
    said = json.loads(path.read_text(encoding="utf-8"))
    path.chmod(0o600)
    path.write_text(json.dumps({**said, **(work(said) or {})}), encoding="utf-8")


def restored(saved: Saved, target: Settings, known: Known) -> int:
    return asyncio.run(restore(target, saved.output, keys_source=saved.keys, known=known)).destroyed_again


def refused(saved: Saved, target: Settings, words: str, known: Known | None = None) -> None:
    with pytest.raises(OperatorRefusal, match=words):
        restored(saved, target, known or Known(service_key=saved.published))
    assert not (target.home / "data" / "main").exists()


def left(settings: Settings) -> set[UUID]:
    async def work() -> set[UUID]:
        async with open_databases(settings):
            found = await rows(settings, "postgres_keys", "SELECT space_id FROM vault.space_blob")
            return {row["space_id"] for row in found}

    return asyncio.run(work())


def test_the_whole_list_is_replayed_what_was_only_begun_included(saved: Saved, state_folder: Any) -> None:
    target = settings_of(state_folder())
    assert restored(saved, target, Known(saved.published, saved.noted)) == 3
    assert left(target) == {KEPT}


def test_the_master_key_proves_the_list_without_any_published_key(saved: Saved, state_folder: Any) -> None:
    target = settings_of(state_folder())
    for name in ("keys", "secrets"):
        (target.home / name).mkdir(parents=True)
    (target.home / "keys" / "master.key").write_bytes(bytes(32))
    refused(saved, target, "n'est pas celle de cette sauvegarde", Known())
    (target.home / "keys" / "master.key").write_bytes(saved.master)
    refused(saved, target, "n'est pas celle du service", Known(service_key=bytes(32)))
    assert restored(saved, target, Known()) == 3


def test_without_anything_to_check_it_with_nothing_is_restored(saved: Saved, state_folder: Any) -> None:
    refused(saved, settings_of(state_folder()), "Rien ne prouve la liste", Known())


SPOILED: dict[str, tuple[Callable[[Said], Said | None], str]] = {
    "a line taken out": (lambda said: {"lines": [said["lines"][0], said["lines"][2]]}, "ligne 2"),
    "the first taken out": (lambda said: {"lines": said["lines"][1:]}, "ligne 1"),
    "two lines moved": (lambda said: said["lines"].reverse(), "ligne 1"),
    "a line of another space": (lambda said: said["lines"][2].update(space=KEPT.hex), "ligne 3"),
    "a false signature": (lambda said: said["lines"][2].update(signed="00" * 64), "ligne 3"),
    "a false certificate": (lambda said: said["lines"][2].update(signature="11" * 64), "ligne 3"),
    "an intention nobody signed": (lambda said: said["intended"][0].update(space=KEPT.hex), "effacement commencé"),
    "the form of before": (lambda said: {"v": 0}, "ne se lit pas"),
}


@pytest.mark.parametrize("how", sorted(SPOILED))
def test_a_spoiled_list_is_proven_to_nobody(how: str, copied: Saved) -> None:
    work, words = SPOILED[how]
    for path in lists(copied):
        change(path, work)
    with pytest.raises(OperatorRefusal, match=words):
        prove(newest(lists(copied)), copied.published, None)


def test_a_false_signature_is_refused_and_leaves_the_folder_empty(copied: Saved, state_folder: Any) -> None:
    for path in lists(copied):
        change(path, SPOILED["a false signature"][0])
    refused(copied, settings_of(state_folder()), "ligne 3")


def test_a_list_that_knows_less_than_the_database_is_refused(copied: Saved, state_folder: Any) -> None:
    for path in lists(copied):
        change(path, lambda said: {"lines": [], "intended": []})
    refused(copied, settings_of(state_folder()), "en oublie")


@pytest.mark.parametrize("which", [0, 1])
def test_of_a_list_cut_in_one_copy_the_other_is_taken(which: int, copied: Saved) -> None:
    whole = newest(lists(copied))
    change(lists(copied)[which], lambda said: {"lines": said["lines"][:1]})
    assert newest(lists(copied)) == whole
    assert len(whole.spaces) == 4
    prove(whole, copied.published, copied.noted)
    for wrong in ("9:" + "0" * 16, "nothing", "3:", copied.noted + "0"):
        with pytest.raises(OperatorRefusal, match="que vous avez notée"):
            prove(whole, copied.published, wrong)
    with pytest.raises(OperatorRefusal, match="ligne 1"):
        prove(whole, b"\x09" * 32, None)


@pytest.mark.parametrize("which", [0, 1])
def test_two_copies_that_differ_or_one_that_is_missing_are_refused(which: int, copied: Saved) -> None:
    change(lists(copied)[which], lambda said: {"lines": [said["lines"][0] | {"reference": "0" * 20}]})
    with pytest.raises(OperatorRefusal, match="ne disent pas la même chose"):
        newest(lists(copied))
    lists(copied)[which].unlink()
    with pytest.raises(OperatorRefusal, match="manque ou ne se lit pas"):
        newest(lists(copied))


def test_a_list_cut_in_both_copies_is_refused_by_what_was_noted_elsewhere(copied: Saved, state_folder: Any) -> None:
    for path in lists(copied):
        change(path, lambda said: {"lines": said["lines"][:2]})
    refused(copied, settings_of(state_folder()), "que vous avez notée", Known(copied.published, copied.noted))


def test_the_empty_list_of_a_version_of_before_hides_no_other(copied: Saved) -> None:
    main, keys = lists(copied)
    whole = newest([main, keys])
    main.unlink()
    main.write_text("[]\n", encoding="utf-8")
    assert newest([main, keys]) == whole
    keys.unlink()
    assert newest([main, keys]).spaces == frozenset()  # the database restored, or the mark, says if that is true


def test_a_public_key_is_read_as_it_is_printed() -> None:
    assert parse_key(base64.b64encode(b"k" * 32).decode() + "\n") == b"k" * 32
    for wrong in ("", "abc", base64.b64encode(b"k" * 31).decode(), "é" * 44):
        with pytest.raises(OperatorRefusal, match="clé publique"):
            parse_key(wrong)
