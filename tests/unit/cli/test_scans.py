"""The mail room's folder: one page never stops those behind it, nothing is read without a bound, nothing is left for others to read."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, cast

import pytest

from espace_sante.actions.previews import CannotShow
from espace_sante.actions.refusals import KINDS
from espace_sante.actions.scans import ScannedPage, ScanReader
from espace_sante.cli import scans
from espace_sante.cli.client import ActRefused, Client
from espace_sante.cli.scans import DONE, TO_READ, UNREADABLE, Counted, MailRoom
from espace_sante.formats.coupon.token import TOKEN_BYTES
from espace_sante.web.edge import STATUS

TOKEN = b"\1" * TOKEN_BYTES
# What only says that nothing can be answered now.
NOT_OF_A_PAGE = {code for code, kind in KINDS.items() if STATUS[kind] in (401, 429) or STATUS[kind] >= 500}


class Reader:
    """Sees one clear page in every file."""

    async def read(self, data: bytes, media_type: str) -> tuple[ScannedPage, ...] | CannotShow:
        return (ScannedPage(1, data, 1, 1, (), TOKEN, "ES-06", 1),)


class Instance:
    """Refuses one page with one code; does the others."""

    def __init__(self, code: str = "", status: int = 0) -> None:
        self.code, self.status = code, status
        self.pages: list[str] = []

    def sign_in(self, word: str) -> str:
        return word

    def act(self, name: str, values: dict[str, str], *, token: str) -> dict[str, Any]:
        self.pages.append(values["scan"])
        if self.code and values["scan"] == self.pages[0]:
            raise ActRefused(self.status, self.code, f"Phrase de {self.code}.", "")
        return {}


def room(folder: Path, instance: Instance) -> MailRoom:
    for n in range(3):
        path, moment = folder / f"{n}.png", time.time() - 100 + n
        path.write_bytes(bytes([n]))
        os.utime(path, (moment, moment))
    return MailRoom(folder, cast(Client, instance), cast(ScanReader, Reader()), "petit", "")  # type: ignore[arg-type]  # reads


@pytest.mark.parametrize("code", sorted(set(KINDS) - NOT_OF_A_PAGE))
def test_whatever_a_page_is_refused_for_it_waits_for_a_person_and_those_behind_it_are_read(
    tmp_path: Path, code: str
) -> None:
    found = room(tmp_path, Instance(code, STATUS[KINDS[code]]))
    assert found.round() == Counted(done=2, to_read=1)
    (words,) = (tmp_path / TO_READ).glob("*.json")
    assert json.loads(words.read_text())["why"] == [f"Phrase de {code}."], "in the words of the refusal"
    assert len(list((tmp_path / DONE).iterdir())) == 3
    assert found.round() == Counted()


@pytest.mark.parametrize("code", sorted(NOT_OF_A_PAGE))
def test_an_instance_that_cannot_answer_leaves_every_page_where_it_is(tmp_path: Path, code: str) -> None:
    found = room(tmp_path, Instance(code, STATUS[KINDS[code]]))
    with pytest.raises(ActRefused):
        found.round()
    assert {path.name for path in tmp_path.iterdir()} == {"0.png", "1.png", "2.png"}


def test_what_is_kept_of_the_post_is_for_its_own_account_alone_and_a_number_that_served_is_not_kept(
    tmp_path: Path,
) -> None:
    instance = Instance("coupon-to-be-read", 422)
    found = room(tmp_path, instance)
    found.round()
    (words,) = (tmp_path / TO_READ).glob("*.json")
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o700}
    instance.code = ""
    assert found.seen(words.stem, 1) == Counted(done=1)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.hex().encode() in path.read_bytes()]
    assert (tmp_path / DONE / f"{words.stem}.png").exists()


def test_a_file_larger_than_a_scan_is_put_aside_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "FILE_MOST", 4)
    found = room(tmp_path, Instance())
    (tmp_path / "0.png").write_bytes(b"larger")
    os.utime(tmp_path / "0.png", (1_000, 1_000))
    assert found.round() == Counted(done=2, unreadable=1)
    assert "preview-too-large" in (tmp_path / UNREADABLE / "0.png.txt").read_text()
