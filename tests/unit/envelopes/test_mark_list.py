"""The list of one dossier, as files: what is written, with which rights, and what is left when it is destroyed, even in two times."""

from __future__ import annotations

from datetime import date
from pathlib import Path

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
