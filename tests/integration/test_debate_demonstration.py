"""The invented debate of the demonstration: told once, through the register, with an envelope left to try."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from espace_sante.debate.words import Phase, Sort
from espace_sante.demo import debate
from tests.debate_house import debate_house

pytestmark = pytest.mark.database


def test_the_demonstration_shows_each_thing_a_debate_knows_and_is_told_once():
    with debate_house() as house:
        first, random = house.opened[0], Random(1)
        write, vote = house.run(debate.fill(first, house.today, random.randbytes))
        assert house.run(debate.fill(first, house.today, random.randbytes)) is None
        told = house.run(first.book()).dossiers[debate.NAME]
        voices = list(told.voices.values())
        assert told.phase(house.today) is Phase.OPEN and {voice.said.sort for voice in voices} == set(Sort)
        assert [
            sum(map(bool, each)) for each in zip(*((v.answer, v.moderated, v.waits) for v in voices), strict=True)
        ] == [1, 1, 1]
        house.write(debate.NAME, "J’essaie.", code=write)
        assert vote != write and house.run(first.publish(house.today + timedelta(days=1))) == 2
