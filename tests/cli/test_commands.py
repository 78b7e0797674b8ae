"""The command line without a running instance: its words, its codes, its sentences."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.cli.client import account_of, accounts, person_reference
from espace_sante.cli.main import run_command
from espace_sante.cli.words import parser
from espace_sante.demo.documents import PAPERS, Someone
from espace_sante.demo.story import (
    CLOSED,
    GRANTS,
    INVITED,
    MASKED,
    OPENED,
    OPENED_AT_COUNTER,
    OPENED_WITHOUT_DEPOSITS,
    READINGS,
    REFUSED,
)
from espace_sante.formats import media
from espace_sante.identity.ins import parse_ins
from espace_sante.identity.practitioner import parse_rpps
from espace_sante.records.document import CATEGORIES


@pytest.fixture(autouse=True)
def _no_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "var"))


NEEDING = (
    ["documents", "--as-person", "karim"],
    ["deposit", __file__, "--person", "karim", "--as", "99900000011"],
    ["read", "0" * 64, "--as", "99900000011"],
    ["grant", "--as-person", "karim", "--to", "99900000011", "--all"],
    ["grant", "--as-person", "karim", "--team", "mes infirmières", "99900000045", "--all", "--days", "7"],
    ["limit", "--as-person", "karim", "--grant", "0" * 32, "--days", "7"],
    ["administrator", "--as-person", "karim", "--to", "99900000011", "--days", "7"],
    ["seen-by", "--as-person", "karim", "--practitioner", "99900000011"],
    ["withdraw", "--as-person", "karim", "--from", "99900000011"],
    ["mask", "--as-person", "karim", "--category", "4"],
    ["unmask", "--as-person", "karim", "--category", "4"],
    ["block", "--as-person", "karim", "--practitioner", "99900000011", "--deposits-only"],
    ["unblock", "--as-person", "karim", "--practitioner", "99900000011"],
    ["contest", "--as-person", "karim", "--entry", "0" * 20, "--reason", "other", "--block"],
    ["mistake", "--as-person", "karim", "--document", "0" * 64, "--reason", "other", "--hide"],
    ["allow-support", "--as-person", "karim", "--ticket", "AB20260001", "--hours", "2"],
    ["end-support", "--as-person", "karim"],
    ["cases", "--as", "accueil"],
    ["letters", "--as", "accueil"],
    ["letters", "--as", "accueil", "--posted"],
    ["mailroom", "print", "--as", "accueil", "--output", "lots"],
    ["address", "--as-person", "karim", "--street", "1 rue", "--town", "75001 Paris"],
    ["address", "--as-person", "karim", "--counter"],
    ["reminders", "--as-person", "karim", "--every", "6"],
    ["reminders", "--as-person", "karim", "--stop"],
    ["letter-form", "--as-person", "karim", "--size", "large", "--words", "simple"],
    ["letters", "--as", "accueil", "--returned", "0123456789ab"],
    ["reminders", "--as-person", "karim", "--journal"],
    ["journal", "--as-person", "karim", "--kind", "refused"],
    ["answer-case", "--as", "accueil", "--case", "0" * 32, "--outcome", "justified", "--text", "Oui."],
    ["confirm-case", "--as", "astreinte", "--case", "0" * 32, "--text", "Oui."],
    ["open-support", "--as", "accueil", "--ticket", "AB20260001"],
    ["read-support", "--as", "accueil", "--ticket", "AB20260001"],
    ["orders", "--as", "accueil"],
    [
        *("record-order", "--as", "accueil", "--local", "ESSAI-1", "--authority", "Tribunal", "--number", "1"),
        *(
            "--dated",
            "2026-11-26",
            "--law",
            "56-3",
            "--attended",
            "Dr Martin",
            "--reveal",
            "2027-11-26",
            "--category",
            "5",
        ),
    ],
    ["confirm-order", "--as", "astreinte", "--local", "ESSAI-1", "--order", "0" * 32, "--terms", "0" * 64],
    ["prolong-order", "--as", "accueil", "--order", "0" * 32, "--reveal", "2027-11-26"],
    ["emergency-will", "--as-person", "karim", "--regulator", "no", "--bedside", "yes", "--hidden", "no", "--all"],
    ["emergency-never", "--as-person", "karim"],
    [
        *("break-glass", "--as", "99900000011", "--person", "karim"),
        *("--beside", "yes", "--ground", "life-at-risk", "--reason", "Malaise"),
    ],
    ["confirm-emergency", "--as", "99900000029", "--person", "karim", "--colleague", "99900000011"],
    ["card", "--as-person", "karim", "--all", "--uses", "2", "--days", "30", "--pin", "4711"],
    ["card", "--as-person", "karim", "--category", "5", "6", "--today"],
    ["card-revoke", "--as-person", "karim", "--number", "123456"],
    ["card-use", "--as", "99900000011", "--code", "x", "--pin", "4711"],
    ["request", "--as", "99900000011", "--person", "karim", "--category", "5", "--days", "3"],
    ["requests", "--as-person", "karim"],
    ["request-accept", "--as-person", "karim", "--number", "123456", "--days", "2", "--category", "5"],
    ["request-decline", "--as-person", "karim", "--number", "123456"],
    ["seal-space", "--as-person", "karim"],
    ["refuse-deposits", "--as-person", "karim"],
    ["allow-secondary-use", "--as-person", "karim", "--purpose", "research"],
    ["announce", "0" * 64, "--as", "99900000011"],
    ["journal", "--as-person", "karim"],
    ["close", "--as-person", "karim", "--yes"],
    ["close", "--as-person", "karim", "--archive-years", "3"],
    ["reopen", "--as-person", "karim", "--deposits", "yes"],
    ["erase", "--as-person", "karim", "--yes"],
    ["export-journal", "--as-person", "karim", "--output", os.devnull],
    ["reverse-refusal", "--as-person", "karim"],
    ["delivery", "--person", "karim", "--proof", "counter", "--day", "2026-11-26"],
    ["returned", "--person", "karim"],
    ["token", "--as", "operator"],
    ["invite", "--person", "karim"],
    ["answer", "yes", "--as-person", "karim"],
)


@pytest.mark.parametrize("arguments", NEEDING, ids=lambda arguments: arguments[0])
def test_when_nothing_runs_one_sentence_says_what_to_start(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(arguments) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("Rien ne tourne sur ")
    assert shown.err.count("\n") == 1
    assert "make run" in shown.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["inconnu"],
        ["grant", "--as-person", "karim", "--to", "1"],
        ["grant", "--as-person", "karim", "--all"],
        ["grant", "--as-person", "karim", "--to", "1", "--team", "x", "2", "--all"],
        ["grant", "--as-person", "karim", "--to", "1", "--all", "--days", "7", "--endless", "sans date de fin"],
        ["limit", "--as-person", "karim", "--days", "7"],
        ["answer", "peut-être", "--as-person", "karim"],
        ["mask", "--as-person", "karim"],
        ["unmask", "--as-person", "karim", "--document", "x", "--category", "4"],
        ["block", "--as-person", "karim"],
        ["unblock", "--as-person", "karim"],
        ["contest", "--as-person", "karim", "--entry", "x"],
        ["allow-support", "--as-person", "karim", "--ticket", "AB20260001"],
        ["emergency-will", "--as-person", "karim", "--bedside", "yes"],
        ["break-glass", "--person", "karim", "--beside", "yes", "--ground", "autre", "--reason", "x"],
        ["card", "--as-person", "karim", "--days", "30"],
        ["card", "--as-person", "karim", "--all"],
        ["card-revoke", "--as-person", "karim"],
        ["request", "--person", "karim", "--document", "x"],
        ["allow-secondary-use", "--as-person", "karim"],
        ["end-secondary-use", "--as-person", "karim", "--purpose", "adverts"],
        ["export-journal", "--as-person", "karim"],
        ["delivery", "--person", "karim", "--proof", "sent", "--day", "2026-11-26"],
        ["backup"],
        ["deposit", "f", "--category", "16"],
        ["documents", "--as", "1", "--as-person", "karim"],
    ],
)
def test_a_wrong_command_exits_2_and_says_why_in_french(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "usage : espace-sante" in shown.err
    for english in ("required", "invalid", "unrecognized", "expected", "argument -", "choose"):
        assert english not in shown.err


def _parsers(one: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield one
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _parsers(inner)


def test_what_may_be_chosen_is_said_as_it_is_typed_never_as_the_program_holds_it() -> None:
    actions = [action for one in _parsers(parser()) for action in one._actions]
    chosen = [action for action in actions if action.choices and not isinstance(action, argparse._SubParsersAction)]
    assert len(chosen) > 20
    assert {type(one) for action in chosen for one in action.choices or ()} == {str, int}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["debate", "open", "--dossier", "d", "--theme", "argent"], "'argent' n'est pas parmi 'development', "),
        (["debate", "vote", "--dossier", "d", "--until", "demain"], "« demain » n'est pas une date (AAAA-MM-JJ)"),
        (["debate", "envelopes", "--dossier", "d", "--count", "0"], "« 0 » n'est pas un nombre de 1 à 1000"),
        (["mirror", "run", "--folder", "d", "--port", "1", "--every", "x"], "'x' n'est pas un nombre"),
    ],
)
def test_a_wrong_value_is_explained_in_french(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(arguments) == 2
    assert words in capsys.readouterr().err


def test_help_is_in_french_and_names_only_what_exists(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "montre cette aide" in shown
    for later in ("export", "import"):
        assert f"    {later} " not in shown
        assert run_command([later]) == 2


def test_closing_asks_to_be_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["close", "--as-person", "karim"]) == 1
    assert "--yes" in capsys.readouterr().err


def test_who_is_in_the_demonstration_has_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["demo", "--list", "--json"]) == 0
    shown = capsys.readouterr().out
    assert "é" in shown
    found = json.loads(shown)
    assert list(found) == ["persons", "practitioners", "counters", "agents"]
    assert len(found["persons"]) == 30
    assert len(found["practitioners"]) == 21
    assert all(set(each) == {"id", "name", "ins", "why"} for each in found["persons"])
    assert all(set(each) == {"rpps", "name", "profession", "structure"} for each in found["practitioners"])
    assert len(found["counters"]) == 2
    assert [each["kind"] for each in found["agents"]] == [*["agent"] * 5, *["operator"] * 2]
    assert len({each["profession"] for each in found["practitioners"]}) >= 10
    assert all(each["why"] for each in found["persons"])
    for each in found["persons"]:
        assert account_of(each["id"]) is not None
    for each in found["practitioners"]:
        assert account_of(each["rpps"]) is not None


def test_invented_people_have_right_keys_and_belong_to_no_commune() -> None:
    numbers = [account.ins for account in accounts() if account.ins]
    assert len(set(numbers)) == len(numbers) == 28
    for account in accounts():
        if account.ins:
            assert parse_ins(account.ins)
            assert account.ins[5:10] == "99999"
            assert account.ins[1:5] == account.birth_date[2:4] + account.birth_date[5:7]
            assert account.ins[0] == {"M": "1", "F": "2"}[account.sex]
        if account.rpps:
            assert parse_rpps(account.rpps)
            assert account.rpps.startswith("999")


def test_a_person_is_named_by_any_of_her_words() -> None:
    assert person_reference("karim") == person_reference("1 79 09 99 999 102 47") == "ins:179099999910247"
    assert person_reference("osman") == person_reference("GUICHET-0042") == "local:GUICHET-0042"
    assert person_reference("0" * 32) == "id:" + "0" * 32


def test_the_papers_of_the_demonstration_are_what_they_say() -> None:
    assert len(PAPERS) >= 60
    assert len({paper.unique_id for paper in PAPERS}) == len(PAPERS)
    assert len({(paper.person, paper.title) for paper in PAPERS}) == len(PAPERS)
    for paper in PAPERS:
        account = account_of(paper.person)
        assert account is not None
        assert account_of(paper.author) is not None
        data = paper.make(Someone.of(account))
        assert data == paper.make(Someone.of(account))
        assert media.agrees(paper.media_type, data)
        assert paper.category in CATEGORIES
    assert {paper.media_type for paper in PAPERS} == {
        *("application/pdf", "application/rtf", "application/xslt+xml", "text/xml", "text/plain"),
        *("image/png", "image/jpeg", "image/tiff"),
    }


def test_the_story_shows_every_situation() -> None:
    invited = {person for people in INVITED.values() for person in people}
    known = {account.id for account in accounts() if account.kind == "person"}
    assert invited < known
    answered = {*OPENED, *OPENED_WITHOUT_DEPOSITS, *OPENED_AT_COUNTER, *REFUSED}
    assert answered < invited
    assert invited - answered
    assert "osman" in OPENED_AT_COUNTER
    having = {*OPENED, *OPENED_AT_COUNTER}
    for paper in PAPERS:
        assert paper.person in having or (paper.person == paper.author and paper.person in OPENED_WITHOUT_DEPOSITS)
    papers = {(paper.person, paper.title) for paper in PAPERS}
    assert {*MASKED, *((person, title) for _, person, title in READINGS)} <= papers
    assert {(grant.person, title) for grant in GRANTS for title in grant.titles} <= papers
    assert {grant.person for grant in GRANTS} <= {*having, *OPENED_WITHOUT_DEPOSITS}
    assert set(CLOSED) <= having and not {person for person, _ in papers if person in {"zoe", "jules", "anouk"}}


def test_forms_are_written_for_every_act(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["forms", "--output", str(tmp_path / "papier"), "--json"]) == 0
    written = json.loads(capsys.readouterr().out)["forms"]
    assert [each["form"] for each in written] == [act.form for act in PERSON_ACTS]
    for each in written:
        assert Path(each["file"]).read_bytes().startswith(b"%PDF-")


def test_settings_are_shown_and_are_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["settings", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["environment"] == "trial"
    assert run_command(["settings"]) == 0


def test_doctor_speaks_of_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    run_command(["doctor", "--json"])
    assert "findings" in json.loads(capsys.readouterr().out)


def test_what_was_never_started_is_neither_migrated_nor_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["migrate"], ["backup", "--output", str(tmp_path / "copie")], ["keys"]):
        assert run_command(arguments) == 1
        assert "make run" in capsys.readouterr().err


def test_a_wrong_setting_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ESPACE_SANTE_PORT", "beaucoup")
    assert run_command(["settings"]) == 1
    assert "port" in capsys.readouterr().err
