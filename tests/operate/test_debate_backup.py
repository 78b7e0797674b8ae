"""The debate is saved and comes back with the rest; its keys never lie in the backup."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from espace_sante.cli.debating import register_of
from espace_sante.debate.events import DossierOpened
from espace_sante.debate.words import Theme
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.operate.backup import back_up
from espace_sante.operate.backup import sentences as saved_sentences
from espace_sante.operate.debate import arrange_debate_keys, open_debate, started_debate
from espace_sante.operate.folders import prepare
from espace_sante.operate.restore import restore
from espace_sante.operate.restore import sentences as restored_sentences
from espace_sante.operate.supervisor import migrate_instance
from tests.fixtures_database import settings_of

pytestmark = pytest.mark.database
NOW, DAY = datetime(2026, 11, 23, 12, tzinfo=UTC), date(2026, 11, 23)


async def exported(settings) -> bytes:
    async with open_debate(settings):
        register = register_of(settings)
        try:
            return await register.export()
        finally:
            await register.close()


def test_a_restored_debate_is_the_same_file_and_wants_its_own_keys(prepared_folder, state_folder):
    settings, output, target = settings_of(prepared_folder()), state_folder(), settings_of(state_folder())
    prepare(settings)
    arrange_debate_keys(settings)

    async def fill() -> None:
        async with started_debate(settings):
            await migrate_instance(settings, "debate")
            register = register_of(settings)
            until = DAY + timedelta(days=40)
            await register.append([DossierOpened("couts", Theme.COST, "Qui paie ?", "Comment ?", DAY, until, False)])
            await register.close()

    asyncio.run(fill())
    before = asyncio.run(exported(settings))
    done = asyncio.run(back_up(settings, output, now=NOW))
    assert done.debate is not None and f"Base du débat : {done.debate}" in saved_sentences(settings, done)
    keys = [path.read_bytes() for path in (settings.home / "debate").iterdir()]
    saved = [path.read_bytes() for path in output.rglob("*") if path.is_file()]
    assert any(b"couts" in data or data[:5] == b"PGDMP" for data in saved)
    assert not any(key in data for key in keys for data in saved)
    back = asyncio.run(restore(target, output))
    assert f"Base du débat restaurée depuis {done.debate}" in restored_sentences(target, back)
    with pytest.raises(OperatorRefusal, match="Une clé du débat manque"):
        arrange_debate_keys(target)
    for name in ("log.seed", "codes.key", "origin"):  # the password is drawn anew
        (target.home / "debate" / name).unlink(missing_ok=True)
        shutil.copy(settings.home / "debate" / name, target.home / "debate" / name)
    prepare(target)
    arrange_debate_keys(target)
    assert asyncio.run(exported(target)) == before
