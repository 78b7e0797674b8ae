"""One running house for many examples: each opens two spaces of its own, beside those of the examples before it.

Starting a house costs more than an example: it is emptied and started again only now and then, so that the rows that are
looked at around each demand stay few. Its clock stands still, moves when told, and never goes back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from espace_sante.adapters import dev_provider
from espace_sante.keeper import demand as d
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments
from tests.fixtures_database import Background, _empty
from tests.house import House
from tests.inside import chains
from tests.people import invented
from tests.simulation.acts import COUNTS

EXAMPLES_OF_ONE_HOUSE = 40
SESSION = timedelta(hours=11)  # under the longest one, which the town's sessions last


class Still:
    """A clock that moves when told; the development provider reads it too."""

    def __init__(self) -> None:
        self.at = utc_now().replace(microsecond=0)  # a will keeps whole milliseconds

    def __call__(self) -> datetime:
        return self.at

    def time(self) -> float:
        return self.at.timestamp()


class Town:
    """A house, its clock, everybody's sessions, and the people of each example."""

    def __init__(self, settings: Settings) -> None:
        self.settings = replace(settings, session_minutes=720, idle_minutes=720, counter_idle_minutes=720)
        self.background, self.clock, self.house = Background(), Still(), None
        self.people = self.examples = 0
        self._provider_time = dev_provider.time
        dev_provider.time = self.clock  # type: ignore[assignment]  # the provider's clock is the town's

    def do(self, work: Any) -> Any:
        return self.background.run(work)

    def begin(self) -> list[str]:
        """Begin an example: two new people, known to nobody yet."""
        if self.house is None or self.examples % EXAMPLES_OF_ONE_HOUSE == 0:
            self.end_house()
            self.do(_empty(self.settings))
            self.house = House(self.settings, keepers=2, now=self.clock)
            self.do(self.house.start())
            self.watch = self.do(asyncpg.connect(**connection_arguments(self.settings, "postgres")))
            self.sessions: dict[str, tuple[bytes, datetime]] = {}
        self.examples += 1
        self.clock.at += timedelta(hours=2)  # what is counted by the hour is counted anew
        newcomers = [invented(self.people + more) for more in (1, 2)]
        self.people += 2
        self.house.provider.accounts.update({account.id: account for account in newcomers})
        return [account.id for account in newcomers]

    def session(self, word: str) -> bytes:
        """Return the session of somebody, signed in again when it is over."""
        assert self.house is not None
        held = self.sessions.get(word)
        if held is None or held[1] <= self.clock.at:
            held = self.sessions[word] = (self.do(self.house.sign_in(word)), self.clock.at + SESSION)
        return held[0]

    def open(self, word: str) -> str:
        """Invite and open; return the person's public id."""
        assert self.house is not None
        invited = self.do(self.house.invite(word))
        assert invited.code
        COUNTS["invite"] += 1
        opening = d.OpenParams(True, "2026-11-1", "fr", "00" * 32)
        answer = self.do(self.house.ask(self.session(word), "open_space", opening))
        assert isinstance(answer, d.Done), answer
        return msgspec.msgpack.decode(answer.payload, type=d.OpenAnswer).person

    def end_house(self) -> None:
        """Recompute every chain of the house, and stop it."""
        if self.house is None:
            return
        COUNTS["entries"] += sum(len(records) for records in self.do(chains(self.settings)).values())
        assert not any(task.done() for task in self.house.tasks), "a keeper fell"
        self.do(self.house.stop())
        self.do(self.watch.close())
        self.house = None

    def close(self) -> None:
        """End everything."""
        try:
            self.end_house()
        finally:
            dev_provider.time = self._provider_time  # type: ignore[assignment]  # the provider's clock is the town's
            self.background.close()
