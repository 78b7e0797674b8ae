"""The debate's own database, running and migrated, with its keys; registers on it; and its pages, served."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from espace_sante.debate import events as e
from espace_sante.debate.coming import Came, Receipt, Written
from espace_sante.debate.register import Register
from espace_sante.debate.signing import Signer
from espace_sante.debate.token import RANDOM_BYTES, draw
from espace_sante.debate.words import Sort, Theme
from espace_sante.kernel.database import connect
from espace_sante.kernel.settings import Settings
from espace_sante.operate.debate import arrange_debate_keys, code_key_path, log_seed_path, read_key
from espace_sante.operate.folders import forget_short_folder, prepare
from espace_sante.operate.launcher import start_instance, stop_instance
from espace_sante.operate.roles import connection_arguments
from espace_sante.operate.supervisor import migrate_instance
from tests.fixtures_database import Background, new_state_folders, settings_of

FIRST = date(2026, 3, 2)
CLOSES = FIRST + timedelta(days=60)


def noon(day: date) -> datetime:
    """Return an instant of a day, in Paris."""
    return datetime(day.year, day.month, day.day, 11, 0, tzinfo=UTC)


@dataclass
class DebateHouse:
    """A running register, and the day it is there."""

    settings: Settings
    background: Background
    random: Random = field(default_factory=lambda: Random(20261127))
    today: date = FIRST
    codes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    opened: list[Register] = field(default_factory=list)
    dossiers: int = 0

    def register(self) -> Register:
        """Return one more register, with a connection of its own."""

        async def opened() -> Any:
            return await connect(connection_arguments(self.settings, "es_debate"))

        signer = Signer.of("debat.exemple/debat", read_key(log_seed_path(self.settings)))
        made = Register(opened, signer, read_key(code_key_path(self.settings)), os.urandom)
        self.opened.append(made)
        return made

    def run(self, work: Any) -> Any:
        """Run a coroutine where the registers live."""
        return self.background.run(work)

    def new_dossier(self, envelopes: int = 5, *, votes: bool = True, name: str = "") -> str:
        """Open a dossier, print its envelopes; return its name."""
        self.dossiers += 1
        name = name or f"dossier-{self.dossiers}"
        first = self.opened[0] if self.opened else self.register()
        opened = e.DossierOpened(
            name, Theme.COST, "Qui paie ?", "Comment financer le service ?", self.today, self.closes, votes
        )
        self.run(first.append([opened]))
        pairs = [(self.drawn(), self.drawn()) for _ in range(envelopes)]
        if pairs:
            self.run(first.print_codes(name, pairs, self.today))
        self.codes[name] = pairs
        return name

    @property
    def closes(self) -> date:
        """Return the day on which a dossier opened today closes."""
        return self.today + timedelta(days=60)

    def drawn(self) -> str:
        """Return a code."""
        return draw(self.random.randbytes(RANDOM_BYTES))

    def envelope(self, dossier: str) -> tuple[str, str]:
        """Take an envelope, blind."""
        left = self.codes[dossier]
        return left.pop(self.random.randrange(len(left)))

    def write(
        self,
        dossier: str,
        text: str = "Une phrase.",
        *,
        code: str = "",
        sort: Sort = Sort.PROPOSAL,
        about: str = "",
        came: Came | None = None,
    ) -> Receipt:
        """Write a text with a code, a fresh one if none is given."""
        written = Written(dossier, code or self.envelope(dossier)[0], sort, about, text)
        return self.run(self.opened[0].write(written, came or Came(self.today, self.today, 14)))

    def publish(self) -> int:
        """Let a day pass, and publish what came."""
        self.today += timedelta(days=1)
        return self.run(self.opened[0].publish(self.today))

    def rows(self, statement: str, *arguments: Any, role: str = "postgres_debate") -> list[Any]:
        """Run a statement as another role."""

        async def fetched() -> list[Any]:
            connection = await connect(connection_arguments(self.settings, role))
            try:
                return await connection.fetch(statement, *arguments)
            finally:
                await connection.close()

        return self.run(fetched())

    def close(self) -> None:
        """Close every register."""
        for one in self.opened:
            self.run(one.close())


@contextmanager
def debate_house() -> Iterator[DebateHouse]:
    """Start the debate's database in a folder of its own."""
    with new_state_folders() as make:
        settings = settings_of(Path(make()))
        background = Background()
        prepare(settings)
        arrange_debate_keys(settings)
        instance = background.run(start_instance("debate", settings))
        try:
            background.run(migrate_instance(settings, "debate"))
            house = DebateHouse(settings, background)
            house.register()
            yield house
            house.close()
        finally:
            background.run(stop_instance(instance))
            background.close()
            forget_short_folder(settings)


@contextmanager
def served_pages(house: DebateHouse) -> Iterator[str]:
    """Serve the pages of a register on a port of the loopback; give their address."""
    import socket

    from starlette.routing import Route, Router

    from espace_sante.web.assets import serve_static
    from espace_sante.web.debate.edge import House
    from espace_sante.web.debate.routes import routes
    from espace_sante.web.server import server_of

    hosts = frozenset({"127.0.0.1"})
    pages = House(house.opened[0], lambda: noon(house.today), hosts, True)
    # The portal serves the style; here it stands beside, as a browser sees it.
    server = server_of(Router(routes=[Route("/static/{path}", serve_static), *routes(pages)]))
    listener = socket.create_server(("127.0.0.1", 0))

    async def started() -> Any:
        return asyncio.create_task(server.serve(sockets=[listener]))

    async def stopped() -> None:
        server.should_exit = True
        await task

    task = house.run(started())
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        house.run(stopped())
        listener.close()
