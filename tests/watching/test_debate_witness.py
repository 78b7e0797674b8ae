"""A witness of the journal, unchanged, signs the debate's log too: its own program, over HTTP, beside a real register."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.routing import Router

from espace_sante.adapters.witness_http import light_cosigners_of
from espace_sante.debate.export import read_export
from espace_sante.journal.cosigners import CosignerElsewhere
from espace_sante.journal.notes import Line, NoteKey
from espace_sante.kernel.clock import utc_now
from espace_sante.operate import doctor
from espace_sante.web.debate.edge import House
from espace_sante.web.debate.routes import routes
from tests.debate_house import DebateHouse, debate_house, noon
from tests.served import asked
from tests.watching.watchers import made, running, type_command

pytestmark = pytest.mark.database


class Elsewhere:
    """A witness that says it knows a longer log."""

    is_mirror = False

    def __init__(self, key: NoteKey) -> None:
        self.key = key

    async def add_checkpoint(self, old_size: int, proof: Sequence[bytes], note: bytes) -> Line:
        raise CosignerElsewhere(10**6)


def page(house: DebateHouse) -> str:
    served = House(house.opened[0], lambda: noon(house.today), frozenset({"127.0.0.1"}), True)
    return house.run(asked(Router(routes=routes(served)), "GET", "/debat", [(b"host", b"127.0.0.1")])).body.decode()


def told_by_doctor(house: DebateHouse) -> list[str]:
    return [one.sentence for one in doctor.diagnose(house.settings, noon(house.today)) if one.id == "témoin du débat"]


def test_a_witness_of_the_journal_signs_the_log_of_the_debate_and_anybody_checks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = made("witness", tmp_path / "temoin", "temoin.exemple")
    with debate_house() as house:
        register = house.opened[0]
        assert "Aucun témoin du dehors" in page(house)
        log = str(register.public_key)
        assert type_command("witness", "follow", "--folder", tmp_path / "temoin", log).returncode == 0
        with running("witness", tmp_path / "temoin", key) as witness:
            listed = tmp_path / "witnesses.json"
            said = {"kind": "espace-temoins-debat", "v": 1, "cosigners": [{"key": str(key), "url": witness.url}]}
            listed.write_text(json.dumps(said), encoding="utf-8")
            cosigners = light_cosigners_of(listed)
            assert house.run(register.be_witnessed(cosigners, utc_now())) == 0, "nothing to sign before the first line"
            house.new_dossier()
            assert house.run(register.be_witnessed(cosigners, utc_now())) == 1
            assert house.run(register.be_witnessed(cosigners, utc_now())) == 0, "not asked again for the same"
            first = house.run(register.head())
            assert house.run(register.be_witnessed(cosigners, utc_now() + timedelta(days=1))) == 1
            house.new_dossier()
            assert b"temoin.exemple" not in house.run(register.head()), "it signed the head before this one"
            assert "lignes sont venues depuis" in page(house)
            assert house.run(register.be_witnessed(cosigners, utc_now())) == 1
        assert "temoin.exemple" in page(house) and "Rien n’est venu depuis" in page(house)
        exported = tmp_path / "debat.jsonl"
        exported.write_bytes(house.run(register.export()))
        assert [one.key for one in read_export(exported.read_bytes(), register.public_key, [key]).cosigned] == [key]
        assert b"temoin.exemple" in first and b"temoin.exemple" in exported.read_bytes()
        checked = type_command("debate", "verify", exported, "--key", log, "--witness", str(key))
        assert checked.returncode == 0 and "Cosigné par temoin.exemple" in checked.stdout
        stranger = str(made("witness", tmp_path / "autre", "autre.exemple"))
        refused = type_command("debate", "verify", exported, "--key", log, "--witness", stranger)
        assert refused.returncode == 1 and "n'a pas cosigné" in refused.stderr
        monkeypatch.setattr(doctor, "running_instance", lambda _: {"started_at": "", "url": ""})
        assert told_by_doctor(house) == []
        assert house.run(register.be_witnessed([Elsewhere(key)], utc_now() + timedelta(days=2))) == 0
        assert "Il dit connaître un autre journal" in page(house)
        (said,) = told_by_doctor(house)
        assert "temoin.exemple" in said
