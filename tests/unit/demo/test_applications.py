"""The invented applications are registered once, and their register reads back whole."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import msgspec
from joserfc.jwk import ECKey

from espace_sante.demo.applications import PUBLIC, SERVICE, register
from espace_sante.identity.application_files import Applications
from espace_sante.records.asked import is_sayable

DAY = date(2026, 11, 26)


def test_both_are_registered_once_and_ask_only_what_exists(tmp_path: Path) -> None:
    path = register(tmp_path, DAY)
    key = path.read_bytes()
    found = Applications(tmp_path)
    for client in (PUBLIC, SERVICE):
        app = found.find(client, DAY)
        assert app is not None and "invent" in app.name
        assert all(is_sayable(scope) for scope in app.scopes)
    assert register(tmp_path, DAY).read_bytes() == key


def test_the_key_of_the_service_is_its_own_and_nobody_elses_to_read(tmp_path: Path) -> None:
    path = register(tmp_path, DAY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    service = Applications(tmp_path).find(SERVICE, DAY)
    assert service is not None
    private = ECKey.import_key(msgspec.json.decode(path.read_bytes()))
    assert service.jwks == (dict(private.as_dict(private=False)),)
