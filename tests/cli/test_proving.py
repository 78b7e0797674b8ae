"""The proof of a journal by the command line: it waits for what is there now, and is verified by the very verifier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from espace_sante.cli import proving
from espace_sante.kernel.readable import in_fives, readable
from tests.cli.conftest import Typed
from tests.verifier.test_example import FOLDER

pytestmark = [pytest.mark.database, pytest.mark.slow]
EXAMPLE, POLICY = str(FOLDER / "preuve"), str(FOLDER / "policy.json")
INSTANT = "2026-12-02T11:00:00Z"


def opened(house: Typed, name: str) -> str:
    """Open her space; return the code of her journal, as her receipt has it."""
    house.done("invite", "--person", name)
    receipt = house.done("answer", "yes", "--deposits", "yes", "--as-person", name)["receipt"]
    return str(receipt["payload"]["journal_commitment"])


def test_the_proof_covers_what_is_there_when_it_is_asked_for(house: Typed, tmp_path: Path) -> None:
    """The sequencer of the house publishes; nobody outside cosigns, and the verifier says so."""
    code = opened(house, "paulette")
    before = house.done("journal", "--as-person", "paulette")["n"]
    file = tmp_path / "preuve.txt"
    made = house.done("journal", "--as-person", "paulette", "--proof", str(file))
    assert made["lines"] > before, "that reading of the journal is a line too"
    assert file.stat().st_mode & 0o077 == 0
    alone = house("verify", str(file))
    assert alone.code == 3 and alone.out.decode().startswith("COHÉRENT, MAIS SIGNÉ PAR LE SEUL JOURNAL.")
    assert "Rien ne dit que tout le monde voit le même journal" in alone.out.decode()
    said = json.loads(house("verify", str(file), "--json").out)
    assert (said["verdict"], said["signers"], said["entries"]) == ("log-only", [], made["lines"])
    policy = json.loads((house.home / "politique.json").read_bytes())
    assert policy["light"] == policy["mirror"] == {"need": 0, "keys": []}
    assert policy["log"].startswith(f"{said['log']['origin']}+")
    for letter in (code, in_fives(readable(bytes.fromhex(code)))):
        assert "C'est bien celui de votre lettre." in house("verify", str(file), "--letter", letter).out.decode()
    data = file.read_bytes()
    file.write_bytes(data.replace(b'"act":"open_space"', b'"act":"grant_access"'))
    assert house("verify", str(file)).code == 1


def test_the_policy_of_the_instance_is_the_one_taken(house: Typed) -> None:
    refused = house("verify", EXAMPLE, "--at", INSTANT)
    assert refused.code == 1 and "(Motif : origin)" in refused.out.decode(), "the example is another journal's"
    policy = house.home / "politique.json"
    before = policy.read_bytes()
    policy.write_bytes(Path(POLICY).read_bytes())
    try:
        held = house("verify", EXAMPLE, "--at", INSTANT)
        assert held.code == 0 and held.out.decode().startswith("VÉRIFIÉ.")
    finally:
        policy.write_bytes(before)


def test_it_does_not_wait_for_ever(house: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(house, "salome")
    monkeypatch.setattr(proving, "WAIT_SECONDS", -1.0)
    monkeypatch.setattr(proving._Waiting, "_asked", lambda _: {"result": None})
    assert "ne s'est pas allongé à temps" in house.refused(
        "journal", "--as-person", "salome", "--proof", str(tmp_path / "rien")
    )
    assert not (tmp_path / "rien").exists()


@pytest.mark.parametrize("years", ["26", "2026-", "2026-27", "x"])
def test_years_are_written_in_one_way(house: Typed, tmp_path: Path, years: str) -> None:
    told = house.refused("journal", "--as-person", "jeanne", "--years", years, "--proof", str(tmp_path / "x"))
    assert "--years 2026" in told
    assert "--proof preuve.txt" in house.refused("journal", "--as-person", "jeanne", "--years", years)


def test_the_verifier_answers_as_it_does_alone(house: Typed, tmp_path: Path) -> None:
    at = ("--at", INSTANT)
    assert house("verify", EXAMPLE, "--policy", POLICY, *at).code == 0
    code = json.loads(house("verify", EXAMPLE, "--policy", POLICY, *at, "--json").out)["code"]
    letter = house("verify", EXAMPLE, "--policy", POLICY, "--letter", code, *at)
    assert letter.code == 0 and "celui de votre lettre" in letter.out.decode()
    other = house("verify", EXAMPLE, "--policy", POLICY, "--letter", "0" * 20, *at)
    assert other.code == 1 and "(Motif : letter)" in other.out.decode()
    assert house("verify", EXAMPLE, "--policy", POLICY, "--years", "2027", *at).code == 1
    assert house("verify", EXAMPLE, "--at", "hier").code == 2
    assert house("verify", str(tmp_path / "rien")).code == 1
