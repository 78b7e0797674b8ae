"""A real mail server on the loopback, which keeps what it is sent, and fails when told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP

SENDER = "avis@espace.example"


@dataclass
class Mailbox:
    """What arrived, in order; `refuses` and `fails` are asked for each message before it is taken."""

    port: int = 0
    arrived: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuses: Callable[[str], str] = lambda to: ""
    fails: Callable[[int], str] = lambda nth: ""
    asked: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        said = self.refuses(address)
        if said:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.asked += 1
        said = self.fails(self.asked)
        if said:
            return said
        self.arrived.append(message_from_bytes(envelope.content, policy=default))
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"

    @property
    def numbers(self) -> list[str]:
        return [str(one["Message-ID"]) for one in self.arrived]

    @property
    def texts(self) -> list[str]:
        return [cast(EmailMessage, one).get_content() for one in self.arrived]


@asynccontextmanager
async def mailbox(box: Mailbox | None = None, **options: Any) -> AsyncIterator[Mailbox]:
    """Serve mail on a port of the system's choice."""
    found = box or Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(found, hostname="mail.example", enable_SMTPUTF8=False, **options), "127.0.0.1", found.port
    )
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        await server.wait_closed()
