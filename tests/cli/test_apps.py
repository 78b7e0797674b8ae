"""The operator's register of applications: adds, lists, ends; what is refused leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from espace_sante.cli.main import run_command
from espace_sante.kernel.settings import Settings
from espace_sante.operate.folders import prepare
from tests.fixtures_database import new_state_folders
from tests.unit.identity.test_application import PUBLIC


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


def given(tmp_path: Path, registration: dict[str, Any] | str) -> str:
    path = tmp_path / "fiche.json"
    path.write_text(registration if isinstance(registration, str) else json.dumps(registration), encoding="utf-8")
    return str(path)


def kept(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "applications").glob("*"))


def listed(capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert run_command(["apps", "list", "--json"]) == 0
    return json.loads(capsys.readouterr().out)["applications"]


def test_an_application_is_registered_with_its_day_listed_and_ended(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(capsys) == []
    assert run_command(["apps", "add", given(tmp_path, PUBLIC)]) == 0
    assert "« Carnet » (carnet-invente) est inscrite" in capsys.readouterr().out
    (one,) = listed(capsys)
    assert one["active"] and one["registered"] and one["redirect_uris"] == PUBLIC["redirect_uris"]
    assert run_command(["apps", "list"]) == 0
    assert "Coopérative inventée" in capsys.readouterr().out
    assert run_command(["apps", "end", "carnet-invente"]) == 0
    (one,) = listed(capsys)
    assert not one["active"] and one["ended"]
    assert run_command(["apps", "end", "carnet-invente"]) == 1
    assert run_command(["apps", "add", given(tmp_path, PUBLIC)]) == 1
    assert "un nom ne sert qu'une fois" in capsys.readouterr().err
    assert kept(home) == ["carnet-invente.json"]


@pytest.mark.parametrize(
    ("registration", "said"),
    [
        ("{", "ne se lit pas"),
        (PUBLIC | {"client_id": "../clé"}, "client_id"),
        (PUBLIC | {"registered": "2020-01-01"}, "ôtez registered"),
        (PUBLIC | {"redirect_uris": ["https://*.exemple/"]}, "sans étoile"),
        (PUBLIC | {"client_secret": "a"}, "ne se lit pas"),
        (PUBLIC | {"scopes": ["patient/Appointment.rs"]}, "n'est pas un droit"),
        (PUBLIC | {"scopes": ["openid"]}, "n'est pas un droit"),
    ],
    ids=["unreadable", "path", "dated", "star", "secret", "unknown-type", "openid"],
)
def test_a_file_that_does_not_hold_registers_nothing(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], registration: Any, said: str
) -> None:
    assert run_command(["apps", "add", given(tmp_path, registration)]) == 1
    assert said in capsys.readouterr().err
    assert kept(home) == []


def test_a_file_that_is_not_there_or_too_heavy_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["apps", "add", str(tmp_path / "rien.json")]) == 1
    assert run_command(["apps", "add", given(tmp_path, "x" * 100_001)]) == 1
    assert "trop lourd" in capsys.readouterr().err


def test_an_application_may_be_registered_before_the_first_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_state_folders() as make:
        folder = make()
        folder.chmod(0o711)
        monkeypatch.setenv("ESPACE_SANTE_HOME", str(folder / "home"))
        assert run_command(["apps", "add", given(tmp_path, PUBLIC)]) == 0
        prepare(Settings(home=folder / "home"))
        assert kept(folder / "home") == ["carnet-invente.json"]
