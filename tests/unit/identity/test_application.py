"""A registration holds whole, or registers nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from espace_sante.identity.application import AppKind, Application, ApplicationRefused, parse_application
from espace_sante.identity.application_files import Applications, keep

KEY = ECKey.generate_key("P-384", {"kid": "k1"})
PUBLIC: dict[str, Any] = {
    "client_id": "carnet-inventé".replace("é", "e"),
    "name": "Carnet",
    "owner": "Coopérative inventée",
    "owner_address": "1 rue des Essais, 00000 Ville",
    "kind": "public",
    "scopes": ["launch/patient", "patient/Observation.rs"],
    "redirect_uris": ["https://carnet.exemple/retour"],
}
BACKEND: dict[str, Any] = {
    **{name: value for name, value in PUBLIC.items() if name != "redirect_uris"},
    "kind": "backend",
    "jwks": [KEY.as_dict(private=False)],
    "structure": "990000001",
    "scopes": ["system/Observation.cu"],
}


def parsed(registration: dict[str, Any]) -> Application:
    return parse_application(json.dumps(registration).encode())


def test_each_kind_has_what_it_proves_itself_by() -> None:
    assert parsed(PUBLIC).origins == {"https://carnet.exemple"}
    assert parsed(BACKEND).keys["k1"][0] == "ES384"
    confidential = parsed(PUBLIC | {"kind": "confidential", "jwks": [KEY.as_dict(private=False)]})
    assert confidential.kind is AppKind.CONFIDENTIAL and confidential.origins == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "ab"},
        {"client_id": "A-majuscule"},
        {"client_id": "../autre"},
        {"client_id": "a/b/c"},
        {"name": " "},
        {"name": "x" * 201},
        {"name": "Carnet\u202egp"},
        {"owner_address": ""},
        {"kind": "symmetric"},
        {"client_secret": "abc"},
        {"scopes": []},
        {"scopes": ["patient/Observation.rs"] * 2},
        {"redirect_uris": []},
        {"redirect_uris": ["http://carnet.exemple/retour"]},
        {"redirect_uris": ["https://carnet.exemple/retour"] * 2},
        {"launch_uri": "http://carnet.exemple/"},
        {"jwks": [KEY.as_dict(private=False)]},
        {"structure": "990000001"},
        {"kind": "confidential"},
        {"kind": "backend"},
    ],
)
def test_a_registration_that_does_not_hold_is_refused_whole(changes: dict[str, Any]) -> None:
    with pytest.raises(ApplicationRefused):
        parsed(PUBLIC | changes)


def _small() -> dict[str, Any]:
    return dict(RSAKey.generate_key(1024, {"kid": "k"}).as_dict(private=False))


@pytest.mark.parametrize(
    "make",
    [
        lambda: KEY.as_dict(private=True),
        lambda: {**KEY.as_dict(private=False), "kid": ""},
        lambda: {name: value for name, value in KEY.as_dict(private=False).items() if name != "kid"},
        lambda: ECKey.generate_key("P-256", {"kid": "k"}).as_dict(private=False),
        lambda: OKPKey.generate_key("Ed25519", {"kid": "k"}).as_dict(private=False),
        lambda: OctKey.generate_key(256, {"kid": "k"}).as_dict(private=True),
        lambda: {**KEY.as_dict(private=False), "alg": "ES256"},
        lambda: {**KEY.as_dict(private=False), "use": "enc"},
        lambda: {**KEY.as_dict(private=False), "x": "AA"},
        _small,
    ],
    ids=["private", "unnamed", "no-kid", "p256", "okp", "oct", "other-alg", "enc", "unreadable", "small"],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_key_that_may_not_be_used_registers_nothing(make: Any) -> None:
    with pytest.raises(ApplicationRefused, match="jwks"):
        parsed(BACKEND | {"jwks": [make()]})


def test_two_keys_of_one_name_are_refused() -> None:
    with pytest.raises(ApplicationRefused):
        parsed(BACKEND | {"jwks": [KEY.as_dict(private=False)] * 2})


def test_an_application_is_found_between_its_dates_only(tmp_path: Path) -> None:
    register = Applications(tmp_path)
    assert register.find("carnet-invente", date(2026, 11, 26)) is None
    app = parsed(PUBLIC | {"registered": "2026-11-26", "ended": "2026-12-01"})
    keep(tmp_path, app)
    assert register.find("carnet-invente", date(2026, 11, 25)) is None
    assert register.find("carnet-invente", date(2026, 11, 26)) == app
    assert register.find("carnet-invente", date(2026, 12, 1)) is None
    assert register.of_origin("https://carnet.exemple", date(2026, 11, 30))
    assert not register.of_origin("https://carnet.exemple", date(2026, 12, 1))


def test_without_a_date_of_registration_it_is_not_registered(tmp_path: Path) -> None:
    keep(tmp_path, parsed(PUBLIC))
    assert Applications(tmp_path).find("carnet-invente", date(2026, 11, 26)) is None


def test_a_file_that_cannot_be_read_or_has_another_name_registers_nothing_and_stops_nobody_else(tmp_path: Path) -> None:
    path = keep(tmp_path, parsed(PUBLIC | {"registered": "2026-11-26"}))
    (path.parent / "autre.json").write_bytes(path.read_bytes())
    (path.parent / "abime.json").write_bytes(b"{")
    assert list(Applications(tmp_path).all()) == ["carnet-invente"]


def test_the_register_is_read_again_when_it_changed(tmp_path: Path) -> None:
    register = Applications(tmp_path)
    app = parsed(PUBLIC | {"registered": "2026-11-26"})
    keep(tmp_path, app)
    assert register.all()["carnet-invente"] == app
    ended = parsed(PUBLIC | {"registered": "2026-11-26", "ended": "2026-11-27"})
    keep(tmp_path, ended, replace=True)
    assert register.all()["carnet-invente"] == ended
    with pytest.raises(FileExistsError):
        keep(tmp_path, app)
    assert register.all()["carnet-invente"] == ended
    assert sorted(path.name for path in (tmp_path / "applications").iterdir()) == ["carnet-invente.json"]
