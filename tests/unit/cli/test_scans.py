"""The mail room's folder: one page never stops those behind it, nothing is read without a bound, nothing is left for others to read."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import pytest

from espace_sante.actions.previews import CannotShow
from espace_sante.actions.refusals import KINDS
from espace_sante.actions.scans import ScannedPage, ScanReader
from espace_sante.cli import scans
from espace_sante.cli.client import ActRefused, Client
from espace_sante.cli.scans import UNREADABLE, Counted, MailRoom
from espace_sante.formats.coupon.reasons import Doubt
from espace_sante.formats.coupon.token import TOKEN_BYTES
from espace_sante.keeper.page_body import REASONS
from espace_sante.web.edge import STATUS

TOKEN = b"\1" * TOKEN_BYTES
# What only says that nothing can be answered now.
NOT_OF_A_PAGE = {code for code, kind in KINDS.items() if STATUS[kind] in (401, 429) or STATUS[kind] >= 500}


class Reader:
    """Sees one clear page in every file."""

    async def read(self, data: bytes, media_type: str) -> tuple[ScannedPage, ...] | CannotShow:
        return (ScannedPage(1, data, 1, 1, (), TOKEN, "ES-06", 1),)


class Doubtful:
    """Sees a doubt on every page."""

    async def read(self, data: bytes, media_type: str) -> tuple[ScannedPage, ...] | CannotShow:
        doubts = (Doubt.UNCLEAR.value, Doubt.UNSIGNED.value)
        return (ScannedPage(1, data, 1, 1, doubts, TOKEN, "ES-06", None),)


class Instance:
    """Refuses what one page asks with one code; does the others; keeps what waits for a person."""

    def __init__(self, code: str = "", status: int = 0) -> None:
        self.code, self.status = code, status
        self.pages: list[str] = []
        self.kept: list[dict[str, Any]] = []

    def sign_in(self, word: str) -> str:
        return word

    def act(self, name: str, values: dict[str, Any], *, token: str) -> dict[str, Any]:
        if name == "handle_page":
            self.kept.append(values)
            return {}
        scan = values["scan"]["data"]
        self.pages.append(scan)
        if self.code and scan == self.pages[0]:
            raise ActRefused(self.status, self.code, f"Phrase de {self.code}.", "")
        return {}


def room(folder: Path, instance: Instance, reader: ScanReader | None = None) -> MailRoom:
    for n in range(3):
        path, moment = folder / f"{n}.png", time.time() - 100 + n
        path.write_bytes(bytes([n]))
        os.utime(path, (moment, moment))
    return MailRoom(folder, cast(Client, instance), reader or cast(ScanReader, Reader()), "petit", "")  # type: ignore[arg-type]  # reads


@pytest.mark.parametrize("code", sorted(set(KINDS) - NOT_OF_A_PAGE))
def test_whatever_a_page_is_refused_for_it_waits_for_a_person_and_those_behind_it_are_read(
    tmp_path: Path, code: str
) -> None:
    instance = Instance(code, STATUS[KINDS[code]])
    found = room(tmp_path, instance)
    assert found.round() == Counted(done=2, to_read=1)
    (kept,) = instance.kept
    assert set(kept["why"].split(",")) <= REASONS
    assert kept["scan"]["data"] == instance.pages[0]
    assert list(tmp_path.iterdir()) == [], "each stands sealed in the instance: nothing is left in clear here"
    assert found.round() == Counted()


@pytest.mark.parametrize("code", sorted(NOT_OF_A_PAGE))
def test_an_instance_that_cannot_answer_leaves_every_page_where_it_is(
    tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "_PAUSE", 0)
    found = room(tmp_path, Instance(code, STATUS[KINDS[code]]))
    with pytest.raises(ActRefused):
        found.round()
    assert {path.name for path in tmp_path.iterdir()} == {"0.png", "1.png", "2.png"}


def test_a_page_that_gives_a_doubt_is_kept_with_why_and_nothing_is_done_from_it(tmp_path: Path) -> None:
    instance = Instance()
    found = room(tmp_path, instance, Doubtful())
    assert found.round() == Counted(to_read=3)
    assert instance.pages == []
    assert {one["why"] for one in instance.kept} == {f"{Doubt.UNCLEAR.value},{Doubt.UNSIGNED.value}"}
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_still_being_written_is_counted_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = room(tmp_path, Instance())
    (tmp_path / "3.png").write_bytes(b"half")
    count = found.round()
    assert count == Counted(done=3, coming=1) and [one.name for one in tmp_path.iterdir()] == ["3.png"]
    for said, words in ((count, "En cours d'écriture, lus la prochaine fois : 1."), (Counted(), "Illisibles : 0.")):
        assert scans._say(Namespace(json=False), asdict(said)) == 0
        assert capsys.readouterr().out.rstrip().endswith(words)


def test_a_file_larger_than_a_scan_is_put_aside_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "FILE_MOST", 4)
    found = room(tmp_path, Instance())
    (tmp_path / "0.png").write_bytes(b"larger")
    os.utime(tmp_path / "0.png", (1_000, 1_000))
    assert found.round() == Counted(done=2, unreadable=1)
    assert "preview-too-large" in (tmp_path / UNREADABLE / "0.png.txt").read_text()
