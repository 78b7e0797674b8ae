"""The only file that builds the processes of the house from their parts.

What a process needs is imported where it is built: a keeper never loads a parser or a page, nor the others a keeper, and what is
not loaded takes no memory and cannot be misused.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import Settings, load_settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from espace_sante.access.matrix import Matrices
    from espace_sante.actions.frame import Frame
    from espace_sante.adapters.dev_provider import DevProvider
    from espace_sante.adapters.keeper_link import KeeperLink
    from espace_sante.journal.publication import LogKeys
    from espace_sante.journal.sequencer import Seat
    from espace_sante.keeper.process import KeeperProcess
    from espace_sante.keeper.sessions import Idle
    from espace_sante.keeper.situation import Limits
    from espace_sante.kernel.database import Connection
    from espace_sante.public.published import Published

BUILD = "0.1.0"
# What the read path needs of a connection: plans made once, nested loops that keep the order of locks (read-path.md 2).
_HOT = {"plan_cache_mode": "force_generic_plan", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off"}


def connector(settings: Settings, role: str, *, hot: bool = False) -> Callable[[], Awaitable[Connection]]:
    """Return what opens a connection for one role of the databases."""
    from espace_sante.kernel.database import connect
    from espace_sante.operate.roles import connection_arguments

    arguments = connection_arguments(settings, role)
    return lambda: connect(arguments, settings=_HOT if hot else {"jit": "off"})


def limits(settings: Settings) -> Limits:
    """Return the settings that plans need."""
    from espace_sante.keeper.situation import Limits

    return Limits(
        grant_days_max=settings.grant_days_max,
        invitation_days=settings.invitation_days,
        idempotency_days=settings.idempotency_days,
        page_size=settings.page_size,
        fold_threshold=settings.fold_threshold,
        emergency_delay_minutes=settings.emergency_delay_minutes,
        emergency_hours=settings.emergency_hours,
        review_days=settings.review_days,
        card_days_max=settings.card_days_max,
        order_days_max=settings.order_days_max,
        orders_per_day=settings.orders_per_day,
        agent_gives_per_day=settings.agent_gives_per_day,
        pressure_letter_days=settings.pressure_letter_days,
        account_unused_days=settings.account_unused_days,
        agent_new_persons_per_day=settings.agent_new_persons_per_day,
        agent_pages_per_day=settings.agent_pages_per_day,
        reproposal_months=settings.reproposal_months,
        policy=settings.opening_policy,
        new_persons_per_hour=settings.new_persons_per_hour,
        new_persons_per_day=settings.new_persons_per_day,
        development=settings.development_provider,
    )


def idle(settings: Settings) -> Idle:
    """Return how long a session holds without being used."""
    from espace_sante.keeper.sessions import Idle

    return Idle(timedelta(minutes=settings.counter_idle_minutes), timedelta(minutes=settings.idle_minutes))


def published(settings: Settings) -> Published:
    """Return what the public pages say of the settings of this instance."""
    from espace_sante.public.published import published_of

    return published_of(settings)


def matrices(settings: Settings) -> Matrices:
    """Return the versions of the public matrix: those shipped, then those the operator imported; the last one is in force."""
    from espace_sante.access.matrix_files import builtin_texts, matrices_of, texts_in

    return matrices_of([*builtin_texts(), *texts_in(settings.home / "matrices")])


def keeper_process(settings: Settings, environ: dict[str, str]) -> KeeperProcess:
    """Build a keeper on the socket it inherited."""
    from espace_sante.access.matrix_files import MatrixFolder
    from espace_sante.adapters.object_folder import ObjectFolder
    from espace_sante.keeper.keyring import read_master_keys
    from espace_sante.keeper.process import KeeperProcess, Parts
    from espace_sante.keeper.sessions import read_issuers
    from espace_sante.kernel.listening import inherited_socket

    listener = inherited_socket(environ)
    if listener is None:
        raise SystemExit("Le gardien est démarré par « make run », jamais seul.")
    return KeeperProcess(
        Parts(
            seat=int(environ.get("ESPACE_SANTE_NUMBER", "0")),
            listener=listener,
            connect=connector(settings, "es_keeper", hot=True),
            connect_keys=connector(settings, "es_keys_keeper"),
            masters=read_master_keys(settings.home / "keys" / "master.key"),
            issuers=lambda: read_issuers(
                settings.home / "keys" / "providers", development=settings.development_provider
            ),
            limits=limits(settings),
            batch_max=settings.batch_max,
            session_minutes=settings.session_minutes,
            idle=idle(settings),
            now=utc_now,
            objects=ObjectFolder(settings.home / "objects"),
            build=BUILD,
            matrices=matrices(settings),
            newer_matrices=MatrixFolder(settings.home / "matrices").newer,
            checkpoint=settings.home / "public" / "journal" / "checkpoint",
        )
    )


def sequencer_seat(settings: Settings) -> Seat:
    """Build what the sequencer works with."""
    from espace_sante.adapters.witness_http import cosigners_of
    from espace_sante.journal.sequencer import Seat

    asked, quorum = cosigners_of(settings)
    return Seat(
        connect=connector(settings, "es_sequencer"),
        public=settings.home / "public",
        keys=partial(log_keys, settings),
        now=utc_now,
        checkpoint_seconds=settings.checkpoint_seconds,
        padding_multiple=settings.padding_multiple,
        cosigners=asked,
        quorum=quorum,
    )


def log_keys(settings: Settings, known_origin: str | None) -> LogKeys:
    """Return the sequencer's keys, under the origin that signed already, if there is one.

    Another origin in the settings is then left as it is told: `guard.check_keys` refuses it.
    """
    from espace_sante.journal.publication import LogKeys
    from espace_sante.operate.log_keys import read_seed

    origin = settings.journal_origin or known_origin or settings.origin
    return LogKeys.of(origin, lambda name: read_seed(settings, name))


def keeper_link(settings: Settings) -> KeeperLink:
    """Return the link to the running keepers."""
    from espace_sante.adapters.keeper_link import KeeperLink
    from espace_sante.operate.folders import keeper_socket

    return KeeperLink([keeper_socket(settings, number) for number in range(settings.keepers)])


async def _jobs(settings: Settings) -> None:
    from espace_sante.adapters.keeper_link import KeeperLink
    from espace_sante.adapters.sms_outbox import SmsOutbox
    from espace_sante.jobs import answers, rounds
    from espace_sante.operate.folders import keeper_socket

    intervals = {
        "erase": timedelta(seconds=settings.erasure_seconds),
        "purge": timedelta(minutes=settings.purge_minutes),
        "presume": timedelta(minutes=settings.purge_minutes),
        "reveal": timedelta(minutes=settings.purge_minutes),
        "watch": timedelta(seconds=30),  # a first access is told within two rounds
        rounds.RECKON: timedelta(hours=1),  # a day is compared once, at the first hour of the next
    }
    each = [KeeperLink([keeper_socket(settings, number)]) for number in range(settings.keepers)]
    async with asyncio.TaskGroup() as group:
        clock = rounds.run(connector(settings, "es_jobs"), keeper_link(settings), intervals, utc_now, every_keeper=each)
        group.create_task(clock)
        group.create_task(send_notices(settings))
        group.create_task(answers.run(keeper_link(settings), SmsOutbox(settings.home)))


async def send_notices(settings: Settings) -> None:
    """Send the notices that are due, for ever: by mail when a server is set, in the folder of short messages."""
    from espace_sante.adapters.sms_outbox import SmsOutbox
    from espace_sante.adapters.smtp import SmtpMail
    from espace_sante.jobs import sending

    posts: dict[str, sending.Post] = {"sms": SmsOutbox(settings.home)}
    if settings.mail_host:
        posts["mail"] = SmtpMail(settings)
    per_minute, lease = settings.notices_per_minute, settings.notice_lease_seconds
    await sending.run(keeper_link(settings), posts, utc_now, per_minute=per_minute, lease_seconds=lease)


def _log_plainly() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def _run(coroutine: Awaitable[None]) -> None:
    import uvloop

    _log_plainly()
    uvloop.run(coroutine)  # type: ignore[arg-type]  # every coroutine given here is one


def main(arguments: list[str] | None = None) -> int:
    """Run one process of the house, or the operator's command."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] in _ROLES:
        _ROLES[given[0]](load_settings(os.environ))
        return 0
    from espace_sante.cli.main import run_command

    return run_command(given)


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Do some work until SIGTERM, which lets it write what it must before it ends."""
    task = asyncio.create_task(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def _keeper(settings: Settings) -> None:
    process = keeper_process(settings, dict(os.environ))
    _run(_until_told(process.run(lambda: logging.getLogger("espace_sante.keeper").info("ready"))))


def application(frame: Frame, provider: DevProvider | None) -> ASGIApp:
    """Build the one HTTP application: portal, FHIR, generic acts, forms; nothing leaves it but an answer."""
    from starlette.routing import Router

    from espace_sante.actions.indicators import indicators_if_any
    from espace_sante.channels import routes as channels
    from espace_sante.channels.paper import UNDO
    from espace_sante.channels.parity import parity
    from espace_sante.exchange import routes as exchange
    from espace_sante.operate.folders import debate_socket, envelopes_socket
    from espace_sante.public import routes as public
    from espace_sante.web import portal
    from espace_sante.web.debate import door as debate
    from espace_sante.web.server import LastResort

    routes = [
        *exchange.routes(frame, provider),
        *channels.routes(frame, provider),
        *public.routes(
            partial(portal.public_route, frame, provider),
            published(frame.settings),
            frame.settings.home,
            lambda delays: parity(delays=delays),
            partial(indicators_if_any, frame.keeper),
        ),
        *debate.routes(envelopes_socket(frame.settings), _no_debate, "/debat/guichet"),
        *debate.routes(debate_socket(frame.settings), _no_debate),
        *portal.routes(frame, provider, undo={act.value: words for act, words in UNDO.items()}),
    ]
    # A bare router: what Starlette would say of an unforeseen error is for LastResort alone to say.
    return LastResort(Router(routes=routes), _error_page)


def _error_page(reference: str) -> bytes:
    from espace_sante.kernel.i18n import Language
    from espace_sante.web.rendering import Page, render_error

    return render_error(500, Language.FR, page=Page(), reference=reference).encode()


def _no_debate() -> bytes:
    from espace_sante.kernel.i18n import Language
    from espace_sante.web.rendering import Page, render_error

    return render_error(503, Language.FR, page=Page(path="/debat")).encode()


def frame_of(settings: Settings, keeper: KeeperLink) -> Frame:
    """Build the frame every act goes through."""
    from espace_sante.actions.frame import Frame
    from espace_sante.adapters.object_folder import ObjectFolder
    from espace_sante.adapters.previewer import Previewer

    objects = ObjectFolder(settings.home / "objects")
    return Frame(keeper, objects, settings, utc_now, os.urandom, previews=Previewer(settings))


def _web(settings: Settings) -> None:
    from espace_sante.adapters.dev_provider import DevProvider
    from espace_sante.kernel.listening import inherited_socket
    from espace_sante.web.server import serve

    _log_plainly()
    listener = inherited_socket(os.environ)
    if listener is None:
        raise SystemExit("Un processus web est démarré par « make run », jamais seul.")
    provider = DevProvider.of(settings) if settings.development_provider else None
    serve(application(frame_of(settings, keeper_link(settings)), provider), listener)


def _sequencer(settings: Settings) -> None:
    from espace_sante.journal import sequencer

    _run(sequencer.run(sequencer_seat(settings)))


_ROLES: dict[str, Callable[[Settings], None]] = {
    "keeper": _keeper,
    "sequencer": _sequencer,
    "jobs": lambda settings: _run(_jobs(settings)),
    "web": _web,
}

if __name__ == "__main__":
    sys.exit(main())
