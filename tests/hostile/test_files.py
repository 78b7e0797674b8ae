"""Files made to harm are refused with a reason or drawn without harm, within the memory given, reaching nothing."""

from __future__ import annotations

import asyncio
import signal

import pytest

from espace_sante.actions.previews import CannotShow, Preview
from espace_sante.adapters.previewer import Previewer
from espace_sante.kernel.settings import Settings
from tests.hostile.drawing import draw
from tests.hostile.files_corpus import CORPUS, DRAWN, Hostile
from tests.hostile.made import WORDS, pdf

MEGABYTES = 512


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_or_drawn_without_harm(hostile: Hostile) -> None:
    drawing = Previewer(Settings(preview_seconds=hostile.seconds, preview_megabytes=MEGABYTES))
    result = asyncio.run(drawing.pages(hostile.made(), hostile.media_type))
    assert (DRAWN if isinstance(result, Preview) else result.code) in hostile.expected


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_file_takes_no_more_memory_than_given_and_reaches_for_nothing(hostile: Hostile) -> None:
    ran = draw(hostile.made(), hostile.media_type, seconds=hostile.seconds, megabytes=MEGABYTES)
    print(f"{hostile.name}: {ran.seconds:.2f} s, {ran.cpu:.2f} s of CPU, {ran.megabytes:.0f} MB")
    assert ran.megabytes < MEGABYTES
    # What reaches for the network, another process or a program is killed by this signal, and by no other.
    assert ran.status != -signal.SIGSYS
    assert ran.cpu < hostile.seconds + 1


def test_a_hostile_file_harms_no_other() -> None:
    async def together() -> list[Preview | CannotShow]:
        drawing = Previewer(Settings(preview_seconds=30))
        bad = [each for each in CORPUS if each.name in ("pdf-form-in-itself", "pdf-endless-drawing", "png-vast")]
        return await asyncio.gather(
            *(drawing.pages(each.made(), each.media_type) for each in bad), drawing.pages(pdf(), "application/pdf")
        )

    *refused, good = asyncio.run(together())
    assert all(isinstance(result, CannotShow) for result in refused)
    assert isinstance(good, Preview)
    assert good.pages[0].text.strip() == WORDS
