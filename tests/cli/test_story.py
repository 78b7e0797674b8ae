"""The whole story by the command line, on documents written by us and on real ones when they are beside the project."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import time
from pathlib import Path

import pytest

from espace_sante.cli.client import account_of, accounts
from espace_sante.demo.documents import PAPERS, Someone
from espace_sante.demo.story import INVITED
from tests import needs
from tests.cli.conftest import Typed, started, stop
from tests.real_documents.examples import readdressed

pytestmark = [pytest.mark.database, pytest.mark.slow]
DIALLO, GUERIN, DUMAS = "99900000011", "99900000029", "99900000110"
PRACTITIONERS = [account.rpps for account in accounts() if account.kind == "practitioner"]
NOTHING = "Nous n'avons rien à vous montrer pour cette personne. Demandez-lui : carte, code, ou guichet."
CDA = needs.SHARED / "data/interop-fr/cda"


def opened(house: Typed, person: str, deposits: str = "yes") -> str:
    """Invite somebody, have her say yes; return her public id."""
    house.done("invite", "--person", person)
    answer = house.done("answer", "yes", "--as-person", person, "--deposits", deposits)
    assert answer["receipt"]["signature"]["alg"] == "Ed25519"
    return str(answer["result"]["person"])


def written(folder: Path) -> list[Path]:
    """The documents of the demonstration, as files."""
    someone = Someone("179099999910247", "BELDJOUDI", "KARIM", "1979-09-30", "M")
    found = []
    for number, paper in enumerate(PAPERS):
        path = folder / f"{number:02} {paper.title}.{paper.media_type.partition('/')[2].partition('+')[0]}"
        path.write_bytes(paper.make(someone))
        found.append(path)
    return found


def told(house: Typed, person: str, files: list[Path], folder: Path, *, replaced: int = 0) -> None:
    """Deposited, refused to everyone, granted, read byte for byte, journaled, masked, withdrawn, closed.

    `replaced`: how many of these documents another of them takes the place of, as it says itself.
    """
    public = opened(house, person)
    numbers = [
        house.done("deposit", str(path), "--person", person, "--as", GUERIN, "--category", "5")["document"]
        for path in files
    ]
    assert len(set(numbers)) == len(files)
    assert all(number.startswith(public) for number in numbers)
    assert house("read", numbers[-1], "--as", GUERIN).out == files[-1].read_bytes(), "she lets authors read again"
    house.done("stop-authors-reading", "--as-person", person)
    for rpps in PRACTITIONERS:
        assert house.refused("documents", "--person", person, "--as", rpps) == NOTHING
        assert house.refused("read", numbers[0], "--as", rpps) == NOTHING

    house.done("grant", "--as-person", person, "--to", DIALLO, "--all", "--days", "30")
    current = len(files) - replaced
    assert house.done("documents", "--person", public, "--as", DIALLO)["total"] == current
    copy = folder / "copie"
    for number, path in zip(numbers, files, strict=True):
        read = house.done("read", number, "--as", DIALLO, "--output", str(copy))
        assert copy.read_bytes() == path.read_bytes()
        assert read["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert house.refused("read", number, "--as", GUERIN) == NOTHING
    assert house("read", numbers[0], "--as-person", person).out == files[0].read_bytes()

    house.done("mask", "--as-person", person, "--document", numbers[-1])
    assert house.refused("read", numbers[-1], "--as", DIALLO) == NOTHING
    assert house.done("documents", "--person", person, "--as", DIALLO)["total"] == current - 1
    house.done("withdraw", "--as-person", person, "--from", DIALLO)
    assert house.refused("documents", "--person", person, "--as", DIALLO) == NOTHING
    assert house.refused("read", numbers[1], "--as", DIALLO) == NOTHING

    page = house.done("journal", "--as-person", person)
    seen = [(record["act"], record["decision"]["result"], record["actor"]["id"]) for record in page["records"]]
    assert [record["seq"] for record in page["records"]] == list(range(page["n"] - 1, -1, -1))[: len(seen)]
    assert seen.count(("deposit_document", "permit", GUERIN)) == len(files)
    assert seen.count(("read_document", "permit", DIALLO)) == len(files)
    assert seen.count(("read_document", "refuse", GUERIN)) == len(files) + 1
    for act in ("open_space", "grant_access", "mask", "withdraw_access"):
        assert [result for name, result, _ in seen if name == act] == ["permit"]

    assert "--yes" in house.refused("close", "--as-person", person)
    house.done("close", "--as-person", person, "--yes")
    for who in (("--as-person", person), ("--as", DIALLO)):
        assert house.refused("read", numbers[0], *who) == NOTHING


def test_the_whole_story_on_documents_written_by_us(house: Typed, tmp_path: Path) -> None:
    large = tmp_path / "scanner.pdf"  # beyond what a DocumentReference holds: sent ahead
    large.write_bytes(b"%PDF-1.7\n" + hashlib.shake_256(b"scan").digest(10_500_000))
    told(house, "karim", [*written(tmp_path), large], tmp_path, replaced=sum(bool(paper.replaces) for paper in PAPERS))


@needs.shared("data/interop-fr/cda")
def test_the_whole_story_on_real_documents_and_a_pdf_taken_out_of_one(house: Typed, tmp_path: Path) -> None:
    timeo = account_of("timeo")
    assert timeo is not None
    files = []
    for path in sorted(CDA.glob("*.xml")):
        files.append(tmp_path / path.name)
        files[-1].write_bytes(readdressed(path.read_bytes(), timeo))
    assert len(files) == 36
    inside = tmp_path / "radio.pdf"
    inside.write_bytes(next(found for path in files if (found := pdf_in(path))))
    told(house, "timeo", [*files, inside], tmp_path)


def pdf_in(path: Path) -> bytes:
    """The PDF a document without structure carries, b"" for none."""
    match = re.search(rb'mediaType="application/pdf"[^>]*>([A-Za-z0-9+/=\s]+)<', path.read_bytes())
    found = base64.b64decode(match[1]) if match else b""
    return found if found.startswith(b"%PDF-") else b""


def test_a_refusal_leaves_a_receipt_and_nothing_else(house: Typed) -> None:
    house.done("invite", "--person", "marcel")
    receipt = house.done("answer", "no", "--as-person", "marcel")["receipt"]
    assert receipt["payload"]["act"] == "refuse_space"
    assert "person" not in receipt["payload"]
    assert house.refused("journal", "--as-person", "marcel") == NOTHING
    assert "invitation" in house.refused("answer", "yes", "--as-person", "marcel")


def test_later_changes_nothing(house: Typed) -> None:
    house.done("invite", "--person", "maud")
    assert house.done("answer", "later", "--as-person", "maud")["effect"] == "none"
    assert house.refused("documents", "--as-person", "maud") == NOTHING
    assert house("answer", "yes", "--as-person", "maud").code == 0
    assert said_yes_to(house, "maud") == set(), "a question without an answer means no"


def said_yes_to(house: Typed, person: str) -> set[str]:
    """Return which of the questions asked with a yes she answered yes to."""
    seen = house.done("journal", "--as-person", person)
    purposes = {one["purpose"] for one in seen["choices"] if one["choice"] == "purpose" and one["gives"]}
    deposits = {one["choice"] for one in seen["choices"] if one["choice"] in ("deposits", "authors") and one["gives"]}
    return purposes | deposits | {name for name in ("regulator", "bedside") if seen["emergency"][name]}


@pytest.mark.parametrize(("person", "counter"), [("dylan", False), ("adrien", True)])
def test_each_answer_given_with_a_yes_is_kept(house: Typed, person: str, counter: bool) -> None:
    answers = ("--deposits", "no", "--emergency", "all", "--measures", "yes", "--use", "research")
    code = house.done("invite", "--person", person, "--as", "petit")["result"]["code"]
    house.done("answer", "yes", *(("--code", code) if counter else ("--as-person", person)), *answers)
    assert said_yes_to(house, person) == {"regulator", "bedside", "measures", "research"}


def test_a_letter_with_its_code_is_answered_at_a_counter(house: Typed, tmp_path: Path) -> None:
    code = house.done("invite", "--person", "osman", "--as", "petit")["result"]["code"]
    printed = tmp_path / "recu.pdf"
    house.done("answer", "yes", "--code", code, "--deposits", "yes", "--output", str(printed))
    assert printed.read_bytes().startswith(b"%PDF-")
    first = house.done("journal", "--as-person", "osman")["records"][-1]
    assert (first["channel"], first["actor"]["kind"], first["actor"]["behalf"]) == ("counter", "agent", True)
    house.done("deposit", __file__, "--person", "osman", "--as", DIALLO, "--title", "Essai")


def test_a_request_repeated_with_its_number_is_done_once(house: Typed, tmp_path: Path) -> None:
    opened(house, "nour")
    path = tmp_path / "note.txt"
    path.write_text("Une note.")
    typed = ("deposit", str(path), "--person", "nour", "--as", DIALLO, "--title", "Note", "--key", "une-seule-fois")
    assert house.done(*typed)["document"] == house.done(*typed)["document"]
    assert house.done("documents", "--as-person", "nour")["total"] == 1
    path.write_text("Une autre note.")
    assert "déjà faite" in house.refused(*typed)


def test_what_was_granted_for_one_document_or_one_category_shows_no_other(house: Typed, tmp_path: Path) -> None:
    opened(house, "ondine")
    numbers = []
    for category in ("3", "4", "5"):
        path = tmp_path / f"{category}.txt"
        path.write_text(category)
        words = ("--person", "ondine", "--as", GUERIN, "--category", category)
        numbers.append(house.done("deposit", str(path), *words)["document"])
    house.done("grant", "--as-person", "ondine", "--to", "roux", "--category", "4")
    house.done("grant", "--as-person", "ondine", "--to", "tran", "--document", numbers[0])
    for rpps, allowed in (("roux", numbers[1]), ("tran", numbers[0])):
        seen = house.done("documents", "--person", "ondine", "--as", rpps)["documents"]
        assert [line["document"] for line in seen] == [allowed]


def test_a_structure_a_team_a_smaller_permission_and_what_somebody_sees(house: Typed, tmp_path: Path) -> None:
    opened(house, "gisele")
    paper = tmp_path / "lettre.txt"
    paper.write_text("Bonjour.")
    document = house.done("deposit", str(paper), "--person", "gisele", "--as", GUERIN, "--category", "5")["document"]

    def grants() -> list[dict[str, str]]:
        found: list[dict[str, str]] = house.done("journal", "--as-person", "gisele")["grants"]
        return found

    def sees(who: str) -> list[str]:
        done = house.done("seen-by", "--as-person", "gisele", "--practitioner", who)
        return [one["document"] for one in done["result"]["documents"]]

    assert sees("diallo") == []
    assert b"Aucune autorisation" in house("seen-by", "--as-person", "gisele", "--practitioner", "diallo").out
    house.done("grant", "--as-person", "gisele", "--to", "structure:999000001", "--all", "--days", "7")
    assert sees("diallo") == [document] and sees("lopez") == []
    (given,) = grants()
    house.done("limit", "--as-person", "gisele", "--grant", given["grant"], "--category", "3")
    assert sees("diallo") == []
    house.done("withdraw", "--as-person", "gisele", "--from", "structure:999000001")
    team = ("--team", "mes soignants", "diallo", "lopez")
    house.done("grant", "--as-person", "gisele", *team, "--all", "--endless", "sans date de fin")
    assert sees("diallo") == sees("lopez") == [document]
    house.done("block", "--as-person", "gisele", "--practitioner", "structure:999000001", "--what", "reading")
    assert sees("diallo") == [] and sees("guerin") == []
    house.done("unblock", "--as-person", "gisele", "--practitioner", "structure:999000001")
    house.done("withdraw", "--as-person", "gisele", *team)
    house.done("mask", "--as-person", "gisele", "--document", document)
    house.done("administrator", "--as-person", "gisele", "--to", "diallo", "--days", "7")
    assert sees("diallo") == [document] and grants()[0]["sees_hidden"] is True


def test_documents_kept_together_are_allowed_hidden_and_undone_at_once(house: Typed, tmp_path: Path) -> None:
    opened(house, "hugo")
    paper = tmp_path / "lettre.txt"
    paper.write_text("Bonjour.")
    her = ("--as-person", "hugo")
    document = house.done("deposit", str(paper), "--person", "hugo", "--as", GUERIN, "--category", "5")["document"]
    number = house.done("episode", *her, "--name", "mon genou", "--document", document)["result"]["number"]
    (kept,) = house.done("journal", *her)["episodes"]
    assert (kept["number"], kept["name"], kept["documents"]) == (number, "mon genou", [document])

    def sees() -> list[str]:
        done = house.done("seen-by", *her, "--practitioner", "diallo")
        return [one["document"] for one in done["result"]["documents"]]

    house.done("grant", *her, "--to", "diallo", "--episode", number, "--days", "7")
    assert sees() == [document]
    house.done("mask", *her, "--episode", number)
    assert sees() == []
    house.done("unmask", *her, "--episode", number)
    house.done("episode", *her, "--number", number, "--out", document)
    assert sees() == []
    house.done("end-episode", *her, "--number", number)
    assert house.done("journal", *her)["episodes"] == [] == house.done("journal", *her)["grants"]


def test_a_deposit_takes_the_place_of_the_one_it_names(house: Typed, tmp_path: Path) -> None:
    opened(house, "solange")
    numbers = []
    for number, words in ((1, ()), (2, ("--replaces", "urn:oid:1.2.7.1"))):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Version {number}.")
        whose = ("--person", "solange", "--as", GUERIN, "--unique-id", f"urn:oid:1.2.7.{number}")
        numbers.append(house.done("deposit", str(path), *whose, *words)["document"])
    other = ("--person", "solange", "--as", DIALLO, "--replaces", "urn:oid:1.2.7.2")
    assert "remplacer" in house.refused("deposit", str(tmp_path / "1.txt"), *other)
    listed = {line["document"]: line for line in house.done("documents", "--as-person", "solange")["documents"]}
    assert listed[numbers[-1]]["replaces"] == numbers[0]


def test_bad_documents_are_refused_with_their_sentence(house: Typed, tmp_path: Path) -> None:
    opened(house, "khadija")
    path = tmp_path / "faux.pdf"
    for data, words, sentence in (
        (b"", (), "vide"),
        (b"\x00\x01\x02", (), "pas accepté"),
        (b"bonjour", ("--media-type", "application/pdf"), "type annoncé"),
        (b"bonjour", ("--created", "2098-01-01"), "futur"),
        (b"bonjour", ("--title", "x" * 251), "trop long"),
        (b"bonjour", ("--title", "a\u202eb"), "invisibles"),
    ):
        path.write_bytes(data)
        assert sentence in house.refused("deposit", str(path), "--person", "khadija", "--as", DIALLO, *words)
    assert house.done("documents", "--as-person", "khadija")["total"] == 0
    assert "ne se lit pas" in house.refused("deposit", str(tmp_path / "rien"), "--person", "khadija", "--as", DIALLO)


def test_every_kind_of_account_has_its_token(house: Typed) -> None:
    for words, kind in (
        (("practitioner", "--rpps", DIALLO), "practitioner"),
        (("person", "--person", "lucie"), "person"),
        (("operator",), "operator"),
        (("agent", "--id", "vasseur"), "agent"),
        (("app", "--sandbox"), "sandbox"),
    ):
        assert house.done("token", "--as", *words)["kind"] == kind
    assert len(house("token", "--as", "operator").out.split()) == 1
    assert house.refused("token", "--as", "practitioner", "--rpps", "00000000000")
    assert "--sandbox" in house.refused("token", "--as", "app")
    assert "--as app" in house.refused("token", "--as", "operator", "--sandbox")
    assert house.refused("documents", "--as-person", "personne")


def test_ones_own_token_serves_without_naming_an_account(house: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    bearer = house("token", "--as", "operator").out.decode().strip()
    assert "jeton" in house.refused("documents")
    monkeypatch.setenv("ESPACE_SANTE_TOKEN", bearer)
    assert house.done("invite", "--person", "lucie")["result"]["code"]


def test_the_operator_reads_nothing(house: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPACE_SANTE_TOKEN", house("token", "--as", "operator").out.decode().strip())
    assert house.refused("documents", "--person", "khadija") == NOTHING
    assert house.refused("read", "0" * 64) == NOTHING


def test_the_public_key_is_the_one_receipts_are_signed_with(house: Typed) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from espace_sante.kernel.canonical import canonical

    shown = house.done("keys")
    house.done("invite", "--person", "leon")
    receipt = house.done("answer", "no", "--as-person", "leon")["receipt"]
    assert receipt["signature"]["kid"] == shown["kid"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(shown["verification_key"]))
    key.verify(base64.b64decode(receipt["signature"]["value"]), canonical(receipt["payload"]))


def test_it_is_saved_while_it_runs(house: Typed, tmp_path: Path) -> None:
    done = house.done("backup", "--output", str(tmp_path / "copie"))
    assert Path(done["main"]).is_dir()
    assert house.done("migrate") == {"applied": {"main": [], "keys": [], "debate": []}}
    assert house("restore", str(tmp_path / "copie")).code == 1


def test_the_demonstration_fills_itself_once_and_says_what_to_try(state_folder: object) -> None:
    home = state_folder()  # type: ignore[operator]  # the fixture is a function
    began = time.monotonic()
    process = started(home, "demo")
    try:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said and "pas pu" not in said and (line := process.stdout.readline()):
            said += line
        assert "Trois adresses" in said and "Cinq choses" in said and "/debat (pour écrire : " in said, said
        assert time.monotonic() - began < 60  # 20 s on an idle machine; tests share theirs
        typed = Typed(home)
        assert typed.done("documents", "--as-person", "karim")["total"] == 8
        assert typed.done("documents", "--person", "karim", "--as", "roux")["total"] == 1
        assert typed.done("documents", "--person", "karim", "--as", "marchal")["total"] == 2
        assert typed.done("documents", "--as-person", "hugo")["total"] == 3
        seen_by_guerin = typed.done("documents", "--person", "khadija", "--as", "guerin")["documents"]
        assert {line["title"] for line in seen_by_guerin} == {"Tracé du cœur", "Compte rendu de spécialiste"}
        jeanne = typed.done("journal", "--as-person", "jeanne")["records"]
        assert {record["channel"] for record in jeanne} == {"counter", "api"}
        for nobody in ("marcel", "nadia", "gisele", "rachid", "zoe", "anouk"):
            assert typed.refused("documents", "--as-person", nobody) == NOTHING
        _told_again(typed, home)
    finally:
        stop(process)
    assert {person for people in INVITED.values() for person in people} <= {a.id for a in accounts()}
    assert account_of("jeanne") is not None


def _told_again(typed: Typed, home: Path) -> None:
    """The story told a second time changes nothing: the same documents, and every entry added is a repetition."""
    from espace_sante.cli import demo
    from espace_sante.cli.client import Client
    from espace_sante.kernel.settings import Settings

    before = typed.done("documents", "--as-person", "karim")
    os.unlink(home / "demonstration.txt")
    card = json.loads((home / "run/instance.json").read_text())
    demo.fill(Settings(home=home), Client(card["url"]))
    assert typed.done("documents", "--as-person", "karim") == before
    assert (home / "demonstration.txt").exists()


def test_an_emergency_by_the_command_line(house: Typed, tmp_path: Path) -> None:
    person = opened(house, "jeanne")
    letter = tmp_path / "lettre.txt"
    letter.write_bytes(b"Allergie a la penicilline.\n")
    number = house.done("deposit", str(letter), "--person", "jeanne", "--as", GUERIN, "--category", "5")["document"]
    declared = ("break-glass", "--person", "jeanne", "--as", DIALLO, "--ground", "life-at-risk", "--reason", "Malaise")
    assert house.refused(*declared, "--beside", "yes") == NOTHING
    answers = ("--regulator", "no", "--bedside", "yes", "--hidden", "no")
    house.done("emergency-will", "--as-person", "jeanne", *answers, "--document", number)
    assert house.done(*declared, "--beside", "no")["result"]["waits"]
    assert house.refused("read", number, "--as", DIALLO) == NOTHING
    second = ("confirm-emergency", "--person", person, "--colleague", DIALLO)
    assert house.refused(*second, "--as", DUMAS) == NOTHING
    assert not house.done(*second, "--as", GUERIN)["result"]["waits"]
    assert house("read", number, "--as", DIALLO).out == letter.read_bytes()
    house.done("emergency-never", "--as-person", "jeanne")
    assert house.refused("read", number, "--as", DIALLO) == NOTHING
