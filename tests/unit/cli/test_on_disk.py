"""What a command says when a file is not read or not written: one French line, exit 1, nothing of the system's own words."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from espace_sante.cli.main import run_command
from espace_sante.debate.signing import Signer
from espace_sante.kernel.on_disk import make_folder, reading, refuse_unwritable, why, writing
from espace_sante.kernel.refusal import OperatorRefusal

KEY = str(Signer.of("debat.exemple/debat", bytes(32)).key)


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    "command",
    [
        ["site"],
        ["forms"],
        ["backup"],
        ["counts"],
        ["answer", "yes", "--code", "x"],
        ["export-journal", "--as-person", "karim"],
        ["debate", "export"],
        ["debate", "ballot", "--dossier", "x"],
        ["debate", "envelopes", "--dossier", "x", "--count", "1"],
        ["mailroom", "key"],
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_done(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    assert run_command([*command, "--output", str(tmp_path / "file" / "x")]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert f"« {tmp_path / 'file' / 'x'} » ne s'écrit pas : ce qui devrait être un dossier" in said.err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file"]


@pytest.mark.parametrize(
    "command",
    [
        ["inspect"],
        ["ledger", "import-decp", "--decision", "décision 0068"],
        ["ledger", "check", "--before"],
        ["matrix", "check"],
        ["apps", "add"],
        ["codes", "import"],
        ["debate", "verify", "--key", KEY],
        ["site", "--output", "nowhere", "--results"],
        ["site", "--output", "nowhere", "--debate-key", KEY, "--debate"],
    ],
)
def test_what_cannot_be_read_is_said_in_french(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command([*command, str(tmp_path / "absent")]) == 1
    assert f"« {tmp_path / 'absent'} » ne se lit pas : il n'existe pas." in capsys.readouterr().err
    assert run_command([*command, str(tmp_path)]) == 1
    assert "ne se lit pas : c'est un dossier." in capsys.readouterr().err


def test_a_key_that_was_mistyped_is_not_called_a_wrong_signature(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in (["--key", "abc"], ["--key", KEY, "--witness", "abc"]):
        assert run_command(["debate", "verify", str(tmp_path), *option]) == 1
        assert "La clé « abc » ne se lit pas : elle a la forme" in capsys.readouterr().err


def test_a_fault_that_no_command_looked_for_is_a_line_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = [OSError(errno.EACCES, "Permission denied", "/a"), OSError(errno.ENOSPC, "No space left on device")]
    monkeypatch.setattr("espace_sante.cli.site.guarantees", lambda: (_ for _ in ()).throw(faults.pop(0)))
    for wanted in ("Arrêté : « /a », accès refusé.\n", "Arrêté : le disque est plein.\n"):
        assert run_command(["site", "--output", str(tmp_path / "x")]) == 1
        assert capsys.readouterr().err == wanted
    monkeypatch.undo()


def test_no_word_of_the_system_is_repeated() -> None:
    for number in errno.errorcode:
        fault = OSError(number, "in English", "/a")
        assert "English" not in why(fault)
    assert why(OSError("of nobody")) == "erreur sans nom du système"


def test_the_refusal_names_what_was_asked_for(tmp_path: Path) -> None:
    with (
        pytest.raises(OperatorRefusal, match=r"ne se lit pas : il n'existe pas\. Rien de plus\.$"),
        reading(tmp_path, "Rien de plus."),
    ):
        raise FileNotFoundError(errno.ENOENT, "No such file")
    with pytest.raises(OperatorRefusal, match=r"son dossier n'existe pas\. Rien n'est fait\.$"), writing(tmp_path):
        raise FileNotFoundError(errno.ENOENT, "No such file")


def test_a_place_is_tried_without_leaving_anything_there(tmp_path: Path) -> None:
    refuse_unwritable(tmp_path / "x")
    refuse_unwritable(Path("/dev/null"))
    with pytest.raises(OperatorRefusal, match="c'est un dossier"):
        refuse_unwritable(tmp_path)
    with pytest.raises(OperatorRefusal, match="son dossier n'existe pas"):
        refuse_unwritable(tmp_path / "y" / "x")
    make_folder(tmp_path / "z" / "t")
    with pytest.raises(OperatorRefusal, match="un fichier porte déjà ce nom"):
        make_folder(Path(__file__))
    assert [one.name for one in tmp_path.rglob("*")] == ["z", "t"]
