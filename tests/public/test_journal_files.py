"""The public journal over HTTP: its files and nothing else of the folder; and the page that says when it is no longer signed."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.types import ASGIApp

from espace_sante.actions.frame import Frame
from espace_sante.assembly import application
from espace_sante.journal.guard import Cause, SigningRefused
from espace_sante.journal.sequencer import tell_incident
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import load_settings
from espace_sante.operate.doctor import State, diagnose
from espace_sante.public.incident import _WHY
from tests.served import Reply, asked

PUBLISHED = {
    "checkpoint": "text/plain; charset=utf-8",
    "index/checkpoint": "text/plain; charset=utf-8",
    "tile/0/000": "application/octet-stream",
    "tile/0/001.p/7": "application/octet-stream",
    "tile/entries/x001/x234/067": "application/octet-stream",
    "index/tile/entries/000.p/1": "application/octet-stream",
    "padding/2026-12-01": "application/json",
}
# There on the disk, and not to be had by any address.
KEPT = (
    "secret",
    "tile/secret",
    "padding/secret",
    "tile/0/.000.new",
    "index/padding/2026-12-01",
    "index/index/checkpoint",
)
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def home(state_folder: Callable[[], Path]) -> Path:
    home = state_folder()  # a short name: sockets are named in it
    for path in (*PUBLISHED, *KEPT):
        target = home / "public" / "journal" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.encode())
    for name in ("index.db", "journal-keys.json", "checkpoint"):
        (home / "public" / name).write_bytes(b"kept")
    return home


@pytest.fixture
def served(home: Path) -> ASGIApp:
    nothing = cast(Any, None)
    settings = load_settings({"ESPACE_SANTE_HOME": str(home)})
    return application(Frame(nothing, nothing, settings, utc_now, os.urandom, previews=nothing), None)


def get(served: ASGIApp, path: str, method: str = "GET") -> Reply:
    return asyncio.run(asked(served, method, path, [(b"host", b"127.0.0.1"), (b"cookie", b"session=anything")]))


@pytest.mark.parametrize("path", PUBLISHED)
def test_each_file_is_served_as_it_is_and_kept_as_long_as_it_holds(served: ASGIApp, path: str) -> None:
    reply = get(served, f"/journal/{path}")
    assert (reply.status, reply.body) == (200, path.encode())
    assert reply.headers["content-type"] == PUBLISHED[path]
    for_ever = reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert for_ever is not path.endswith("checkpoint")
    assert for_ever or reply.headers["cache-control"] == "no-store"
    assert "set-cookie" not in reply.headers and reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        *KEPT,
        "",
        "..",
        "../index.db",
        "%2e%2e/index.db",
        "tile/../../index.db",
        "tile/0/../../checkpoint",
        "//checkpoint",
        "index.db",
        "tile/0/000.p/256",
        "tile/0/x000/000",
        "tile/8/000",
        "tile/0",
        "tile/0/002",
        "tile/0/" + "x000/" * 2000 + "000",
        "padding/2026-12-02",
        "padding/2026-12-01/",
        "checkpoint/",
        "checkpoint/x",
        "CHECKPOINT",
    ],
)
def test_nothing_else_of_the_folder_is_reached(served: ASGIApp, path: str) -> None:
    reply = get(served, f"/journal/{path}")
    assert (reply.status, reply.body) == (404, b"")


def test_nothing_is_written_through_it(served: ASGIApp, home: Path) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert get(served, "/journal/checkpoint", method).status in (404, 405, 415)
    assert (home / "public" / "journal" / "checkpoint").read_bytes() == b"checkpoint"


def test_while_nothing_is_signed_the_sixth_promise_says_it_first_and_so_does_the_doctor(
    served: ASGIApp, home: Path
) -> None:
    page = "/garanties/g06-journal-que-nul-ne-reecrit"
    assert "n’est plus signé" not in get(served, page).body.decode().replace("'", "’")
    tell_incident(home / "public", SigningRefused(Cause.AHEAD, 320), NOW)
    tell_incident(home / "public", SigningRefused(Cause.AHEAD, 320), datetime(2026, 12, 2, tzinfo=UTC))
    html = get(served, page).body.decode()
    assert (
        "n&#39;est plus signé depuis le 01/12/2026 à 08:00" in html
        or "n'est plus signé depuis le 01/12/2026 à 08:00" in html
    )
    assert "va plus loin que notre base" in html and "on tenue ici" in html
    found = {one.id: one for one in diagnose(load_settings({"ESPACE_SANTE_HOME": str(home)}), NOW)}
    assert found["journal"].state is State.REFUSED and "01/12/2026" in found["journal"].sentence
    tell_incident(home / "public", SigningRefused(Cause.TAG_TWICE), datetime(2026, 12, 3, tzinfo=UTC))
    assert json.loads((home / "public" / "incident.json").read_text())["since"].startswith("2026-12-03")


@pytest.mark.parametrize("content", [b"", b"?", b"[]", b"{}", b'{"cause":"new","since":"never"}'])
def test_an_incident_that_cannot_be_read_is_said_all_the_same(served: ASGIApp, home: Path, content: bytes) -> None:
    (home / "public" / "incident.json").write_bytes(content)
    html = get(served, "/garanties/g06-journal-que-nul-ne-reecrit").body.decode()
    assert "est plus signé, car quelque chose ne" in html


def test_every_cause_has_its_words() -> None:
    assert set(_WHY) == {cause.value for cause in Cause}
