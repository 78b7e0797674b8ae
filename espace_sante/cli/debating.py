"""The debate's process, started alone (`python -m espace_sante.cli.debating`): it loads nothing of the health side.

It serves its pages on a socket the portal passes demands to, and publishes each day's contributions once the day is over.
Guarantee: G14. Source: docs/decisions/0070.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from pathlib import Path

from espace_sante.adapters.witness_http import light_cosigners_of
from espace_sante.debate.register import Register
from espace_sante.debate.signing import Signer
from espace_sante.kernel.clock import Clock, utc_now
from espace_sante.kernel.database import Connection, connect
from espace_sante.kernel.listening import inherited_socket
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings, load_settings
from espace_sante.operate.debate import code_key_path, log_seed_path, origin_of, read_key, witnesses_path
from espace_sante.operate.roles import connection_arguments
from espace_sante.web.debate.edge import House, day_in_paris

_log = logging.getLogger("espace_sante.debate")
PUBLISH_SECONDS = 60.0


def register_of(settings: Settings) -> Register:
    """Return the register of an instance, under the role and the keys of the debate."""

    async def opened() -> Connection:
        return await connect(connection_arguments(settings, "es_debate"), settings={"jit": "off"})

    signer = Signer.of(origin_of(settings), read_key(log_seed_path(settings)))
    return Register(opened, signer, read_key(code_key_path(settings)), secrets.token_bytes)


def house_of(settings: Settings, register: Register, now: Clock) -> House[Register]:
    """Return what the pages work with."""
    return House(register, now, settings.hosts, settings.development_provider)


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    from starlette.routing import Router

    from espace_sante.kernel.i18n import Language
    from espace_sante.web.debate.routes import routes
    from espace_sante.web.rendering import Page, render_error
    from espace_sante.web.server import LastResort, server_of

    listener = inherited_socket(os.environ)
    if listener is None:
        raise SystemExit("Le processus du débat est démarré par « make run », jamais seul.")

    def page(reference: str) -> bytes:
        return render_error(500, Language.FR, page=Page(), reference=reference).encode()

    register = register_of(settings)
    house = house_of(settings, register, utc_now)
    publishing = asyncio.create_task(publish_each_day(register, utc_now, witnesses_path(settings)))
    try:
        await server_of(LastResort(Router(routes=routes(house)), page)).serve(sockets=[listener])
    finally:
        publishing.cancel()
        await register.close()


async def publish_each_day(register: Register, now: Clock, witnesses: Path, seconds: float = PUBLISH_SECONDS) -> None:
    """Publish what came before today, then have the log signed from outside, again and again: twice does nothing."""
    while True:
        try:
            await register.publish(day_in_paris(now()))
        except Exception as fault:  # noqa: BLE001  # this task must go on; the fault's text could hold a contribution
            _log.error("not published: %s", type(fault).__name__)
        try:
            await register.be_witnessed(light_cosigners_of(witnesses), now())
        except OperatorRefusal as refused:
            _log.error("%s", refused)
        except Exception as fault:  # noqa: BLE001  # the same
            _log.error("not cosigned: %s", type(fault).__name__)
        await asyncio.sleep(seconds)


def main() -> int:
    """Run the process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    import uvloop

    uvloop.run(serve(load_settings(os.environ)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
