"""Settings: nothing unknown, nothing out of bounds, and no development provider in the open."""

from __future__ import annotations

from pathlib import Path

import pytest

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Environment, load_settings, markdown
from espace_sante.operate.plan import environment_of


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path):
    (tmp_path / "espace-sante.toml").write_text("port = 8001\nkeepers = 2\n")
    settings = load_settings({"ESPACE_SANTE_HOME": str(tmp_path), "ESPACE_SANTE_PORT": "8002"})
    assert (settings.port, settings.keepers, settings.web_processes) == (8002, 2, 2)


@pytest.mark.parametrize(
    "text",
    ["keeper = 2", "port = 70000", "port = 'eight'", "development_provider = 3", "environment = 'demo'", "port ="],
)
def test_a_wrong_file_is_refused_in_french(tmp_path: Path, text: str):
    (tmp_path / "espace-sante.toml").write_text(text)
    with pytest.raises(OperatorRefusal, match=r"Le (fichier de réglages|réglage)"):
        load_settings({"ESPACE_SANTE_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    "given",
    [{"ENVIRONMENT": "production"}, {"PUBLIC_URL": "https://espace.exemple.fr"}, {"PUBLIC_URL": "http://0.0.0.0:8000"}],
)
def test_the_development_provider_never_leaves_the_loopback_nor_the_trial(tmp_path: Path, given: dict[str, str]):
    environ = {"ESPACE_SANTE_HOME": str(tmp_path)} | {f"ESPACE_SANTE_{key}": value for key, value in given.items()}
    with pytest.raises(OperatorRefusal, match="fournisseur d'identité d'essai"):
        load_settings(environ)
    assert not load_settings(environ | {"ESPACE_SANTE_DEVELOPMENT_PROVIDER": "non"}).development_provider


def test_a_child_receives_the_very_settings_of_its_parent(tmp_path: Path):
    environ = {
        "ESPACE_SANTE_HOME": str(tmp_path),
        "ESPACE_SANTE_KEEPERS": "3",
        "ESPACE_SANTE_DEVELOPMENT_PROVIDER": "non",
    }
    settings = load_settings(environ | {"ESPACE_SANTE_ENVIRONMENT": "production"})
    assert settings.environment is Environment.PRODUCTION
    assert load_settings(environment_of(settings)) == settings


def test_the_page_of_settings_is_the_one_generated():
    page = Path(__file__).resolve().parents[2] / "docs/operate/settings.md"
    assert page.read_text(encoding="utf-8") == markdown()
