"""The list of one dossier, as files: what is written, with which rights, and what is left when it is destroyed, even in two times."""

from __future__ import annotations

import fcntl
import os
from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from espace_sante.envelopes import mark_list
from espace_sante.envelopes.mark_list import Answer, MarkList
from espace_sante.envelopes.marks import Shown


def person(year: int) -> Shown:
    return Shown("Petit", "Jeanne", date(year, 1, 1), "Lyon")


def opened(folder: Path) -> MarkList:
    lists = MarkList(folder)
    assert lists.open("couts")
    assert lists.take("couts", person(1950)) is Answer.MAY_TAKE
    return lists


def test_a_list_is_begun_once_and_its_key_is_never_drawn_again(tmp_path: Path) -> None:
    lists = opened(tmp_path)
    key = (tmp_path / "couts" / "key").read_bytes()
    assert lists.open("couts") is False and (tmp_path / "couts" / "key").read_bytes() == key and len(key) == 32
    assert lists.take("couts", person(1950)) is Answer.HAS_TAKEN
    assert (tmp_path / "couts").stat().st_mode & 0o777 == 0o700
    assert {one.name: one.stat().st_mode & 0o777 for one in (tmp_path / "couts").iterdir()} == {
        "key": 0o600,
        "marks": 0o600,
    }


def test_only_lists_that_are_open_are_named_whatever_else_is_in_the_folder(tmp_path: Path) -> None:
    assert MarkList(tmp_path / "nothing").names() == []
    lists = opened(tmp_path)
    assert lists.open("acces")
    for name in ("SANS", ".cache", "vide"):
        (tmp_path / name).mkdir()
    (tmp_path / "SANS" / "key").write_bytes(bytes(32))
    (tmp_path / ".desks").write_text("")
    assert lists.names() == ["acces", "couts"]
    assert lists.take("vide", person(1950)) is Answer.NO_LIST


def test_how_many_is_told_open_or_destroyed_and_not_of_a_list_that_never_was(tmp_path: Path) -> None:
    lists = opened(tmp_path)
    assert lists.open("acces") and lists.number("acces") == 0
    lists.take("couts", person(1951))
    assert lists.number("couts") == 2 == lists.destroy("couts") == lists.destroy("couts")
    for act in (lists.number, lists.destroy):
        with pytest.raises(FileNotFoundError):
            act("jamais")
    assert not (tmp_path / "jamais").exists()


@pytest.mark.parametrize("stops", range(4))
def test_a_destruction_that_stops_anywhere_is_ended_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stops: int
) -> None:
    lists = opened(tmp_path)
    lists.take("couts", person(1951))
    done = 0

    def until(step):  # type: ignore[no-untyped-def]  # either function
        def stepped(*given: object) -> None:
            nonlocal done
            if done == stops:
                raise OSError("the machine stops")
            done += 1
            step(*given)

        return stepped

    with monkeypatch.context() as patched:
        for name in ("write", "_overwrite"):
            patched.setattr(mark_list, name, until(getattr(mark_list, name)))
        try:
            assert lists.destroy("couts") == 2 and stops == 3
        except OSError:
            assert stops < 3
    assert lists.number("couts") == 2
    assert lists.destroy("couts") == 2
    assert [one.name for one in (tmp_path / "couts").iterdir()] == ["number"]


def test_what_is_destroyed_is_first_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = opened(tmp_path)
    seen: dict[str, bytes] = {}
    unlink = Path.unlink

    def looked(path: Path, *given: bool) -> None:
        seen[path.name] = path.read_bytes()
        unlink(path, *given)

    monkeypatch.setattr(Path, "unlink", looked)
    lists.destroy("couts")
    assert seen == {"key": bytes(32), "marks": bytes(32)}


def test_what_is_written_is_on_the_disk_before_it_takes_its_name_and_its_name_is_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = opened(tmp_path)
    done: list[tuple[str, int]] = []
    sync = os.fsync

    def synced(descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        done.append((path.name, path.stat().st_size if path.is_file() else len(list(path.iterdir()))))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", synced)
    lists.take("couts", person(1951))
    assert done == [(".marks.new", 64), ("couts", 2)]
    done.clear()
    lists.destroy("couts")
    assert done == [(".number.new", 1), ("couts", 3), ("key", 32), ("marks", 64)]


@pytest.mark.parametrize("root", [True, False])
def test_what_root_writes_belongs_to_the_process_that_serves_the_counters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: bool
) -> None:
    given: list[tuple[str, int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1)
    monkeypatch.setattr(os, "chown", lambda path, user, group: given.append((Path(path).name, user, group)))
    opened(tmp_path)
    owner = tmp_path.stat()
    names = ["couts", ".key.new", ".marks.new"] if root else []
    assert given == [(name, owner.st_uid, owner.st_gid) for name in names]


def test_a_list_is_held_as_long_as_it_changes_and_no_longer(tmp_path: Path) -> None:
    lists = opened(tmp_path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for year in range(1951, 1961):
        lists.take("couts", person(year))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_refusal_says_why_and_the_words_of_an_answer_are_for_programs_too(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^not the name of a dossier$"):
        MarkList(tmp_path).open("..")
    assert [one.value for one in Answer] == ["may-take", "has-taken", "no-list"]


def test_whoever_comes_while_a_list_changes_waits(tmp_path: Path) -> None:
    lists = opened(tmp_path)
    held = os.open(tmp_path / "couts", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    found: list[Answer] = []
    other = Thread(target=lambda: found.append(lists.take("couts", person(1950))))
    other.start()
    other.join(0.3)
    assert found == [], "it waits for the other counter"
    os.close(held)
    other.join()
    assert found == [Answer.HAS_TAKEN]
