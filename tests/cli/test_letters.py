"""Her post and the mail room by the command line: counted, printed into a file, printed again, posted; no name on the screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Typed
from tests.cli.test_story import DIALLO, opened
from tests.pdf_text import text

pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_an_invitation_is_a_letter_to_answer_with_a_pen(house: Typed, tmp_path: Path) -> None:
    path = tmp_path / "invitation.pdf"
    address = ("--street", "7 rue des Essais", "--town", "63000 Clermont")
    invited = house.done("invite", "--person", "farah", "--letter", str(path), *address, "--large")
    said = text(path.read_bytes())
    assert invited["result"]["code"] in said and "7 RUE DES ESSAIS" in said and "Plus tard" in said
    assert path.stat().st_mode & 0o077 == 0


def test_an_account_is_renewed_by_its_name_and_one_that_never_served_is_none(house: Typed) -> None:
    assert "rien à renouveler" in house.refused("renew-account", "dev", "personne")


def test_an_emergency_is_printed_printed_again_and_posted(house: Typed, tmp_path: Path) -> None:
    person = opened(house, "lucie")
    me = ("--as-person", "lucie")
    house.done("address", *me, "--street", "3 rue des Essais", "--town", "63000 Clermont")
    house.done("reminders", *me, "--every", "12")
    house.done("reminders", *me, "--stop")
    assert "quelle lettre" in house.refused("reminders", *me)
    house.done("reminders", *me, "--every", "6", "--journal")
    house.done("reminders", *me, "--stop", "--journal")
    asked = house.done("journal", *me, "--kind", "others")
    assert asked["counts"] == {"others": len(asked["records"])}
    wanted = [record["objects"][-1] for record in asked["records"] if record["act"].endswith("_reminders")]
    assert wanted == ["wanted:journal", "wanted:both", "wanted:both", "wanted:open"]
    assert house.done("journal", *me, "--kind", "software")["records"] == []
    listed = house("journal", *me)
    assert listed.code == 0 and "Dépôts et démarches :".encode() in listed.out
    head, first, *_ = listed.out.decode().splitlines()
    assert "quand (heure de Paris)" in head and "Voir qui a fait quoi" in first and " permis " in first
    assert not {"read_journal", "permit", "+00:00"} & set(listed.out.decode().split())
    assert "Une démarche : aucun document n’a été ouvert.".encode() in listed.out.replace(" ".encode(), b" ")
    house.done("emergency-will", *me, "--regulator", "no", "--bedside", "yes", "--hidden", "no", "--all")
    declared = ("--beside", "yes", "--ground", "life-at-risk", "--reason", "Malaise.")
    house.done("break-glass", "--person", person, "--as", DIALLO, "--kind", "bedside", *declared)
    before = house("letters", "--as", "accueil")
    assert before.code == 0 and b"1 en urgence" in before.out and b"CARROUGES" not in before.out
    path = tmp_path / "lettres.pdf"
    said = house("letters", "--as", "accueil", "--output", str(path))
    assert said.code == 0 and b"CARROUGES" not in said.out
    printed = text(path.read_bytes())
    assert "LUCIE CARROUGES" in printed and "3 RUE DES ESSAIS" in printed and "Malaise" not in printed
    assert "existe déjà" in house.refused("letters", "--as", "accueil", "--output", str(path))
    again = tmp_path / "encore.pdf"
    house.done("letters", "--as", "accueil", "--again", "--output", str(again))
    assert "réimprimée" in text(again.read_bytes())
    listed = house.done("letters", "--as", "accueil")
    assert listed["waiting"] == 0 and listed["printed"] >= 1
    assert house.done("letters", "--as", "astreinte", "--posted")["posted"] == listed["printed"]
    assert house.done("letters", "--as", "accueil")["printed"] == 0


def test_a_batch_is_sealed_to_a_printer_who_opens_it_and_a_stop_loses_none(house: Typed, tmp_path: Path) -> None:
    person = opened(house, "bernard")
    me = ("--as-person", "bernard")
    house.done("address", *me, "--street", "5 rue des Essais", "--town", "63000 Clermont")
    house.done("letter-form", *me, "--size", "large", "--braille", "yes")
    house.done("emergency-will", *me, "--regulator", "no", "--bedside", "yes", "--hidden", "no", "--all")
    declared = ("--beside", "yes", "--ground", "life-at-risk", "--reason", "Malaise.")
    house.done("break-glass", "--person", person, "--as", DIALLO, "--kind", "bedside", *declared)
    key, folder, opened_in = tmp_path / "imprimeur.cle", tmp_path / "lots", tmp_path / "chez-lui"
    assert house("mailroom", "key", "--output", str(key)).code == 0
    public = key.with_name("imprimeur.cle.pub")
    assert key.stat().st_mode & 0o077 == 0
    assert "clé publique" in house.refused("mailroom", "print", "--output", str(folder), "--printer", str(key))
    sealed = ("mailroom", "print", "--as", "accueil", "--output", str(folder), "--printer", str(public))
    said = house(*sealed)
    assert said.code == 0 and b"RUE DES" not in said.out
    lots = sorted(folder.glob("*.lot"))
    assert lots, "posted, and not refused to a printer"
    house.done("mailroom", "open", str(lots[0]), "--key", str(key), "--output", str(opened_in))
    assert "ne s'ouvre pas" in house.refused(
        "mailroom", "open", str(public), "--key", str(key), "--output", str(opened_in)
    )
    (letters,) = opened_in.glob("lot-*/lettres.pdf")
    manifest = json.loads((letters.parent / "manifeste.json").read_bytes())
    assert manifest == json.loads((folder / f"lot-{manifest['batch']}.json").read_bytes()), (
        "said in clear: no name in it"
    )
    assert "5 RUE DES ESSAIS" in text(letters.read_bytes())
    assert list(letters.parent.glob("braille/*.txt"))
    assert house.done(*sealed[:-2])["letters"] == 0, "all stand in a batch"
    state = folder / "suite.json"
    begun = json.loads(state.read_text())
    state.write_text(json.dumps({**begun, "done": []}))  # stopped before the batch was whole
    again = house.done(*sealed[:-2])
    assert again["letters"] == manifest["letters"] and not again["batches"][0]["sealed"]
    house.done("letters", "--as", "accueil", "--posted")
    number = manifest["lines"][0]["number"]
    back = ("letters", "--as", "accueil", "--returned", f"{number[:4]} {number[4:8]} {number[8:]}")
    assert house.done(*back)["halted"] is False
    assert house.refused(*back)
