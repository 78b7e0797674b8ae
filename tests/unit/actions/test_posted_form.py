"""Several files in one form: each is received on its own, and all of them are given up together."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from espace_sante.actions.act import Upload
from espace_sante.actions.frame import Frame
from espace_sante.actions.posted_form import MOST_FILES, discard_files, read_posted
from espace_sante.actions.receiving import Received
from espace_sante.adapters.object_folder import ObjectFolder
from espace_sante.adapters.previewer import Previewer
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.settings import Settings
from tests.hostile.transfer_corpus import OTHERS, Part, form

KIND = "multipart/form-data; boundary=limite"


@pytest.fixture
def frame(tmp_path: Path) -> Frame:
    (tmp_path / "objects").mkdir()
    no_keeper: Any = None
    objects, settings = ObjectFolder(tmp_path / "objects"), Settings(home=tmp_path)
    return Frame(no_keeper, objects, settings, utc_now, os.urandom, previews=Previewer(settings))


def named(number: int) -> Part:
    head = (
        b'Content-Disposition: form-data; name="file"; filename="dossier/%d.txt"\r\nContent-Type: text/plain' % number
    )
    return Part(head, b"page %d " % number * 1000)


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 777):
        yield body[start : start + 777]


def objects(frame: Frame) -> int:
    return sum(path.is_file() for path in (frame.settings.home / "objects").rglob("*"))


def test_several_files_are_received_each_on_its_own(frame: Frame) -> None:
    async def play() -> None:
        body = form(named(0), OTHERS[0], *[named(n) for n in range(1, MOST_FILES)], *OTHERS[1:])
        pairs = await read_posted(frame, KIND, pieces(body), max_files=MOST_FILES)
        files = [value for _, value in pairs if isinstance(value, Upload)]
        assert [upload.name for upload in files] == [f"{n}.txt" for n in range(MOST_FILES)]
        for number, upload in enumerate(files):
            assert isinstance(upload.content, Received)
            assert upload.content.sha256 == hashlib.sha256(named(number).data).hexdigest()
        assert len({upload.content.row for upload in files if isinstance(upload.content, Received)}) == MOST_FILES
        assert objects(frame) == MOST_FILES
        await discard_files(frame, [value for _, value in pairs])
        assert objects(frame) == 0

    asyncio.run(play())


@pytest.mark.parametrize("most", [1, 2, MOST_FILES])
def test_one_file_too_many_keeps_none_of_them(frame: Frame, most: int) -> None:
    body = form(*[named(n) for n in range(most + 1)])
    with pytest.raises(Problem) as refused:
        asyncio.run(read_posted(frame, KIND, pieces(body), max_files=most))
    assert (refused.value.code, objects(frame)) == ("demand-invalid", 0)
