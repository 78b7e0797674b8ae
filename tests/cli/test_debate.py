"""The debate by the command line: what the authority, a moderator and the printing office do, on a running house."""

from __future__ import annotations

import io
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from espace_sante.kernel.i18n import Language, french_spaces, say_date
from tests.cli.conftest import Typed
from tests.pdf_text import text

pytestmark = [pytest.mark.database, pytest.mark.slow]
ADDRESS = "https://decidim.exemple.fr/processes/sante/f/3/proposals/7"


def test_a_dossier_is_opened_filled_exported_and_checked(
    house: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = (datetime.now(UTC).date() + timedelta(days=60)).isoformat()
    asked = ("--theme", "digital-divide", "--title", "Le papier", "--question", "Que faut-il garder sur papier ?")
    house.done("debate", "open", "--dossier", "papier", *asked, "--until", until)
    assert "trente jours" in house.refused("debate", "open", "--dossier", "court", *asked, "--until", "2026-01-01")
    sheets = tmp_path / "feuilles.pdf"
    assert (
        house.done("debate", "envelopes", "--dossier", "papier", "--count", "2", "--output", str(sheets))["envelopes"]
        == 2
    )
    assert "existe déjà" in house.refused(
        "debate", "envelopes", "--dossier", "papier", "--count", "2", "--output", str(sheets)
    )
    assert "ES-110" in text(sheets.read_bytes())
    typed = "Lefèvre\nJeanne\n1942-03-27\nLyon\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert house.done("debate", "take", "--dossier", "papier")["answer"] == "may-take"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed.upper()))
    again = house("debate", "take", "--dossier", "papier", "--json")
    assert again.code == 1 and again.json["answer"] == "has-taken"
    monkeypatch.setattr(sys, "stdin", io.StringIO("Lefèvre\n"))
    assert "quatre lignes" in house.refused("debate", "take", "--dossier", "papier")
    brought = tmp_path / "decidim.json"
    brought.write_bytes(
        orjson.dumps([{"title": {"fr": "Une lettre"}, "body": {"fr": "Par an."}, "url": ADDRESS, "state": ""}])
    )
    assert house.done("debate", "import-decidim", "--dossier", "papier", str(brought))["proposals"] == 1
    assert house.done("debate", "import-decidim", "--dossier", "papier", str(brought))["proposals"] == 0
    assert house.done("debate", "desk", "--label", "courrier")["code"]
    assert house.done("debate", "waiting")["waiting"] == []
    early = house.refused("debate", "answer", "--dossier", "papier", "--text", "Trop tôt.")
    last = say_date(date.fromisoformat(until), Language.FR)
    assert early == french_spaces(f"On ne peut pas encore : ce dossier reçoit des textes jusqu’au {last}.")
    house.done("debate", "minutes", "--dossier", "papier", "--text", "Vingt personnes à Lyon.")
    file = tmp_path / "debat.jsonl"
    key = house.done("debate", "export", "--output", str(file))["key"]
    assert ADDRESS.encode() in file.read_bytes()
    assert house.done("debate", "verify", str(file), "--key", key)["dossiers"] == 1
    assert b", 1 dossier, 1 texte.\n" in house("debate", "verify", str(file), "--key", key).out
    site = tmp_path / "site"
    house.done("site", "--output", str(site), "--debate", str(file), "--debate-key", key)
    assert "Une lettre" in (site / "fr/debat/papier.html").read_text() and (site / "donnees/debat.jsonl").exists()
    lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    number = next(line["contribution"] for line in lines if line.get("kind") == "contributed")
    hidden = ("debate", "moderate", "--contribution", number, "--reason", "other-subject", "--why", "Autre sujet.")
    assert "manque un texte" in house.refused(*hidden, "--by", " - ")
    shown = ("debate", "release", "--contribution", number, "--by")
    assert "manque un texte" in house.refused(*shown, " - ")
    assert "déjà montré" in house.refused(*shown, "Zoé Martin"), "it was never held"
    house.done(*hidden, "--by", "Zoé Martin")
    after = tmp_path / "apres.jsonl"
    house.done("debate", "export", "--output", str(after))
    assert b'"by":"' in after.read_bytes() and "Zoé".encode() not in after.read_bytes()
    file.write_bytes(file.read_bytes().replace(b"Lyon", b"Lens"))
    assert "signature" in house.refused("debate", "verify", str(file), "--key", key)
    assert "signature" in house.refused("site", "--output", str(site), "--debate", str(file), "--debate-key", key)
    assert house.done("debate", "end-list", "--dossier", "papier")["taken"] == 1
